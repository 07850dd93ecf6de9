"""Bytes of a photo file into a Photo."""

import importlib
import io
import re
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath

import numpy as np
from PIL import Image, JpegImagePlugin, UnidentifiedImageError

from amgan_cli.errors import PhotoError
from amgan_cli.files import printable
from amgan_cli.photos import deep
from amgan_cli.photos.formats import FORMATS
from amgan_cli.photos.metadata import read_metadata
from amgan_cli.photos.photo import Photo, Source
from amgan_cli.photos.profile import ColourSpace
from amgan_cli.photos.strips import as_array, upright

MAX_PIXELS = 250_000_000
"""A picture with more is taken for a decompression bomb; the largest cameras make 150 million."""
Image.MAX_IMAGE_PIXELS = MAX_PIXELS  # Pillow would warn of a photo of 90 megapixels
warnings.filterwarnings("ignore", module=r"PIL\.")  # of EXIF that a camera garbled; for all threads

UNREADABLE = (OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError, RuntimeError)
UNREADABLE += (struct.error, MemoryError, AttributeError)
"""What decoders raise over broken bytes."""
TIFF_HEADS = b"II*\0", b"MM\0*"
SRGB_GAMMA = 0.45455
"""As a PNG's gAMA says it."""
HEIC_BRANDS = re.compile(rb"ftyp(?:hei[cxms]|hev[cxms]|(?:mif1|msf1)(?!.{0,40}avi[fs]))", re.DOTALL)


def decode_photo(data: bytes, name: str) -> Photo:
    """Decode a file's bytes, upright; `name` is for messages.

    Raises PhotoError in one line for bytes that are no whole photo of a sensible size.
    """
    name = printable(name)
    if not data:
        raise PhotoError(f"{name}: is empty")
    with _one_line(name, data), _open(data, name) as image:
        if image.width * image.height > MAX_PIXELS:
            raise Image.DecompressionBombError(f"{image.width} x {image.height}")
        pages = getattr(image, "n_frames", 1)
        notes = [f"first of {pages} pictures in the file"] if pages > 1 else []
        metadata, orientation, more = read_metadata(image)
        notes += more
        source = _source(image, data, orientation)
        named = FORMATS.get(PurePath(name).suffix.lower(), source.format)
        if named != source.format:
            notes.append(f"the file is {source.format}, not {named} as its name says")
        icc = image.info.get("icc_profile") or b""
        icc = b"" if image.mode == "LAB" else icc  # which is of what it was
        notes += ["Lab becomes sRGB"] if image.mode == "LAB" else []
        notes += [] if icc else _untold_colors(image, data)
        if deep.is_deep(image, data):
            stored, alpha = deep.decode(data, image)
            turned = image.format == "TIFF"  # by OpenCV's TIFF reader already
            if alpha is None and deep.has_fourth(image):
                notes.append("a fourth channel, which nothing says the meaning of, is left out")
            if alpha is None and "transparency" in image.info:
                notes.append("its transparent grey is left out")
        else:
            stored, alpha = _decode(image, name)
            turned = False
            notes += _depth_note(image, data)
    if not turned:
        stored = upright(stored, orientation)
        alpha = None if alpha is None else upright(alpha, orientation)
    mode = "L" if stored.ndim == 2 else {3: "RGB", 4: "CMYK"}[stored.shape[2]]
    space = ColourSpace.of(mode, icc)
    if not space.known:
        notes.append("the colour profile cannot be used; colours are taken as sRGB")
    if stored.dtype == np.uint16 and not space.keeps_16_bit():
        notes.append("a profile of tables: changed pixels have 8-bit steps")
    if source.indexed:
        notes.append("the palette becomes full colour")
    common = {"space": space, "metadata": metadata, "source": source, "notes": tuple(notes)}
    common["pages"] = pages
    if space.is_srgb():
        return Photo(stored, alpha, **common)
    return Photo(space.to_srgb(stored), alpha, stored, **common)


@contextmanager
def _one_line(name: str, data: bytes) -> Iterator[None]:
    """Whatever a decoder raises, as PhotoError."""
    try:
        yield
    except UnidentifiedImageError:
        what = "not an image that can be read; use JPEG, PNG, WebP, TIFF, AVIF or HEIC"
        if data[:4] in TIFF_HEADS:
            what = "a kind of TIFF that cannot be read; save it with 8 bits, or as RGB"
        raise PhotoError(f"{name}: {what}") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PhotoError(
            f"{name}: too many pixels ({error}; {MAX_PIXELS // 10**6} megapixels at most)"
        ) from None
    except UNREADABLE as error:
        reason = printable(str(error) or type(error).__name__)
        raise PhotoError(f"{name}: cannot be read ({reason}); is the file whole?") from None


def _open(data: bytes, name: str) -> Image.Image:
    if not HEIC_BRANDS.match(data, 4):
        return Image.open(io.BytesIO(data))
    try:
        heif = importlib.import_module("pillow_heif")
    except ImportError:
        raise PhotoError(f"{name}: HEIC needs pillow-heif; pip install 'amgan[heic]'") from None
    image = heif.open_heif(data).to_pillow()  # turned upright
    image.format = "HEIF"
    return image


def _decode(image: Image.Image, name: str) -> tuple[np.ndarray, np.ndarray | None]:
    """HxW, HxWx3 or HxWx4 (CMYK) uint8 as the file has them, and HxW alpha."""
    if image.mode in ("I", "F") or image.mode.startswith("I;"):
        raise PhotoError(
            f"{name}: its pixels are neither 8-bit nor 16-bit; save it as one of these"
        )
    if image.mode == "CMYK":
        return as_array(image), None
    grey = image.mode in ("1", "L", "LA", "La")
    if image.has_transparency_data or image.mode in ("La", "RGBa"):
        pixels = as_array(image.convert("LA" if grey else "RGBA"))
        colours = pixels[..., 0] if grey else pixels[..., :3]
        return np.ascontiguousarray(colours), np.ascontiguousarray(pixels[..., -1])
    return as_array(image.convert("L" if grey else "RGB")), None


def _source(image: Image.Image, data: bytes, orientation: int) -> Source:
    file_format = "JPEG" if image.format == "MPO" else image.format or ""
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        sideways = orientation >= 5
        tables = tuple(tuple(_turned(t, sideways)) for _, t in sorted(image.quantization.items()))
        subsampling = JpegImagePlugin.get_sampling(image)
        if (subsampling == 1 and sideways) or subsampling < 0:
            subsampling = 0  # 4:2:2 on its side and other rarities
        return Source(file_format, tables, subsampling, bool(image.info.get("progressive")))
    return Source(
        file_format,
        lossless=file_format == "WEBP" and _is_lossless(data),
        compression=str(image.info.get("compression", "")) if file_format == "TIFF" else "",
        indexed=image.mode == "P",
    )


def _is_lossless(webp: bytes) -> bool:
    """Whether its first picture is, which profile and alpha may come before."""
    at = 12
    while at + 8 <= len(webp):
        kind, size = webp[at : at + 4], int.from_bytes(webp[at + 4 : at + 8], "little")
        if kind in (b"VP8L", b"VP8 "):
            return kind == b"VP8L"
        at += 24 if kind == b"ANMF" else 8 + size + size % 2  # a frame of an animation
    return False


def _turned(table: list[int], sideways: bool) -> list[int]:
    """A quantisation table, with horizontal and vertical frequencies swapped for turned photos."""
    return np.reshape(table, (8, 8)).T.ravel().tolist() if sideways else list(table)


def _untold_colors(image: Image.Image, data: bytes) -> list[str]:
    """What a PNG without a profile says of its colours in chunks that nothing here reads."""
    if image.format != "PNG":
        return []
    head = data[: max(data.find(b"IDAT"), 0)]
    is_other = abs(image.info.get("gamma", SRGB_GAMMA) - SRGB_GAMMA) > 0.01
    told = [name for name, there in (("gAMA", is_other), ("cICP", b"cICP" in head)) if there]
    return [f"its {' and '.join(told)} is left out; colours are taken as sRGB"] if told else []


def _depth_note(image: Image.Image, data: bytes) -> list[str]:
    """More bits in the file than Pillow hands out: said, not hidden."""
    if image.format == "TIFF":
        depth = max(image.tag_v2.get(258, (8,)))  # type: ignore[attr-defined]
    else:
        found = re.search(rb"pixi\0{4}[\1-\4](.)", data[:65536], re.DOTALL)  # AVIF, HEIC
        depth = found[1][0] if found else 8
    return [f"{depth} bits a channel are read as 8"] if depth > 8 else []
