"""Top-k retrieval accuracy (Sec. 6.3, Table 2, Figure 4) and NDCG: features and labels in.

An edited photo is the query, real photos are the gallery; near means a small Euclidean distance
of avg_pool features. A query demands the edit's value and the photo's own known labels; a label
that is unknown on the photo is not demanded. A gallery photo shows a value only if its known
label says so: an unknown label is never a match. The query's own photo is no answer.
"""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from amgan_cli.data.labels import UNKNOWN

COMPONENTS = 64
"""Features are turned to the gallery's principal axes and cut here: ten times quicker, and a
classifier's features vary along few axes (`Projection.kept` says how much is kept)."""
QUERIES, PHOTOS, GROUP = 256, 131_072, 32
"""Sizes of one block of scores, 128 MiB in float32 whatever is searched, and of its groups."""


@dataclass(frozen=True)
class Projection:
    """Turns C features into at most COMPONENTS."""

    mean: torch.Tensor
    axes: torch.Tensor
    """C x D, orthonormal."""
    kept: float
    """Share of the gallery's variance along the axes."""

    @classmethod
    def of(cls, gallery: torch.Tensor) -> "Projection":
        """The principal axes of features n x C."""
        centre = gallery.double().mean(dim=0)
        covariance = sum(
            (part.double() - centre).T @ (part.double() - centre) for part in gallery.split(QUERIES)
        )
        variance, axes = torch.linalg.eigh(covariance)  # smallest first
        chosen = axes[:, -COMPONENTS:].float()
        kept = variance[-COMPONENTS:].sum() / variance.sum().clamp_min(1e-12)
        return cls(centre.float(), chosen, float(kept))

    def __call__(self, features: torch.Tensor) -> torch.Tensor:
        """n x C to n x D, distances kept as far as `kept` says."""
        return (features.float() - self.mean) @ self.axes


def nearest(
    queries: torch.Tensor, gallery: torch.Tensor, k: int, own: np.ndarray | None = None
) -> np.ndarray:
    """Numbers of the k nearest of n x D `gallery` for q x D `queries`, nearest first: q x k.

    `own` (q) numbers gallery photos that are no answer, -1 for none. A gallery of k or fewer
    gives fewer columns.
    """
    k = min(k, len(gallery) - (own is not None))
    own = np.full(len(queries), -1) if own is None else own
    table, scores = _searchable(gallery), torch.empty(0)
    found = []
    for start in range(0, len(queries), QUERIES):
        q = F.pad(queries[start : start + QUERIES].float(), (0, 1), value=1)
        mine = torch.from_numpy(own[start : start + QUERIES])
        best, where = torch.empty(len(q), 0), torch.empty(len(q), 0, dtype=torch.long)
        for first in range(0, len(table), PHOTOS):
            part = table[first : first + PHOTOS]
            scores = torch.mm(q, part.T, out=scores.resize_(len(q), len(part)))
            shown = ((mine >= first) & (mine < first + len(part))).nonzero()[:, 0]
            scores[shown, mine[shown] - first] = -torch.inf
            top, index = _largest(scores, min(k, len(part)))
            best, order = torch.cat([best, top], dim=1).topk(min(k, best.shape[1] + top.shape[1]))
            where = torch.cat([where, index + first], dim=1).gather(1, order)
        found.append(where.numpy())
    return np.concatenate(found)


def _searchable(gallery: torch.Tensor) -> torch.Tensor:
    """Rows whose product with (q, 1) is (|q|^2 - |q - g|^2) / 2: large where g is near.

    Rows of -inf fill the last group.
    """
    gallery = gallery.float()
    bias = gallery.square().sum(dim=1, keepdim=True) / -2
    missing = -len(gallery) % GROUP
    filler = torch.zeros(missing, gallery.shape[1] + 1)
    filler[:, -1] = -torch.inf
    return torch.cat([torch.cat([gallery, bias], dim=1), filler])


def _largest(scores: torch.Tensor, k: int) -> tuple[torch.Tensor, torch.Tensor]:
    """`scores.topk(k)`, exactly: the k largest lie in the k groups with the largest maxima."""
    grouped = scores.view(len(scores), -1, GROUP)
    n_groups = min(k, grouped.shape[1])
    groups = grouped.amax(dim=2).topk(n_groups, dim=1, sorted=False).indices  # Q x k
    inside = grouped.gather(1, groups[..., None].expand(-1, -1, GROUP)).flatten(1)
    top, index = inside.topk(k, dim=1)
    return top, groups.gather(1, index // GROUP) * GROUP + index % GROUP


def demands(labels: np.ndarray, attribute: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """The photos' labels n x M with the manipulation applied; UNKNOWN is not demanded."""
    demanded = labels.copy()
    demanded[np.arange(len(labels)), attribute] = wanted
    return demanded


def matches(found: np.ndarray, demanded: np.ndarray) -> np.ndarray:
    """n x k x M: which labels of the photos found (n x k x M) are as demanded (n x M)."""
    return (found == demanded[:, None]) & (found != UNKNOWN)


def first_hit(found: np.ndarray, demanded: np.ndarray) -> np.ndarray:
    """Rank, from 1, of the first photo found that has all that is demanded; k + 1 for none."""
    free = demanded == UNKNOWN
    hit = (matches(found, demanded) | free[:, None]).all(axis=2)
    return np.where(hit.any(axis=1), hit.argmax(axis=1), hit.shape[1]) + 1


def relevances(
    found: np.ndarray, demanded: np.ndarray, attribute: np.ndarray
) -> dict[str, np.ndarray]:
    """How well each photo found fits, n x k in 0..1: `all`, `target` and `untouched` attributes.

    The share of the demanded attributes that match; NaN where nothing untouched is demanded.
    """
    match = matches(found, demanded)
    asked = demanded != UNKNOWN
    target = np.zeros_like(asked)
    target[np.arange(len(asked)), attribute] = True

    def share(which: np.ndarray) -> np.ndarray:
        which = which & asked
        count = which.sum(axis=1)[:, None].astype(float)
        fits = (match & which[:, None]).sum(axis=2)
        return np.divide(fits, count, out=np.full(fits.shape, np.nan), where=count > 0)

    return {"all": share(asked), "target": share(target), "untouched": share(~target)}


def ndcg(relevance: np.ndarray) -> np.ndarray:
    """NDCG of n x k relevances in 0..1, nearest first: n values, 1 where every relevance is 1.

    Gain 2^rel - 1, discount log2(rank + 1), normalised by k full matches as ADDE does.
    """
    discount = 1 / np.log2(np.arange(relevance.shape[1]) + 2)
    return ((2**relevance - 1) * discount).sum(axis=1) / discount.sum()
