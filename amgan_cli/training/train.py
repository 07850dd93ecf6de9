"""`amgan train`: label file in, model file out; read it downwards."""

import functools
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch
from rich.console import Console

from amgan_cli.config import Config
from amgan_cli.console import say
from amgan_cli.data.dataset import Dataset, load_dataset
from amgan_cli.data.labels import Labels, count_values
from amgan_cli.data.record import read_split, save_record, split_of
from amgan_cli.data.sources import open_labels
from amgan_cli.device import Compute, pick_compute
from amgan_cli.errors import DataError, UsageError, suggest
from amgan_cli.files import write_whole
from amgan_cli.model_info import MODEL_FILE, ModelInfo, read_info
from amgan_cli.nets.attribute_model import RUN_FILE
from amgan_cli.nets.attribute_network import AttributeNetwork
from amgan_cli.stopping import stop_on_ctrl_c
from amgan_cli.training.attribute_training import obtain_attribute_network
from amgan_cli.training.batches import Batches
from amgan_cli.training.guidance import Guidance, color_prototypes, compute_cams
from amgan_cli.training.learners import Learners
from amgan_cli.training.losses import Networks, Objective, discriminator_loss, generator_loss
from amgan_cli.training.monitor import Monitor
from amgan_cli.training.own_weights import check_only
from amgan_cli.training.pair_sources import drawn_sources, pair_sources
from amgan_cli.training.sheet import edit_sheet, sheet_choices

INTERRUPTED = "saving the state after this step; Ctrl-C again stops at once"
STATE_FILE, CONFIG_FILE = "state.pt", "config.json"
START = "start_from"
"""Key of CONFIG_FILE: until there is a state, a resumed run begins as it did."""
FEW_PHOTOS = 20_000
"""Under this many training photos the discriminators see random views by default."""


def train(
    data: str | Path,
    out: Path,
    config: Config,
    device: str = "auto",
    resume: bool = False,
    max_minutes: float | None = None,
    start_from: Path | None = None,
    console: Console | None = None,
) -> Path:
    """Train on `data` (see `open_labels`) and return the model file in the run folder `out`.

    A run stopped by Ctrl-C, `max_minutes` or anything else goes on with `resume`. `start_from` is
    a model file whose generator is the start. The attribute network is trained whole in any case,
    since it cannot go on later. Raises DataError, UsageError, CheckpointError,
    TrainingError or OutputError, each with one line to show.
    """
    console = console or Console(stderr=True)
    deadline = float("inf") if max_minutes is None else time.monotonic() + 60 * max_minutes
    state_file, model_file = out / STATE_FILE, out / MODEL_FILE
    check_start(out, config, start_from, resume)
    start_from = start_from or (recorded_start(out) if resume else None)

    # 1. resolve, print, save
    labels = open_labels(data, config.data, console=console)
    report_counts(labels, config, console)
    check_turns(config, labels.vocabulary.names)
    if start_from and config.training.only:
        check_only(start_from, labels.vocabulary, config.model, config.training.only)
    if resume and read_split(out) not in ({}, split_of(labels)):
        raise UsageError(f"{out}: began with other photos or another split; give the same data")
    config, compute = resolve_options(out, config, labels, device, start_from, resume)
    save_record(out, data, labels)
    say(console, f"{compute.device.type}, {config.training.precision}")

    # 2. photos into memory
    dataset = load_dataset(labels, config.model.image_size, functools.partial(say, console)).to(
        compute.device
    )
    vocabulary = dataset.labels.vocabulary

    # 3. the attribute network, then everything that it says about the photos, once
    attribute, batches, info = prepare_batches(out, dataset, config, compute, console)

    # 4. nets and optimisers
    learners = Learners(info, config, compute.device, attribute)
    if state_file.exists():
        first_step = learners.restore(state_file, compute.device)
    else:
        first_step = 0
        learners.begin(start_from, batches.painted_attribute)
    if batches.painted_attribute:
        learners.fix_inks()
    learners.learn_only(config.training.only)
    nets = Networks(
        learners.generator, learners.discriminator_image, learners.discriminator_crop, attribute
    )
    objective = Objective(config.loss, compute, sees_random_views(config, dataset))
    sheet_rows, sheet_edits = sheet_choices(dataset, n_photos=8, n_edits=10)

    # 5. adversarial training
    turn = functools.partial(attribute_at, config, vocabulary.names)
    steps = config.training.steps
    step, saved = first_step, time.monotonic()
    size = config.training.batch_size
    say(console, f"training {first_step} -> {steps} steps of {size} photos")
    with (
        Monitor(out, steps, first_step, size, console) as monitor,
        stop_on_ctrl_c(INTERRUPTED) as stop,
    ):
        while step < steps and time.monotonic() < deadline and not stop.is_set():
            learners.set_learning_rate(step)
            parts = training_step(learners, nets, batches, objective, turn, step)
            step += 1
            monitor.step(step, parts)
            if step % config.training.sheet_every == 0 or step == steps:
                sheet = out / "sheets" / f"{step:06d}.jpg"
                edit_sheet(
                    sheet, learners.average.module, info, dataset, sheet_rows, sheet_edits, compute
                )
            if time.monotonic() - saved > 60 * config.training.checkpoint_minutes:
                monitor.read()  # before a step that went wrong replaces a good state
                learners.save(state_file, model_file, step)
                saved = time.monotonic()
        monitor.read()
        learners.save(state_file, model_file, step)
        if config.loss.perc:
            references = batches.references
            monitor.say(f"references: {references.exact} exact, {references.relaxed} relaxed")
    if step < steps:
        if stop.is_set():
            raise KeyboardInterrupt
        say(console, f"stopped at step {step} of {steps}; go on with --resume")
    return model_file


def check_start(out: Path, config: Config, start_from: Path | None, resume: bool) -> None:
    """Refuse what cannot begin, before minutes of work: UsageError or CheckpointError."""
    state_file, model_file = out / STATE_FILE, out / MODEL_FILE
    if state_file.exists() and not resume:
        raise UsageError(f"{out}: holds a run already; give --resume or another --out")
    if model_file.exists() and not state_file.exists():
        raise UsageError(
            f"{model_file}: a model without the state to go on from; give another --out, or "
            "--start-from with it"
        )
    if resume and not (out / CONFIG_FILE).exists():
        raise UsageError(f"{out}: holds no run to go on with; leave --resume or mend --out")
    began_as = recorded_start(out) if resume else start_from
    if start_from and start_from.resolve() != began_as and resume:
        message = f"the run in {out} did not begin as this one; leave it or give another --out"
        raise UsageError(f"--start-from {start_from}: {message}")
    if began_as and not state_file.exists():
        read_info(began_as)
    elif config.training.only and not resume:
        raise UsageError("--only: needs a model that knows the others: give --start-from")


def recorded_start(out: Path) -> Path | None:
    """The model that a run began as, or is to; None if as nothing."""
    start = json.loads((out / CONFIG_FILE).read_text(encoding="utf-8")).get(START)
    return start and Path(start)


def training_step(
    learners: Learners,
    nets: Networks,
    batches: Batches,
    objective: Objective,
    turn: Callable[..., int],
    step: int,
) -> dict[str, torch.Tensor]:
    """Step number `step`: n_critic times the discriminators, once the generator.

    `turn` gives the number of the attribute that a step takes. Returns all parts of the losses.
    """
    options, device = learners.training, objective.compute.device
    random = torch.Generator(device).manual_seed(options.seed * 1_000_003 + step)
    learners.discriminators.requires_grad_(True)
    parts_d: dict[str, torch.Tensor] = {}
    for k in range(options.n_critic if objective.weights.adversarial else 0):
        batch = batches.draw(turn(step, k), (options.seed, step, k))  # attributes alternate
        loss_d, parts_d = discriminator_loss(nets, batch, objective, random)
        learners.step_discriminators(loss_d)
    learners.discriminators.requires_grad_(False)
    batch = batches.draw(turn(step), (options.seed, step, options.n_critic))
    loss_g, parts_g = generator_loss(nets, batch, objective, random)
    learners.step_generator(loss_g)
    return parts_d | parts_g


def prepare_batches(
    out: Path,
    dataset: Dataset,
    config: Config,
    compute: Compute,
    console: Console,
) -> tuple[AttributeNetwork | None, Batches, ModelInfo]:
    """Attribute network (None where no loss asks for it), batches with all guidance, and header."""
    vocabulary, color = dataset.labels.vocabulary, config.data.color_attribute
    attribute = cams = None
    has_masks = dataset.masks is not None
    if config.needs_attribute_network(vocabulary.names, has_masks):
        file = out / RUN_FILE
        seed = config.training.seed
        attribute = obtain_attribute_network(file, dataset, config, compute, seed, console)
        if config.needs_cams(vocabulary.names, has_masks):
            cams = compute_cams(attribute, dataset, compute)
    guidance = Guidance(dataset, cams, config.loss)
    prototypes = color_prototypes(dataset, color)
    tell = functools.partial(say, console)
    pairs = pair_sources(dataset, config, tell) if config.loss.pair else {}
    drawn = drawn_sources(dataset, config, tell)
    batches = Batches(dataset, config, guidance, prototypes, pairs, drawn)
    info = ModelInfo(vocabulary, config.model, prototypes, color)
    if config.model.mask == "cam":  # the model file has it inside, whatever its training began with
        network = replace(config.attribute_network, init="scratch")
        info = replace(info, attribute_network=network)
    return attribute, batches, info


def check_turns(config: Config, names: tuple[str, ...]) -> None:
    """UsageError if `training.turns` names some learned attributes and not all of them, or `only`
    one that is not learned."""
    turns = set(config.training.turns) & set(names)
    if turns and turns != set(names):
        wanted, given = ", ".join(names), ", ".join(config.training.turns)
        raise UsageError(f"training.turns {given}: must name every learned attribute: {wanted}")
    for name in config.training.only:
        if name not in names:
            raise UsageError(f"training.only '{name}': {suggest(name, names)}")


def attribute_at(config: Config, names: tuple[str, ...], step: int, k: int = 0) -> int:
    """Number of the attribute that step `step` (its discriminator step `k`) takes; they alternate.

    In the order of `training.turns`, `only` some; the first steps leave out those seen in part
    (`whole_first`).
    """
    turns = [name for name in config.training.turns if name in names] or list(names)
    turns = [name for name in turns if name in (config.training.only or turns)]
    if step < config.training.whole_first * config.training.steps:
        turns = [name for name in turns if name not in config.model.views] or turns
    return names.index(turns[(step + k) % len(turns)])


def report_counts(labels: Labels, config: Config, console: Console) -> None:
    """Print training photos per value and warn of rare values."""
    n_test = int(labels.is_test.sum())
    say(console, f"{len(labels.photos) - n_test} training photos, {n_test} test photos")
    for name, counts in count_values(labels).items():
        ranked = ", ".join(f"{value} {count}" for value, count in counts.most_common())
        say(console, f"{name}: {ranked}")
        rare = [value for value, count in counts.items() if count < config.data.rare_below]
        if rare:
            few = f"fewer than {config.data.rare_below} photos"
            say(console, f"warning: {few} of {name} {', '.join(rare)}")
        if sum(count > 0 for count in counts.values()) < 2:
            raise DataError(f"{name}: the training photos show fewer than two values; label more")


def resolve_options(
    out: Path, config: Config, labels: Labels, device: str, start_from: Path | None, resume: bool
) -> tuple[Config, Compute]:
    """Decide what `auto` left open and write config.json, or (`resume`) go on with the run's own.

    Raises UsageError if the run to go on with was started with other options.
    """
    path = out / CONFIG_FILE
    before = json.loads(path.read_text(encoding="utf-8")) if resume else None
    if before and config.training.precision == "auto":
        # decided once a run: on another machine the answer, and so the bits, would differ
        config = config.override("training", precision=before["training"]["precision"])
    compute = pick_compute(device, config.training.precision)
    config = config.override("training", precision="bfloat16" if compute.bfloat16 else "float32")
    options = config.to_dict() | {"vocabulary": labels.vocabulary.to_dict()}
    options[START] = start_from and str(start_from.resolve())
    text = json.dumps(options, indent=1)
    if before is None:
        write_whole(path, text)
    elif with_defaults(before) != with_defaults(json.loads(text)):
        raise UsageError(
            f"{path}: the run was started with other options or labels; "
            "give the same ones or another --out"
        )
    return config, compute


def with_defaults(options: dict) -> dict:
    """The contents of a config.json, completed with options that came after it was written."""
    tables = {name: table for name, table in options.items() if name not in ("vocabulary", START)}
    return Config.from_dict(tables).to_dict() | {"vocabulary": options["vocabulary"]}


def sees_random_views(config: Config, dataset: Dataset) -> bool:
    """Resolve `training.discriminator_augmentation`."""
    few = int((~dataset.labels.is_test).sum()) < FEW_PHOTOS
    return {"on": True, "off": False, "auto": few}[config.training.discriminator_augmentation]
