"""All runs of an experiment into one report: a table of the rows, then everything measured."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from amgan_cli.evaluation.report import ALL, Report, RunReport
from amgan_cli.evaluation.table import Metric, Table
from amgan_cli.evaluation.tables import METRICS

FID = Metric("FID of the judge's features", 1, 2)
SHOWN = ("accuracy", "top", "kept", "background_delta_e", "attention_iou", "nearest_prototype")


def merge_reports(files: Mapping[str, Path]) -> Report:
    """One report of the figures files of several runs, title -> file, in their order."""
    reports = [_read(file) for file in files.values()]
    runs = [
        replace(report.runs[0], name=title) for title, report in zip(files, reports, strict=True)
    ]
    return replace(reports[0], runs=runs)


def rows_table(report: Report, rows: Mapping[str, Sequence[str]]) -> Table:
    """The mean over seeds of every row, title -> names of its runs, and each seed's figure."""
    runs = {run.name: run for run in report.runs}
    columns = [("accuracy", attribute) for attribute in report.attributes]
    columns += [(name, ALL) for name in SHOWN]
    titles = [f"{a}: seen by the judge, %" for a in report.attributes]
    titles += [METRICS[name].title for name in SHOWN]
    cells = []
    for title, names in rows.items():
        mine = [runs[name] for name in names]
        cells.append(
            (title, *(_cell(mine, *c) for c in columns), _spread([run.fid for run in mine], FID))
        )
    before = [_cell([report.unedited], *column) for column in columns]
    cells.append(("no edit", *before, "-"))
    note = "Mean over seeds, in brackets each seed's figure; one judge for all."
    return Table("Rows of Table 1", ("", *titles, FID.title), cells, note)


def _cell(runs: Sequence[RunReport], name: str, attribute: str) -> str:
    return _spread([run.mean(name, attribute) for run in runs], METRICS[name])


def _spread(values: Sequence[float], metric: Metric) -> str:
    """`77.0 (75.1, 78.9)`; one value alone; `-` where nothing was measured."""
    if np.isnan(values).any():
        return "-"
    words = [f"{value * metric.scale:.{metric.digits}f}" for value in values]
    mean = f"{np.mean(values) * metric.scale:.{metric.digits}f}"
    return mean if len(words) == 1 else f"{mean} ({', '.join(words)})"


def _read(file: Path) -> Report:
    return Report.from_dict(json.loads(file.read_text(encoding="utf-8")))
