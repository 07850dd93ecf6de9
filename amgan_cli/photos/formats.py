"""Which file suffix means which picture format. Light."""

from pathlib import Path

from amgan_cli.errors import UsageError

FORMATS = {
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".png": "PNG",
    ".webp": "WEBP",
    ".tif": "TIFF",
    ".tiff": "TIFF",
}


def check_format(path: Path) -> str:
    """Return Pillow's name of the format that the suffix asks for, or raise UsageError."""
    try:
        return FORMATS[path.suffix.lower()]
    except KeyError:
        raise UsageError(f"{path}: unknown suffix; use one of {', '.join(FORMATS)}") from None
