"""Pieces of cloth and stitching in, colour, height and part masks of the whole picture out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from amgan_cli.catalogue.curves import Points
from amgan_cli.catalogue.frame import Frame
from amgan_cli.catalogue.noise import Array

PARTS = ("torso", "left_sleeve", "right_sleeve", "collar", "fastening")
Mask = NDArray[Any]  # uint8
_SHIFT = 4  # OpenCV takes outlines in 1/16 pixel
Box = tuple[slice, slice]


@dataclass(frozen=True)
class Piece:
    """A flat piece of something, sewn on."""

    outline: Points  # (N, 2) garment units
    paint: str  # a name in Canvas.paints
    part: str  # the mask it belongs to, one of PARTS
    lift: float  # height of its surface over the ground, garment units
    tone: float = 1.0  # brightness against its paint
    inside: str | None = None  # shown only where this part's mask is set


@dataclass(frozen=True)
class Strokes:
    """Lines of one kind: seams, stitches, ribs, cords."""

    lines: tuple[Points, ...]  # each (N, 2), garment units
    width: float  # garment units
    paint: str | None  # None leaves the colour and only presses the line in or out
    part: str
    lift: float = -0.0012  # against the cloth around it: a seam is negative, a cord positive
    cover: float = 1.0  # 0 to 1, opacity
    inside: str | None = None
    own: bool = False  # whether it extends its part's mask
    closed: bool = False


Op = Piece | Strokes


@dataclass
class Canvas:
    """What has been sewn so far, over the whole picture."""

    frame: Frame
    paints: dict[str, Array]  # name to linear colour (3,) or (H, W, 3)
    albedo: Array = field(init=False)  # (H, W, 3) linear
    lift: Array = field(init=False)  # (H, W) garment units over the ground
    masks: dict[str, Mask] = field(init=False)  # part to (H, W) 0-255, edges in between

    def __post_init__(self) -> None:
        size = (self.frame.height, self.frame.width)
        self.albedo = np.zeros((*size, 3), np.float32)
        self.lift = np.zeros(size, np.float32)
        self.masks = {part: np.zeros(size, np.uint8) for part in (*PARTS, "garment")}

    def draw(self, ops: list[Op]) -> None:
        for op in ops:
            if isinstance(op, Piece):
                self._fill(op)
            else:
                self._stroke(op)

    def _fill(self, piece: Piece) -> None:
        outline = self.frame.project(piece.outline)
        box = self._box(outline, 2)
        if box is None:
            return
        sheet = self._sheet(box)
        cv2.fillPoly(sheet, [self._fixed(outline, box)], 255, cv2.LINE_8, _SHIFT)
        cover = self._clip(_averaged(sheet, box), box, piece.inside)
        share = cover.astype(np.float32) * np.float32(1 / 255)
        self._blend(box, piece.paint, piece.tone, share)
        lift = self.lift[box]
        lift += (piece.lift - lift) * share
        self._claim(box, piece.part, cover)

    def _stroke(self, strokes: Strokes) -> None:
        lines = [self.frame.project(line) for line in strokes.lines]
        width = strokes.width * self.frame.unit
        box = self._box(np.concatenate(lines), int(width) + 2) if lines else None
        if box is None:
            return
        sheet = self._sheet(box)
        thickness = max(1, round(width * self.finer))
        fixed = [self._fixed(line, box) for line in lines]
        cv2.polylines(sheet, fixed, strokes.closed, 255, thickness, cv2.LINE_8, _SHIFT)
        cover = self._clip(_averaged(sheet, box), box, strokes.inside)
        share = cover.astype(np.float32) * np.float32(1 / 255)
        if strokes.paint is not None:
            self._blend(box, strokes.paint, 1.0, share * strokes.cover)
        self.lift[box] += strokes.lift * share
        if strokes.own:
            self._claim(box, strokes.part, cover)

    def _blend(self, box: Box, paint: str, tone: float, share: Array) -> None:
        color = self.paints[paint]
        color = color[box] if color.ndim == 3 else color
        area = self.albedo[box]
        area += (color * np.float32(tone) - area) * share[..., None]

    def _claim(self, box: Box, part: str, cover: Mask) -> None:
        for name in (part, "garment"):
            np.maximum(self.masks[name][box], cover, out=self.masks[name][box])

    @property
    def finer(self) -> int:
        """Drawing cells a pixel and direction. OpenCV's own soft edges make everything half a
        pixel fatter, which a small picture would show; a large one needs no help."""
        return 4 if self.frame.short_side < 160 else 2 if self.frame.short_side < 1536 else 1

    def _sheet(self, box: Box) -> Mask:
        rows, columns = (part.stop - part.start for part in box)
        return np.zeros((rows * self.finer, columns * self.finer), np.uint8)

    def _fixed(self, outline: Points, box: Box) -> NDArray[np.int32]:
        corner = np.array([box[1].start, box[0].start], np.float32)
        cells = (outline - corner + 0.5) * self.finer - 0.5
        return np.round(cells * (1 << _SHIFT)).astype(np.int32)

    def _clip(self, cover: Mask, box: Box, inside: str | None) -> Mask:
        return cover if inside is None else cv2.min(cover, self.masks[inside][box])

    def _box(self, outline: Points, margin: int) -> Box | None:
        """The part of the picture that an outline touches, or None."""
        left, top = np.floor(outline.min(0)).astype(int) - margin
        right, bottom = np.ceil(outline.max(0)).astype(int) + margin + 1
        left, top = max(left, 0), max(top, 0)
        right, bottom = min(right, self.frame.width), min(bottom, self.frame.height)
        if left >= right or top >= bottom:
            return None
        return slice(top, bottom), slice(left, right)


def _averaged(sheet: Mask, box: Box) -> Mask:
    """A sheet's cover of whole pixels, 0 to 255."""
    size = (box[1].stop - box[1].start, box[0].stop - box[0].start)
    return cv2.resize(sheet, size, interpolation=cv2.INTER_AREA)
