"""Writing files so that they are whole or not there, and naming them in messages. Light."""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from amgan_cli.errors import OutputError, UsageError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

UMASK = os.umask(0)
os.umask(UMASK)
"""What new files' permissions lack. Read when there is but one thread: it cannot be read alone."""


def printable(name: Path | str) -> str:
    """A file name for a message: one line, whatever bytes the name holds."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in str(name))


@contextmanager
def atomic(path: Path) -> Iterator[Path]:
    """`with atomic(path) as temporary`: what is written to `temporary` becomes `path`, or nothing.

    A file that was there before hands on its permissions. Raises OutputError if the folder cannot
    be written or the disk is full.
    """
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "a folder has that name")
        handle, name = tempfile.mkstemp(prefix=".amgan-", suffix=".part", dir=path.parent)
        os.close(handle)
        temporary = Path(name)
        yield temporary
        temporary.chmod(_permissions(path))
        temporary.replace(path)
    except BrokenPipeError:
        raise  # of standard output, whose reader left: not of this file
    except OSError as error:
        raise _not_written(path, error) from None
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def write_whole(path: Path, data: bytes | str) -> None:
    """`data` becomes `path`, or nothing; a text as UTF-8, names of files in it byte by byte. Raises
    OutputError as `atomic`."""
    with atomic(path) as temporary:
        if isinstance(data, str):
            data = data.encode(errors="surrogateescape")
        temporary.write_bytes(data)


def _not_written(path: Path, error: OSError) -> OutputError:
    reason = error.strerror or error
    return OutputError(f"{printable(path)}: cannot be written ({reason}); check folder and disk")


def _permissions(path: Path) -> int:
    """Those of the file to be replaced, or a new file's (mkstemp's 0600 would hide it)."""
    if path.is_file():
        return path.stat().st_mode & 0o777
    return 0o666 & ~UMASK


def check_writable(path: Path) -> None:
    """Raise OutputError if nothing can be written into the folder `path`, which need not be there;
    none is made for that."""
    place = next(each for each in (path, *path.absolute().parents) if os.path.lexists(each))
    try:
        with tempfile.TemporaryFile(prefix=".amgan-", dir=place):
            pass
    except OSError as error:
        raise _not_written(place, error) from None


@contextmanager
def only_run_in(folder: Path) -> Iterator[None]:
    """`with only_run_in(folder):` no other process is in such a block of this folder, which is made
    if need be, and goes again if nothing came to lie there. Raises UsageError while one is;
    OutputError if the folder cannot be made. Where a system has no such locks, nothing is held.
    """
    made = [each for each in (folder, *folder.parents) if not each.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _not_written(folder, error) from None
    try:
        with _locked(folder):
            yield
    finally:
        with suppress(OSError):  # not empty
            for each in made:
                each.rmdir()


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    if fcntl is None:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            what = "another run is at work there; wait for it, or name another folder"
            raise UsageError(f"{printable(folder)}: {what}") from None
        except OSError:
            pass  # a disk without locks
        yield
    finally:
        os.close(handle)
