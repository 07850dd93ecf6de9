"""How results are saved where that is not as the photo was. Light."""

from dataclasses import dataclass
from pathlib import Path

from amgan_cli.errors import UsageError, suggest
from amgan_cli.photos.formats import check_format

SUFFIXES = {"jpeg": ".jpg", "png": ".png", "webp": ".webp", "tiff": ".tif"}
"""What `--format` takes, and the suffix of a file that it makes."""


@dataclass(frozen=True)
class SaveOptions:
    """Without options a result is saved as the photo itself was."""

    format: str | None = None
    """`--format`: a key of SUFFIXES; None goes by the new file's suffix."""
    quality: int | None = None
    """`--quality`, 1 to 100, of JPEG and WebP."""
    strip: bool = False
    """`--strip` leaves EXIF out; the colour profile stays, or the colours would change."""

    def __post_init__(self) -> None:
        if self.format is not None and self.format not in SUFFIXES:
            raise UsageError(f"--format {self.format}: {suggest(self.format, SUFFIXES)}")

    def format_of(self, path: Path) -> str:
        """Pillow's name of the format that `path` gets; UsageError for a suffix without one."""
        return self.format.upper() if self.format else check_format(path)
