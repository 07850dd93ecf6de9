"""A table of words, and figures as words. Light: no torch, for the tally of votes."""

import math
from dataclasses import dataclass

from amgan_cli.evaluation.intervals import Figure


@dataclass(frozen=True)
class Table:
    """Cells as text; the first column names the row."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]
    note: str = ""


@dataclass(frozen=True)
class Metric:
    """How a figure is shown."""

    title: str
    scale: float = 100
    """100 for shares, which are shown as percentages; 1 for the others."""
    digits: int = 1


def show(figure: Figure | None, metric: Metric) -> str:
    """`77.0 [75.1, 78.9]`, or `-`."""
    if figure is None or math.isnan(figure.mean):
        return "-"
    parts = (figure.mean, figure.low, figure.high)
    mean, low, high = (f"{part * metric.scale:.{metric.digits}f}" for part in parts)
    return f"{mean} [{low}, {high}]"
