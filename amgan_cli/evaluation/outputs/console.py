"""Tables in the terminal."""

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from amgan_cli.evaluation.table import Table


def print_table(table: Table, console: Console) -> None:
    """Show one table, figures to the right, its note under it."""
    shown = RichTable(
        title=Text(table.title),
        title_justify="left",
        caption=Text(table.note) if table.note else None,
        caption_justify="left",
    )
    for i, name in enumerate(table.columns):
        shown.add_column(Text(name), justify="right" if i else "left", no_wrap=not i)
    for row in table.rows:
        shown.add_row(*(Text(cell.replace(" [", "\n[")) for cell in row))  # fits 80 columns
    console.print(shown)
