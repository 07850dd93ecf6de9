"""`amgan edit`."""

from amgan_cli.commands.common import one_line_errors
from amgan_cli.commands.options import Photos, RunOptions, takes_run_options
from amgan_cli.commands.run_edit import run_edit


@one_line_errors
@takes_run_options
def edit(photos: Photos, options: RunOptions) -> None:
    """Change attributes of the garment: amgan edit shirt.jpg --set color=red"""
    run_edit(photos, options)
