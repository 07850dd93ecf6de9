"""EXIF, orientation, XMP, resolution, and --strip."""

from dataclasses import replace

import numpy as np
import pytest
from photo_files import file_bytes, noise, opened, wide_profile
from PIL import Image, ImageOps, PngImagePlugin, TiffImagePlugin

from amgan_cli.photos.decode import decode_photo
from amgan_cli.photos.encode import encode_photo, lost_in
from amgan_cli.photos.formats import SaveOptions
from amgan_cli.photos.metadata import _app13

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "AVIF")
LAYERS, COPYRIGHT, LENS, X_RESOLUTION = 37724, 0x8298, 0xA434, 282
INTEROP, OTHER = 0xA005, 0xC4A5
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
    assert decode_photo(encode_photo(photo, file_format), "x").metadata.dpi == pytest.approx(
        (150, 300), abs=0.1
    )

    bare = opened(encode_photo(photo, file_format, SaveOptions(strip=True)))
    bare.load()
    assert MAKER not in bare.getexif()
    assert not bare.info.get("xmp")
    assert bare.info["icc_profile"] == wide_profile()


def test_a_tiff_leaves_its_layout_and_its_layers_behind():
    tags = Image.Exif()
    tags.load(exif(1))
    tags[LAYERS] = b"the old picture"
    photo = decode_photo(file_bytes(noise(), "TIFF", exif=tags), "x")
    for file_format in ("JPEG", "TIFF"):
        kept = set(opened(encode_photo(photo, file_format)).getexif())
        assert {MAKER, 0x8769} <= kept and LAYERS not in kept
        assert file_format == "TIFF" or len(kept) == 2


@pytest.mark.parametrize("file_format", FORMATS)
def test_text_of_any_alphabet_stays_byte_for_byte(file_format):
    tags = Image.Exif()
    tags[COPYRIGHT] = "8 places"
    tags.get_ifd(0x8769)[LENS] = "Lens"
    block = tags.tobytes().replace(b"8 places", "© Jürg".encode()).replace(b"Lens", b"L\xfcs\xff")
    photo = decode_photo(file_bytes(noise(), "JPEG", exif=block), "x")
    out = opened(encode_photo(photo, file_format)).getexif()
    texts = out[COPYRIGHT], out.get_ifd(0x8769)[LENS]
    assert [text.encode("latin-1") for text in texts] == ["© Jürg".encode(), b"L\xfcs\xff"]


def test_garbled_exif_costs_no_photo_and_does_not_turn_it():
    tags = Image.Exif()
    tags[0x0112], tags[OTHER] = 6, b"no table of tags"
    block = tags.tobytes().replace(OTHER.to_bytes(2, "big"), INTEROP.to_bytes(2, "big"))
    data = file_bytes(noise(), "JPEG", exif=block, dpi=(300, 150))
    photo = decode_photo(data, "x")
    assert photo.pixels.shape[:2] == noise().shape[1::-1]
    assert photo.notes == ("its EXIF is garbled and is left out",)
    assert photo.metadata.exif == b"" and photo.metadata.dpi == (150, 300)


@pytest.mark.parametrize("file_format", ["PNG", "WEBP", "JPEG"])
def test_exif_that_is_no_table_costs_no_photo(file_format):
    data = file_bytes(noise(), file_format, exif=b"Exif\0\0garbage garbage")
    photo = decode_photo(data, "x")
    assert photo.pixels.shape == noise().shape
    assert photo.notes == ("its EXIF is garbled and is left out",)


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_table_without_tags_is_not_garbled(file_format):
    data = file_bytes(noise(), file_format, exif=Image.Exif().tobytes())
    assert decode_photo(data, "x").notes == ()


@pytest.mark.parametrize(("unit", "dpi"), [(2, 300), (3, 762)])
def test_a_resolution_in_exif_alone_stays(unit, dpi):
    tags = Image.Exif()
    tags[X_RESOLUTION] = tags[X_RESOLUTION + 1] = 300.0
    tags[0x0128] = unit
    photo = decode_photo(file_bytes(noise(), "WEBP", exif=tags.tobytes()), "x")
    assert photo.metadata.dpi == (dpi, dpi)
    for file_format in FORMATS:
        again = decode_photo(encode_photo(photo, file_format), "x").metadata.dpi
        assert again == pytest.approx((dpi, dpi), abs=0.5)


def test_captions_comments_and_texts_stay_in_their_format_and_are_told_of_elsewhere():
    caption = b"\x1c\x02\x78\x00\x05Shirt"
    segment = _app13(caption)
    photo = decode_photo(file_bytes(noise(), "JPEG", extra=segment, comment=b"Mine"), "x.jpg")
    out = opened(encode_photo(photo, "JPEG"))
    assert out.info["photoshop"] == {0x0404: caption} and out.info["comment"] == b"Mine"
    assert lost_in(photo, "JPEG") == ()
    assert "no place for IPTC, comments or texts" in lost_in(photo, "PNG")[0]
    assert lost_in(photo, "PNG", SaveOptions(strip=True)) == ()
    bare = opened(encode_photo(photo, "JPEG", SaveOptions(strip=True)))
    assert not {"photoshop", "comment"} & bare.info.keys()

    words = PngImagePlugin.PngInfo()
    words.add_text("Copyright", "M\u00e4x")
    photo = decode_photo(file_bytes(noise(), "PNG", pnginfo=words), "x.png")
    out = opened(encode_photo(photo, "PNG"))
    out.load()
    assert out.text == {"Copyright": "M\u00e4x"}  # type: ignore[attr-defined]
    assert "no place for" in lost_in(photo, "WEBP")[0]


def test_a_tiffs_captions_stay_and_go_over_into_a_jpeg():
    caption = b"\x1c\x02\x78\x00\x05shirt"
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[33723] = caption
    photo = decode_photo(file_bytes(noise(), "TIFF", tiffinfo=tags), "x")
    assert decode_photo(encode_photo(photo, "TIFF"), "x").metadata.iptc == caption
    assert decode_photo(encode_photo(photo, "JPEG"), "x").metadata.iptc == caption
    assert "PNG has no place for IPTC" in " ".join(lost_in(photo, "PNG"))


def test_a_tiff_without_a_resolution_gets_none():
    photo = decode_photo(file_bytes(noise(), "TIFF"), "x")
    assert photo.metadata.dpi is None
    assert "dpi" not in opened(encode_photo(photo, "PNG")).info
    assert X_RESOLUTION not in opened(encode_photo(photo, "TIFF")).tag_v2  # type: ignore[attr-defined]
    told = decode_photo(file_bytes(noise(), "TIFF", dpi=(300, 300)), "x")
    assert told.metadata.dpi == (300, 300)


def test_what_a_jpeg_has_no_room_for_is_left_out_and_told_of():
    photo = decode_photo(file_bytes(noise(), "PNG", exif=exif(1)), "x")
    large = replace(photo, metadata=replace(photo.metadata, xmp=XMP + bytes(90_000)))
    out = opened(encode_photo(large, "JPEG"))
    assert out.getexif()[MAKER] == "Maker" and "xmp" not in out.info
    assert "no room" in lost_in(large, "JPEG")[0]
    assert lost_in(large, "TIFF") == lost_in(photo, "JPEG") == ()


def test_a_turned_jpeg_turns_its_tables():
    data = file_bytes(noise(), "JPEG", quality=60, exif=exif(6))
    out = opened(encode_photo(decode_photo(data, "x"), "JPEG"))
    for number, table in opened(data).quantization.items():  # type: ignore[attr-defined]
        assert out.quantization[number] == np.reshape(table, (8, 8)).T.ravel().tolist()  # type: ignore[attr-defined]


def _deep(photo):
    from dataclasses import replace

    from amgan_cli.photos.strips import as_uint16

    return replace(photo, pixels=as_uint16(photo.pixels), stored=as_uint16(photo.stored))
