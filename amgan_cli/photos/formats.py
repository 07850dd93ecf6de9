"""Which file suffix means which picture format, and how a result is to be saved. Light."""

from dataclasses import dataclass
from pathlib import Path

from amgan_cli.errors import UsageError, suggest
from amgan_cli.files import printable

FORMATS = {
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".jpe": "JPEG",
    ".jfif": "JPEG",
    ".png": "PNG",
    ".webp": "WEBP",
    ".tif": "TIFF",
    ".tiff": "TIFF",
    ".avif": "AVIF",
}
READ_ONLY = (".heic", ".heif", ".gif", ".bmp")
"""Photos that are read, whose edits need another format."""
READABLE = (*FORMATS, *READ_ONLY)
SUFFIXES = {"jpeg": ".jpg", "png": ".png", "webp": ".webp", "tiff": ".tif", "avif": ".avif"}
"""What `--format` takes, and the suffix of a file that it makes."""


@dataclass(frozen=True)
class SaveOptions:
    """How results are saved; without options as the photo itself was."""

    format: str | None = None
    """`--format`: jpeg, png, webp, tiff or avif; None goes by the new file's suffix."""
    quality: int | None = None
    """`--quality`, 1 to 100, of JPEG, WebP and AVIF; None takes the photo's own where known."""
    strip: bool = False
    """`--strip` leaves EXIF, XMP, IPTC and texts out; the resolution stays, and the colour profile,
    or the colours would change."""

    def __post_init__(self) -> None:
        if self.format is not None and self.format not in SUFFIXES:
            raise UsageError(f"--format {self.format}: {suggest(self.format, SUFFIXES)}")
        if self.quality is not None and not 1 <= self.quality <= 100:
            raise UsageError(f"--quality {self.quality}: give 1 to 100")

    def format_of(self, path: Path) -> str:
        """Pillow's name of the format that `path` gets; UsageError for a suffix without one."""
        return self.format.upper() if self.format else check_format(path)


def check_format(path: Path) -> str:
    """Return Pillow's name of the format that the suffix asks for, or raise UsageError."""
    suffix = path.suffix.lower()
    if suffix in READ_ONLY:
        how = "name the new file .jpg, or give --out with --format jpeg"
        raise UsageError(f"{printable(path)}: {suffix} is read, not written; {how}")
    try:
        return FORMATS[suffix]
    except KeyError:
        raise UsageError(
            f"{printable(path)}: unknown suffix; use one of {', '.join(FORMATS)}"
        ) from None
