"""Photos of plain garments with a pattern on the cloth, which keeps its folds, seams and buttons.

Their light and shade is known: it is the plain photo's. So a network can learn to see it (ours).
"""

from dataclasses import dataclass

import cv2
import numpy as np

from amgan_cli.data.dataset import Dataset
from amgan_cli.data.labels import UNKNOWN
from amgan_cli.errors import DataError
from amgan_cli.ramp import ramp
from amgan_cli.training.shading.reflectances import (
    MaskedPixels,
    from_linear,
    reflectance,
    to_linear,
)
from amgan_cli.words import PLAIN

TOO_DARK = 24.0
"""CIELAB lightness of cloth under which noise looks like folds."""
PATTERNED = ("allover", "checks", "dots", "lace", "stripes")
LEAST = 0.06
"""Share of the square that a garment covers, at least."""
SIDES = 100.0, 448.0
"""Pixels of a garment's longer side."""
SHOWN, KEPT = 0.08, 0.08
"""Share of a sample that shows garment, at least, and of the samples that stay plain."""
LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)
BRIGHTEST = 4.0
"""How many times lighter than its cloth a part of a garment is, at most."""
STRANGE = 0.25, 0.4
"""Difference of relative colours from which on something is no cloth, and is surely none."""
NO_THING = 0.1
"""Share of something that is no cloth up to which a place is known to be no label or logo."""
MOST = 0.5
"""Share of a garment up to which figures on it are prints: more is a matter of taste."""
LIMITS = -2.0, 1.5
"""Of a shading: what is darker or lighter is a hole, or a lamp."""
NEAR = np.ones((3, 3), np.uint8)
"""A pixel and those around it."""


@dataclass(frozen=True)
class Sample:
    """A patterned garment and its shading."""

    x: np.ndarray
    """S x S x 3 uint8."""
    mask: np.ndarray
    """Where the garment is, S x S in 0..1."""
    shading: np.ndarray
    """S x S: what a `ShadingNetwork` is to say."""
    printed: np.ndarray
    """How much of each place is a print that stands on its cloth, S x S in 0..1."""
    counts: np.ndarray
    """Where both are known, 2 x S x S, 0 or 1."""


class PatternedPhotos:
    """Samples from the photos of a split: plain ones to draw on, patterned ones to copy from."""

    def __init__(self, dataset: Dataset, attribute: str, test: bool = False) -> None:
        """Takes those with a mask; `attribute` is that of patterns. DataError if none is plain."""
        if dataset.masks is None:
            raise DataError("the data have no masks, by which garments get patterns; give them")
        values = dataset.labels.vocabulary.attributes[attribute]
        column = dataset.labels.values[:, dataset.labels.vocabulary.names.index(attribute)]
        self.plain: list[MaskedPixels] = []
        self.patterned: list[MaskedPixels] = []
        for row in dataset.rows(test=test):
            mask = dataset.masks[row, 0].numpy()
            shown = values[column[row]] if column[row] != UNKNOWN else ""
            if (mask > 127).mean() < LEAST or shown not in (PLAIN, *PATTERNED):
                continue
            photo = dataset.images[row].permute(1, 2, 0).numpy(), mask
            if shown != PLAIN:
                self.patterned.append(photo)
            elif _lightness(photo) > TOO_DARK:
                self.plain.append(photo)
        if not self.plain:
            raise DataError(f"no photo with a mask and {attribute} {PLAIN} that is light enough")

    def draw(self, random: np.random.Generator, size: int) -> Sample:
        """A garment of chance in S = `size` pixels, or a part of it."""
        while True:
            photo, mask = self._view(random, size)
            inside = mask > 0.8
            if inside.mean() > SHOWN:
                break
        light = to_linear(photo)
        luminance = light @ LUMINANCE
        middle = max(np.median(luminance[inside]), 0.01)
        shading = np.log(np.maximum(luminance, 1e-4) / middle) / 3  # of L + OFFSET
        x, printed, is_told = photo, np.zeros_like(shading), True
        others = _no_cloth(photo, light, inside)
        if random.random() > KEPT:
            ratio = np.minimum(luminance / middle, BRIGHTEST)[..., None]
            pattern = reflectance(random, size, self.patterned)
            worn, is_told = pattern.picture * ratio, pattern.printed is not None
            printed = printed if pattern.printed is None else pattern.printed
            is_told &= printed[inside].mean() < MOST
            brightest = np.percentile(worn[inside], 97)
            if brightest > 0.8:
                worn = worn * min(1.0, random.uniform(0.75, 1.05) / brightest)
            x = from_linear(worn + random.uniform(0, 0.02) * ratio)
            if random.random() < 0.5:  # labels and buttons in their own colour
                x = x + others * (photo - x)
            x = photo + cv2.GaussianBlur(mask, (0, 0), 0.5)[..., None] * (x - photo)
        luck = random.random()
        seen = cv2.dilate(mask, NEAR) if luck < 0.2 else mask
        seen = cv2.erode(mask, NEAR) if luck > 0.85 else seen
        shading = shading.clip(*LIMITS).astype(np.float32)
        counts = cv2.erode((mask > 0.9).astype(np.float32), NEAR)
        counts = np.stack([counts, counts * (others[..., 0] < NO_THING) * is_told])
        return Sample(_taken(random, x), seen, shading, printed, counts)

    def _view(self, random: np.random.Generator, size: int) -> tuple[np.ndarray, np.ndarray]:
        """A plain photo, turned, mirrored and of another scale, and where its garment is."""
        photo, mask = self.plain[random.integers(len(self.plain))]
        rows, columns = np.nonzero(mask > 127)
        side = max(np.ptp(rows), np.ptp(columns)) + 1
        scale = min(np.exp(random.uniform(*np.log(SIDES))) / side, 1.25)
        at = random.integers(len(rows))
        x, y = float(columns[at]), float(rows[at])
        if scale * side < 1.1 * size:  # all of it
            x, y = (columns.min() + columns.max()) / 2, (rows.min() + rows.max()) / 2
        move = cv2.getRotationMatrix2D((x, y), random.normal(0, 8), scale)
        move[:, 2] += size / 2 - x, size / 2 - y
        if random.random() < 0.5:
            move[0] *= -1
            move[0, 2] += size - 1
        if scale < 0.8:
            photo = cv2.GaussianBlur(photo, (0, 0), 0.45 / scale)
        square = (size, size)
        photo = cv2.warpAffine(photo, move, square, borderMode=cv2.BORDER_REPLICATE)
        return photo.astype(np.float32), cv2.warpAffine(mask, move, square).astype(np.float32) / 255


def _lightness(photo: MaskedPixels) -> float:
    """CIELAB, median of the garment."""
    pixels, mask = photo
    luminance = to_linear(pixels[mask > 200]) @ LUMINANCE
    return 116 * np.cbrt(np.median(luminance)) - 16 if luminance.size else 0.0


def _no_cloth(photo: np.ndarray, light: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """What of a plain garment has another hue than its cloth, S x S x 1 in 0..1."""
    cloth = from_linear(np.median(light[inside], axis=0))
    hues = (each / np.maximum(each.mean(axis=-1, keepdims=True), 8) for each in (photo, cloth))
    off = np.abs(np.subtract(*hues)).max(axis=2, keepdims=True)
    return ramp(off, STRANGE)


def _taken(random: np.random.Generator, picture: np.ndarray) -> np.ndarray:
    """As a camera takes it: tinted, soft, noisy, and as JPEG keeps it; uint8."""
    tint = random.normal(0, random.choice([0, 0, 2, 4]), 3)
    picture = (picture * (1 + random.normal(0, 0.03, 3)) + tint).astype(np.float32)
    if random.random() < 0.3:
        picture = cv2.GaussianBlur(picture, (0, 0), random.uniform(0.3, 0.9))
    picture = picture + random.normal(0, random.uniform(0, 3), picture.shape)
    picture = picture.clip(0, 255).astype(np.uint8)
    if random.random() < 0.6:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(60, 96))]
        _, file = cv2.imencode(".jpg", picture[..., ::-1], quality)
        kept = cv2.imdecode(file, cv2.IMREAD_COLOR)
        assert kept is not None
        picture = kept[..., ::-1]
    return np.ascontiguousarray(picture)
