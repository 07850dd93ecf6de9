"""Picture sheets: photos, their edits and attention masks side by side."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import nn

from amgan_cli.data.dataset import Dataset
from amgan_cli.device import Compute
from amgan_cli.edit_square import SquareEditor
from amgan_cli.model_info import ModelInfo
from amgan_cli.nets.pixels import to_network
from amgan_cli.photos.photo import write_image
from amgan_cli.vocabulary import Manipulation

TITLE = 14
"""Pixels over each column for its title."""


def edit_sheet(
    path: Path,
    generator: nn.Module,
    info: ModelInfo,
    dataset: Dataset,
    rows: np.ndarray,
    manipulations: list[Manipulation],
    compute: Compute,
) -> None:
    """Save a JPEG with a line for each photo: input, then edit and attention per manipulation."""
    x = to_network(dataset.images[torch.from_numpy(rows)])
    editor = SquareEditor(generator, info, compute)
    columns, titles = [x], ["input"]
    for attribute, value in manipulations:
        x_star, alpha = editor.edit(x, (attribute, value))
        columns += [x_star, (alpha * 2 - 1).expand_as(x)]
        titles += [f"{value}", "attention"]
    cells = torch.stack(columns, dim=1)  # rows x columns x 3 x S x S
    n_rows, n_columns, _, size, _ = cells.shape
    picture = cells.permute(0, 3, 1, 4, 2).reshape(n_rows * size, n_columns * size, 3)
    pixels = ((picture.float() + 1) * 127.5).round().clamp(0, 255).byte().cpu().numpy()
    sheet = Image.new("RGB", (n_columns * size, n_rows * size + TITLE), "white")
    sheet.paste(Image.fromarray(pixels), (0, TITLE))
    draw = ImageDraw.Draw(sheet)
    for i, title in enumerate(titles):
        draw.text((i * size + 2, 1), title, fill="black")
    write_image(path, sheet, quality=88)


def sheet_choices(dataset: Dataset, n_photos: int, n_edits: int):
    """The same test photos (or, without a test split, training photos) and edits every time."""
    rows = dataset.rows(test=True)
    rows = rows if len(rows) else dataset.rows(test=False)
    rows = np.random.default_rng(0).permutation(rows)[:n_photos]
    vocabulary = dataset.labels.vocabulary
    share = max(1, n_edits // vocabulary.n_attributes)
    edits = []
    for name in vocabulary.names:
        targets = vocabulary.targets(name)
        picks = np.linspace(0, len(targets) - 1, min(share, len(targets))).round().astype(int)
        edits += [(name, targets[i]) for i in picks]
    return rows, edits
