"""One run's edits of the test photos into a table of values, one row an edit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import torch

from amgan_cli.data.dataset import Dataset
from amgan_cli.errors import DataError
from amgan_cli.evaluation import accuracy, preservation, retrieval
from amgan_cli.evaluation.colors import nearest_prototype
from amgan_cli.evaluation.edits import EditedBatch, list_edits
from amgan_cli.evaluation.fid import Moments
from amgan_cli.evaluation.judge import BATCH, Judge, RealPhotos
from amgan_cli.evaluation.overlap import intersection_over_union
from amgan_cli.model_info import ModelInfo
from amgan_cli.nets.amgan import Generator
from amgan_cli.nets.pixels import to_network

TOP = 30
"""k of Table 2."""
CURVE = 100
"""Largest k of Figure 4."""


@dataclass(frozen=True)
class EditTable:
    """n edits; every column has n values, NaN where it does not apply."""

    photo: np.ndarray
    attribute: np.ndarray
    """Number of the manipulated attribute."""
    value: np.ndarray
    """Number of the wanted value."""
    columns: Mapping[str, np.ndarray] = field(default_factory=dict)
    seen: np.ndarray | None = None
    """n: number of the value that the judge sees in the manipulated attribute."""

    @classmethod
    def join(cls, tables: list["EditTable"]) -> "EditTable":
        """All rows, in order; the tables have the same columns."""
        first = tables[0]
        return cls(
            np.concatenate([table.photo for table in tables]),
            np.concatenate([table.attribute for table in tables]),
            np.concatenate([table.value for table in tables]),
            {name: np.concatenate([t.columns[name] for t in tables]) for name in first.columns},
            None if first.seen is None else np.concatenate([t.seen for t in tables]),  # type: ignore[misc]
        )


def measure_run(
    generator: Generator,
    info: ModelInfo,
    dataset: Dataset,
    rows: np.ndarray,
    judge: Judge,
    photos: RealPhotos,
) -> tuple[EditTable, Moments]:
    """Edit `rows` to every other value of each attribute; all values, and the edits' moments."""
    tables, moments = [], None
    before = photos.seen.copy()  # at the largest run's size; this one's may be another
    for part in _parts(len(rows), BATCH):
        where = torch.from_numpy(rows[part])
        before[rows[part]], _ = judge.look(to_network(dataset.images[where]))
    for name in info.vocabulary.names:  # the features of one attribute's edits fit in memory
        batches = list_edits(generator, info, dataset, rows, name, judge.compute)
        pictures, seen, features = [], [], []
        for batch in batches:
            pictures.append(measure_pictures(batch, info, dataset))
            values, pooled = judge.look(batch.x_star)
            seen.append(values)
            features.append(photos.projection(pooled))
            own = Moments.of(pooled)
            moments = own if moments is None else moments + own
        if pictures:
            table = EditTable.join(pictures)
            judgement = np.concatenate(seen), torch.cat(features), before
            tables.append(judged(table, *judgement, photos))
    if moments is None:
        raise DataError("no test photo can be edited to another value than it shows")
    return EditTable.join(tables), moments


def measure_nothing(table: EditTable, photos: RealPhotos) -> EditTable:
    """The same edits, not carried out: the paper's row `real`, the base rate of every figure."""
    asked = EditTable(table.photo, table.attribute, table.value)
    seen, features = photos.seen[table.photo], photos.features[table.photo]
    return judged(asked, seen, features, photos.seen, photos)


def judged(
    table: EditTable,
    seen: np.ndarray,
    features: torch.Tensor,
    before: np.ndarray,
    photos: RealPhotos,
) -> EditTable:
    """Add what the judge sees (n x M; `before`, in every photo) and what its features (n x D)
    retrieve."""
    m = table.attribute
    demanded = retrieval.demands(photos.labels[table.photo], m, table.value)
    ranks, gains = [], []
    found_all = retrieval.nearest(features, photos.features, CURVE, own=table.photo)
    for part in _parts(len(m)):
        found = photos.labels[found_all[part]]
        ranks.append(retrieval.first_hit(found, demanded[part]))
        fits = retrieval.relevances(found[:, :TOP], demanded[part], m[part])
        gains.append({name: retrieval.ndcg(relevance) for name, relevance in fits.items()})
    rank = np.concatenate(ranks).astype(float)
    rank[rank > found_all.shape[1]] = np.inf
    columns = {
        "accuracy": accuracy.shows_wanted(seen, m, table.value),
        "kept": accuracy.share_kept(seen, before[table.photo], m),
        "rank": rank,
        "top": (rank <= TOP).astype(float),
    }
    columns |= {f"ndcg_{name}": np.concatenate([g[name] for g in gains]) for name in gains[0]}
    own = seen[np.arange(len(m)), m]
    return EditTable(table.photo, m, table.value, {**table.columns, **columns}, own)


@torch.no_grad()
def measure_pictures(batch: EditedBatch, info: ModelInfo, dataset: Dataset) -> EditTable:
    """What the pixels of a batch show; figures on garments are NaN for photos without masks."""
    n, rows = len(batch.rows), torch.from_numpy(batch.rows)
    masks = torch.zeros_like(batch.alpha)
    if dataset.masks is not None:
        masks = dataset.masks[rows].float() / 255
    change = preservation.color_change(batch.x, batch.x_star)
    similar = preservation.structural_similarity(batch.x, batch.x_star)
    places = {
        "background": preservation.background(masks),
        "unattended": preservation.outside(batch.alpha),
    }
    columns = {}
    for place, where in places.items():
        columns[f"{place}_delta_e"] = preservation.mean_where(change, where)
        columns[f"{place}_ssim"] = preservation.mean_where(similar, where)
    columns = {name: values.double().cpu().numpy() for name, values in columns.items()}
    columns |= _color_columns(batch, masks, info)
    same = np.full(n, batch.attribute), np.full(n, batch.value)
    return EditTable(batch.rows, *same, columns)


def _color_columns(batch: EditedBatch, masks: torch.Tensor, info: ModelInfo) -> dict:
    """Figures of colour edits, where the whole garment and nothing else is to change."""
    name = info.vocabulary.names[batch.attribute]
    value = info.vocabulary.attributes[name][batch.value]
    nothing = np.full(len(batch.rows), np.nan)
    columns = dict.fromkeys(("attention_iou", "detail_correlation", "nearest_prototype"), nothing)
    if name != info.color_attribute:
        return columns
    columns["attention_iou"] = intersection_over_union(batch.alpha, masks).cpu().numpy()
    detail = preservation.detail_correlation(batch.x, batch.x_star, masks)
    columns["detail_correlation"] = detail.cpu().numpy()
    if value in info.prototypes:
        nearest = nearest_prototype(batch.x_star, masks, info.prototypes)
        right = (nearest == value).astype(float)
        columns["nearest_prototype"] = np.where(nearest == "", np.nan, right)
    return columns


def _parts(n: int, size: int = 4096) -> Iterator[slice]:
    """Slices that bound memory, that of n x k x M labels for one."""
    return (slice(start, start + size) for start in range(0, n, size))
