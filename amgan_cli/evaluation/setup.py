"""What all of `amgan evaluate` starts from: runs, the data set at their sizes, test photos."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from rich.console import Console

from amgan_cli.checkpoint import load_model
from amgan_cli.config import Config
from amgan_cli.console import say
from amgan_cli.data.dataset import Dataset, load_dataset
from amgan_cli.data.labels import UNKNOWN, Labels
from amgan_cli.data.record import SPLIT_FILE, read_split
from amgan_cli.data.sources import open_labels
from amgan_cli.device import Compute, pick_compute
from amgan_cli.errors import DataError, UsageError
from amgan_cli.model_info import ModelInfo
from amgan_cli.nets.amgan import Generator
from amgan_cli.vocabulary import Vocabulary


@dataclass(frozen=True)
class Run:
    """A trained model under the name that the user gave it."""

    name: str
    generator: Generator
    info: ModelInfo


@dataclass(frozen=True)
class Setup:
    """Runs of one vocabulary and the photos to edit with them."""

    runs: list[Run]
    datasets: dict[int, Dataset]
    """Image size -> the photos at that size, in the same order."""
    rows: np.ndarray
    """Test photos that are edited."""
    compute: Compute

    @property
    def vocabulary(self) -> Vocabulary:
        """The runs' attributes and values."""
        return self.runs[0].info.vocabulary

    @property
    def largest(self) -> Dataset:
        """The photos at the largest size; the judge learns and looks at these."""
        return self.datasets[max(self.datasets)]

    def photos_of(self, run: Run) -> Dataset:
        """The photos at the run's own size."""
        return self.datasets[run.info.model.image_size]


def set_up(
    files: Sequence[tuple[str, Path]],
    data: str,
    config: Config,
    device: str,
    photos: int | None,
    seed: int,
    console: Console,
) -> Setup:
    """Load the runs, (name, model file) each, and the data set.

    `photos` limits the edits to that many test photos, the same ones for a seed. Raises UsageError
    if the runs have not the same values, DataError without test photos of which something is known.
    """
    compute = pick_compute(device, config.training.precision)
    runs = [Run(name, *load_model(file, compute.device)) for name, file in files]
    vocabulary = runs[0].info.vocabulary
    for run in runs[1:]:
        if run.info.vocabulary.to_dict() != vocabulary.to_dict():
            message = "knows other attributes or values; compare runs of the same labels"
            raise UsageError(f"{run.name}: {message} (first: {runs[0].name})")
    labels = apart(open_labels(data, config.data, vocabulary, console), data, files, console)
    if not labels.is_test.any():
        raise DataError(f"{data}: no test photos; mark some with test in column 'split'")
    tell = functools.partial(say, console)
    sizes = {run.info.model.image_size for run in runs}
    datasets = {s: load_dataset(labels, s, tell).to(compute.device) for s in sizes}
    dataset = next(iter(datasets.values()))
    rows = dataset.rows(test=True)
    if photos:
        rows = np.random.default_rng(seed).permutation(rows)[:photos]
    if (dataset.labels.values[rows] == UNKNOWN).all():
        raise DataError(f"{data}: nothing is known of the test photos that can be read; label some")
    return Setup(runs, datasets, rows, compute)


def apart(labels: Labels, data: str, files: Sequence[tuple[str, Path]], console: Console) -> Labels:
    """The same with those test photos alone that no run was trained on, and what the runs left for
    tests: without a column for it, or with more photos, the split is another one each time."""
    splits = [read_split(file.parent, data) for _, file in files]
    seen = [{split.get(photo.name) for split in splits} for photo in labels.photos]
    trained = np.array(["train" in each for each in seen])
    is_test = (labels.is_test | np.array(["test" in each for each in seen])) & ~trained
    if lost := int((labels.is_test & trained).sum()):
        say(console, f"{lost} test photos left out: a run was trained on them, by its {SPLIT_FILE}")
    return replace(labels, is_test=is_test)
