"""User study (Sec. 6.3, Table 3): a static page that is blind, and the key to what it shows.

The page holds pictures and random codes; which run a code means is in the key file alone, so that
neither participant nor page can know.
"""

import base64
import io
import json
import secrets
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import numpy as np
from PIL import Image

from amgan_cli.evaluation.choice import Choice
from amgan_cli.evaluation.outputs.grids import edited_pixels, input_pixels
from amgan_cli.evaluation.setup import Setup
from amgan_cli.files import write_whole

QUESTIONS = 40
"""Shown to each participant: about a quarter of an hour."""
PLACEHOLDER = "/* study */ null"


def write_study(page: Path, setup: Setup, choices: Sequence[Choice], seed: int) -> Path:
    """Write `page` (HTML) and, beside it, its key; return the key's path.

    The seed decides the order alone: codes that followed from it would not be blind. Raises
    OutputError if a file cannot be written.
    """
    random = np.random.default_rng(seed)
    study = secrets.token_hex(8)
    questions, codes = [], {}
    for number, choice in enumerate(choices):
        options = []
        for run in setup.runs:
            code = secrets.token_hex(6)
            codes[code] = {"question": number, "run": run.name}
            options.append({"code": code, "image": _data_uri(edited_pixels(run, setup, choice))})
        random.shuffle(options)  # the page shuffles again for each participant
        attribute, value = choice.manipulation
        picture = _data_uri(input_pixels(setup, choice.row))
        questions.append(
            {"attribute": attribute, "value": value, "image": picture, "options": options}
        )
    template = resources.files("amgan_cli.evaluation").joinpath("study.html").read_text("utf-8")
    data = json.dumps({"study": study, "questions": questions}).replace("</", "<\\/")
    key = {
        "study": study,
        "runs": [run.name for run in setup.runs],
        "attributes": [choice.manipulation[0] for choice in choices],
        "codes": codes,
    }
    key_file = key_of(page)
    write_whole(key_file, json.dumps(key, indent=1))
    write_whole(page, template.replace(PLACEHOLDER, data))
    return key_file


def key_of(page: Path) -> Path:
    """Where the key to a page lies."""
    return page.with_suffix(".key.json")


def _data_uri(pixels: np.ndarray) -> str:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
