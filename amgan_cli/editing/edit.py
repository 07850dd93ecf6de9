"""One photo's edit: fit to the network's square, manipulate, lift back, blend at full size."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image

from amgan_cli.checkpoint import load_model
from amgan_cli.device import pick_device
from amgan_cli.editing.regions import Region
from amgan_cli.equations import blend, inside_region, outside_region, region_mask
from amgan_cli.errors import UsageError
from amgan_cli.model_info import ModelInfo, find_weights
from amgan_cli.networks import Generator
from amgan_cli.photos.geometry import Fit
from amgan_cli.vocabulary import Manipulation

UNTOUCHED = 0.02
"""Attention under this counts as 0: those pixels stay the original's, bit for bit."""

Picture = np.ndarray | Image.Image
Manipulations = Mapping[str, str] | Iterable[Manipulation]


@dataclass(frozen=True)
class Edited:
    """An edited photo."""

    pixels: np.ndarray
    """HxWx3 uint8, the size of the photo given."""
    attention: np.ndarray
    """HxW float32 in 0..1: how much of each pixel was up for change; 0 where nothing was."""


@dataclass(frozen=True)
class Editor:
    """A generator with what it knows of itself; `Editor.load()` gives the shipped one."""

    generator: Generator
    info: ModelInfo
    device: torch.device

    @classmethod
    def load(cls, weights: str | None = None, device: str = "auto") -> "Editor":
        """Load the shipped model, a model file, a run folder or a hub id.

        Raises CheckpointError if the weights cannot be had, UsageError for a device not here.
        """
        place = pick_device(device)
        generator, info = load_model(find_weights(weights), place)
        return cls(generator, info, place)

    def edit(self, image: Picture, manipulations: Manipulations) -> Edited:
        """Apply manipulations such as {"color": "red"} in order.

        `image` is a PIL image or HxWx3 uint8 in sRGB, upright. Raises UsageError for an unknown
        attribute or value.
        """
        x = _as_pixels(image).astype(np.float32)
        attention = np.zeros(x.shape[:2], np.float32)
        for manipulation in self._checked(manipulations):
            z, alpha = self.manipulate(x, manipulation)
            x = blend(alpha[..., None], z, x).clip(0, 255)  # Eq. 1
            attention = np.maximum(attention, alpha)
        return Edited(_to_uint8(x), attention)

    def region_edit(
        self,
        image: Picture,
        region: Region,
        manipulations: Manipulations,
        threshold: float = 0.9,
        raw: bool = False,
    ) -> Edited:
        """Apply manipulations inside a region only (Sec. 4, Eq. 12 and 13).

        The final output x* of each manipulation stands in for z, so that outside the garment Eq.
        13 changes nothing; `raw` takes z as the paper writes it. Raises UsageError if the region's
        attention nowhere reaches `threshold`.
        """
        x = _as_pixels(image).astype(np.float32)
        steps = self._checked(manipulations)
        _, alpha = self.manipulate(x, self.info.vocabulary.check(*region.manipulation))
        mask = region_mask(alpha, threshold)  # alpha_1*
        if not mask.any():
            raise UsageError(
                f"--region {region.name}: attention reaches {alpha.max():.2f} at most on this "
                f"photo, nowhere the threshold {threshold:g}; lower --threshold"
            )
        within = outside_region if region.outside else inside_region  # Eq. 13, Eq. 12
        attention = np.zeros(x.shape[:2], np.float32)
        for manipulation in steps:
            z, alpha = self.manipulate(x, manipulation)
            manipulated = z if raw else blend(alpha[..., None], z, x)
            x = within(mask[..., None], manipulated, x).clip(0, 255)
            weight = (1 - mask if region.outside else mask) * (1 if raw else alpha)
            attention = np.maximum(attention, weight)
        return Edited(_to_uint8(x), attention)

    @torch.inference_mode()
    def manipulate(
        self, x: np.ndarray, manipulation: Manipulation
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return z (HxWx3) and alpha (HxW) of a photo x (HxWx3), all float32; x and z in 0..255.

        The network sees x in its square; its change z - x is enlarged and added to x itself, so
        that z has the photo's own weave.
        """
        fit = Fit.of(x, self.info.model.image_size)
        square = fit.to_square(x) / 127.5 - 1  # S x S x 3 in -1..1
        network_x = torch.from_numpy(square).permute(2, 0, 1)[None].to(self.device)
        condition = torch.tensor([self.info.vocabulary.encode(*manipulation)], device=self.device)
        network_z, alpha = self.generator(network_x, condition)
        change = (network_z - network_x)[0].permute(1, 2, 0).cpu().numpy() * 127.5
        alpha = fit.from_square(alpha[0, 0].cpu().numpy())
        return x + fit.from_square(change), np.where(alpha < UNTOUCHED, 0, alpha)

    def _checked(self, manipulations: Manipulations) -> list[Manipulation]:
        if isinstance(manipulations, Mapping):
            pairs = [(str(name), str(value)) for name, value in manipulations.items()]
        else:
            pairs = list(manipulations)
        checked = [self.info.vocabulary.check(name, value) for name, value in pairs]
        if not checked:
            raise UsageError("no manipulation given; ask for one such as color=red")
        return checked


def _to_uint8(x: np.ndarray) -> np.ndarray:
    return np.rint(x).astype(np.uint8)


def _as_pixels(image: Picture) -> np.ndarray:
    pixels = np.asarray(image.convert("RGB") if isinstance(image, Image.Image) else image)
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:
        shape = f"{pixels.dtype} {pixels.shape}"
        raise UsageError(f"image is {shape}; give a PIL image or HxWx3 uint8 RGB")
    return pixels
