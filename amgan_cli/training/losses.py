"""The two objectives: Eq. 4 for the discriminators, Eq. 11 for the generator.

The competitors' objectives are the same sums with other weights (`presets/methods`).
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F

from amgan_cli.config import LossConfig
from amgan_cli.device import Compute
from amgan_cli.equations import (
    attention_loss,
    blend,
    classification,
    cycle_consistency,
    discriminator_adversarial,
    generator_adversarial,
    gradient_penalty,
    mask_size,
    perceptual_loss,
    total_variation,
    weighted_sum,
)
from amgan_cli.nets.amgan import Discriminator, Generator
from amgan_cli.nets.attribute_network import AttributeNetwork
from amgan_cli.training.augment import discriminator_views
from amgan_cli.training.batches import Batch
from amgan_cli.training.crops import attention_boxes, crop
from amgan_cli.training.pairs import differs

EMPHASIS = 4.0
"""How many times more what is to change visibly counts in `result_distance`."""


@dataclass(frozen=True)
class Networks:
    """The nets of one training run."""

    generator: Generator
    discriminator_image: Discriminator
    discriminator_crop: Discriminator | None
    """None where the method has none."""
    attribute: AttributeNetwork | None
    """Fixed; gives perceptual features. None where no loss asks for it."""


@dataclass(frozen=True)
class Objective:
    """What both losses need beside nets and batch."""

    weights: LossConfig
    compute: Compute
    augment: bool
    """Whether the discriminators see random views (`discriminator_views`)."""

    def attention(self, alpha: torch.Tensor, alpha_star: torch.Tensor) -> torch.Tensor:
        """Distance of attention and guidance mask, as `LossConfig.attention` says."""
        if self.weights.attention == "cross_entropy":
            return F.binary_cross_entropy(alpha, alpha_star)
        return attention_loss(alpha, alpha_star)  # Eq. 9

    def seen(self, images: torch.Tensor, random: torch.Generator) -> torch.Tensor:
        """Pictures as a discriminator gets them."""
        return discriminator_views(images, random) if self.augment else images


def edit(
    generator: Generator, x: torch.Tensor, condition: torch.Tensor, compute: Compute
) -> tuple[torch.Tensor, torch.Tensor]:
    """x* and alpha (Eq. 1)."""
    with compute.autocast():
        z, alpha = generator(x, condition)
    return blend(alpha, z, x), alpha


def discriminator_loss(
    nets: Networks, batch: Batch, objective: Objective, random: torch.Generator
) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    """L_D (Eq. 4) of D_I and D_C together, and its parts `adv_d`, `gp`, `cls_d`."""
    compute, weights = objective.compute, objective.weights
    with torch.no_grad():
        x_star, alpha = edit(nets.generator, batch.x, batch.to_target, compute)
    adversarial, penalty, classes = [], [], []
    for net, real, fake in _views(nets, batch.x, x_star, alpha):
        real, fake = objective.seen(real, random), objective.seen(fake, random)
        with compute.autocast():
            src_real, cls_real = net(real)
            src_fake, _ = net(fake)
        adversarial.append(discriminator_adversarial(src_real.float(), src_fake.float()))  # Eq. 2
        penalty.append(gradient_penalty(lambda x, net=net: net(x)[0], real, fake, random))  # Eq. 2
        classes.append(classification(cls_real, batch.source, batch.block))  # Eq. 3
    parts = {"adv_d": _sum(adversarial), "gp": _sum(penalty), "cls_d": _sum(classes)}
    return weighted_sum(parts, {"gp": weights.gp, "cls_d": weights.cls})


def generator_loss(
    nets: Networks, batch: Batch, objective: Objective, random: torch.Generator
) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    """L_G (Eq. 11) and its parts `adv`, `cls`, `cyc`, `att`, `perc`; ours: `pair`, `att_pair`.

    Competitors add `rec` (SaGAN), `mask_mean` and `mask_tv` (GANimation). A part of weight 0 is
    left out and costs nothing, but that `adv` and `cls` come together. The parts also hold `change`
    (mean |x* - x|) and, where there is attention, `alpha_mean`, `alpha_min` and `alpha_max`, which
    are watched and have no weight.
    """
    compute, weights = objective.compute, objective.weights
    x_star, alpha = edit(nets.generator, batch.x, batch.to_target, compute)
    parts: dict[str, torch.Tensor] = {}
    if weights.adversarial:
        adversarial, classes = [], []
        for net, _, fake in _views(nets, batch.x, x_star, alpha):
            with compute.autocast():
                src, scores = net(objective.seen(fake, random))
            adversarial.append(generator_adversarial(src.float()))  # Eq. 5
            classes.append(classification(scores, batch.target, batch.block))  # Eq. 6
        parts |= {"adv": _sum(adversarial), "cls": _sum(classes)}
    masks = [alpha]
    if weights.cyc:
        x_back, alpha_back = edit(nets.generator, x_star, batch.to_source, compute)
        parts["cyc"] = cycle_consistency(batch.x, x_back)  # Eq. 7
        masks.append(alpha_back)
    if weights.rec:
        x_same, _ = edit(nets.generator, batch.x, batch.to_source, compute)
        parts["rec"] = cycle_consistency(batch.x, x_same)  # a cycle of one edit, which asks nothing
    if weights.mask_mean:
        parts["mask_mean"] = _sum([mask_size(mask) for mask in masks])
    if weights.mask_tv:
        parts["mask_tv"] = _sum([total_variation(mask) for mask in masks])
    if weights.perc and nets.attribute is not None:
        with compute.autocast():
            wanted = nets.attribute.features(compute.lay_out(batch.x_ref))
            shown = nets.attribute.features(compute.lay_out(x_star))
        parts["perc"] = perceptual_loss(wanted, shown, weights.perceptual_layers)  # Eq. 10
    if weights.att and batch.alpha_star is not None:
        parts["att"] = objective.attention(alpha, batch.alpha_star)  # Eq. 9
    parts |= own_losses(nets, batch, x_star, objective)
    total, parts = weighted_sum(parts, vars(weights) | {"att_pair": weights.att})
    if nets.generator.mask != "none":
        seen = alpha.detach()
        parts |= {"alpha_mean": seen.mean(), "alpha_min": seen.min(), "alpha_max": seen.max()}
    return total, parts | {"change": (x_star.detach() - batch.x).abs().mean()}


def own_losses(
    nets: Networks, batch: Batch, x_star: torch.Tensor, objective: Objective
) -> dict[str, torch.Tensor]:
    """What is not in the paper: `pair` and `att_pair`, each if it has a weight."""
    weights, compute = objective.weights, objective.compute
    parts: dict[str, torch.Tensor] = {}
    distances = []
    if weights.pair and batch.known is not None:
        distance = result_distance(x_star, batch.x, batch.known) * batch.is_known
        distances.append(distance.sum() / batch.is_known.sum().clamp_min(1))
    if weights.pair and batch.pairs is not None:
        pair = batch.pairs
        y_star, alpha = edit(nets.generator, pair.x, pair.to_target, compute)
        distances.append(result_distance(y_star, pair.x, pair.y).mean())
        if weights.att:
            parts["att_pair"] = objective.attention(alpha, pair.changed)
    if distances:
        parts["pair"] = torch.stack(distances).mean()
    return parts


def result_distance(x_star: torch.Tensor, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """|x* - y|, y the known result for x: B values (ours).

    A pixel that is to change visibly counts `EMPHASIS` times more: a zip is a hundredth of the
    picture, and by mean distances alone the safest edit is none.
    """
    weight = 1 + EMPHASIS * differs(x, y)
    return ((x_star - y).abs() * weight).mean(dim=(1, 2, 3))


def _views(nets: Networks, x: torch.Tensor, x_star: torch.Tensor, alpha: torch.Tensor):
    """(discriminator, real, fake) for the whole picture and for the attended crop (Sec. 3.1)."""
    yield nets.discriminator_image, x, x_star
    if nets.discriminator_crop is None:
        return
    boxes = attention_boxes(alpha)
    half = x.shape[-1] // 2
    yield nets.discriminator_crop, crop(x, boxes, half), crop(x_star, boxes, half)


def _sum(terms: list[torch.Tensor]) -> torch.Tensor:
    """The sum over d in {I, C}, or over the masks of both edits of a cycle."""
    return torch.stack(terms).sum()
