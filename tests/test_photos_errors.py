"""A file that cannot be read or written is one line, and nothing half-written stays."""

import io
import os
import resource
import signal
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from photo_files import file_bytes, noise, opened, png_16

from amgan_cli.errors import OutputError, PhotoError
from amgan_cli.photos import decode
from amgan_cli.photos.decode import decode_photo
from amgan_cli.photos.metadata import Metadata
from amgan_cli.photos.photo import Photo, read_photo, write_mask, write_photo
from amgan_cli.photos.tiff import encode_tiff

PNG = file_bytes(noise(), "PNG")
PNG_16 = png_16(noise(3, np.uint16), 2)
TIFF_16 = encode_tiff(noise(3, np.uint16), None, "RGB", b"", Metadata())
FLOAT_TIFF = file_bytes(noise(1).astype(np.float32), "TIFF")
BROKEN = {
    "empty": (b"", "is empty"),
    "text": (b"no picture at all", "not an image"),
    "half a PNG": (PNG[: len(PNG) // 2], "is the file whole"),
    "half a 16-bit PNG": (PNG_16[: len(PNG_16) // 2], "is the file whole"),
    "half a 16-bit TIFF": (TIFF_16[: len(TIFF_16) // 2], "is the file whole"),
    "a PNG of its first bytes": (PNG[:30], "cannot be read|not an image"),
    "half a JPEG": (file_bytes(noise(), "JPEG")[:900], "is the file whole"),
    "half a WebP": (file_bytes(noise(), "WEBP")[:900], "cannot be read|not an image"),
    "half an AVIF": (file_bytes(noise(), "AVIF")[:900], "cannot be read|not an image"),
    "half a TIFF": (
        file_bytes(noise(), "TIFF", compression="tiff_lzw")[:900],
        "cannot be read|not an image",
    ),
    "32-bit floats": (FLOAT_TIFF, "neither 8-bit nor 16-bit; save it as one of these$"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_broken_files_are_one_line(tmp_path, what, capfd):
    data, reason = BROKEN[what]
    (tmp_path / "x.jpg").write_bytes(data)
    with pytest.raises(PhotoError, match=reason) as caught:
        read_photo(tmp_path / "x.jpg")
    assert str(caught.value).startswith(str(tmp_path / "x.jpg"))
    assert "\n" not in str(caught.value)
    assert capfd.readouterr().err == ""


def test_a_decompression_bomb_is_refused_before_it_unpacks():
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = PNG[:16] + header + struct.pack(">I", zlib.crc32(b"IHDR" + header)) + PNG[33:]
    with pytest.raises(PhotoError, match=r"too many pixels .*250 megapixels"):
        decode_photo(bomb, "bomb.png")
    assert decode.MAX_PIXELS > 150_000_000


def test_names_that_are_no_file(tmp_path):
    (tmp_path / "folder.jpg").mkdir()
    (tmp_path / "link.jpg").symlink_to("gone.jpg")
    for name, reason in {
        "folder.jpg": "a folder, not a photo",
        "link.jpg": "a link to no file",
        "gone.jpg": "no such file",
    }.items():
        with pytest.raises(PhotoError, match=rf"{name}: {reason}"):
            read_photo(tmp_path / name)


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="a file that nobody can read")
def test_an_unreadable_file():
    with pytest.raises(PhotoError, match=r"/proc/self/mem: cannot be read \(Input/output error\)"):
        read_photo(Path("/proc/self/mem"))


def test_odd_names_work_and_are_shown_in_one_line(tmp_path):
    for name in ("рубашка.png", "two\nlines.png", os.fsdecode(b"latin-\xe9.png")):
        write_photo(tmp_path / name, Photo(noise()))
        assert np.array_equal(read_photo(tmp_path / name).pixels, noise())
    (tmp_path / "two\nlines.png").write_bytes(b"")
    with pytest.raises(PhotoError, match=r"two\\nlines\.png: is empty"):
        read_photo(tmp_path / "two\nlines.png")
    with pytest.raises(PhotoError, match=r"рубашка/x\.png: no such file"):
        read_photo(tmp_path / "рубашка" / "x.png")
    with pytest.raises(PhotoError, match=r"latin-\\udce9\.jpg: no such file"):
        read_photo(tmp_path / os.fsdecode(b"latin-\xe9.jpg"))


def test_heic_without_the_extra_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    for brand in (b"heic", b"mif1\0\0\0\0mif1heic"):
        with pytest.raises(PhotoError, match=r"HEIC needs pillow-heif; pip install 'amgan\[heic\]"):
            decode_photo(b"\0\0\0\x18ftyp" + brand, "x.heic")


def test_heic_in():
    heif = pytest.importorskip("pillow_heif")
    flat = np.full((64, 64, 3), (180, 60, 30), np.uint8)
    file = io.BytesIO()
    heif.from_bytes("RGB", (64, 64), flat.tobytes()).save(file, quality=95)
    photo = decode_photo(file.getvalue(), "x.heic")
    assert photo.source.format == "HEIF"
    assert np.abs(photo.pixels.astype(int) - flat).max() <= 4


def test_a_folder_that_refuses_and_a_name_that_is_taken(tmp_path):
    (tmp_path / "taken.png").mkdir()
    (tmp_path / "file").write_text("no folder")
    for target in (tmp_path / "taken.png", tmp_path / "file" / "x.png", Path("/proc/x.png")):
        with pytest.raises(OutputError, match="cannot be written"):
            write_photo(target, Photo(noise()))
        with pytest.raises(OutputError, match="cannot be written"):
            write_mask(target, np.zeros((4, 4)))
    assert {path.name for path in tmp_path.iterdir()} == {"taken.png", "file"}


@pytest.mark.skipif(not hasattr(signal, "SIGXFSZ"), reason="needs a limit on file sizes")
def test_a_full_disk_leaves_what_was_there(tmp_path):
    (tmp_path / "x.png").write_bytes(PNG)
    script = (
        "import numpy as np; from pathlib import Path\n"
        "from amgan_cli.photos.photo import Photo, write_photo\n"
        "big = np.random.default_rng(0).integers(0, 256, (200, 200, 3), np.uint8)\n"
        "write_photo(Path('x.png'), Photo(big))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000)),
    )
    assert done.stderr.splitlines()[-1].startswith("amgan_cli.errors.OutputError: x.png: cannot")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [PNG]


def test_a_replaced_file_keeps_its_permissions(tmp_path):
    path = tmp_path / "x.png"
    path.write_bytes(PNG)
    path.chmod(0o640)
    write_photo(path, Photo(noise() // 2))
    assert path.stat().st_mode & 0o777 == 0o640
    assert np.array_equal(np.array(opened(path.read_bytes())), noise() // 2)


def test_a_size_that_the_format_cannot_hold():
    with pytest.raises(PhotoError, match="cannot be written as JPEG"):
        from amgan_cli.photos.encode import encode_photo

        encode_photo(Photo(np.zeros((1, 70_000, 3), np.uint8)), "JPEG")


def test_the_command_says_one_line_for_an_odd_name(amgan, model_file, tmp_path):
    (tmp_path / "two\nlines.png").write_bytes(PNG[:500])
    done = amgan("edit", "two\nlines.png", "--set", "color=red", "-w", model_file, "-o", "x.png")
    assert done.returncode == 1
    assert "two\\nlines.png: cannot be read" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "x.png").exists()


def test_a_strip_of_a_photo_is_one_line(amgan, model_file, tmp_path):
    (tmp_path / "strip.png").write_bytes(file_bytes(np.zeros((4, 400, 3), np.uint8), "PNG"))
    done = amgan("edit", "strip.png", "--set", "color=red", "-w", model_file, "-o", "x.png")
    assert done.returncode == 1 and not (tmp_path / "x.png").exists()
    assert done.stderr == "amgan: strip.png: 400 x 4 pixels are a strip; give the whole photo\n"
