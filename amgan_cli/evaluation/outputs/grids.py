"""Figures 5 and 6: pictures of all runs side by side, as PNG."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont

from amgan_cli.edit_square import SquareEditor
from amgan_cli.editing.regions import REGIONS
from amgan_cli.equations import inside_region, region_mask
from amgan_cli.evaluation.choice import Choice
from amgan_cli.evaluation.setup import Run, Setup
from amgan_cli.nets.pixels import to_network
from amgan_cli.photos.photo import write_image
from amgan_cli.vocabulary import Manipulation

CELL = 160
MARGIN = 4
TITLE = 22
REGION_COLORS = ("red", "orange", "blue")
"""Wanted colours of Figure 6, as far as the data set has them."""


def write_edits(path: Path, setup: Setup, choices: list[Choice]) -> None:
    """Figure 5: a line a photo: input, manipulation, one result a run; raises OutputError."""
    rows = []
    for choice in choices:
        results = [edited_pixels(run, setup, choice) for run in setup.runs]
        rows.append([input_pixels(setup, choice.row), choice.title, *results])
    titles = ["input", "manipulation", *(run.name for run in setup.runs)]
    _save(path, titles, rows)


def write_regions(path: Path, setup: Setup, photos: np.ndarray) -> bool:
    """Figure 6: a line a run and photo: input, attention of the sleeve region, coloured sleeves.

    Returns False, and writes nothing, where the runs know no `sleeveless` or no such colour.
    """
    region = REGIONS["sleeve"].manipulation
    color = setup.runs[0].info.color_attribute
    wanted = [(color, c) for c in REGION_COLORS if _known(setup, (color, c))][:2]
    if not wanted or not _known(setup, region):
        return False
    rows = []
    for row in photos:
        for run in setup.runs:
            editor, x = _editor(run, setup), _photo(setup, run, row)
            _, alpha = editor.draw(x, region)
            mask = region_mask(alpha)
            cells: list[np.ndarray | str] = [
                run.name,
                _pixels(x),
                _pixels((mask * 2 - 1).expand_as(x)),
            ]
            for manipulation in wanted:
                z, _ = editor.draw(x, manipulation)
                cells.append(_pixels(inside_region(mask, z, x)))  # Eq. 12
            rows.append(cells)
    _save(path, ["", "input", "sleeve region", *(f"{v} sleeves" for _, v in wanted)], rows)
    return True


def input_pixels(setup: Setup, row: int) -> np.ndarray:
    """S x S x 3 uint8 of a photo at the largest size."""
    return setup.largest.images[row].permute(1, 2, 0).cpu().numpy()


def edited_pixels(run: Run, setup: Setup, choice: Choice) -> np.ndarray:
    """S x S x 3 uint8 of a run's result."""
    x = _photo(setup, run, choice.row)
    x_star, _ = _editor(run, setup).edit(x, choice.manipulation)
    return _pixels(x_star)


def _editor(run: Run, setup: Setup) -> SquareEditor:
    return SquareEditor(run.generator, run.info, setup.compute)


def _photo(setup: Setup, run: Run, row: int) -> torch.Tensor:
    return to_network(setup.photos_of(run).images[row : row + 1])


def _pixels(x: torch.Tensor) -> np.ndarray:
    picture = (x[0].float().clamp(-1, 1) + 1) * 127.5
    return picture.round().byte().permute(1, 2, 0).cpu().numpy()


def _known(setup: Setup, manipulation: Manipulation) -> bool:
    attribute, value = manipulation
    vocabulary = setup.vocabulary
    return attribute in vocabulary.names and value in vocabulary.targets(attribute)


def _save(path: Path, titles: list[str], rows: list[list[np.ndarray | str]]) -> None:
    step = CELL + MARGIN
    sheet = Image.new("RGB", (step * len(titles), TITLE + step * len(rows)), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)
    for column, title in enumerate(titles):
        draw.text((column * step + 2, 3), title[-24:], fill="black", font=font)
        for line, row in enumerate(rows):
            place, cell = (column * step, TITLE + line * step), row[column]
            if isinstance(cell, str):
                words = cell.replace(": ", ":\n").replace("/", "/\n")
                draw.multiline_text((place[0] + 6, place[1] + CELL // 2 - 16), words, "black", font)
            else:
                sheet.paste(
                    Image.fromarray(cell).resize((CELL, CELL), Image.Resampling.LANCZOS), place
                )
    write_image(path, sheet)
