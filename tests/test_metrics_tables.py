"""Tables and their forms: the paper's figures beside ours, Markdown, LaTeX, cells."""

import math
import os
from dataclasses import replace

import pytest
from rich.console import Console

from amgan_cli.evaluation.intervals import NOTHING, Figure
from amgan_cli.evaluation.outputs.console import print_table
from amgan_cli.evaluation.outputs.csv_file import write_csv
from amgan_cli.evaluation.outputs.latex import to_latex
from amgan_cli.evaluation.outputs.markdown import to_markdown
from amgan_cli.evaluation.paper import AVERAGE, paper_rows
from amgan_cli.evaluation.report import ALL, Report, RunReport
from amgan_cli.evaluation.table import Metric, Table, show
from amgan_cli.evaluation.tables import paper_tables

HALF = Figure(0.5, 0.4, 0.625, 8)
ODD = os.fsdecode(b"s\xe9")


def report(data: str) -> Report:
    attributes = {"color": ("red", "blue"), "sleeve": ("long", "short")}
    figures = {"accuracy": {name: {ALL: HALF} for name in (ALL, *attributes)}}
    run = RunReport("mine", 1, figures, [], {}, 2.0)
    settings = {"edited_photos": 8, "gallery_photos": 9}
    return Report(data, settings, attributes, dict.fromkeys(attributes, HALF), [run], run)


def test_a_cell_has_mean_and_interval():
    assert show(HALF, Metric("")) == "50.0 [40.0, 62.5]"
    assert show(HALF, Metric("", 1, 3)) == "0.500 [0.400, 0.625]"
    assert show(NOTHING, Metric("")) == show(None, Metric("")) == "-"
    assert math.isnan(NOTHING.mean)


def test_the_papers_rows_stand_beside_ours_on_its_data_sets_only():
    ours, *_ = paper_tables(report("deepfashion:folder"))
    assert ours.columns == ("", "color", "sleeve", AVERAGE)
    assert ("AMGAN (paper)", "77.01", "81.94", "79.48") in ours.rows
    assert ours.rows[0] == ("mine", *["50.0 [40.0, 62.5]"] * 3)
    other, *_ = paper_tables(report("photos/"))
    assert not any("paper" in row[0] for row in other.rows)


@pytest.mark.parametrize("data", ["deepfashion", "shopping100k"])
@pytest.mark.parametrize("metric", ["accuracy", "top", "votes"])
def test_the_papers_averages_are_those_of_its_columns(data, metric):
    rows = paper_rows(data, metric)
    assert len(rows) > 2
    for row in rows:
        cells = [value for name, value in row.cells.items() if name != AVERAGE]
        # the paper rounds its averages down and up: 0.1 apart at most
        assert row.cells[AVERAGE] == pytest.approx(sum(cells) / len(cells), abs=0.11), row


def test_markdown_and_latex_escape_what_they_must():
    table = Table("T", ("", "a|b"), [("x_1", "50 %")], "Note.")
    assert to_markdown(table) == "## T\n\n|  | a\\|b |\n| --- | ---: |\n| x_1 | 50 % |\n\nNote.\n"
    latex = to_latex(table)
    assert r"\caption{T. Note.}" in latex
    assert r"x\_1 & 50 \% \\" in latex


def test_names_with_brackets_are_shown_as_they_are(capsys):
    table = Table("T [red]", ("", "[b]"), [("runs/[bold]", "50 [40, 60]")], "Note [/x].")
    print_table(table, Console())
    shown = capsys.readouterr().out
    assert all(text in shown for text in ("T [red]", "[b]", "runs/[bold]", "[40, 60]", "[/x]."))


def test_runs_have_names_of_any_bytes(tmp_path):
    found = report("photos/")
    write_csv(tmp_path / "f.csv", replace(found, runs=[replace(found.runs[0], name=ODD)]))
    assert (tmp_path / "f.csv").read_bytes().splitlines()[1].startswith(b"s\xe9,accuracy,")
