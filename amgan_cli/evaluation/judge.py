"""The judge: an attribute network of its own, and what it sees in every real photo."""

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from amgan_cli.checkpoint import load_state, save_state
from amgan_cli.data.dataset import Dataset
from amgan_cli.data.labels import UNKNOWN
from amgan_cli.device import Compute
from amgan_cli.errors import CheckpointError, OutputError
from amgan_cli.evaluation.accuracy import seen_values
from amgan_cli.evaluation.fid import Moments
from amgan_cli.evaluation.retrieval import Projection
from amgan_cli.nets.attribute_network import AttributeNetwork
from amgan_cli.nets.pixels import to_network
from amgan_cli.vocabulary import Vocabulary

BATCH = 64


@dataclass(frozen=True)
class Judge:
    """An independently trained attribute network (Sec. 6.3)."""

    network: AttributeNetwork
    vocabulary: Vocabulary
    compute: Compute

    @torch.no_grad()
    def look(self, images: torch.Tensor) -> tuple[np.ndarray, torch.Tensor]:
        """Values seen (n x M) and avg_pool features (n x C float16, CPU) of pictures in -1..1."""
        seen, features = [], []
        for chunk in images.split(BATCH):
            with self.compute.autocast():
                pooled = self.network.features(self.compute.lay_out(chunk))["avg_pool"]
                scores = self.network.head(pooled)
            seen.append(seen_values(scores.float(), self.vocabulary))
            features.append(pooled.half().cpu())
        return np.concatenate(seen), torch.cat(features)


@dataclass(frozen=True)
class RealPhotos:
    """All photos of the data set as the judge sees them: the gallery of the retrieval."""

    labels: np.ndarray
    """n x M, UNKNOWN where unknown."""
    seen: np.ndarray
    """n x M."""
    projection: Projection
    features: torch.Tensor
    """n x D, projected."""
    moments: Moments
    """Of all C features, for FID."""


def look_at_photos(judge: Judge, dataset: Dataset, judge_file: Path) -> RealPhotos:
    """What the judge sees in all photos; kept beside `judge_file`, so that it looks only once."""
    cache = judge_file.with_suffix(".gallery.pt")
    key = _digest(judge_file, dataset)
    state = _read(cache)
    if state.get("key") != key:
        seen, features = [], []
        for images in dataset.images.split(BATCH):
            values, pooled = judge.look(to_network(images))
            seen.append(torch.from_numpy(values))
            features.append(pooled)
        state = {"key": key, "seen": torch.cat(seen), "features": torch.cat(features)}
        with suppress(OutputError):  # a judge in a folder of somebody else's looks again
            save_state(cache, state)
    parts = state["features"].split(BATCH * BATCH)
    projection = Projection.of(state["features"])
    return RealPhotos(
        dataset.labels.values,
        state["seen"].numpy(),
        projection,
        torch.cat([projection(part) for part in parts]),
        sum((Moments.of(part) for part in parts[1:]), Moments.of(parts[0])),
    )


def right_on_photos(photos: RealPhotos, rows: np.ndarray) -> np.ndarray:
    """1 where the judge sees the known label of `rows`, 0 where not, NaN if unknown: n x M."""
    truth = photos.labels[rows]
    return np.where(truth == UNKNOWN, np.nan, photos.seen[rows] == truth)


def _read(cache: Path) -> dict:
    try:
        return load_state(cache, torch.device("cpu")) if cache.exists() else {}
    except CheckpointError:
        return {}  # damaged: made anew


def _digest(judge_file: Path, dataset: Dataset) -> str:
    digest = hashlib.blake2b(judge_file.read_bytes())
    for images in dataset.images.split(1024):
        digest.update(images.cpu().numpy().tobytes())
    return digest.hexdigest()
