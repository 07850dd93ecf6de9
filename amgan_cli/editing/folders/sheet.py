"""Pictures side by side: input, output and attention; all variants of a photo; thumbnails."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

GAP = 8
"""White pixels between pictures."""
CELL = 480
"""Pixels of a picture's longer side on a contact sheet."""
THUMBNAIL = 180
"""Pixels of a thumbnail's longer side."""


def side_by_side(*pictures: np.ndarray) -> np.ndarray:
    """Join HxWx3 uint8 pictures and HxW masks in 0..1 of one height, full size."""
    colored = [as_picture(picture) for picture in pictures]
    gap = np.full((colored[0].shape[0], GAP, 3), 255, np.uint8)
    return np.hstack([part for picture in colored for part in (picture, gap)][:-1])


def contact_sheet(pictures: Sequence[np.ndarray], titles: Sequence[str]) -> np.ndarray:
    """Pictures of one shape, such as CELL allows, in rows of up to four under their titles."""
    height, width = pictures[0].shape[:2]
    columns = min(4, len(pictures))
    rows = -(-len(pictures) // columns)
    font = ImageFont.load_default(18)
    line = 28
    size = (columns * (width + GAP) + GAP, rows * (height + line + GAP))
    sheet = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(sheet)
    for i, (picture, title) in enumerate(zip(pictures, titles, strict=True)):
        left = GAP + i % columns * (width + GAP)
        top = i // columns * (height + line + GAP)
        draw.text((left, top + 4), title, fill="black", font=font)
        sheet.paste(Image.fromarray(picture), (left, top + line))
    return np.asarray(sheet)


def as_picture(pixels: np.ndarray) -> np.ndarray:
    """HxWx3 uint8 of a picture as it is or of a mask HxW in 0..1."""
    if pixels.ndim == 3:
        return pixels
    return np.repeat(to_grey(pixels)[..., None], 3, axis=2)


def to_grey(mask: np.ndarray) -> np.ndarray:
    """HxW uint8 of a mask in 0..1."""
    return np.rint(mask * 255).astype(np.uint8)
