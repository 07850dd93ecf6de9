"""Tables as LaTeX, for a paper: `\\input` the file."""

from collections.abc import Iterable
from pathlib import Path

from amgan_cli.evaluation.table import Table
from amgan_cli.files import write_whole

_ESCAPES = str.maketrans(
    {c: f"\\{c}" for c in "&%$#_{}"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    | {"Δ": r"$\Delta$", "α": r"$\alpha$"}
)


def write_latex(path: Path, tables: Iterable[Table]) -> None:
    """Write all tables into one file; raises OutputError."""
    write_whole(path, "\n".join(map(to_latex, tables)))


def to_latex(table: Table) -> str:
    """A table environment without packages; title and note are its caption."""
    caption = f"{table.title}. {table.note}" if table.note else table.title
    lines = [
        r"\begin{table}",
        f"\\caption{{{_escape(caption)}}}",
        f"\\begin{{tabular}}{{l{'r' * (len(table.columns) - 1)}}}",
        r"\hline",
        _line(table.columns),
        r"\hline",
        *map(_line, table.rows),
        r"\hline",
        r"\end{tabular}",
        r"\end{table}",
    ]
    return "\n".join(lines) + "\n"


def _line(cells: Iterable[str]) -> str:
    return " & ".join(map(_escape, cells)) + r" \\"


def _escape(text: str) -> str:
    return text.translate(_ESCAPES)
