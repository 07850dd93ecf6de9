"""What a photo file says beside its pixels: EXIF, XMP and resolution."""

import re
from dataclasses import dataclass, replace

from PIL import ExifTags, Image, PngImagePlugin

ORIENTATION = ExifTags.Base.Orientation
XMP_TAG = 700
LAYOUT_TAGS = {
    # how a TIFF's own pixels are laid out; the new file says that for itself
    *(254, 255, 256, 257, 258, 259, 262, 266, 273, 277, 278, 279, 282, 283, 284, 292, 293, 296),
    *(301, 317, 318, 319, 320, 322, 323, 324, 325, 330, 338, 339, 347, 512, 513, 514, 529, 530),
    *(531, 532, XMP_TAG, 33723, 34377, 34675),
}


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

    def save_options(self, file_format: str) -> dict:
        """Pillow's options of `save` for this format, which is not TIFF."""
        options: dict = {"exif": self.exif, "dpi": self.dpi}
        if file_format == "PNG":
            options["pnginfo"] = self.xmp and _png_text(self.xmp)
        else:
            options["xmp"] = self.xmp
        return {name: value for name, value in options.items() if value}


def read_metadata(image: Image.Image) -> tuple[Metadata, int]:
    """The metadata of an opened file, and the EXIF orientation (1 to 8) that its pixels need."""
    exif = image.getexif()
    orientation = exif.get(ORIENTATION, 1)
    orientation = orientation if orientation in range(1, 9) else 1
    for tag in {ORIENTATION, *LAYOUT_TAGS} & set(exif):
        del exif[tag]
    dpi = image.info.get("dpi")
    if orientation >= 5:
        dpi = dpi and dpi[::-1]
        _swap_size(exif.get_ifd(ExifTags.IFD.Exif))
    block = exif.tobytes() if len(exif) else b""  # without the thumbnail, which shows the old edit
    return Metadata(block, _upright_xmp(image), dpi), orientation


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
    if metadata.xmp:
        tags[XMP_TAG] = metadata.xmp
    return tags


def _swap_size(details: dict) -> None:
    width, height = ExifTags.Base.ExifImageWidth, ExifTags.Base.ExifImageHeight
    if width in details and height in details:
        details[width], details[height] = details[height], details[width]


def _upright_xmp(image: Image.Image) -> bytes:
    xmp = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    xmp = xmp.encode() if isinstance(xmp, str) else xmp
    return re.sub(rb'(tiff:Orientation(?:="|>))\d', rb"\g<1>1", xmp)
