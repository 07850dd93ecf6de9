"""Which condition, label and picture goes where in one training step (Eq. 2 to 7)."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch
from conftest import tiny
from torch import nn

from amgan_cli.config import LossConfig
from amgan_cli.device import Compute
from amgan_cli.training.batches import Batch
from amgan_cli.training.losses import Networks, Objective, discriminator_loss, generator_loss
from amgan_cli.training.train import attribute_at, training_step

SOURCE, TARGET = 0.25, 0.75
"""What the stand-in generator draws for each condition."""


class Draws(nn.Module):
    """z is the condition's first number everywhere, times a weight of 1; alpha is 1 in a corner."""

    mask = "joint"

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(()))
        self.asked: list[tuple[torch.Tensor, float]] = []

    def forward(self, x: torch.Tensor, condition: torch.Tensor):
        self.asked.append((x, condition[0, 0].item()))
        alpha = torch.zeros_like(x[:, :1])
        alpha[..., :8, :8] = 1
        return self.weight * condition[:, :1, None, None].expand_as(x), alpha


class Classifies(nn.Module):
    """Is sure of value 0, whatever it sees; a picture is as real as it is bright."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[torch.Tensor] = []

    def forward(self, x: torch.Tensor):
        self.seen.append(x)
        return x.mean((1, 2, 3)), torch.tensor([[20.0, 0.0]]).expand(len(x), -1)


@pytest.fixture
def nets() -> Networks:
    return Networks(Draws(), Classifies(), Classifies(), None)  # type: ignore[arg-type]


@pytest.fixture
def batch() -> Batch:
    """Two black photos that show value 0 and are to show value 1."""
    x, labels = torch.full((2, 3, 16, 16), -1.0), torch.zeros(2, dtype=torch.long)
    conditions = (torch.full((2, 3), each) for each in (SOURCE, TARGET))
    block, nothing = slice(0, 2), labels > 0
    return Batch("color", block, x, labels, labels + 1, *conditions, None, x, None, nothing, None)


def objective(**weights: float) -> Objective:
    none = dict.fromkeys(("att", "perc"), 0.0)
    return Objective(
        replace(LossConfig(), **(none | weights)), Compute(torch.device("cpu"), False), False
    )


RANDOM = torch.Generator()


def test_discriminators_learn_what_photos_show_and_that_edits_to_the_target_are_fake(nets, batch):
    _, parts = discriminator_loss(nets, batch, objective(), RANDOM)
    assert [condition for _, condition in nets.generator.asked] == [TARGET]
    assert parts["cls_d"].item() == pytest.approx(0, abs=1e-3)  # m' is value 0, and so it says
    whole, near = nets.discriminator_image.seen, nets.discriminator_crop.seen
    assert torch.equal(whole[0], batch.x) and (whole[1][..., :8, :8] == TARGET).all()
    assert (near[0] == -1).all() and near[1].mean() > 0.9 * TARGET  # real and edited crop
    wrong = discriminator_loss(nets, replace(batch, source=batch.target), objective(), RANDOM)[1]
    assert wrong["cls_d"].item() == pytest.approx(40, abs=1e-3)  # 20 by each of D_I and D_C


def test_the_generator_is_to_show_the_target_and_to_come_back(nets, batch):
    _, parts = generator_loss(nets, batch, objective(rec=1.0), RANDOM)
    assert parts["cls"].item() == pytest.approx(40, abs=1e-3)  # both say value 0, m is value 1
    (x, there), (x_star, back), (again, same) = nets.generator.asked
    assert (there, back, same) == (TARGET, SOURCE, SOURCE)
    assert torch.equal(x, batch.x) and torch.equal(again, batch.x)
    assert (x_star[..., :8, :8] == TARGET).all() and (x_star[..., 8:, :] == -1).all()
    changed = (1 + SOURCE) * 64 / 256  # a quarter of the picture comes back as SOURCE, not as -1
    assert parts["cyc"].item() == pytest.approx(changed)
    assert parts["rec"].item() == pytest.approx(changed)


def test_the_generator_learns_from_the_crop_too(nets, batch):
    """D_I is blind here, so that all that is learned comes through D_C."""

    def blind(x: torch.Tensor):
        return 0 * x.mean((1, 2, 3)), torch.zeros(2, 2)

    nets = replace(nets, discriminator_image=blind)
    total, _ = generator_loss(nets, batch, objective(cyc=0.0), RANDOM)
    total.backward()
    gradient = nets.generator.weight.grad
    assert gradient is not None and gradient.item() < -0.5  # brighter crops are more real


def test_the_generator_is_judged_by_the_views_that_the_discriminators_learn_from(nets, batch):
    """Whole pictures would be unlike all that D has seen."""
    whole = replace(batch, x=torch.ones_like(batch.x))
    generator_loss(nets, whole, replace(objective(cyc=0.0), augment=True), RANDOM)
    (seen,) = nets.discriminator_image.seen
    assert (seen == 0).any(dim=1).flatten(1).any(dim=1).all()  # each with its hole


def test_edits_are_to_have_the_features_of_the_reference(nets, batch):
    class Means(nn.Module):
        def features(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
            return {"avg_pool": x.mean((2, 3)), "conv5": 10 * x}

    nets = replace(nets, attribute=Means())
    batch = replace(batch, x_ref=torch.full_like(batch.x, 0.5))
    _, parts = generator_loss(nets, batch, objective(perc=1.0), RANDOM)
    inside, outside = 0.25 * (0.5 - TARGET), 0.75 * (0.5 + 1)  # x* is TARGET in a quarter, else -1
    assert parts["perc"].item() == pytest.approx(abs(inside + outside) + 10 * (outside - inside))


def test_a_step_trains_discriminators_n_critic_times_on_attributes_in_turn(nets, batch):
    config, asked = tiny(n_critic=3), []
    steps: list[str] = []
    learners = SimpleNamespace(
        training=config.training,
        discriminators=nn.Linear(1, 1),
        step_discriminators=lambda loss: steps.append("D"),
        step_generator=lambda loss: steps.append("G"),
    )

    def draw(attribute: int, key: tuple) -> Batch:
        asked.append((attribute, key))
        return batch

    def turn(step: int, k: int = 0) -> int:
        return attribute_at(config, ("color", "sleeve"), step, k)

    batches = SimpleNamespace(draw=draw)
    training_step(learners, nets, batches, objective(), turn, 1)  # type: ignore[arg-type]
    assert steps == ["D", "D", "D", "G"]
    assert [attribute for attribute, _ in asked] == [1, 0, 1, 1]
    assert len({key for _, key in asked}) == 4  # other photos each time
