"""What a photo file says beside its pixels: EXIF, XMP and resolution."""

import math
import re
import struct
from dataclasses import dataclass, replace

from PIL import ExifTags, Image, PngImagePlugin

ORIENTATION, X_RESOLUTION = ExifTags.Base.Orientation, ExifTags.Base.XResolution
XMP_TAG = 700
LAYOUT_TAGS = {
    # how a TIFF's own pixels are laid out; the new file says that for itself
    *(254, 255, 256, 257, 258, 259, 262, 266, 273, 277, 278, 279, 282, 283, 284, 292, 293, 296),
    *(301, 317, 318, 319, 320, 322, 323, 324, 325, 330, 338, 339, 347, 512, 513, 514, 529, 530),
    *(531, 532, XMP_TAG, 33723, 34377, 34675),
    37724,  # layers, which would show the old edit
}
GARBLED = (AttributeError, LookupError, OSError, RuntimeError, SyntaxError, TypeError, ValueError)
GARBLED += (struct.error,)
"""What Pillow raises over EXIF that a camera or program wrote badly."""
MOST = {"JPEG": 65_000}
"""Bytes of EXIF or XMP that a format holds, where that is not much."""


@dataclass(frozen=True)
class Metadata:
    """EXIF block and XMP packet as bytes, and the resolution; all for an upright picture."""

    exif: bytes = b""
    xmp: bytes = b""
    dpi: tuple[float, float] | None = None

    @property
    def private(self) -> "Metadata":
        """Without EXIF and XMP: who, where, with what camera."""
        return replace(self, exif=b"", xmp=b"")

    def held_by(self, file_format: str) -> "Metadata":
        """What of it this format has room for."""
        most = MOST.get(file_format, float("inf"))
        exif, xmp = (block if len(block) <= most else b"" for block in (self.exif, self.xmp))
        return replace(self, exif=exif, xmp=xmp)

    def save_options(self, file_format: str) -> dict:
        """Pillow's options of `save` for this format, which is not TIFF."""
        options: dict = {"exif": self.exif, "dpi": self.dpi}
        if file_format == "PNG":
            options["pnginfo"] = self.xmp and _png_text(self.xmp)
        else:
            options["xmp"] = self.xmp
        return {name: value for name, value in options.items() if value}


def read_metadata(image: Image.Image) -> tuple[Metadata, int, tuple[str, ...]]:
    """The metadata of an opened file, the EXIF orientation (1 to 8) that its pixels need, and what
    a user should know of it, a line each."""
    exif, dpi = image.getexif(), _resolution(image)
    orientation = exif.get(ORIENTATION, 1)
    orientation = orientation if orientation in range(1, 9) else 1
    for tag in {ORIENTATION, *LAYOUT_TAGS} & set(exif):
        del exif[tag]
    if orientation >= 5:
        dpi = dpi and (dpi[1], dpi[0])
    xmp = _upright_xmp(image)
    try:
        if orientation >= 5:
            _swap_size(exif.get_ifd(ExifTags.IFD.Exif))
        _keep_text(exif)
        block = exif.tobytes() if len(exif) else b""  # without the thumbnail: it shows the old edit
    except GARBLED:
        return Metadata(b"", xmp, dpi), orientation, ("its EXIF is garbled and is left out",)
    return Metadata(block, xmp, dpi), orientation, ()


def _resolution(image: Image.Image) -> tuple[float, float] | None:
    """Dots an inch, across and down, if the file says so."""
    dpi = image.info.get("dpi")
    if dpi is None or (image.format == "TIFF" and X_RESOLUTION not in image.getexif()):
        return None  # Pillow makes up 1 for such a TIFF
    across, down = map(float, dpi)
    return (across, down) if 0 < across < math.inf and 0 < down < math.inf else None


def _png_text(xmp: bytes) -> PngImagePlugin.PngInfo:
    """XMP where PNG keeps it."""
    text = PngImagePlugin.PngInfo()
    text.add_itxt("XML:com.adobe.xmp", xmp.decode("utf-8", "replace"))
    return text


def tiff_tags(metadata: Metadata) -> Image.Exif:
    """EXIF and XMP where TIFF keeps them: among its own tags."""
    tags = Image.Exif()
    if metadata.exif:
        tags.load(metadata.exif)
        _keep_text(tags)
    if metadata.xmp:
        tags[XMP_TAG] = metadata.xmp
    return tags


class _Text(str):
    """Text that Pillow writes byte by byte as it read it, whatever its alphabet."""

    def encode(self, *_: str) -> bytes:
        return super().encode("latin-1", "replace")


def _keep_text(exif: Image.Exif) -> None:
    """Let all text in it be written as it was read."""
    kinds = (kind for kind in (ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo) if kind in exif)
    for ifd in (exif, *map(exif.get_ifd, kinds)):
        for tag, value in list(ifd.items()):
            if isinstance(value, str):
                ifd[tag] = _Text(value)


def _swap_size(details: dict) -> None:
    width, height = ExifTags.Base.ExifImageWidth, ExifTags.Base.ExifImageHeight
    if width in details and height in details:
        details[width], details[height] = details[height], details[width]


def _upright_xmp(image: Image.Image) -> bytes:
    xmp = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    xmp = xmp.encode() if isinstance(xmp, str) else xmp
    return re.sub(rb'(tiff:Orientation(?:="|>))\d', rb"\g<1>1", xmp)
