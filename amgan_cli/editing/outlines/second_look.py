"""Where garments are by a second network, and by both: what one takes for cloth the other seldom
does (ours).

The second one sees more pixels. Of garments that end at the photo's border the first finds half, as
its weak masks showed; the second has a head of its own for these.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from amgan_cli.editing.outlines.evidence import weighed
from amgan_cli.nets.attribute_model import AttributeModel
from amgan_cli.photos.geometry import Fit

AT_BORDER = 0.02, 0.12
"""Share of the photo's border that is garment, from none of the effect to all of it."""
SURE = 1e-4
"""Attention is no nearer to 0 or 1 than this."""


@dataclass(frozen=True)
class SecondLook:
    """Of B photos."""

    scores: torch.Tensor
    """Where their garments are, before sigmoid, B x 1 x S x S."""
    fits: tuple[Fit, ...] = ()
    """Where the photos lie in their squares."""
    told: tuple[np.ndarray, ...] | None = None
    """What edits of parts have told already, as `told_by_parts`."""

    @classmethod
    @torch.inference_mode()
    def of(cls, model: AttributeModel, photos: torch.Tensor, fits: Sequence[Fit]) -> "SecondLook":
        """Of photos in squares as large as `model` wants them, B x 3 x N x N in -1..1; `fits` tell
        where they lie in the first network's, S x S."""
        size = fits[0].size, fits[0].size

        def seen(photos: torch.Tensor, at_border: bool) -> torch.Tensor:
            found = model.find_garments(photos, at_border)
            return F.interpolate(found, size, mode="bilinear", antialias=True).logit(SURE)

        scores = seen(photos, at_border=False)
        shares = [_at_border(each[0], fit) for each, fit in zip(scores, fits, strict=True)]
        least, most = AT_BORDER
        ends = ((torch.stack(shares) - least) / (most - least)).clamp(0, 1)
        some = ends > 0
        if some.any():
            near = seen(photos[some], at_border=True)
            scores[some] += ends[some, None, None, None] * (near - scores[some])
        return cls(scores, tuple(fits))

    def weighed(self, alpha: torch.Tensor, pictures: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Where garments are by both and by the photos' colours, B of S x S in 0..1.

        `alpha` (B x 1 x S x S in 0..1) is what the first says, of pictures S x S x 3 in 0..255.
        """
        first = alpha.to(self.scores).logit(SURE)
        planes = torch.cat([first, self.scores], dim=1).cpu().numpy()
        found = []
        for fit, picture, scores in zip(self.fits, pictures, planes, strict=True):
            one, other = map(fit.inside, scores)
            odds = weighed(one, other, fit.inside(picture))
            found.append(fit.placed(1 / (1 + np.exp(-odds))))
        if self.told is None:
            return found
        return [np.clip(seen, told, 1 + told) for seen, told in zip(found, self.told, strict=True)]


def _at_border(scores: torch.Tensor, fit: Fit) -> torch.Tensor:
    """Share of a photo's border that is garment; `scores` S x S."""
    top, left, height, width = fit.box
    inside = scores[top : top + height, left : left + width]
    border = torch.cat([inside[0], inside[-1], inside[:, 0], inside[:, -1]])
    return (border > 0).float().mean()
