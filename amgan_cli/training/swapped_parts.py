"""Known results for collar and fastening: the neck or front of one photo put into another.

Half of the pairs lead from a real photo to the mended one, half from the mended one back to the
real photo, so that the generator sees real photos on both sides.
"""

import cv2
import numpy as np
import torch

from amgan_cli.color import masked_median, recolor, rgb_to_lab
from amgan_cli.data.dataset import Dataset, to_network
from amgan_cli.errors import UsageError
from amgan_cli.training.augment import random_views
from amgan_cli.training.garment_parts import part_boxes, part_maps
from amgan_cli.training.pairs import Pair

EVEN = ("plain", "melange")
"""Patterns of the garments that give a part: stripes and prints would end at its border."""
NEAR = np.ones((5, 5), np.uint8)


class SwappedParts:
    """Pairs of one attribute that a part of the garment shows."""

    def __init__(self, dataset: Dataset, attribute: str, part: str) -> None:
        """Takes all training photos with a mask, an upright garment and a known value.

        Raises UsageError if they show fewer than two values.
        """
        assert dataset.masks is not None, "photo_pairs need masks"
        self.dataset, self.masks = dataset, dataset.masks
        self.part = part
        labels, vocabulary = dataset.labels, dataset.labels.vocabulary
        self.values = labels.values[:, vocabulary.names.index(attribute)]
        self.boxes = part_boxes(dataset.masks)[part]
        wanted = [vocabulary.attributes[attribute].index(v) for v in vocabulary.targets(attribute)]
        usable = np.isin(self.values, wanted) & ~labels.is_test
        usable &= ~self.boxes.isnan().any(1).numpy()
        self.receivers = np.flatnonzero(usable)
        counts = np.bincount(self.values[self.receivers], minlength=len(wanted))
        chances = 1 / np.sqrt(counts[self.values[self.receivers]])
        self.chances = chances / chances.sum()
        if "pattern" in vocabulary.attributes:
            patterns = vocabulary.attributes["pattern"]
            even = [patterns.index(value) for value in EVEN if value in patterns]
            usable &= np.isin(labels.values[:, vocabulary.names.index("pattern")], even)
        self.donors = {value: np.flatnonzero(usable & (self.values == value)) for value in wanted}
        self.donors = {value: rows for value, rows in self.donors.items() if len(rows)}
        if len(self.donors) < 2:
            few = "the training photos with masks show fewer than two values"
            raise UsageError(f"data.photo_pairs.{attribute}: {few}")
        names = vocabulary.attributes[attribute]
        self.conditions = torch.tensor([vocabulary.encode(attribute, name) for name in names])
        self.first = vocabulary.block(attribute).start

    def draw(self, batch_size: int, random: np.random.Generator) -> Pair:
        """Random photos with the part of a photo of another value, in random views."""
        rows = random.choice(self.receivers, batch_size, p=self.chances)
        others = [random.choice([v for v in self.donors if v != self.values[row]]) for row in rows]
        donors = [random.choice(self.donors[value]) for value in others]
        mended = np.stack([self._mend(*pair) for pair in zip(rows, donors, strict=True)])
        device = self.dataset.images.device
        real = to_network(self.dataset.images[torch.from_numpy(rows).to(device)])
        mended = to_network(torch.from_numpy(mended)).to(device)
        back = torch.from_numpy(random.random(batch_size) < 0.5).to(device)[:, None, None, None]
        both = torch.cat([torch.where(back, mended, real), torch.where(back, real, mended)], dim=1)
        views = torch.Generator(device).manual_seed(int(random.integers(2**62)))
        (both,) = random_views(views, both)
        x, y = both.chunk(2, dim=1)
        values = np.where(back[:, 0, 0, 0].cpu().numpy(), self.values[rows], others)
        target = torch.from_numpy(values + self.first).to(device)
        return Pair.of(x, y, self.conditions[values].to(device), target)

    def _mend(self, row: int, donor: int) -> np.ndarray:
        """Photo `row` with the part of `donor` in its own cloth's colour, 3 x S x S uint8."""
        (picture, garment), (other, cloth) = (self._photo(i) for i in (row, donor))
        size = len(picture)
        box = self.boxes[row].numpy()
        left, right, top, bottom = self.boxes[donor].numpy()
        x_scale, y_scale = (right - left) / (box[1] - box[0]), (bottom - top) / (box[3] - box[2])
        place = np.array(
            [[x_scale, 0, left - x_scale * box[0]], [0, y_scale, top - y_scale * box[2]]]
        )
        how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        dyed = _dyed(other, cloth, picture, garment)
        seen = cv2.warpAffine(dyed, place, (size, size), flags=how, borderMode=cv2.BORDER_REPLICATE)
        inside = cv2.warpAffine(cloth.astype(np.float32), place, (size, size), flags=how)[..., None]
        ground = cv2.inpaint(
            picture, cv2.dilate(garment.astype(np.uint8), NEAR), 3, cv2.INPAINT_TELEA
        )
        share = part_maps(self.boxes[row][None], self.part, size)[0, 0].numpy()[..., None]
        if self.part == "front":
            share = share * garment[..., None]  # the outline is not its matter
        mended = seen * inside + ground * (1 - inside)
        return np.rint(picture + share * (mended - picture)).astype(np.uint8).transpose(2, 0, 1)

    def _photo(self, row: int) -> tuple[np.ndarray, np.ndarray]:
        """Picture S x S x 3 uint8, garment S x S bool."""
        picture = self.dataset.images[row].permute(1, 2, 0).cpu().numpy()
        return np.ascontiguousarray(picture), self.masks[row, 0].cpu().numpy() > 127


def _dyed(
    picture: np.ndarray, cloth: np.ndarray, other: np.ndarray, garment: np.ndarray
) -> np.ndarray:
    """`picture` (uint8) with its cloth in the colour of the garment in `other`; 0..255."""
    (x, mask), (like, where) = (
        (to_network(torch.from_numpy(p).permute(2, 0, 1)[None]), torch.from_numpy(m)[None, None])
        for p, m in ((picture, cloth), (other, garment))
    )
    dyed = recolor(x, mask.float(), masked_median(rgb_to_lab(like), where.float()))
    return ((dyed[0].permute(1, 2, 0) + 1) * 127.5).numpy()
