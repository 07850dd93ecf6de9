"""DeepFashion-Synthesis: labels and captions in MATLAB files, pixels in G2.h5 or as JPEGs.

`language_original.mat` has a row a photo: color_ 1..17, sleeve_ 1..4, cate_new 1..19, gender_
0..1, nameList (paths) and engJ (captions). The names of colours and sleeves come from the
captions. Without G2.h5 the photos are the JPEGs that nameList names, below the data folder.
"""

from pathlib import Path

import numpy as np

from amgan_cli.config import DataConfig
from amgan_cli.data.forms.captions import (
    COLOR_WORDS,
    SLEEVE_WORDS,
    Vote,
    name_codes,
    vote_lines,
    vote_record,
)
from amgan_cli.data.forms.g2 import G2, G2Photo
from amgan_cli.data.photo_source import PhotoFile, PhotoSource
from amgan_cli.data.split import draw_test
from amgan_cli.data.table import Table, check_file, find_file
from amgan_cli.errors import DataError, UsageError

VARIABLES = ("nameList", "engJ", "cate_new", "color_", "gender_", "sleeve_")
LANGUAGE = "benchmark/language_original.mat"
INDICES = "benchmark/ind.mat"
PIXELS = "supervision_signals/G2.h5"
PAPER_ATTRIBUTES = ("color", "sleeve")


def read_deepfashion(folder: Path, config: DataConfig) -> Table:
    """Read labels below `folder`; each file lies where the download put it, or in `folder`.

    Raises DataError for a missing, cut or wrong file, UsageError without scipy or h5py.
    """
    file = _find(folder, LANGUAGE) or folder / LANGUAGE
    language = _read_mat(file, VARIABLES)
    names = [_text(cell) for cell in language["nameList"].ravel()]
    captions = [_text(cell) for cell in language["engJ"].ravel()]
    codes = {name: _codes(file, language[name], len(names)) for name in VARIABLES[2:]}
    if len(captions) != len(names):
        raise DataError(f"{file}: {len(captions)} captions, expected {len(names)} as in nameList")
    colors = name_codes(codes["color_"], captions, COLOR_WORDS)
    sleeves = name_codes(codes["sleeve_"], captions, SLEEVE_WORDS)
    photos, origin = _photos(folder, names, config)
    return Table(
        file,
        photos,
        {
            "color": _named(codes["color_"], colors),
            "sleeve": _named(codes["sleeve_"], sleeves),
            "category": [str(code) if code > 0 else "" for code in codes["cate_new"]],
            "gender": [str(code) if code >= 0 else "" for code in codes["gender_"]],
            config.split: _split(folder, len(names)),
        },
        PAPER_ATTRIBUTES,
        {"photos": origin, "color": vote_record(colors), "sleeve": vote_record(sleeves)},
        [
            f"DeepFashion-Synthesis: {len(names)} photos, {origin}; names from the captions:",
            *vote_lines("color", colors),
            *vote_lines("sleeve", sleeves),
        ],
    )


def _find(folder: Path, place: str) -> Path | None:
    return find_file(folder, [place, Path(place).name])


def _read_mat(path: Path, variables: tuple[str, ...]) -> dict[str, np.ndarray]:
    try:
        from scipy.io import loadmat
    except ImportError:
        message = "needs scipy; install it with: pip install 'amgan[deepfashion]'"
        raise UsageError(f"{path}: {message}") from None
    expected = f"a MATLAB file with {', '.join(variables)}"
    check_file(path, expected)
    try:
        found = loadmat(path, variable_names=variables)
    except Exception as error:  # scipy raises a dozen kinds for a file that is cut or another's
        message = f"cannot be read ({error}); expected {expected}; is the download whole?"
        raise DataError(f"{path}: {message}") from None
    missing = [name for name in variables if name not in found]
    if missing:
        raise DataError(f"{path}: no variable {', '.join(missing)}; expected {expected}")
    return found


def _text(cell: object) -> str:
    """The text inside MATLAB's nested cells; "" for an empty one."""
    while isinstance(cell, np.ndarray):
        cell = cell.ravel()[0] if cell.size else ""
    return str(cell).strip()


def _codes(path: Path, numbers: np.ndarray, count: int) -> list[int]:
    if numbers.size != count:
        message = f"a column of {numbers.size} labels, expected {count} as in nameList"
        raise DataError(f"{path}: {message}")
    return numbers.ravel().astype(int).tolist()


def _named(codes: list[int], votes: dict[int, Vote]) -> list[str]:
    return [votes[code].name if code > 0 else "" for code in codes]


def _photos(folder: Path, names: list[str], config: DataConfig) -> tuple[list[PhotoSource], str]:
    """The photos, and in words where their pixels come from."""
    h5_file = _find(folder, PIXELS)
    if h5_file:
        store, with_mask = G2.open(h5_file, len(names)), bool(config.masks)
        return [G2Photo(name, store, i, with_mask) for i, name in enumerate(names)], h5_file.name
    photos = [PhotoFile.of(folder, name, config.masks) for name in names]
    if not any(photo.path.is_file() for photo in photos):
        wanted = f"{PIXELS}, or the photos by name such as {names[0]}"
        raise DataError(f"{folder}: no pixels; expected {wanted}")
    return list(photos), "JPEGs by name"


def _split(folder: Path, count: int) -> list[str]:
    """The paper's 2,000 random test photos; the official test split is where they come from."""
    file, pool = _find(folder, INDICES), np.arange(count)
    if file:
        pool = _read_mat(file, ("train_ind", "test_ind"))["test_ind"].ravel().astype(int) - 1
        if not pool.size or pool.min() < 0 or pool.max() >= count:
            raise DataError(f"{file}: test_ind is not within 1..{count}, the rows of the labels")
    test = set(draw_test(pool, count).tolist())
    return ["test" if row in test else "train" for row in range(count)]
