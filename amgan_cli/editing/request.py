"""What a user wants of a photo, resolved before any heavy library is loaded. Light."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from amgan_cli.editing.regions import Region
from amgan_cli.errors import UsageError
from amgan_cli.model_info import ModelInfo
from amgan_cli.vocabulary import Manipulation

NO_NAME = r"[/\\]"
"""What parts folders in a file's name: sleeves may be `3/4`."""
Manipulations = Mapping[str, str] | Iterable[Manipulation]


@dataclass(frozen=True)
class EditRequest:
    """Manipulations in order, where they may act, and how strongly."""

    manipulations: tuple[Manipulation, ...]
    region: Region | None = None
    """Only inside (or outside) the attention of another manipulation (Sec. 4)."""
    threshold: float = 0.9
    """Attention under this is no part of the region."""
    raw: bool = False
    """Blend z itself in a region, as the paper writes Eq. 12 and 13, not x*."""
    strength: float = 1.0
    """Multiplies the attention, 0..1."""
    prints: bool = False
    """Let prints change colour with their garment."""
    even_unmeasured: bool = True
    """Let the network draw sleeves where the garment's own ones cannot be measured; in a
    region it draws all."""
    shown: tuple[Manipulation, ...] = ()
    """What the photo shows now, where that is known: parts and patterns are drawn by it."""

    def __post_init__(self) -> None:
        for name in ("strength", "threshold"):
            if not 0 <= getattr(self, name) <= 1:
                raise UsageError(f"{name} {getattr(self, name)}: must be in 0..1")

    @classmethod
    def of(cls, info: ModelInfo, manipulations: Manipulations, **options) -> "EditRequest":
        """Check the manipulations; UsageError for an unknown attribute or value, or for none."""
        pairs = manipulations.items() if isinstance(manipulations, Mapping) else manipulations
        checked = tuple(info.check(str(name), str(value)) for name, value in pairs)
        if not checked:
            raise UsageError("no manipulation given; ask for one such as color=red")
        names = [name for name, _ in checked]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice:
            raise UsageError(f"{twice}: two values for one photo; give one")
        return cls(checked, **options)

    @property
    def attributes(self) -> set[str]:
        """All that it speaks of, its region's too."""
        of_region = {self.region.manipulation[0]} if self.region else set()
        return of_region | {name for name, _ in self.manipulations}

    def check_garment_known(self, info: ModelInfo) -> None:
        """Raise UsageError for what a mask of the garment says nothing of: parts, and z itself."""
        for attribute, value in self.manipulations:
            if info.is_shape(attribute):
                raise UsageError(
                    "--garment: a mask is for colours and patterns, not for "
                    f"{attribute}={value}; edit one after the other"
                )
        if self.raw:
            raise UsageError("--garment and --raw: z itself has no outline; give one of them")

    @property
    def text(self) -> str:
        """As it was asked for: `sleeve=long color=red`."""
        return " ".join(f"{name}={value}" for name, value in self.manipulations)

    @property
    def suffix(self) -> str:
        """What the new file's name gets: `.sleeve.color-red`."""
        edits = [(attribute, value.removeprefix("#")) for attribute, value in self.manipulations]
        names = [f"{attribute}-{value}" for attribute, value in edits]
        if self.region:
            names.insert(0, self.region.name.replace("=#", "-").replace("=", "-"))
        return "".join(f".{re.sub(NO_NAME, '-', name)}" for name in names)
