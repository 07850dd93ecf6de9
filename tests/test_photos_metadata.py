"""EXIF, orientation, XMP, resolution, and --strip."""

import numpy as np
import pytest
from photo_files import file_bytes, noise, opened, wide_profile
from PIL import Image, ImageOps

from amgan_cli.photos.decode import decode_photo
from amgan_cli.photos.encode import encode_photo
from amgan_cli.photos.formats import SaveOptions

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "AVIF")
MAKER, TAKEN, PIXEL_X, PIXEL_Y = 0x010F, 0x9003, 0xA002, 0xA003
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/" tiff:Orientation="6"/>'


def exif(orientation: int) -> bytes:
    tags = Image.Exif()
    tags[0x0112], tags[MAKER] = orientation, "Maker"
    tags.get_ifd(0x8769).update({TAKEN: "2020:01:02 03:04:05", PIXEL_X: 53, PIXEL_Y: 37})
    return tags.tobytes()


def turned(data: bytes) -> Image.Image:
    return ImageOps.exif_transpose(opened(data))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("file_format", ["PNG", "TIFF"])
def test_every_orientation_is_applied_and_reset(orientation, file_format):
    data = file_bytes(noise(), file_format, exif=exif(orientation))
    photo = decode_photo(data, "x")
    assert np.array_equal(photo.pixels, np.array(turned(data)))
    out = opened(encode_photo(photo, file_format))
    assert out.getexif().get(0x0112, 1) == 1
    assert np.array_equal(np.array(out), photo.pixels)
    size = out.getexif().get_ifd(0x8769)
    assert (size[PIXEL_X], size[PIXEL_Y]) == out.size


@pytest.mark.parametrize("file_format", FORMATS)
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_metadata_survives_and_strip_removes_it(file_format, dtype):
    data = file_bytes(
        noise(), "JPEG", exif=exif(6), dpi=(300, 150), xmp=XMP, icc_profile=wide_profile()
    )
    photo = decode_photo(data, "x")
    if dtype == np.uint16:
        photo = _deep(photo)
    out = opened(encode_photo(photo, file_format))
    out.load()
    tags = out.getexif()
    assert tags[MAKER] == "Maker"
    assert tags.get_ifd(0x8769)[TAKEN] == "2020:01:02 03:04:05"
    assert tags.get(0x0112, 1) == 1  # neither EXIF nor XMP turns it a second time
    assert b"tiff:Orientation" in out.info["xmp"]
    assert out.info["icc_profile"] == wide_profile()
    if file_format in ("JPEG", "PNG", "TIFF"):
        assert out.info["dpi"] == pytest.approx((150, 300), abs=0.1)

    bare = opened(encode_photo(photo, file_format, SaveOptions(strip=True)))
    bare.load()
    assert MAKER not in bare.getexif()
    assert not bare.info.get("xmp")
    assert bare.info["icc_profile"] == wide_profile()


def test_a_tiff_leaves_its_layout_behind():
    photo = decode_photo(file_bytes(noise(), "TIFF", exif=exif(1)), "x")
    tags = opened(encode_photo(photo, "JPEG")).getexif()
    assert set(tags) == {MAKER, 0x8769}


def test_a_turned_jpeg_turns_its_tables():
    data = file_bytes(noise(), "JPEG", quality=60, exif=exif(6))
    out = opened(encode_photo(decode_photo(data, "x"), "JPEG"))
    for number, table in opened(data).quantization.items():  # type: ignore[attr-defined]
        assert out.quantization[number] == np.reshape(table, (8, 8)).T.ravel().tolist()  # type: ignore[attr-defined]


def _deep(photo):
    from dataclasses import replace

    from amgan_cli.photos.strips import as_uint16

    return replace(photo, pixels=as_uint16(photo.pixels), stored=as_uint16(photo.stored))
