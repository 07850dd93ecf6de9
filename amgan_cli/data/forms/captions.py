"""Names for DeepFashion's colour and sleeve codes, which nobody has published, from its captions.

Each code's captions vote: a caption votes for every colour (or sleeve) word in it.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

COLOR_WORDS = {
    **{word: word for word in ("apricot", "beige", "black", "blue", "brown", "burgundy", "cyan")},
    **{word: word for word in ("gold", "gray", "green", "khaki", "lavender", "navy", "olive")},
    **{word: word for word in ("orange", "pink", "plum", "purple", "red", "silver", "tan")},
    **{word: word for word in ("white", "wine", "yellow")},
    "grey": "gray",
    **dict.fromkeys(("multicolored", "multi-colored", "colorful", "polychromatic"), "multi"),
}
"""Word of the captions -> name of the value."""
SLEEVE_WORDS = {
    "sleeveless": "sleeveless",
    **{f"{length}-sleeve": length for length in ("short", "long")},
    **{f"{length}-sleeve": "half" for length in ("half", "semi")},
}


@dataclass(frozen=True)
class Vote:
    """How the captions of one code voted."""

    name: str
    """The value's name: the winner, or the code's number where no word is left for it."""
    share: float
    """Part of the code's captions with such words that have this one, 0..1."""
    captions: int
    votes: Mapping[str, int]


def name_codes(
    codes: Sequence[int], captions: Sequence[str], words: Mapping[str, str]
) -> dict[int, Vote]:
    """Name every code above 0 by majority vote of the captions that have it.

    No two codes share a name: the larger share takes it, the other its next best word.
    """
    votes: dict[int, Counter] = {code: Counter() for code in sorted(set(codes)) if code > 0}
    voters = Counter()
    for code, caption in zip(codes, captions, strict=True):
        found = find_words(caption, words)
        if code > 0 and found:
            votes[code].update(found)
            voters[code] += 1
    shares = [
        (count / voters[code], code, name)
        for code, counts in votes.items()
        for name, count in counts.items()
    ]
    named: dict[int, Vote] = {}
    taken: set[str] = set()
    for share, code, name in sorted(shares, key=lambda item: (-item[0], *item[1:])):
        if code not in named and name not in taken:
            named[code] = Vote(name, share, voters[code], dict(votes[code].most_common()))
            taken.add(name)
    return {
        code: named.get(code, Vote(str(code), 0.0, voters[code], dict(counts)))
        for code, counts in votes.items()
    }


def find_words(caption: str, words: Mapping[str, str]) -> set[str]:
    """Names of the `words` in a caption; "short sleeved" and "short-sleeves" are short-sleeve."""
    text = re.sub(r"[ -]sleeve[sd]?\b", "-sleeve", caption.lower())
    return {words[word] for word in re.findall(r"[a-z]+(?:-[a-z]+)*", text) if word in words}


def vote_lines(attribute: str, votes: Mapping[int, Vote]) -> list[str]:
    """The vote as lines to show: `color 7: red, 93.1% of 4312 captions (then pink 2.0%)`."""
    lines = []
    for code, vote in votes.items():
        others = [(count, name) for name, count in vote.votes.items() if name != vote.name]
        then = ""
        if others:
            count, name = max(others)
            then = f" (then {name} {count / vote.captions:.1%})"
        line = f"{attribute} {code}: {vote.name}, {vote.share:.1%} of {vote.captions} captions"
        lines.append(line + then)
    return lines


def vote_record(votes: Mapping[int, Vote]) -> dict[str, dict]:
    """The vote as JSON values, by code."""
    return {str(code): asdict(vote) for code, vote in votes.items()}
