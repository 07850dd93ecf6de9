"""Tables of edits into a report: every figure per attribute and value with its interval."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from amgan_cli.evaluation.accuracy import confusion
from amgan_cli.evaluation.intervals import Figure, bootstrap
from amgan_cli.evaluation.measure import CURVE, EditTable
from amgan_cli.vocabulary import Vocabulary

ALL = "all"
"""In place of a value: over all values; in place of an attribute: mean of the attributes."""
Figures = Mapping[str, Mapping[str, Mapping[str, Figure]]]
"""Metric -> attribute -> value -> figure."""


@dataclass(frozen=True)
class RunReport:
    """What was measured of one run."""

    name: str
    steps: int
    figures: Figures
    curve: list[Figure]
    """Top-k retrieval accuracy for k = 1, 2, ..., mean of the attributes (Figure 4)."""
    confusion: Mapping[str, list[list[int]]]
    """Attribute -> counts, row the wanted value, column the value seen."""
    fid: float
    """Fréchet distance of all edits to all real photos."""

    def mean(self, metric: str, attribute: str = ALL, value: str = ALL) -> float:
        """One figure's mean; NaN where it was not measured."""
        found = self.figures.get(metric, {}).get(attribute, {}).get(value)
        return found.mean if found else math.nan


@dataclass(frozen=True)
class Report:
    """What `amgan evaluate` found out."""

    data: str
    settings: Mapping[str, Any]
    attributes: Mapping[str, tuple[str, ...]]
    judge: Mapping[str, Figure]
    """Attribute -> the judge's accuracy on real test photos."""
    runs: list[RunReport]
    unedited: RunReport
    """The same edits not carried out: `real` in Table 2, and the base rates."""

    def to_dict(self) -> dict:
        """Plain values for JSON; NaN becomes None."""
        return _plain(asdict(self))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Report":
        """The inverse of `to_dict`."""
        judge = {name: _figure(found) for name, found in data["judge"].items()}
        attributes = {name: tuple(values) for name, values in data["attributes"].items()}
        runs, unedited = [_run(run) for run in data["runs"]], _run(data["unedited"])
        return cls(data["data"], data["settings"], attributes, judge, runs, unedited)


def report_run(
    name: str,
    steps: int,
    tables: list[EditTable],
    vocabulary: Vocabulary,
    fid: float,
    seed: int,
) -> RunReport:
    """Figures of one run; the first of its tables holds the edits of the test photos."""
    edits = tables[0]
    figures = {}
    for table in tables:
        for metric, column in table.columns.items():
            if metric != "rank":
                figures[metric] = _by_attribute(table, column, vocabulary, seed)
    rank = edits.columns["rank"]
    curve = [
        bootstrap((rank <= k).astype(float), edits.photo, edits.attribute, seed)
        for k in range(1, CURVE + 1)
    ]
    counts = {}
    for m, (attribute, values) in enumerate(vocabulary.attributes.items()):
        mine = edits.attribute == m
        seen = edits.seen[mine] if edits.seen is not None else np.empty(0, int)
        counts[attribute] = confusion(edits.value[mine], seen, len(values)).tolist()
    return RunReport(name, steps, figures, curve, counts, fid)


def _by_attribute(
    table: EditTable, column: np.ndarray, vocabulary: Vocabulary, seed: int
) -> dict[str, dict[str, Figure]]:
    """Attributes and values without a measured edit are left out."""
    result = {ALL: {ALL: bootstrap(column, table.photo, table.attribute, seed)}}
    for m, (attribute, values) in enumerate(vocabulary.attributes.items()):
        mine = (table.attribute == m) & ~np.isnan(column)
        if not mine.any():
            continue
        result[attribute] = {ALL: bootstrap(column[mine], table.photo[mine], seed=seed)}
        for v, value in enumerate(values):
            these = mine & (table.value == v)
            if these.any():
                figure = bootstrap(column[these], table.photo[these], seed=seed)
                result[attribute][value] = figure
    return result


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _run(data: Mapping[str, Any]) -> RunReport:
    figures = {
        metric: {
            attribute: {value: _figure(found) for value, found in values.items()}
            for attribute, values in attributes.items()
        }
        for metric, attributes in data["figures"].items()
    }
    curve = [_figure(found) for found in data["curve"]]
    fid = _number(data["fid"])
    return RunReport(data["name"], data["steps"], figures, curve, data["confusion"], fid)


def _figure(data: Mapping[str, Any]) -> Figure:
    mean, low, high = (_number(data[name]) for name in ("mean", "low", "high"))
    return Figure(mean, low, high, data["n"])


def _number(value: float | None) -> float:
    return math.nan if value is None else value
