"""A labelled data folder to train on: python examples/make_catalogue.py [FOLDER]"""

import sys
from pathlib import Path

from amgan_cli.catalogue.dataset import read_parts, render_catalogue

if __name__ == "__main__":  # the workers import this file too
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "catalogue")
    render_catalogue(folder, count=8, size=128, fixed={"pattern": "plain"})
    parts = read_parts(folder / "parts" / "000000.png")
    print({part: f"{(mask > 0).mean():.0%}" for part, mask in parts.items()})
