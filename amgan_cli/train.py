"""`amgan train`: label file in, model file out; read it downwards."""

import functools
import json
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from rich.console import Console
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from amgan_cli.attribute_network import AttributeNetwork
from amgan_cli.attribute_training import accuracy, predict_values, train_attribute_network
from amgan_cli.batches import Batches
from amgan_cli.checkpoint import (
    load_model,
    load_network,
    load_state,
    save_model,
    save_network,
    save_state,
)
from amgan_cli.config import Config
from amgan_cli.dataset import Dataset, load_dataset, to_network
from amgan_cli.device import Compute, pick_compute
from amgan_cli.errors import CheckpointError, DataError, UsageError
from amgan_cli.files import atomic
from amgan_cli.guidance import Guidance, color_prototypes, compute_cams
from amgan_cli.labels import Labels, count_values, read_labels
from amgan_cli.losses import Networks, Objective, discriminator_loss, generator_loss
from amgan_cli.model_info import MODEL_FILE, ModelInfo
from amgan_cli.monitor import Monitor
from amgan_cli.networks import Generator, build_discriminators
from amgan_cli.rendered_pairs import render_pairs
from amgan_cli.sheet import edit_sheet, sheet_choices

FEW_PHOTOS = 20_000
"""Under this many training photos the discriminators see random views by default."""


def train(
    folder: Path,
    out: Path,
    config: Config,
    device: str = "auto",
    resume: bool = False,
    max_minutes: float | None = None,
    start_from: Path | None = None,
    console: Console | None = None,
) -> Path:
    """Train on `folder` (photos + label file) and return the model file in the run folder `out`.

    A run stopped by Ctrl-C, `max_minutes` or anything else goes on with `resume`. `start_from` is
    a model file whose generator is the start. Raises DataError, UsageError, CheckpointError,
    TrainingError or OutputError, each with one line to show.
    """
    console = console or Console(stderr=True)
    deadline = time.monotonic() + 60 * max_minutes if max_minutes else float("inf")
    started = (out / "state.pt").exists()
    if started and not resume:
        raise UsageError(f"{out}: holds a run already; give --resume or another --out")

    # 1. resolve, print, save
    labels = read_labels(folder, config.data)
    compute = pick_compute(device, config.training.precision)
    config = config.override("training", precision="bfloat16" if compute.bfloat16 else "float32")
    _save_options(out, config, labels, resume)
    report_counts(labels, config, console)
    console.print(f"{compute.device.type}, {config.training.precision}", highlight=False)

    # 2. photos into memory
    dataset = load_dataset(labels, config.model.image_size, console.print).to(compute.device)
    vocabulary = dataset.labels.vocabulary

    # 3. the attribute network, then everything that it says about the photos, once
    attribute = obtain_attribute_network(
        out / "attribute_network.safetensors",
        dataset,
        config,
        compute,
        config.training.seed,
        console,
    )
    guidance = Guidance(dataset, compute_cams(attribute, dataset, compute), config.loss.guidance)
    prototypes = color_prototypes(dataset, config.data.color_attribute)
    color, size = config.data.color_attribute, config.training.batch_size
    tell = functools.partial(console.print, highlight=False, soft_wrap=True)
    rendered = {
        name: render_pairs(
            vocabulary, name, garments, config.model.image_size, compute.device, tell
        )
        for name, garments in config.data.rendered_pairs.items()
    }
    batches = Batches(dataset, guidance, prototypes, color, rendered, size)
    info = ModelInfo(vocabulary, config.model, prototypes, color)

    # 4. nets and optimisers
    torch.manual_seed(config.training.seed)
    generator = Generator(info.n_condition, config.model)
    if start_from:
        _start_from(generator, start_from, info)
    d_image, d_crop = build_discriminators(vocabulary.n_values, config.model)
    nets = Networks(
        generator.to(compute.device),
        d_image.to(compute.device),
        d_crop.to(compute.device),
        attribute,
    )
    discriminators = torch.nn.ModuleList([nets.discriminator_image, nets.discriminator_crop])
    betas = (config.training.beta1, config.training.beta2)
    optimizer_g = torch.optim.Adam(
        nets.generator.parameters(), config.training.learning_rate, betas
    )
    optimizer_d = torch.optim.Adam(
        discriminators.parameters(), config.training.learning_rate, betas
    )
    average = AveragedModel(
        nets.generator, multi_avg_fn=get_ema_multi_avg_fn(config.training.ema_decay)
    )
    keep = {
        **nets.trained(),
        "optimizer_g": optimizer_g,
        "optimizer_d": optimizer_d,
        "average": average,
    }
    first_step = _restore(out, keep, compute) if started else 0
    few = int((~dataset.labels.is_test).sum()) < FEW_PHOTOS
    augmentation = config.training.discriminator_augmentation
    objective = Objective(
        config.loss, compute, augmentation == "on" or (augmentation == "auto" and few)
    )
    sheet_rows, sheet_edits = sheet_choices(dataset, n_photos=8, n_edits=10)

    def checkpoint(step: int) -> None:
        save_state(out / "state.pt", _collect(keep, step))
        save_model(out / MODEL_FILE, average.module, ModelInfo(**{**vars(info), "steps": step}))

    # 5. adversarial training
    steps, seed = config.training.steps, config.training.seed
    saved = time.monotonic()
    step = first_step
    console.print(f"training {first_step} -> {steps} steps of {size} photos", highlight=False)
    with Monitor(out, steps, first_step, size, console) as monitor, stop_at_ctrl_c() as stopped:
        while step < steps and time.monotonic() < deadline and not stopped():
            set_learning_rate(
                (optimizer_g, optimizer_d), config.training.learning_rate, step, steps
            )
            random = torch.Generator(compute.device).manual_seed(seed * 1_000_003 + step)

            # ---- one training step: n_critic times the discriminators, once the generator ----
            discriminators.requires_grad_(True)
            for k in range(config.training.n_critic):
                m = (step + k) % vocabulary.n_attributes  # attributes alternate
                batch = batches.draw(m, (seed, step, k))
                loss_d, parts_d = discriminator_loss(nets, batch, objective, random)
                optimizer_d.zero_grad(set_to_none=True)
                loss_d.backward()
                optimizer_d.step()
            discriminators.requires_grad_(False)
            m = step % vocabulary.n_attributes
            batch = batches.draw(m, (seed, step, config.training.n_critic))
            loss_g, parts_g = generator_loss(nets, batch, objective, random)
            optimizer_g.zero_grad(set_to_none=True)
            loss_g.backward()
            optimizer_g.step()
            average.update_parameters(nets.generator)
            # ----------------------------------------------------------------------------------

            step += 1
            monitor.step(step, {name: float(v) for name, v in (parts_d | parts_g).items()})
            if step % config.training.sheet_every == 0 or step == steps:
                sheet = out / "sheets" / f"{step:06d}.jpg"
                edit_sheet(sheet, average.module, dataset, sheet_rows, sheet_edits, compute)
            if time.monotonic() - saved > 60 * config.training.checkpoint_minutes:
                checkpoint(step)
                saved = time.monotonic()
        checkpoint(step)
        references = batches.references
        monitor.say(
            f"references: {references.exact} exact, {references.relaxed} with labels relaxed"
        )
    if stopped():
        raise KeyboardInterrupt
    if step < steps:
        console.print(f"stopped at step {step} of {steps}; go on with --resume", highlight=False)
    return out / MODEL_FILE


def report_counts(labels: Labels, config: Config, console: Console) -> None:
    """Print training photos per value and warn of rare values."""
    n_test = int(labels.is_test.sum())
    console.print(
        f"{len(labels.paths) - n_test} training photos, {n_test} test photos", highlight=False
    )
    for name, counts in count_values(labels).items():
        ranked = ", ".join(f"{value} {count}" for value, count in counts.most_common())
        console.print(f"{name}: {ranked}", highlight=False, soft_wrap=True)
        rare = [value for value, count in counts.items() if count < config.data.rare_below]
        if rare:
            few = f"fewer than {config.data.rare_below} photos"
            console.print(f"warning: {few} of {name} {', '.join(rare)}", highlight=False)
        if sum(count > 0 for count in counts.values()) < 2:
            raise DataError(f"{name}: the training photos show fewer than two values; label more")


def obtain_attribute_network(
    path: Path, dataset: Dataset, config: Config, compute: Compute, seed: int, console: Console
) -> AttributeNetwork:
    """Load the attribute network from `path`, or train it, report its accuracy and save it."""
    vocabulary = dataset.labels.vocabulary
    note = {"vocabulary": vocabulary.to_dict(), **asdict(config.attribute_network), "seed": seed}
    if path.exists():
        network = AttributeNetwork(vocabulary.n_values, config.attribute_network)
        load_network(path, network, note)
        network = compute.place(network).eval().requires_grad_(False)
    else:

        def tell(step: int, steps: int, loss: float) -> None:
            if step % max(1, steps // 10) == 0:
                console.print(f"attribute network {step}/{steps}: loss {loss:.3f}", highlight=False)

        network = train_attribute_network(dataset, config.attribute_network, compute, seed, tell)
        save_network(path, network, note)
    rows = dataset.rows(test=True)
    if len(rows):
        scores = predict_values(
            network, to_network(dataset.images[torch.from_numpy(rows)]), compute
        )
        right = accuracy(scores, dataset, rows)
        text = ", ".join(f"{name} {share:.1%}" for name, share in right.items())
        console.print(f"attribute network on {len(rows)} test photos: {text}", highlight=False)
    return network


def set_learning_rate(optimizers, base: float, step: int, steps: int) -> None:
    """Constant for half of the steps, then a straight line that reaches 0 after the last one."""
    rate = base * min(1.0, 2 * (steps - step) / steps)
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["lr"] = rate


@contextmanager
def stop_at_ctrl_c() -> Iterator:
    """Yield a function that says whether Ctrl-C was pressed; a second one ends at once."""
    pressed = []

    def note(*_) -> None:
        if pressed:
            raise KeyboardInterrupt
        pressed.append(True)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield lambda: bool(pressed)
    finally:
        signal.signal(signal.SIGINT, before)


def _save_options(out: Path, config: Config, labels: Labels, resume: bool) -> None:
    """Write config.json, or check that a resumed run goes on with the same one."""
    options = config.to_dict() | {"vocabulary": labels.vocabulary.to_dict()}
    text = json.dumps(options, indent=1)
    path = out / "config.json"
    if resume and path.exists():
        if json.loads(path.read_text(encoding="utf-8")) != json.loads(text):
            raise UsageError(f"{path}: the run was started with other options; give the same ones")
        return
    with atomic(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _start_from(generator: Generator, path: Path, info: ModelInfo) -> None:
    start, known = load_model(path, torch.device("cpu"))
    if known.vocabulary != info.vocabulary:
        raise CheckpointError(f"--start-from {path}: was trained on other attributes or values")
    try:
        generator.load_state_dict(start.state_dict())
    except RuntimeError:
        raise CheckpointError(f"--start-from {path}: has other layers than the preset") from None


def _collect(keep: dict[str, Any], step: int) -> dict[str, Any]:
    return {"step": step} | {name: item.state_dict() for name, item in keep.items()}


def _restore(out: Path, keep: dict[str, Any], compute: Compute) -> int:
    state = load_state(out / "state.pt", compute.device)
    for name, item in keep.items():
        item.load_state_dict(state[name])
    return state["step"]
