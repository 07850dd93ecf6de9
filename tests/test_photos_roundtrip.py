"""What an edit leaves alone comes back as it was in the file, in every mode and lossless format."""

import io
import struct

import numpy as np
import pytest
from photo_files import file_bytes, image_bytes, noise, opened, wide_profile
from PIL import Image

from amgan_cli.errors import UsageError
from amgan_cli.photos.decode import decode_photo
from amgan_cli.photos.encode import encode_photo, lost_in
from amgan_cli.photos.formats import SaveOptions
from amgan_cli.photos.metadata import Metadata
from amgan_cli.photos.photo import Photo, read_photo, write_photo
from amgan_cli.photos.tiff import encode_tiff

CHANGED = np.s_[5:15, 10:30]


def edited(photo: Photo, color=(200, 40, 60)) -> Photo:
    """The photo with a coloured rectangle, as an edit with full attention there."""
    attention = np.zeros(photo.pixels.shape[:2], np.float32)
    attention[CHANGED] = 1
    pixels = np.full_like(photo.pixels, 7)  # ignored where attention is 0
    pixels[CHANGED] = color
    return photo.with_edit(pixels, attention)


def assert_only_the_rectangle_changed(before: np.ndarray, after: np.ndarray) -> None:
    same = np.ones(before.shape[:2], bool)
    same[CHANGED] = False
    assert before.shape == after.shape
    assert np.array_equal(before[same], after[same])
    assert (before[CHANGED] != after[CHANGED]).any()


@pytest.mark.parametrize(
    ("file_format", "channels", "mode", "options"),
    [
        ("PNG", 3, "RGB", {}),
        ("PNG", 4, "RGBA", {}),
        ("WEBP", 4, "RGBA", {"lossless": True, "exact": True}),
        ("TIFF", 3, "RGB", {"compression": "tiff_lzw"}),
        ("TIFF", 4, "RGBA", {}),
        ("TIFF", 4, "CMYK", {"compression": "tiff_adobe_deflate"}),
        ("PNG", 3, "RGB", {"icc_profile": wide_profile()}),
        ("TIFF", 3, "RGB", {"icc_profile": wide_profile()}),
    ],
)
def test_untouched_pixels_come_back_bit_for_bit(file_format, channels, mode, options):
    data = file_bytes(noise(channels), file_format, None if mode == "RGBA" else mode, **options)
    out = opened(encode_photo(edited(decode_photo(data, "x")), file_format))
    assert (out.format, out.mode) == (file_format, mode)
    assert_only_the_rectangle_changed(np.array(opened(data)), np.array(out))
    assert out.info.get("icc_profile") == options.get("icc_profile")
    if file_format == "TIFF":
        compressed = "raw" if "compression" not in options else "tiff_adobe_deflate"
        assert out.info["compression"] == compressed


def test_a_grey_photo_stays_grey_if_the_edit_did():
    data = file_bytes(noise(1), "PNG")
    grey = opened(encode_photo(edited(decode_photo(data, "x"), color=(90, 90, 90)), "PNG"))
    assert grey.mode == "L"
    assert_only_the_rectangle_changed(noise(1), np.array(grey))
    photo = edited(decode_photo(data, "x"))
    colored = np.array(opened(encode_photo(photo, "PNG")))
    assert (colored[CHANGED] == (200, 40, 60)).all()
    assert_only_the_rectangle_changed(np.repeat(noise(1)[..., None], 3, 2), colored)
    assert "colour photo" in photo.notes[-1]


def test_grey_with_transparency_and_palettes():
    grey = np.array(Image.fromarray(noise(4)).convert("LA"))
    data = file_bytes(noise(4), "PNG", "LA")
    out = opened(encode_photo(edited(decode_photo(data, "x"), color=(9, 9, 9)), "PNG"))
    assert out.mode == "LA"
    assert_only_the_rectangle_changed(grey, np.array(out))

    palette = Image.fromarray(noise()).quantize(16)
    photo = decode_photo(image_bytes(palette, "PNG"), "x")
    assert photo.notes == ("the palette becomes full colour",)
    out = opened(encode_photo(edited(photo), "PNG"))
    assert_only_the_rectangle_changed(np.array(palette.convert("RGB")), np.array(out))


def test_the_black_ink_of_cmyk_fades_out_with_the_attention():
    ink = np.zeros((2, 3, 4), np.uint8)
    ink[..., 3] = 100  # grey by black ink alone: 155 in sRGB
    photo = decode_photo(image_bytes(Image.frombytes("CMYK", (3, 2), ink.tobytes()), "TIFF"), "x")
    assert (photo.pixels == 155).all()
    attention = np.tile(np.float32([0, 0.5, 1]), (2, 1))
    new = photo.with_edit(np.full_like(photo.pixels, 105), attention)
    # 105 is 150 of each colour without black; half the attention keeps half of what was there
    assert new.stored is not None
    assert new.stored[0].tolist() == [[0, 0, 0, 100], [100, 100, 100, 50], [150, 150, 150, 0]]


def test_a_format_that_holds_less_says_so():
    photo = decode_photo(file_bytes(noise(4), "PNG"), "x")
    assert lost_in(photo, "JPEG") == ("JPEG has no transparency: it is laid on white",)
    clear = np.zeros((16, 16, 4), np.uint8)
    jpeg = opened(encode_photo(decode_photo(file_bytes(clear, "PNG"), "x"), "JPEG"))
    assert np.array(jpeg).min() == 255
    cmyk = decode_photo(file_bytes(noise(), "TIFF", "CMYK"), "x")
    assert "sRGB" in lost_in(cmyk, "PNG")[0]
    assert np.array_equal(np.array(opened(encode_photo(cmyk, "PNG"))), cmyk.pixels)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif", ".avif"])
def test_every_format_out_and_in_again(tmp_path, suffix):
    photo = Photo(np.full((40, 60, 3), (180, 60, 30), np.uint8))
    write_photo(tmp_path / f"x{suffix}", photo)
    again = read_photo(tmp_path / f"x{suffix}")
    assert np.abs(again.pixels.astype(int) - photo.pixels).max() <= 3
    assert [path.name for path in tmp_path.iterdir()] == [f"x{suffix}"]


def test_format_and_quality_of_the_options(tmp_path):
    photo = decode_photo(file_bytes(noise(), "PNG"), "x")
    write_photo(tmp_path / "out", photo, SaveOptions(format="webp", quality=20))
    assert opened((tmp_path / "out").read_bytes()).format == "WEBP"
    sizes = [len(encode_photo(photo, "JPEG", SaveOptions(quality=q))) for q in (20, 60, 95)]
    assert sizes == sorted(sizes)
    with pytest.raises(UsageError, match="--format jpg: did you mean jpeg"):
        SaveOptions(format="jpg")
    with pytest.raises(UsageError, match="--quality 0"):
        SaveOptions(quality=0)
    with pytest.raises(UsageError, match=r"\.heic is read, not written; name the new file"):
        SaveOptions().format_of(tmp_path / "x.HEIC")


def test_what_a_file_holds_counts_and_is_told_of():
    photo = decode_photo(file_bytes(noise(), "PNG"), "shirt.jpg")
    assert photo.notes == ("the file is PNG, not JPEG as its name says",)
    assert decode_photo(file_bytes(noise(), "JPEG"), "shirt.jpeg").notes == ()


def test_quality_leaves_a_jpeg_progressive_and_is_of_no_use_for_png():
    photo = decode_photo(file_bytes(noise(), "JPEG", progressive=True), "x")
    assert opened(encode_photo(photo, "JPEG", SaveOptions(quality=60))).info.get("progressive")
    assert lost_in(photo, "PNG", SaveOptions(quality=60)) == (
        "PNG has no loss and so no --quality",
    )


def test_ink_of_every_kind_is_as_fine_as_the_finest():
    fine, coarse = [1] * 64, [60] * 64
    inks = np.random.default_rng(0).integers(0, 256, (64, 64, 4)).astype(np.uint8)
    data = io.BytesIO()
    Image.fromarray(inks, "CMYK").save(data, "JPEG", qtables=[fine, coarse])
    photo = decode_photo(data.getvalue(), "x")
    assert photo.stored is not None
    again = decode_photo(encode_photo(photo, "JPEG"), "x").stored
    errors = np.abs(again.astype(int) - photo.stored).mean((0, 1))
    assert errors.max() < 1


@pytest.mark.parametrize(("kind", "alpha"), [(1, True), (2, True), (0, False)])
def test_a_deep_tiffs_fourth_channel_is_what_it_says(kind, alpha):
    pixels = np.full((8, 8, 3), 10_000, np.uint16)
    half = np.full((8, 8), 32_768, np.uint16)
    data = bytearray(encode_tiff(pixels, half, "RGB", b"", Metadata(), raw=True))
    entry = data.index(struct.pack("<HHL", 338, 3, 1))
    data[entry + 8 : entry + 10] = struct.pack("<H", kind)
    photo = decode_photo(bytes(data), "x")
    assert (photo.alpha is not None) == alpha
    assert any("fourth channel" in note for note in photo.notes) != alpha
    wanted = 20_000 if kind == 1 else 10_000
    assert np.abs(photo.pixels.astype(int) - wanted).max() <= 1


def test_a_jpeg_keeps_its_tables_and_its_untouched_blocks():
    calm = Image.fromarray(noise() // 4 + 90).resize((530, 370), Image.Resampling.BICUBIC)
    smooth = np.array(calm)[:128, :160]
    data = file_bytes(smooth, "JPEG", quality=80, subsampling=2)
    photo = decode_photo(data, "x")
    pixels, attention = photo.pixels.copy(), np.zeros((128, 160), np.float32)
    pixels[:64, :64], attention[:64, :64] = (30, 60, 200), 1
    out = encode_photo(photo.with_edit(pixels, attention), "JPEG")
    assert opened(out).quantization == opened(data).quantization
    assert opened(out).layer == opened(data).layer
    far = np.abs(np.array(opened(out)).astype(int) - photo.pixels)[80:, 80:]
    assert (far == 0).mean() > 0.9
    assert far.max() <= 8
    other = encode_photo(photo, "JPEG", SaveOptions(quality=30))
    assert opened(other).quantization != opened(data).quantization


def test_strong_noise_is_written_though_pillow_reserves_too_little():
    white = np.random.default_rng(0).integers(0, 256, (400, 400, 3), np.uint8)
    data = file_bytes(white, "JPEG", quality=100, subsampling=0)
    out = np.array(opened(encode_photo(decode_photo(data, "x"), "JPEG")))
    assert np.abs(out.astype(int) - white).max() <= 6


def test_moving_pictures_give_their_first(tmp_path):
    frames = [Image.fromarray(noise() // (i + 1)) for i in range(3)]
    for name, options in {"x.png": {}, "x.webp": {"lossless": True}, "x.tif": {}}.items():
        path = tmp_path / name
        frames[0].save(path, save_all=True, append_images=frames[1:], **options)
        photo = read_photo(path)
        assert photo.notes == ("first of 3 pictures in the file",)
        assert np.array_equal(photo.pixels, noise())


def test_a_lossless_webp_with_a_profile_stays_lossless():
    for options in ({"icc_profile": wide_profile()}, {}):
        data = file_bytes(noise(), "WEBP", lossless=True, **options)
        photo = decode_photo(data, "x")
        assert photo.source.lossless
        again = decode_photo(encode_photo(photo, "WEBP"), "x")
        assert np.array_equal(again.pixels, photo.pixels)
        lossy = file_bytes(noise(), "WEBP", quality=80, **options)
        assert not decode_photo(lossy, "x").source.lossless
