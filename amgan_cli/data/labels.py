"""Labels in words into labels as numbers: photos with known and unknown labels, and their split.

An unknown label is UNKNOWN; every later step leaves it out.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from amgan_cli.config import DataConfig
from amgan_cli.data.photo_source import PhotoSource
from amgan_cli.data.split import draw_test_groups
from amgan_cli.data.table import Table
from amgan_cli.errors import DataError, suggest
from amgan_cli.vocabulary import Vocabulary

UNKNOWN = -1
CONFIDENCE = "_confidence"
"""End of the name of a column that says how sure the label beside it is; no attribute."""
MOST_VALUES = 200
"""A column with more different values is a name or a number, not an attribute."""


@dataclass(frozen=True)
class Labels:
    """n labelled photos; pixels are not read yet."""

    vocabulary: Vocabulary
    photos: Sequence[PhotoSource]
    values: np.ndarray
    """n x M int64: index into the attribute's values, or UNKNOWN."""
    match: np.ndarray
    """n x K int64: codes of the match columns, or UNKNOWN."""
    is_test: np.ndarray
    """n bool."""
    findings: Mapping[str, object] = field(default_factory=dict)
    """What the loader found out about the files; JSON values."""
    notes: Sequence[str] = ()
    """The same, and what is odd about the split, in lines to show."""

    def look(self, row: int) -> dict[str, str]:
        """Attribute -> value of one photo, without those unknown."""
        numbers = zip(self.vocabulary.attributes.items(), self.values[row], strict=True)
        return {name: values[i] for (name, values), i in numbers if i != UNKNOWN}

    def subset(self, rows: np.ndarray) -> "Labels":
        """Keep the given rows, in the given order."""
        return replace(
            self,
            photos=[self.photos[i] for i in rows],
            values=self.values[rows],
            match=self.match[rows],
            is_test=self.is_test[rows],
        )


def build_labels(table: Table, config: DataConfig, vocabulary: Vocabulary | None = None) -> Labels:
    """Number the labels of `table` as `config` says; raise DataError in one line.

    With a `vocabulary` (a checkpoint's) the labels must be among its values.
    """
    names = list(vocabulary.names) if vocabulary else _attribute_columns(table, config)
    for name in names:
        if name not in table.columns:
            known = suggest(name, table.columns)
            raise DataError(f"{table.origin}: no column '{name}'; {known}")
    columns = {key: np.array(texts, dtype=object) for key, texts in table.columns.items()}
    rows = np.arange(len(table.photos))
    for key, value in config.keep.items():
        if key in columns:
            rows = rows[columns[key][rows] == value]
    if not len(rows):
        raise DataError(f"{table.origin}: no photos left; check the file and data.keep")
    photos = [table.photos[i] for i in rows.tolist()]
    columns = {key: texts[rows] for key, texts in columns.items()}
    for attribute, dropped in config.drop_values.items():
        if attribute in columns:
            columns[attribute][np.isin(columns[attribute], dropped)] = ""
    is_test, notes = _is_test(table.origin, photos, columns, config)
    vocabulary = vocabulary or _vocabulary(table, columns, names, config, ~is_test)
    values = [_indices(table, columns[name], name, vocabulary) for name in names]
    unknown = np.full(len(rows), UNKNOWN)
    match = [_codes(columns[key]) if key in columns else unknown for key in config.match]
    return Labels(
        vocabulary,
        photos,
        np.stack(values, axis=1),
        np.stack(match, axis=1) if match else np.empty((len(rows), 0), np.int64),
        is_test,
        table.findings,
        [*table.notes, *notes],
    )


def count_values(labels: Labels) -> dict[str, Counter]:
    """Training photos per attribute and value."""
    counts = {}
    for m, (name, values) in enumerate(labels.vocabulary.attributes.items()):
        known = labels.values[~labels.is_test, m]
        found = Counter(dict.fromkeys(values, 0))
        found.update(values[index] for index in known if index != UNKNOWN)
        counts[name] = found
    return counts


def _attribute_columns(table: Table, config: DataConfig) -> list[str]:
    chosen = config.attributes or table.attributes
    if chosen:
        return list(chosen)
    roles = {config.split, config.group, *config.match, *config.keep}
    names = [c for c in table.columns if c not in roles and not c.endswith(CONFIDENCE)]
    if not names:
        raise DataError("the label file has no attribute column; name one column per attribute")
    return names


def _vocabulary(
    table: Table,
    columns: dict[str, np.ndarray],
    names: list[str],
    config: DataConfig,
    learned: np.ndarray,
) -> Vocabulary:
    """Values of all photos; those that no photo of `learned` (n bool) shows are no targets."""
    attributes, source_only = {}, dict(config.source_only)
    for name in names:
        values = tuple(sorted(set(columns[name]) - {""}))
        if len(values) < 2:
            raise DataError(f"{table.origin}: column '{name}' needs at least two different values")
        if len(values) > MOST_VALUES:
            message = f"column '{name}' has {len(values)} different values, which is no attribute"
            raise DataError(f"{table.origin}: {message}; list the attributes in data.attributes")
        attributes[name] = values
        unlearned = set(values) - set(columns[name][learned]) - set(source_only.get(name, ()))
        if unlearned:
            source_only[name] = (*source_only.get(name, ()), *sorted(unlearned))
    return Vocabulary(attributes, source_only)


def _indices(table: Table, texts: np.ndarray, name: str, vocabulary: Vocabulary) -> np.ndarray:
    values = vocabulary.attributes[name]
    for word in sorted(set(texts) - {"", *values}):
        known = f"{suggest(word, values)}, or give the --preset that the model was trained with"
        raise DataError(f"{table.origin}: unknown {name} '{word}'; {known}")
    numbers = {"": UNKNOWN} | {value: index for index, value in enumerate(values)}
    return np.array([numbers[text] for text in texts], np.int64)


def _codes(texts: np.ndarray) -> np.ndarray:
    """A number for each different text of a match column; blank is UNKNOWN."""
    numbers = {text: code for code, text in enumerate(sorted(set(texts) - {""}))} | {"": UNKNOWN}
    return np.array([numbers[text] for text in texts], np.int64)


def _is_test(
    origin: Path,
    photos: Sequence[PhotoSource],
    columns: dict[str, np.ndarray],
    config: DataConfig,
) -> tuple[np.ndarray, list[str]]:
    """The split that the data names, else random groups (photos where they have none); and what
    is odd about it."""
    names = [photo.name for photo in photos]
    groups = names
    if config.group in columns:
        groups = [group or name for group, name in zip(columns[config.group], names, strict=True)]
    split = columns.get(config.split)
    if split is None or not any(split):
        if len(set(groups)) == 1:
            message = f"all photos have one {config.group}, which cannot be in both splits"
            raise DataError(f"{origin}: {message}; name their {config.split}, train or test")
        return draw_test_groups(groups), []
    words = np.array([word.strip().lower() for word in split], dtype=object)
    for word in sorted(set(words) - {"train", "test", ""}):
        raise DataError(f"{origin}: {config.split} '{word}'; use train or test (blank: train)")
    is_test = words == "test"
    for name in sorted(_in_both(names, is_test)):
        raise DataError(f"{origin}: {name} is a training and a test photo; leave one line of it")
    divided = sorted(_in_both(groups, is_test))
    if not divided:
        return is_test, []
    some = ", ".join(divided[:3]) + (", ..." if len(divided) > 3 else "")
    return is_test, [f"warning: {config.group} of training and of test photos: {some}"]


def _in_both(names: Sequence[str], is_test: np.ndarray) -> set[str]:
    """Those of `names` that stand beside a training and beside a test photo."""
    pairs = list(zip(names, is_test, strict=True))
    return {name for name, test in pairs if test} & {name for name, test in pairs if not test}
