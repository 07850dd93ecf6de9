"""The paper's equations, one function each; pictures B x 3 x S x S in -1..1, losses scalar tensors.

Signs are those of losses to be minimised. Eq. 8 is `AttributeNetwork.cam`. The blends (Eq. 1, 12,
13) take NumPy arrays as well: they are applied again at a photo's full size.
"""

from collections.abc import Callable
from typing import TypeVar

import numpy as np
import torch
import torch.nn.functional as F

Array = TypeVar("Array", torch.Tensor, np.ndarray)


def blend(alpha: Array, z: Array, x: Array) -> Array:
    """x* = alpha z + (1 - alpha) x; alpha B x 1 x S x S in 0..1 (Eq. 1)."""
    return alpha * z + (1 - alpha) * x


def discriminator_adversarial(src_real: torch.Tensor, src_fake: torch.Tensor) -> torch.Tensor:
    """-E[D_src(x)] + E[D_src(x*)], the first two terms of Eq. 2 for one discriminator."""
    return src_fake.mean() - src_real.mean()


def gradient_penalty(
    discriminate: Callable[[torch.Tensor], torch.Tensor],
    real: torch.Tensor,
    fake: torch.Tensor,
    random: torch.Generator,
) -> torch.Tensor:
    """E[(||grad D_src(x~)||_2 - 1)^2] on straight lines between x and x*, last term of Eq. 2.

    `discriminate` maps pictures to D_src (a patch map counts as its sum, as in StarGAN); call it
    in float32: in bfloat16 the gradient of the penalty is far off.
    """
    t = torch.rand(len(real), 1, 1, 1, generator=random, device=real.device)
    between = (t * real + (1 - t) * fake).detach().requires_grad_()
    score = discriminate(between)
    (gradient,) = torch.autograd.grad(score.sum(), between, create_graph=True)
    # norm(), not sqrt of a sum of squares: no NaN where the gradient is zero
    return ((gradient.flatten(1).norm(2, dim=1) - 1) ** 2).mean()


def classification(scores: torch.Tensor, value: torch.Tensor, block: slice) -> torch.Tensor:
    """-log D_cls(m | x) over the values of the manipulated attribute (Eq. 3 and 6).

    scores B x N; value B, numbers within 0..N-1 inside `block`, the attribute's slots.
    """
    return F.cross_entropy(scores[:, block].float(), value - block.start)


def generator_adversarial(src_fake: torch.Tensor) -> torch.Tensor:
    """-E[D_src(x*)] for one discriminator (Eq. 5)."""
    return -src_fake.mean()


def cycle_consistency(x: torch.Tensor, x_back: torch.Tensor) -> torch.Tensor:
    """||x - G(G(x, m), m*)||_1 as a mean over pixels (Eq. 7)."""
    return (x - x_back).abs().mean()


def normalize_cam(cam: torch.Tensor, size: int) -> torch.Tensor:
    """Enlarge M_m' (B x 1 x h x w) to the picture and bring each to 0..1: alpha* (after Eq. 8)."""
    cam = F.interpolate(cam.float(), (size, size), mode="bilinear", align_corners=False)
    low, high = cam.amin((2, 3), keepdim=True), cam.amax((2, 3), keepdim=True)
    return (cam - low) / (high - low).clamp_min(1e-8)


def attention_loss(alpha: torch.Tensor, alpha_star: torch.Tensor) -> torch.Tensor:
    """||alpha - alpha*||_1 as a mean over pixels (Eq. 9)."""
    return (alpha - alpha_star).abs().mean()


def perceptual_loss(
    reference: dict[str, torch.Tensor], edited: dict[str, torch.Tensor], layers: tuple[str, ...]
) -> torch.Tensor:
    """Sum over layers of the mean L1 distance of the features of x_ref and x* (Eq. 10)."""
    distances = [(reference[name] - edited[name]).float().abs().mean() for name in layers]
    return torch.stack(distances).sum()


def mask_size(alpha: torch.Tensor) -> torch.Tensor:
    """Mean of 1 - alpha: GANimation's penalty, whose mask is what stays of x (our 1 - alpha)."""
    return (1 - alpha).mean()


def total_variation(alpha: torch.Tensor) -> torch.Tensor:
    """Sum over pixels and batch of the differences to the right and lower neighbour (GANimation).

    alpha B x 1 x S x S; a sum, not a mean, so that it grows with the batch and the picture.
    """
    down, right = alpha.diff(dim=2).abs().sum(), alpha.diff(dim=3).abs().sum()
    return down + right


def weighted_sum(
    parts: dict[str, torch.Tensor], weights: dict[str, float]
) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    """Total of Eq. 4 or 11 and the unweighted parts for the log; a missing weight counts 1."""
    total = torch.stack([weights.get(name, 1.0) * part for name, part in parts.items()]).sum()
    return total, {name: part.detach() for name, part in parts.items()}


def region_mask(alpha: Array, threshold: float = 0.9) -> Array:
    """alpha_1*: values under the threshold become 0, the others stay (Sec. 4)."""
    return alpha * (alpha >= threshold)


def inside_region(mask: Array, z: Array, x: Array) -> Array:
    """x_a* = alpha_1* z + (1 - alpha_1*) x: the manipulation in the region only (Eq. 12)."""
    return blend(mask, z, x)


def outside_region(mask: Array, z: Array, x: Array) -> Array:
    """x_b* = (1 - alpha_1*) z + alpha_1* x: the manipulation everywhere else (Eq. 13)."""
    return blend(1 - mask, z, x)
