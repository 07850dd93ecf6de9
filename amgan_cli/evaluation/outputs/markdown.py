"""Tables as Markdown."""

from collections.abc import Iterable
from pathlib import Path

from amgan_cli.evaluation.table import Table
from amgan_cli.files import write_whole


def write_markdown(path: Path, tables: Iterable[Table]) -> None:
    """Write all tables into one file; raises OutputError."""
    write_whole(path, "\n".join(map(to_markdown, tables)))


def to_markdown(table: Table) -> str:
    """Heading, table, note; columns of figures to the right."""
    ruler = ["---", *["---:"] * (len(table.columns) - 1)]
    lines = [_line(table.columns), _line(ruler), *map(_line, table.rows)]
    note = f"\n{table.note}\n" if table.note else ""
    return f"## {table.title}\n\n" + "\n".join(lines) + f"\n{note}"


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
