"""Classification accuracy of edits (Sec. 6.3, Table 1): what the judge sees in them.

`seen` is always n x M: the number of the value that the judge takes for the likeliest, per edit
and attribute.
"""

import numpy as np
import torch

from amgan_cli.vocabulary import Vocabulary


def seen_values(scores: torch.Tensor, vocabulary: Vocabulary) -> np.ndarray:
    """Scores n x N to the likeliest value of each attribute, n x M."""
    blocks = [scores[:, vocabulary.block(name)].argmax(dim=1) for name in vocabulary.names]
    return torch.stack(blocks, dim=1).cpu().numpy()


def shows_wanted(seen: np.ndarray, attribute: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """1 where attribute number `attribute` (n) shows value number `wanted` (n), else 0."""
    return (seen[np.arange(len(seen)), attribute] == wanted).astype(float)


def share_kept(seen: np.ndarray, before: np.ndarray, attribute: np.ndarray) -> np.ndarray:
    """Share of the untouched attributes in which the judge sees what it saw `before` (n x M).

    NaN with a single attribute.
    """
    same = (seen == before).astype(float)
    same[np.arange(len(same)), attribute] = 0
    others = same.shape[1] - 1
    return same.sum(axis=1) / others if others else np.full(len(same), np.nan)


def confusion(wanted: np.ndarray, seen: np.ndarray, n_values: int) -> np.ndarray:
    """Counts V x V: row the wanted value, column the value seen, of one attribute's edits."""
    flat = np.bincount(wanted * n_values + seen, minlength=n_values**2)
    return flat.reshape(n_values, n_values)
