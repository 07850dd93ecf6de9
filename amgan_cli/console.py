"""Lines for a person, as they are: no markup, no colours of numbers, no wrapping."""

from rich.console import Console


def say(console: Console, text: str, style: str | None = None) -> None:
    """Print `text`, in which names of files and values may hold brackets, as one line."""
    console.print(text, style=style, highlight=False, markup=False, emoji=False, soft_wrap=True)
