"""Tables in the terminal."""

from rich.console import Console
from rich.table import Table as RichTable

from amgan_cli.evaluation.table import Table


def print_table(table: Table, console: Console) -> None:
    """Show one table, figures to the right, its note under it."""
    shown = RichTable(
        title=table.title, title_justify="left", caption=table.note or None, caption_justify="left"
    )
    for i, name in enumerate(table.columns):
        shown.add_column(name, justify="right" if i else "left", no_wrap=not i)
    for row in table.rows:
        shown.add_row(*(cell.replace(" [", "\n[") for cell in row))  # fits 80 columns
    console.print(shown)
