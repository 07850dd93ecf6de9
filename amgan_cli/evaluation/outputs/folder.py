"""A report in every form, as a folder."""

from collections.abc import Sequence
from pathlib import Path

from amgan_cli.evaluation.choice import choose_edits
from amgan_cli.evaluation.outputs.csv_file import write_csv
from amgan_cli.evaluation.outputs.curve_svg import write_curve
from amgan_cli.evaluation.outputs.grids import write_edits, write_regions
from amgan_cli.evaluation.outputs.json_file import write_json
from amgan_cli.evaluation.outputs.latex import write_latex
from amgan_cli.evaluation.outputs.markdown import write_markdown
from amgan_cli.evaluation.report import Report
from amgan_cli.evaluation.setup import Setup
from amgan_cli.evaluation.table import Table
from amgan_cli.evaluation.tables import confusion_tables, paper_tables, value_tables


def write_folder(
    folder: Path, report: Report, setup: Setup, seed: int, first: Sequence[Table] = ()
) -> None:
    """Write figures, tables (`first` before the others) and pictures; raises OutputError.

    `setup` has the runs that the pictures are made with.
    """
    tables = [*first, *paper_tables(report)]
    choices = choose_edits(setup.largest.labels, setup.rows, 8, seed)
    write_json(folder / "report.json", report)
    write_csv(folder / "figures.csv", report)
    write_markdown(
        folder / "tables.md", [*tables, *value_tables(report), *confusion_tables(report)]
    )
    write_latex(folder / "tables.tex", tables)
    write_curve(folder / "figure-4.svg", report)
    write_edits(folder / "figure-5.png", setup, choices)
    write_regions(folder / "figure-6.png", setup, setup.rows[:4])
