"""Colour profiles and 16 bits a channel."""

import struct
import zlib

import numpy as np
import pytest
from photo_files import file_bytes, image_bytes, noise, opened, png_16, wide_profile
from PIL import Image, ImageCms
from test_photos_roundtrip import assert_only_the_rectangle_changed, edited

from amgan_cli.photos import profile
from amgan_cli.photos.decode import decode_photo
from amgan_cli.photos.deep import encode_png
from amgan_cli.photos.encode import encode_photo, lost_in
from amgan_cli.photos.metadata import Metadata
from amgan_cli.photos.profile import ColourSpace
from amgan_cli.photos.tiff import encode_tiff

RED_IN_ADOBE_RGB = 220
"""0.7152 of Adobe RGB's red, encoded by sRGB's curve, is sRGB's red."""


def test_colors_are_seen_by_the_profile():
    stored = np.full((4, 4, 3), (RED_IN_ADOBE_RGB, 0, 0), np.uint8)
    photo = decode_photo(file_bytes(stored, "PNG", icc_profile=wide_profile()), "x")
    assert np.abs(photo.pixels.astype(int) - (255, 0, 0)).max() <= 1
    grey = photo.with_pixels(np.full_like(stored, 128))
    red = grey.with_pixels(np.full_like(stored, (255, 0, 0)))
    assert red.stored is not None and grey.stored is not None
    assert np.abs(grey.stored.astype(int) - 128).max() <= 1
    assert np.abs(red.stored.astype(int) - (RED_IN_ADOBE_RGB, 0, 0)).max() <= 1


def test_a_gamut_wider_than_srgb_fades_out_with_the_attention():
    green = np.full((1, 3, 3), (0, 255, 0), np.uint8)  # outside sRGB
    photo = decode_photo(file_bytes(green, "PNG", icc_profile=wide_profile()), "x")
    darker = photo.pixels - np.uint8([0, 5, 0])
    new = photo.with_edit(darker, np.float32([[0, 0.02, 1]])).stored
    assert new is not None
    assert new[0, 0].tolist() == [0, 255, 0]
    assert np.abs(new[0, 1].astype(int) - (0, 250, 0)).max() <= 3  # no jump back into sRGB
    assert new[0, 2, 0] > 100  # sRGB's green in the wider space has red


@pytest.mark.parametrize("icc", [b"profile", wide_profile()[:300]])
def test_a_broken_profile_is_kept_and_said(icc):
    photo = decode_photo(file_bytes(noise(), "PNG", icc_profile=icc), "x")
    assert np.array_equal(photo.pixels, noise())
    assert "profile cannot be used" in photo.notes[0]
    assert opened(encode_photo(photo, "PNG")).info["icc_profile"] == icc


@pytest.mark.parametrize(
    ("chunk", "told"),
    [
        ((b"gAMA", struct.pack(">I", 100_000)), "its gAMA is left out"),
        ((b"cICP", bytes([12, 13, 0, 1])), "its cICP is left out"),
        ((b"gAMA", struct.pack(">I", 45_455)), ""),  # as sRGB
    ],
)
def test_colors_that_a_png_tells_of_in_other_chunks_are_not_lost_without_a_word(chunk, told):
    png = file_bytes(noise(), "PNG")
    name, data = chunk
    inner = name + data
    whole = struct.pack(">I", len(data)) + inner + struct.pack(">I", zlib.crc32(inner))
    photo = decode_photo(png[:33] + whole + png[33:], "x")
    assert np.array_equal(photo.pixels, noise())
    assert " ".join(photo.notes).startswith(told) and bool(photo.notes) == bool(told)


def test_a_lab_picture_becomes_srgb_without_its_profile():
    lab = Image.fromarray(noise(), "RGB").convert("RGB")
    to_lab = ImageCms.buildTransform(
        ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB"
    )
    in_lab = ImageCms.applyTransform(lab, to_lab)
    assert in_lab is not None
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    photo = decode_photo(image_bytes(in_lab, "TIFF", icc_profile=icc), "x")
    assert photo.notes == ("Lab becomes sRGB",)
    assert not opened(encode_photo(photo, "TIFF")).info.get("icc_profile")


def test_16_bit_grey_with_transparency_is_told_of():
    alpha = noise(1, np.uint16)
    grey = noise(1, np.uint16)
    data = png_16(np.dstack([grey, alpha]), 4, b"")
    photo = decode_photo(data, "x")
    assert photo.alpha is not None and photo.space.mode == "L"
    assert "16-bit grey with transparency is written as sRGB" in lost_in(photo, "PNG")
    assert np.array_equal(decode_photo(encode_photo(photo, "PNG"), "x").alpha, alpha)


def test_a_profile_that_does_not_lead_back_is_kept_and_said(monkeypatch):
    build = profile._transform.__wrapped__

    def one_way(icc, mode, back):  # as a scanner's
        if back:
            raise ImageCms.PyCMSError("cannot build transform")
        return build(icc, mode, back)

    monkeypatch.setattr(profile, "_transform", one_way)
    photo = decode_photo(file_bytes(noise(), "PNG", icc_profile=wide_profile()), "x")
    assert "profile cannot be used" in photo.notes[0]
    new = edited(photo, color=(10, 20, 30))
    assert opened(encode_photo(new, "PNG")).info["icc_profile"] == wide_profile()


def test_16_bits_are_converted_as_8_bits_are():
    space = ColourSpace.of("RGB", wide_profile())
    for convert in (space.to_srgb, space.from_srgb):
        eight = convert(noise()).astype(int)
        deep_pixels = convert(noise().astype(np.uint16) * 257)
        assert np.abs(deep_pixels / 257 - eight).max() < 1.1
    inside = space.from_srgb(noise(3, np.uint16))
    assert np.abs(space.to_srgb(inside).astype(int) - noise(3, np.uint16)).max() < 64  # 1/4 of 257


@pytest.mark.parametrize("icc", [b"", wide_profile()])
@pytest.mark.parametrize(("channels", "colour_type"), [(1, 0), (3, 2), (2, 4), (4, 6)])
@pytest.mark.parametrize("file_format", ["PNG", "TIFF"])
def test_16_bits_in_and_out(file_format, channels, colour_type, icc):
    values = noise(channels, np.uint16)
    icc = icc if channels > 2 else b""
    photo = decode_photo(png_16(values, colour_type, icc), "x")
    own = photo.pixels if photo.stored is None else photo.stored
    alpha = [] if photo.alpha is None else [photo.alpha]
    assert np.array_equal(np.dstack([own, *alpha]), np.atleast_3d(values))
    assert photo.pixels.dtype == np.uint16
    assert np.abs(photo.pixels8 - photo.pixels / 257).max() <= 0.5

    own = photo.pixels if channels == 2 else own  # grey with alpha comes out as RGBA
    new = edited(photo, color=(30_001, 30_001, 30_001))
    again = decode_photo(encode_photo(new, file_format), "x")
    assert again.pixels.dtype == np.uint16
    assert_only_the_rectangle_changed(own, again.pixels if again.stored is None else again.stored)
    assert np.abs(again.pixels.astype(int) - new.pixels).max() <= 8  # of 65535
    if photo.alpha is not None:
        assert again.alpha is not None
        assert np.array_equal(again.alpha, photo.alpha)


def test_a_grey_16_bit_tiff_from_pillow_and_white_as_0():
    values = noise(1, np.uint16)
    for photometric, expected in ((1, values), (0, 65535 - values)):
        data = bytearray(file_bytes(values, "TIFF"))
        at = data.index(b"\x06\x01\x03\x00\x01\x00\x00\x00")  # tag 262, SHORT, one
        data[at + 8] = photometric
        assert np.array_equal(decode_photo(bytes(data), "x").pixels[..., 0], expected)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_16_bit_files_are_turned_upright(orientation):
    values = noise(3, np.uint16)
    metadata = Metadata(exif=_exif(orientation))
    files = encode_png(values, None, b"", metadata), encode_tiff(values, None, "RGB", b"", metadata)
    for data in files:
        eight = file_bytes((values >> 8).astype(np.uint8), "PNG", exif=_exif(orientation))
        turned = decode_photo(data, "x").pixels
        assert np.array_equal(turned >> 8, decode_photo(eight, "x").pixels)


def _exif(orientation: int) -> bytes:
    from PIL import Image

    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif.tobytes()
