"""The eight rows of Table 1, each with the options of its run. Light."""

from collections.abc import Iterable
from dataclasses import dataclass

from amgan_cli.config import Config, TrainingConfig
from amgan_cli.errors import UsageError, suggest
from amgan_cli.methods import choose_method


@dataclass(frozen=True)
class Row:
    """A method or ablation; `name` is its folder, the rest as `choose_method` takes it."""

    name: str
    title: str
    method: str = "amgan"
    without: tuple[str, ...] = ()
    attention: str = "own"

    def config(self, scale: Config, seed: int) -> Config:
        """The run's options: the method's own, with the budget of `scale`, equal for all rows.

        The budget is steps, discriminator steps and photos a step. A competitor's learning rate
        keeps its published proportion to the paper's 1e-4.
        """
        chosen, budget = choose_method(scale, self.method, self.without, self.attention), {}
        for name in ("steps", "n_critic", "batch_size"):
            budget[name] = getattr(scale.training, name)
        if self.method != "amgan":
            proportion = chosen.training.learning_rate / TrainingConfig.learning_rate
            budget["learning_rate"] = scale.training.learning_rate * proportion
        return chosen.override("training", seed=scale.training.seed + seed, **budget)


_NO_CROP = ("crop-discriminator",)
_NO_PERCEPTUAL = (*_NO_CROP, "perceptual")

TABLE_1 = (
    Row("stargan", "StarGAN", method="stargan"),
    Row("ganimation", "Ganimation", method="ganimation"),
    Row("sagan", "SaGAN", method="sagan"),
    Row("amgan", "AMGAN"),
    Row("no-crop", "AMGAN w/o D_C", without=_NO_CROP),
    Row("no-perceptual", "AMGAN w/o L_p, D_C", without=_NO_PERCEPTUAL),
    Row("no-attention", "AMGAN w/o L_a, L_p, D_C", without=(*_NO_PERCEPTUAL, "attention-loss")),
    Row("cam", "AMGAN, CAMs as alpha", without=_NO_PERCEPTUAL, attention="cam"),
)


def choose_rows(names: Iterable[str]) -> tuple[Row, ...]:
    """The rows of these names in the paper's order; all for none. Raises UsageError."""
    wanted, known = set(names), [row.name for row in TABLE_1]
    for name in sorted(wanted - set(known)):
        raise UsageError(f"--rows {name}: {suggest(name, known)}")
    return tuple(row for row in TABLE_1 if not wanted or row.name in wanted)
