"""The library's entrance: a generator that edits pictures in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image

from amgan_cli.checkpoint import load_model
from amgan_cli.device import pick_device
from amgan_cli.editing.apply import Edited, apply_plan
from amgan_cli.editing.draft import Draft
from amgan_cli.editing.nearer import plan_nearer
from amgan_cli.editing.painter import Painter
from amgan_cli.editing.plan import Plan
from amgan_cli.editing.planning import plan_edits
from amgan_cli.editing.regions import Region
from amgan_cli.editing.request import EditRequest, Manipulations
from amgan_cli.errors import PhotoError, UsageError
from amgan_cli.model_info import ModelInfo, attributes_beside, find_weights, shading_beside
from amgan_cli.nets.amgan import Generator
from amgan_cli.nets.attribute_model import AttributeModel
from amgan_cli.nets.shading_network import ShadingNetwork
from amgan_cli.photos.geometry import Fit, at_most

Picture = np.ndarray | Image.Image
MOST_ASPECT = 40
"""A picture that is more times as long as wide is none of a garment."""
KNOWN = 512
"""Pixels of the longer side of a garment's mask that are kept: an outline is at most as fine."""


@dataclass(frozen=True)
class Editor:
    """A generator with what it knows of itself; `Editor.load()` gives the shipped one."""

    generator: Generator
    info: ModelInfo
    device: torch.device
    attributes: AttributeModel | None = None
    """The attribute network beside the generator's file, where there is one."""
    shading: ShadingNetwork | None = None
    """The shading network there, where there is one."""

    @classmethod
    def load(cls, weights: str | None = None, device: str = "auto") -> "Editor":
        """Load the shipped model, a model file, a run folder or a hub id.

        Raises CheckpointError if the weights cannot be had, UsageError for a device not here.
        """
        place, file = pick_device(device), find_weights(weights)
        generator, info = load_model(file, place)
        beside, shading = attributes_beside(file), shading_beside(file)
        return cls(
            generator,
            info,
            place,
            None if beside is None else AttributeModel.load(beside, place),
            None if shading is None else ShadingNetwork.load(shading, place),
        )

    def edit(
        self,
        image: Picture,
        manipulations: Manipulations,
        strength: float = 1.0,
        prints: bool = False,
        shown: Mapping[str, str] | None = None,
        garment: Picture | None = None,
    ) -> Edited:
        """Apply manipulations such as {"color": "red"} in order.

        `image` is a PIL image or HxWx3 uint8 in sRGB, upright; `prints`: a new colour is for prints
        too; `shown`: values that it is known to show, {"sleeve": "long", "category": "dress"}, by
        which parts are drawn anew, fastenings stay bare of patterns, and a pattern that it shows
        all over goes before another one; `garment`: where colours
        and patterns lie, a grey PIL image or HxW, bool, uint8 or float in 0..1, else the networks
        find it. Raises UsageError for an unknown attribute or value, and for a `garment` of another
        size or where a part is to change, PhotoError for a strip.
        """
        known = tuple((shown or {}).items())
        self.info.check_shown(known)
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
        13 changes nothing; `raw` takes z as the paper writes it. Raises PhotoError if the region's
        attention nowhere reaches `threshold`.
        """
        options = {"region": region.checked(self.info), "threshold": threshold, "raw": raw}
        return self.carry_out(image, EditRequest.of(self.info, manipulations, **options))

    def carry_out(
        self,
        image: Picture,
        request: EditRequest,
        garment: Picture | None = None,
    ) -> Edited:
        """Edit one picture: fit to the network's square, plan, apply at full size."""
        pixels = as_pixels(image)
        square = self.fit(pixels)
        if garment is not None:
            garment = as_garment(garment, pixels)
        (plan,) = self.plan([pixels], [square], request, [garment])
        return apply_plan(pixels, plan, request)

    def fit(self, pixels: np.ndarray, name: str = "the picture") -> np.ndarray:
        """A photo HxWx3 in the network's square, S x S x 3; PhotoError if it is but a strip."""
        height, width = pixels.shape[:2]
        if max(height, width) > MOST_ASPECT * min(height, width):
            raise PhotoError(f"{name}: {width} x {height} pixels are a strip; give the whole photo")
        return Fit.of(pixels, self.info.model.image_size).to_square(pixels)

    def plan(
        self,
        photos: Sequence[np.ndarray],
        squares: Sequence[np.ndarray],
        request: EditRequest,
        garments: Sequence[np.ndarray | None] = (),
    ) -> list[Plan]:
        """What the network wants done to each of the photos (HxWx3 uint8), which are also given
        as squares; one batch. `garments` are where theirs are (`as_garment`), of those of which
        that is known.

        Raises UsageError for a region if the model has no attention, and for what cannot be done
        in a known garment.
        """
        if request.region:
            self.info.require_attention(f"--region {request.region.name}")
        masks = tuple(garments) or (None,) * len(photos)
        if any(mask is not None for mask in masks):
            request.check_garment_known(self.info)
        drafts = list(map(Draft, photos, squares, masks))
        networks = self.generator, self.info, self.device, self.attributes, self.shading
        painter = Painter(*networks)
        return plan_nearer(painter, drafts, plan_edits(painter, drafts, request), request)


def as_pixels(image: Picture) -> np.ndarray:
    """HxWx3 uint8 of a PIL image or array; UsageError for another kind of array."""
    pixels = np.asarray(image.convert("RGB") if isinstance(image, Image.Image) else image)
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:
        shape = f"{pixels.dtype} {pixels.shape}"
        raise UsageError(f"image is {shape}; give a PIL image or HxWx3 uint8 RGB")
    return pixels


def as_garment(mask: Picture, pixels: np.ndarray) -> np.ndarray:
    """Where a picture's garment is, h x w float32 in 0..1 at moderate size, of a mask HxW that is
    as large as the picture's `pixels`; UsageError for another one."""
    array = np.asarray(mask.convert("L") if isinstance(mask, Image.Image) else mask)
    if array.shape != pixels.shape[:2] or array.dtype.kind not in "buf":
        want = f"{pixels.shape[0]}x{pixels.shape[1]}"
        raise UsageError(
            f"garment is {array.dtype} {array.shape}; give HxW {want}, white or 1 in it"
        )
    most = np.iinfo(array.dtype).max if array.dtype.kind == "u" else 1
    known = np.nan_to_num(array.astype(np.float32) / most).clip(0, 1)
    return at_most(known, KNOWN)
