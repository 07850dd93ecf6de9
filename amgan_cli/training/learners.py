"""What learns in a run: generator, D_I, D_C if there is one, optimisers, generator average."""

from dataclasses import replace
from pathlib import Path

import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from amgan_cli.checkpoint import build_generator, load_state, save_model, save_state
from amgan_cli.config import Config
from amgan_cli.model_info import ModelInfo
from amgan_cli.nets.amgan import build_discriminators
from amgan_cli.nets.attribute_network import AttributeNetwork
from amgan_cli.training.ink_fitting import fit_inks
from amgan_cli.training.own_weights import learn_only, own_slots
from amgan_cli.training.start import start_as


class Learners:
    """Everything that a training state holds; `average` is what is saved as the model."""

    def __init__(
        self,
        info: ModelInfo,
        config: Config,
        device: torch.device,
        attribute: AttributeNetwork | None = None,
    ) -> None:
        """`attribute` gives the CAMs where they are the generator's attention."""
        torch.manual_seed(config.training.seed)
        self.info, self.training = info, config.training
        self.generator = build_generator(info, attribute).to(device)
        d_image, d_crop = build_discriminators(info.vocabulary.n_values, config.model)
        self.discriminators = nn.ModuleList([d for d in (d_image, d_crop) if d]).to(device)
        self.discriminator_image, self.discriminator_crop = d_image, d_crop
        self.optimizer_g = self._adam(self.generator)
        self.optimizer_d = self._adam(self.discriminators)
        decay = get_ema_multi_avg_fn(config.training.ema_decay)
        self.average = AveragedModel(self.generator, multi_avg_fn=decay).eval()

    def begin(self, start_from: Path | None, painted_attribute: str | None) -> None:
        """Start from a model file, if there is one, and inks as the painter of patterns lays them.

        CheckpointError if the file does not fit.
        """
        knows_inks = start_from is not None and self.start_from(start_from)
        if painted_attribute and not knows_inks:
            self.start_inks(painted_attribute)

    def start_from(self, path: Path) -> bool:
        """Take a model file's generator as the start, and return whether its inks came along.

        Raises CheckpointError if it does not fit.
        """
        has_inks = start_as(path, self.generator, self.info)
        self.average.module.load_state_dict(self.generator.state_dict())
        return has_inks

    def start_inks(self, painted_attribute: str) -> None:
        """Let the inks begin as what the painter of patterns lays on cloth."""
        if self.generator.inks is not None:
            fit_inks(self.generator.inks, self.info.vocabulary, painted_attribute)
            self.average.module.load_state_dict(self.generator.state_dict())

    def fix_inks(self) -> None:
        """Keep the inks as they are: what is painted is known, and from pictures they drift."""
        if self.generator.inks is not None:
            self.generator.inks.requires_grad_(False)

    def learn_only(self, attributes: tuple[str, ...]) -> None:
        """Keep all but the weights of these attributes as they are; none given: all may learn."""
        if attributes:
            learn_only(self.generator, own_slots(self.info.vocabulary, attributes))

    def set_learning_rate(self, step: int) -> None:
        """Set the rate of step number `step` (from 0) in both optimisers."""
        options = self.training
        rate = learning_rate(options.learning_rate, step, options.steps, options.decay_from)
        for optimizer in (self.optimizer_g, self.optimizer_d):
            for group in optimizer.param_groups:
                group["lr"] = rate

    def step_discriminators(self, loss: torch.Tensor) -> None:
        """One Adam step of D_I and D_C down `loss`."""
        self.optimizer_d.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer_d.step()

    def step_generator(self, loss: torch.Tensor) -> None:
        """One Adam step of G down `loss`; the average follows."""
        self.optimizer_g.zero_grad(set_to_none=True)
        loss.backward()
        if self.training.clip:
            nn.utils.clip_grad_norm_(self.generator.parameters(), self.training.clip)
        self.optimizer_g.step()
        self.average.update_parameters(self.generator)

    def save(self, state_file: Path, model_file: Path, step: int) -> None:
        """Write the training state and the averaged generator, each whole or not at all."""
        state = {name: part.state_dict() for name, part in self._parts().items()}
        save_state(state_file, {"step": step, **state})
        save_model(model_file, self.average.module, replace(self.info, steps=step))

    def restore(self, state_file: Path, device: torch.device) -> int:
        """Go back to a saved state and return its step; CheckpointError if it is damaged."""
        state = load_state(state_file, device)
        for name, part in self._parts().items():
            part.load_state_dict(state[name])
        return state["step"]

    def _adam(self, nets: nn.Module) -> torch.optim.Adam:
        betas = (self.training.beta1, self.training.beta2)
        return torch.optim.Adam(nets.parameters(), self.training.learning_rate, betas)

    def _parts(self) -> dict:
        names = ("generator", "discriminator_image", "discriminator_crop", "average")
        names = (*names, "optimizer_g", "optimizer_d")
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}


def learning_rate(base: float, step: int, steps: int, decay_from: float = 0.5) -> float:
    """Constant for a share of the steps, then a straight line that reaches 0 after the last one."""
    start = decay_from * steps
    return base if step <= start else base * ((steps - step) / (steps - start))
