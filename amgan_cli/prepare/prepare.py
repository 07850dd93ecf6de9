"""`amgan prepare` from top to bottom: a folder of photos in, a data folder to train on out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from rich.console import Console
from rich.progress import track

from amgan_cli.console import say
from amgan_cli.device import pick_compute
from amgan_cli.errors import DataError
from amgan_cli.files import write_whole
from amgan_cli.look import Look
from amgan_cli.model_info import find_weights, read_info
from amgan_cli.nets.attribute_model import AttributeModel, find_attribute_network
from amgan_cli.photos.geometry import Fit
from amgan_cli.photos.photo import read_photo
from amgan_cli.prepare.duplicates import join, near_pairs, perceptual_hash
from amgan_cli.prepare.review import write_pages
from amgan_cli.prepare.sources import Source, find_sources, is_stored_name
from amgan_cli.prepare.store import image_path, is_stored, mask_path, store_all
from amgan_cli.prepare.table import FILE, GROUP, LabelTable, read_table
from amgan_cli.vocabulary import Vocabulary

BATCH = 64


def prepare(
    photos: Path,
    out: Path,
    attributes_from: Path | None,
    threshold: float,
    again: bool,
    device: str,
    console: Console,
) -> Path:
    """Fill `out` with images/, masks/, labels.csv and review/; return the label file.

    A later run adds what is new and keeps what people have said, also while it runs. `again`
    proposes anew whatever no person has checked. Raises AmganError, before anything is written but
    for a full disk.
    """
    sources = find_sources(photos, out)
    label_file = out / "labels.csv"
    _check_own(read_table(label_file), label_file)
    model = _obtain_model(attributes_from, device, console)
    # without a network, the values that the shipped edits know
    vocabulary = model.vocabulary if model else read_info(find_weights(None)).vocabulary

    new = [source for source in sources if not is_stored(source, out)]
    changed = {source.name for source in new}
    broken = _store(new, out, console)
    table = _current_table(label_file, sources, vocabulary)
    looks = _look(table, model, out, changed, again, console) if model else {}
    table = _current_table(label_file, sources, vocabulary)  # minutes may have passed
    _propose(table, looks, vocabulary, threshold, changed, again)
    _group(table, out)

    write_whole(label_file, table.to_csv())
    write_pages(out, table, vocabulary)
    _report(table, out, len(new) - broken, broken, console)
    return label_file


def _obtain_model(given: Path | None, device: str, console: Console) -> AttributeModel | None:
    """The network that proposes, if there is one."""
    path = find_attribute_network(given)
    compute = pick_compute(device, "float32")  # confidences should not depend on the processor
    if path:
        model = AttributeModel.load(path)
        return replace(model, network=compute.place(model.network))
    say(console, "no attribute network here: labels stay blank (--attributes-from proposes them)")
    return None


def _store(sources: Sequence[Source], out: Path, console: Console) -> int:
    """Copy and mask the new photos; a line for each that cannot be read; return how many."""
    if not sources:
        return 0
    broken = 0
    stored = _track(store_all(list(sources), out), "photos", len(sources), console)
    for _, problem in stored:
        if problem:
            broken += 1
            say(console, f"left out: {problem}", "yellow")
    return broken


def _check_own(table: LabelTable, label_file: Path) -> None:
    """DataError for somebody's own label file, whose rows would be taken for deleted photos'."""
    for name in table.rows:
        if not is_stored_name(name):
            raise DataError(
                f"{label_file}: '{name}' is no photo of amgan prepare; choose another --out"
            )


def _current_table(
    label_file: Path, sources: Sequence[Source], vocabulary: Vocabulary
) -> LabelTable:
    """The label file as it is now, with a row for each photo that has a copy; a row whose copy was
    deleted goes, too."""
    table, out = read_table(label_file), label_file.parent
    names = dict.fromkeys([*table.rows, *(source.name for source in sources)])
    table.rows = {
        name: table.rows.get(name, {FILE: name})
        for name in names
        if image_path(out, name).is_file()
    }
    if not table.rows:
        raise DataError(f"{out}: none of the photos could be read; use JPEG, PNG or WebP")
    for attribute in vocabulary.names:
        table.add_columns(attribute)
    return table


def _look(
    table: LabelTable,
    model: AttributeModel,
    out: Path,
    changed: set[str],
    again: bool,
    console: Console,
) -> dict[str, Look]:
    """What the network sees in photos that are new or changed or lack a label; or in all."""
    names = [
        name
        for name in table.rows
        if again or name in changed or any(table.is_open(name, a) for a in model.vocabulary.names)
    ]
    looks: dict[str, Look] = {}
    batches = [names[start : start + BATCH] for start in range(0, len(names), BATCH)]
    for batch in _track(batches, "labels", len(batches), console):
        pixels = [read_photo(image_path(out, name)).pixels for name in batch]
        squares = np.stack([Fit.of(p, model.network.input_size).to_square(p) for p in pixels])
        images = torch.from_numpy(squares).permute(0, 3, 1, 2)  # B x 3 x S x S
        looks |= zip(batch, model.look(images), strict=True)
    return looks


def _propose(
    table: LabelTable,
    looks: Mapping[str, Look],
    vocabulary: Vocabulary,
    threshold: float,
    changed: set[str],
    again: bool,
) -> None:
    """Labels for photos that are new or changed or have none; for all of them if `again`.

    Blank where the garment is of a kind that has no such attribute.
    """
    for name in looks.keys() & table.rows.keys():
        for attribute in vocabulary.names:
            if again or name in changed or table.is_open(name, attribute):
                worn = looks[name].wears(attribute)
                value, confidence = (
                    looks[name].likeliest(attribute) if worn > 0.5 else ("", 1 - worn)
                )
                table.propose(name, attribute, value, confidence, threshold)


def _group(table: LabelTable, out: Path) -> None:
    """Near-duplicates, and whoever is in a group already, share the group of the first of them."""
    names = list(table.rows)
    pairs = near_pairs([perceptual_hash(image_path(out, name)) for name in names])
    first_of: dict[str, int] = {}
    for i, row in enumerate(table.rows.values()):
        if row.get(GROUP):
            pairs.append((first_of.setdefault(row[GROUP], i), i))
    first = join(len(names), pairs)
    members: Mapping[int, list[str]] = {}
    for name, leader in zip(names, first, strict=True):
        members.setdefault(leader, []).append(name)
    for leader, group in members.items():
        given = [table.rows[name][GROUP] for name in group if table.rows[name].get(GROUP)]
        if given or len(group) > 1:
            for name in group:
                table.rows[name][GROUP] = (given or [names[leader]])[0]


def _report(table: LabelTable, out: Path, new: int, broken: int, console: Console) -> None:
    masks = sum(mask_path(out, name).is_file() for name in table.rows)
    groups = [row[GROUP] for row in table.rows.values() if row.get(GROUP)]
    parts = [
        f"{len(table.rows)} photos ({new} new, {broken} not readable)",
        f"{masks} masks",
        f"{len(groups)} in {len(set(groups))} groups of near-duplicates",
    ]
    for attribute in table.attributes:
        known = sum(bool(row.get(attribute)) for row in table.rows.values())
        parts.append(f"{attribute} known for {known}")
    say(console, "; ".join(parts))


def _track(items, text: str, total: int, console: Console):
    """A progress bar, on a terminal only."""
    return track(items, text, total, console=console, disable=not console.is_terminal)
