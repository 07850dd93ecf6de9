"""Tally of a user study: its key and the participants' vote files in, Table 3 out."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from amgan_cli.errors import UsageError
from amgan_cli.evaluation.intervals import Figure, bootstrap
from amgan_cli.evaluation.paper import AVERAGE
from amgan_cli.evaluation.table import Metric, Table, show

KEY, BALLOT = {"codes", "runs", "attributes"}, {"votes", "participant"}
"""Parts of a study's key, of a participant's votes."""
LISTS = ("runs", "attributes", "votes")
"""Those of them that are lists of words."""


@dataclass(frozen=True)
class Tally:
    """Shares of the votes; every column sums to 1."""

    runs: tuple[str, ...]
    attributes: tuple[str, ...]
    shares: dict[str, dict[str, Figure]]
    """Run -> attribute, or AVERAGE over the attributes -> share."""
    participants: int
    votes: int


def tally(files: Sequence[Path], seed: int = 0) -> Tally:
    """Count the votes in `files`; one of them must be the study's key.

    Intervals are over participants, over votes if there is one participant only, by resamplings of
    `seed`. Raises UsageError for a file that is neither, of another study, or given twice.
    """
    contents = [(path, _read(path)) for path in files]
    keys = [(path, content) for path, content in contents if set(content) >= KEY]
    if len(keys) != 1:
        raise UsageError(f"--votes: {len(keys)} of the files are a study's key; give one .key.json")
    key = keys[0][1]
    ballots = [(path, content) for path, content in contents if set(content) >= BALLOT]
    if not ballots:
        raise UsageError("--votes: no votes among the files; give those that the page saved")
    people: list[str] = []
    rows: list[tuple[int, str, str]] = []  # participant, attribute, run
    for path, ballot in ballots:
        if ballot.get("study") != key.get("study"):
            raise UsageError(f"{path}: is of another study than the key {keys[0][0]}")
        if ballot["participant"] in people:
            raise UsageError(f"{path}: the same participant's votes are in another file too")
        people.append(ballot["participant"])
        rows += [(len(people) - 1, *_vote(code, key, path)) for code in ballot["votes"]]
    if not rows:
        raise UsageError("--votes: the files hold no votes; was the page saved before any choice?")
    attributes = tuple(dict.fromkeys(key["attributes"]))
    return _count(rows, tuple(key["runs"]), attributes, len(people), seed)


def tally_table(counted: Tally) -> Table:
    """Table 3."""
    columns = (*counted.attributes, AVERAGE)
    percent = Metric("votes")
    rows = [
        (run, *(show(counted.shares[run].get(column), percent) for column in columns))
        for run in counted.runs
    ]
    note = f"{counted.participants} participants, {counted.votes} votes; 95 % intervals."
    return Table("Table 3: user study, % of the votes", ("", *columns), rows, note)


def _count(
    rows: list, runs: tuple[str, ...], attributes: tuple[str, ...], people: int, seed: int
) -> Tally:
    participant = np.array([row[0] for row in rows])
    attribute = np.array([attributes.index(row[1]) for row in rows])
    owners = participant if people > 1 else np.arange(len(rows))
    shares: dict[str, dict[str, Figure]] = {}
    for run in runs:
        chosen = np.array([float(row[2] == run) for row in rows])
        shares[run] = {AVERAGE: bootstrap(chosen, owners, attribute, seed)}
        for m, name in enumerate(attributes):
            mine = attribute == m
            shares[run][name] = bootstrap(chosen[mine], owners[mine], seed=seed)
    return Tally(runs, attributes, shares, people, len(rows))


def _vote(code: str, key: dict, path: Path) -> tuple[str, str]:
    """Attribute and run of a vote."""
    with suppress(KeyError, IndexError, TypeError):
        vote = key["codes"][code]
        if vote["run"] in key["runs"]:
            return key["attributes"][vote["question"]], vote["run"]
    raise UsageError(f"{path}: holds a vote that the key does not know; are both whole?")


def _read(path: Path) -> dict:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})") from None
    except ValueError:
        raise UsageError(f"{path}: is no JSON; give files that the study's page saved") from None
    if not isinstance(content, dict) or not _is_of_a_study(content):
        raise UsageError(f"{path}: neither votes nor a key; give files of the study only")
    return content


def _is_of_a_study(content: dict) -> bool:
    """Whether it has all parts of a key or of votes, and words in its lists."""
    lists = [content.get(name, []) for name in LISTS]
    are_words = all(isinstance(each, list) and {*map(type, each)} <= {str} for each in lists)
    return are_words and any(parts <= set(content) for parts in (KEY, BALLOT))
