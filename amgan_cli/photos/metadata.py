"""What a photo file says beside its pixels: EXIF, XMP, IPTC, texts and resolution."""

import math
import re
import struct
from dataclasses import dataclass, replace

from PIL import ExifTags, Image, PngImagePlugin

ORIENTATION, INTEROP, IPTC = ExifTags.Base.Orientation, 0xA005, 0x0404
X_RESOLUTION, Y_RESOLUTION = ExifTags.Base.XResolution, ExifTags.Base.YResolution
RESOLUTION_UNIT, CM_AN_INCH = ExifTags.Base.ResolutionUnit, 2.54
BYTE_ORDERS = b"II", b"MM"
RESOLUTION_IN_EXIF = "WEBP", "AVIF"
PNG_XMP = "XML:com.adobe.xmp"
PNG_OWN = PNG_XMP, "Raw profile type exif", "Raw profile type xmp", "Raw profile type APP1"
"""Keys of a PNG's texts that are told of elsewhere."""
XMP_TAG, IPTC_TAG = 700, 33723
LAYOUT_TAGS = {
    # how a TIFF's own pixels are laid out, which the new file says for itself, and what is kept
    # beside EXIF; Photoshop's own block (34377) repeats it
    *(254, 255, 256, 257, 258, 259, 262, 266, 273, 277, 278, 279, 282, 283, 284, 292, 293, 296),
    *(301, 317, 318, 319, 320, 322, 323, 324, 325, 330, 338, 339, 347, 512, 513, 514, 529, 530),
    *(531, 532, XMP_TAG, IPTC_TAG, 34377, 34675),
    37724,  # layers, which would show the old edit
}
GARBLED = (AttributeError, LookupError, OSError, RuntimeError, SyntaxError, TypeError, ValueError)
GARBLED += (struct.error,)
"""What Pillow raises over EXIF that a camera or program wrote badly."""
WITH_IPTC = "JPEG", "TIFF"
MOST = {"JPEG": 65_000}
"""Bytes of EXIF or XMP that a format holds, where that is not much."""


@dataclass(frozen=True)
class Metadata:
    """EXIF block and XMP packet as bytes, and the resolution; all for an upright picture."""

    exif: bytes = b""
    xmp: bytes = b""
    dpi: tuple[float, float] | None = None
    iptc: bytes = b""
    """Captions and rights as agencies write them into a JPEG or TIFF."""
    texts: tuple[tuple[str, str], ...] = ()
    """Words of a PNG (Author, Copyright), or a JPEG's comment, which has no key."""

    @property
    def private(self) -> "Metadata":
        """The resolution alone: not who, where, with what camera."""
        return Metadata(dpi=self.dpi)

    def held_by(self, file_format: str) -> "Metadata":
        """What of it this format has room for."""
        most = MOST.get(file_format, float("inf"))
        blocks = self.exif, self.xmp, self.iptc if file_format in WITH_IPTC else b""
        exif, xmp, iptc = (block if len(block) <= most else b"" for block in blocks)
        has_keys = {"JPEG": False, "PNG": True}.get(file_format)
        texts = tuple((key, text) for key, text in self.texts if bool(key) == has_keys)
        return replace(self, exif=exif, xmp=xmp, iptc=iptc, texts=texts)

    def save_options(self, file_format: str) -> dict:
        """Pillow's options of `save` for this format, which is not TIFF."""
        options: dict = {"exif": self.exif, "dpi": self.dpi}
        if file_format == "PNG":
            options["pnginfo"] = (self.xmp or self.texts) and self._png_texts()
        else:
            options["xmp"] = self.xmp
        if file_format == "JPEG":
            options["extra"] = self.iptc and _app13(self.iptc)
            options["comment"] = dict(self.texts).get("", "").encode("latin-1", "replace")
        if file_format in RESOLUTION_IN_EXIF and self.dpi:
            options["exif"] = _with_resolution(self.exif, self.dpi)
        return {name: value for name, value in options.items() if value}

    def _png_texts(self) -> PngImagePlugin.PngInfo:
        """XMP and words where PNG keeps them."""
        info = PngImagePlugin.PngInfo()
        if self.xmp:
            info.add_itxt(PNG_XMP, self.xmp.decode("utf-8", "replace"))
        for key, text in self.texts:
            info.add_itxt(key, text)
        return info


def read_metadata(image: Image.Image) -> tuple[Metadata, int, tuple[str, ...]]:
    """The metadata of an opened file, the EXIF orientation (1 to 8) that its pixels need, and what
    a user should know of it, a line each."""
    orientation, block, dpi = 1, b"", image.info.get("dpi")
    notes: tuple[str, ...] = ()
    try:
        exif = image.getexif()
        head = image.info.get("exif", b"").removeprefix(b"Exif\0\0")[:2]
        if head and head not in BYTE_ORDERS:
            raise ValueError("no table of tags, which Pillow passes over")
        orientation = exif.get(ORIENTATION, 1)
        orientation = orientation if orientation in range(1, 9) else 1
        dpi = _resolution(image, exif)
        for tag in {ORIENTATION, *LAYOUT_TAGS} & set(exif):
            del exif[tag]
        if orientation >= 5:
            _swap_size(exif.get_ifd(ExifTags.IFD.Exif))
        if ExifTags.IFD.Exif in exif:
            exif.get_ifd(ExifTags.IFD.Exif).pop(INTEROP, None)  # a place in the old file
        _keep_text(exif)
        block = exif.tobytes() if len(exif) else b""  # without the thumbnail: it shows the old edit
    except GARBLED:
        notes = ("its EXIF is garbled and is left out",)
    dpi = dpi and _sensible(*dpi)
    if orientation >= 5:
        dpi = dpi and (dpi[1], dpi[0])
    own = Metadata(block, _upright_xmp(image), dpi, _iptc(image), _texts(image))
    return own, orientation, notes


def _resolution(image: Image.Image, exif: Image.Exif) -> tuple[float, float] | None:
    """Dots an inch, across and down, if the file says so, in EXIF alone too."""
    across, down = exif.get(X_RESOLUTION), exif.get(Y_RESOLUTION)
    if image.format == "TIFF" and across is None:
        return None  # Pillow makes up 1 for such a TIFF
    if "dpi" in image.info or across is None or down is None:
        return image.info.get("dpi")
    unit = {2: 1, 3: CM_AN_INCH}.get(exif.get(RESOLUTION_UNIT, 2), 0)  # others tell of no size
    return float(across) * unit, float(down) * unit


def _sensible(across: float, down: float) -> tuple[float, float] | None:
    across, down = float(across), float(down)
    return (across, down) if 0 < across < math.inf and 0 < down < math.inf else None


def _with_resolution(block: bytes, dpi: tuple[float, float]) -> bytes:
    """An EXIF block that says it, for formats that have no other place for it."""
    exif = Image.Exif()
    if block:
        exif.load(block)
        _keep_text(exif)
    exif[X_RESOLUTION], exif[Y_RESOLUTION], exif[RESOLUTION_UNIT] = *dpi, 2
    return exif.tobytes()


def _iptc(image: Image.Image) -> bytes:
    """What a JPEG says in Photoshop's segment that is no picture, or a TIFF in a tag of its own."""
    if image.format == "TIFF":
        told = image.tag_v2.get(IPTC_TAG)  # type: ignore[attr-defined]
        return told if isinstance(told, bytes) else b""
    segment = image.info.get("photoshop") if image.format in ("JPEG", "MPO") else None
    record = segment.get(IPTC) if isinstance(segment, dict) else None
    return record if isinstance(record, bytes) else b""


def _app13(iptc: bytes) -> bytes:
    """A JPEG's segment that holds it."""
    data = b"8BIM" + struct.pack(">HHL", IPTC, 0, len(iptc)) + iptc + b"\0" * (len(iptc) % 2)
    data = b"Photoshop 3.0\0" + data
    return b"\xff\xed" + struct.pack(">H", len(data) + 2) + data


def _texts(image: Image.Image) -> tuple[tuple[str, str], ...]:
    """Words of a PNG by key; a JPEG's comment."""
    if image.format == "PNG":
        words = getattr(image, "text", {})
        return tuple((key, str(text)) for key, text in words.items() if key not in PNG_OWN)
    comment = image.info.get("comment") if image.format in ("JPEG", "MPO") else None
    return (("", comment.decode("latin-1")),) if isinstance(comment, bytes) and comment else ()


def tiff_tags(metadata: Metadata) -> Image.Exif:
    """EXIF and XMP where TIFF keeps them: among its own tags."""
    tags = Image.Exif()
    if metadata.exif:
        tags.load(metadata.exif)
        _keep_text(tags)
    if metadata.xmp:
        tags[XMP_TAG] = metadata.xmp
    if metadata.iptc:
        tags[IPTC_TAG] = metadata.iptc
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
    xmp = image.info.get("xmp") or image.info.get(PNG_XMP) or b""
    xmp = xmp.encode() if isinstance(xmp, str) else xmp
    return re.sub(rb'(tiff:Orientation(?:="|>))\d', rb"\g<1>1", xmp)
