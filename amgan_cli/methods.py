"""The rows of Table 1 as changes to a preset: competing methods and ablations. Light.

A competitor's settings are in `presets/methods/NAME.toml`, tables as in a preset; its table
`times` multiplies the preset's sizes, so that a small preset stays small.
"""

import tomllib
from collections.abc import Iterable

from amgan_cli.config import PRESETS, Config
from amgan_cli.errors import UsageError, suggest

METHODS = ("amgan", "stargan", "ganimation", "sagan")
PARTS = {
    "crop-discriminator": ("model", {"crop_discriminator": False}),
    "perceptual": ("loss", {"perc": 0.0}),
    "attention-loss": ("loss", {"att": 0.0}),
}
"""Part of AMGAN -> the table and values that leave it out."""
OURS: dict[str, dict] = {
    "data": {"rendered_pairs": {}, "photo_pairs": {}},
    "model": {
        "palette": False,
        "inks": "",
        "coordinates": False,
        "views": {},
        "finer": False,
        "finer_blocks": 0,
    },
    "training": {"turns": (), "whole_first": 0.0, "clip": 0.0, "other_grounds": 0.0, "reach": 1.0},
}
"""What is this project's own and no competitor has: off. Their losses are in their own files."""
ATTENTIONS = ("own", "cam")
"""alpha by the method's own networks, or the CAM itself."""


def choose_method(
    config: Config, method: str, without: Iterable[str] = (), attention: str = "own"
) -> Config:
    """Return the preset `config` changed to `method`, or to AMGAN without some of its parts.

    Raises UsageError for an unknown name, for an ablation of another method than AMGAN, and for
    one of a part that is off already.
    """
    without = tuple(dict.fromkeys(without))
    _check("--method", method, METHODS)
    _check("--attention", attention, ATTENTIONS)
    for part in without:
        _check("--without", part, PARTS)
    if method != "amgan":
        if without or attention != "own":
            raise UsageError(f"--method {method}: --without and --attention cam are for amgan only")
        return _with_tables(config, method).override("model", method=method)
    if attention == "cam" and config.model.views:
        raise UsageError("--attention cam: this preset edits parts in views, which have no CAMs")
    if attention == "cam":  # there is no other mask that a loss could compare with it
        config = config.override("model", mask="cam").override("loss", att=0.0)
    for part in without:
        table, values = PARTS[part]
        lesser = config.override(table, **values)
        if lesser == config:
            raise UsageError(f"--without {part}: is off in this preset, or with --attention cam")
        config = lesser
    return config


def _with_tables(config: Config, method: str) -> Config:
    path = PRESETS / "methods" / f"{method}.toml"
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    for table, factors in tables.pop("times", {}).items():
        sizes = vars(getattr(config, table))
        scaled = {name: max(1, round(sizes[name] * factor)) for name, factor in factors.items()}
        config = config.override(table, **scaled)
    for table in ("data", "model", "loss", "training"):
        config = config.override(table, **OURS.get(table, {}), **tables.get(table, {}))
    return config


def _check(option: str, name: str, known: Iterable[str]) -> None:
    if name not in known:
        raise UsageError(f"{option} {name}: {suggest(name, known)}")
