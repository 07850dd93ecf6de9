"""The errors a user can cause; the command line catches them once and prints one line.

AmganError                exit code
├── UsageError            2   an option, attribute or value that cannot be used
├── DataError             2   a data folder or its label file that cannot be trained on
├── CheckpointError       2   weights that cannot be found, read or matched
├── PhotoError            1   one photo that cannot be read, edited or written
├── OutputError           1   a file that cannot be written (folder, rights, full disk)
└── TrainingError         1   a training run that had to stop
Every message says what is wrong, in which file or option, and what to do.
"""

import difflib
from collections.abc import Iterable


class AmganError(Exception):
    """Base of everything a user can cause; `exit_code` is what the command ends with."""

    exit_code = 1


class UsageError(AmganError):
    """Wrong option, attribute or value."""

    exit_code = 2


class DataError(AmganError):
    """A data folder or label file that cannot be used."""

    exit_code = 2


class CheckpointError(AmganError):
    """Weights that cannot be found, read, or do not fit."""

    exit_code = 2


class PhotoError(AmganError):
    """One photo that cannot be read, edited or written."""


class OutputError(AmganError):
    """A file that cannot be written; what was there before is untouched."""


class TrainingError(AmganError):
    """A training run that cannot go on."""


def suggest(word: str, known: Iterable[str]) -> str:
    """Return `did you mean a or b? known: a, b, c`, the end of a message about a wrong word."""
    known = list(known)
    near = difflib.get_close_matches(word.lower(), known, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}? " if near else ""
    return f"{hint}known: {', '.join(known)}"
