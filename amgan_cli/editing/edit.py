"""The library's entrance: a generator that edits pictures in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from PIL import Image

from amgan_cli.attribute_model import AttributeModel
from amgan_cli.checkpoint import load_model
from amgan_cli.device import pick_device
from amgan_cli.editing.apply import Edited, apply_plan
from amgan_cli.editing.painter import Painter
from amgan_cli.editing.plan import Plan
from amgan_cli.editing.planning import plan_edits
from amgan_cli.editing.regions import Region
from amgan_cli.editing.request import EditRequest, Manipulations
from amgan_cli.errors import UsageError
from amgan_cli.model_info import ModelInfo, attributes_beside, find_weights
from amgan_cli.networks import Generator
from amgan_cli.photos.geometry import Fit

Picture = np.ndarray | Image.Image


@dataclass(frozen=True)
class Editor:
    """A generator with what it knows of itself; `Editor.load()` gives the shipped one."""

    generator: Generator
    info: ModelInfo
    device: torch.device
    attributes: AttributeModel | None = None
    """The attribute network beside the generator's file, where there is one."""

    @classmethod
    def load(cls, weights: str | None = None, device: str = "auto") -> "Editor":
        """Load the shipped model, a model file, a run folder or a hub id.

        Raises CheckpointError if the weights cannot be had, UsageError for a device not here.
        """
        place, file = pick_device(device), find_weights(weights)
        generator, info = load_model(file, place)
        beside = attributes_beside(file)
        attributes = None if beside is None else AttributeModel.load(beside, place)
        return cls(generator, info, place, attributes)

    def edit(
        self,
        image: Picture,
        manipulations: Manipulations,
        strength: float = 1.0,
        prints: bool = False,
        shown: Mapping[str, str] | None = None,
        garment: np.ndarray | None = None,
    ) -> Edited:
        """Apply manipulations such as {"color": "red"} in order.

        `image` is a PIL image or HxWx3 uint8 in sRGB, upright; `prints`: a new colour is for prints
        too; `shown`: values that it is known to show, {"sleeve": "long"}, by which parts are drawn
        anew and fastenings stay bare of patterns; `garment`: where colours and patterns lie, float
        h x w in 0..1 with the image's proportions, else the networks find it. Raises UsageError for
        an unknown attribute or value, and for a `garment` where a part is to change.
        """
        known = tuple((shown or {}).items())
        options = {"strength": strength, "prints": prints, "shown": known}
        request = EditRequest.of(self.info, manipulations, **options)
        return self.carry_out(image, request, garment=garment)

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
        self.info.check(*region.manipulation)
        options = {"region": region, "threshold": threshold, "raw": raw}
        return self.carry_out(image, EditRequest.of(self.info, manipulations, **options))

    def carry_out(
        self,
        image: Picture,
        request: EditRequest,
        may_change: np.ndarray | None = None,
        garment: np.ndarray | None = None,
    ) -> Edited:
        """Edit one picture: fit to the network's square, plan, apply at full size."""
        pixels = as_pixels(image)
        (plan,) = self.plan([pixels], [self.fit(pixels)], request, [garment])
        return apply_plan(pixels, plan, request, may_change)

    def fit(self, pixels: np.ndarray) -> np.ndarray:
        """A photo HxWx3 in the network's square, S x S x 3."""
        return Fit.of(pixels, self.info.model.image_size).to_square(pixels)

    def plan(
        self,
        photos: Sequence[np.ndarray],
        squares: Sequence[np.ndarray],
        request: EditRequest,
        garments: Sequence[np.ndarray | None] = (),
    ) -> list[Plan]:
        """What the network wants done to each of the photos (HxWx3 uint8), which are also given
        as squares; one batch. `garments` are where theirs are, of those of which that is known.

        Raises UsageError for a region if the model has no attention, and for parts that are to
        change in a known garment.
        """
        if request.region:
            self.info.require_attention(f"--region {request.region.name}")
        known = garments or [None] * len(photos)
        if any(garment is not None for garment in known):
            request.require_whole(self.info)
        painter = Painter(self.generator, self.info, self.device, self.attributes)
        plans = plan_edits(painter, photos, squares, request, known)
        return [replace(plan, garment=each) for plan, each in zip(plans, known, strict=True)]


def as_pixels(image: Picture) -> np.ndarray:
    """HxWx3 uint8 of a PIL image or array; UsageError for another kind of array."""
    pixels = np.asarray(image.convert("RGB") if isinstance(image, Image.Image) else image)
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:
        shape = f"{pixels.dtype} {pixels.shape}"
        raise UsageError(f"image is {shape}; give a PIL image or HxWx3 uint8 RGB")
    return pixels
