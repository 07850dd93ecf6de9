"""A photo of any size into the network's square, and the way back.

The photo keeps its aspect ratio and is centred; the rest of the square is flat grey, which is no
garment (a mirrored border would be edited too).
"""

from dataclasses import dataclass

import cv2
import numpy as np

PAD = 128
"""Grey of the padding in uint8; 0 in the network's range -1..1."""


@dataclass(frozen=True)
class Fit:
    """Where a photo of `height` x `width` pixels lies in a square of `size` pixels."""

    height: int
    width: int
    size: int

    @classmethod
    def of(cls, pixels: np.ndarray, size: int) -> "Fit":
        """The fit of a picture HxW or HxWxC."""
        return cls(pixels.shape[0], pixels.shape[1], size)

    @property
    def box(self) -> tuple[int, int, int, int]:
        """(top, left, height, width) of the photo inside the square, in the square's pixels."""
        scale = self.size / max(self.height, self.width)
        height = max(1, round(self.height * scale))
        width = max(1, round(self.width * scale))
        return (self.size - height) // 2, (self.size - width) // 2, height, width

    def to_square(self, pixels: np.ndarray, pad: float = PAD) -> np.ndarray:
        """Shrink or enlarge HxWxC or HxW `pixels` into the square; `pad` fills the rest."""
        top, left, height, width = self.box
        square = np.full((self.size, self.size, *pixels.shape[2:]), pad, dtype=pixels.dtype)
        square[top : top + height, left : left + width] = self.small(pixels)
        return square

    def small(self, pixels: np.ndarray) -> np.ndarray:
        """HxWxC or HxW `pixels` as large as in the square, without the padding."""
        return resized(pixels, (self.box[3], self.box[2]))

    def placed(self, picture: np.ndarray) -> np.ndarray:
        """The photo at any size, h x w (x C), in the square; zeros around it."""
        top, left, height, width = self.box
        square = np.zeros((self.size, self.size, *picture.shape[2:]), picture.dtype)
        how = cv2.INTER_AREA if height < picture.shape[0] else cv2.INTER_LINEAR
        inner = cv2.resize(picture, (width, height), interpolation=how)
        square[top : top + height, left : left + width] = inner
        return square

    def from_square(self, square: np.ndarray) -> np.ndarray:
        """Lift the photo's part of a SxSxC or SxS float `square` to the photo's own size."""
        return cv2.resize(
            self.inside(square), (self.width, self.height), interpolation=cv2.INTER_LINEAR
        )

    def inside(self, square: np.ndarray) -> np.ndarray:
        """The photo's part of a SxSxC or SxS `square`, without the padding."""
        top, left, height, width = self.box
        return np.ascontiguousarray(square[top : top + height, left : left + width])


def resized(picture: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """A picture H x W (x C) at another size: (width, height)."""
    shrinks = size[0] < picture.shape[1] or size[1] < picture.shape[0]
    how = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return cv2.resize(picture, size, interpolation=how)


def at_most(picture: np.ndarray, side: int) -> np.ndarray:
    """A picture H x W (x C) with sides of at most `side` pixels."""
    height, width = picture.shape[:2]
    scale = side / max(height, width)
    if scale >= 1:
        return picture
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
