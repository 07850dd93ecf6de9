"""A report as CSV: one row a figure, for spreadsheets and plots."""

import csv
import io
from pathlib import Path

from amgan_cli.evaluation.report import Report
from amgan_cli.files import write_whole

COLUMNS = ("run", "metric", "attribute", "value", "mean", "low", "high", "n")


def write_csv(path: Path, report: Report) -> None:
    """Write run, metric, attribute, value, mean, 95 % interval, n; raises OutputError."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for run in (*report.runs, report.unedited):
        for metric, attributes in run.figures.items():
            for attribute, values in attributes.items():
                for value, f in values.items():
                    figures = (f.mean, f.low, f.high, f.n)
                    writer.writerow((run.name, metric, attribute, value, *figures))
    write_whole(path, text.getvalue())
