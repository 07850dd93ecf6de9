"""What a model file says of itself, read without torch, and where model files are found."""

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from amgan_cli.config import AttributeConfig, ModelConfig, frozen
from amgan_cli.errors import CheckpointError, UsageError, suggest
from amgan_cli.vocabulary import Manipulation, PartSlots, Vocabulary, exact_rgb
from amgan_cli.words import CATEGORY

HEADER = "amgan"
"""Our key in a safetensors file's metadata."""
FORMAT = 1
MODEL_FILE = "model.safetensors"
ATTRIBUTES_FILE = "attributes.safetensors"
"""The shipped attribute network, beside the shipped generator where there is one."""
SHADING_FILE = "shading.safetensors"
"""The same of the shading network."""
JUDGE_FILE = "judge.safetensors"
"""The attribute network that measures, where `evaluate` trains it itself."""
WHOLE_GARMENT = ("pattern",)
"""Attributes beside the colour that are about the whole cloth and no shape."""
HUB_ID = re.compile(r"[\w.-]+/[\w.-]+(@[\w./-]+)?")


@dataclass(frozen=True)
class ModelInfo:
    """The header of a model file; with the tensors it rebuilds the generator."""

    vocabulary: Vocabulary
    model: ModelConfig
    prototypes: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)
    """Colour value -> CIELAB, as measured on the training photos; empty without masks."""
    color_attribute: str = "color"
    steps: int = 0
    """Generator steps of its training."""
    attribute_network: AttributeConfig | None = None
    """The network whose CAMs are its attention, where they are (`ModelConfig.mask`)."""

    @property
    def n_condition(self) -> int:
        """N + M, the generator's input channels beside the photo's three."""
        return self.vocabulary.n_values + self.vocabulary.n_attributes

    @property
    def ink_slot(self) -> int | None:
        """The condition's number for the attribute whose edits print; None if there is none."""
        names = self.vocabulary.names
        printed = self.model.inks
        return self.vocabulary.n_values + names.index(printed) if printed in names else None

    @property
    def part_slots(self) -> dict[str, PartSlots]:
        """Part of the garment -> the values that are seen there."""
        slots: dict[str, PartSlots] = {}
        for name in filter(self.model.views.get, self.vocabulary.names):
            part, block = self.model.views[name], self.vocabulary.block(name)
            targets = (self.vocabulary.number(name, v) for v in self.vocabulary.targets(name))
            known = slots.get(part, PartSlots((), ()))
            values = (*known.values, *range(block.start, block.stop))
            slots[part] = PartSlots(values, (*known.targets, *targets))
        return slots

    def parse(self, text: str) -> Manipulation:
        """Turn `color=red` or `color=#b03a2e` into a manipulation; UsageError if it is none."""
        return self.check(*self.vocabulary.split(text))

    def check(self, attribute: str, value: str) -> Manipulation:
        """Return (attribute, value) as the vocabulary spells them, or raise UsageError.

        Colours may be exact ones, such as #b03a2e, where the model knows its colours' prototypes.
        """
        is_color = attribute.lower() == self.color_attribute.lower()
        if value.startswith("#") and is_color and self.prototypes:
            if exact_rgb(value) is None:
                raise UsageError(f"{attribute} '{value}': write an exact colour as #b03a2e")
            return self.color_attribute, value.lower()
        return self.vocabulary.check(attribute, value)

    def check_shown(self, shown: Iterable[Manipulation]) -> None:
        """UsageError for what no photo can show: an attribute or a value that does not exist; of
        the category another network knows the values."""
        for name, value in shown:
            if name == CATEGORY:
                continue
            known = self.vocabulary.attributes.get(name)
            if known is None:
                names = (*self.vocabulary.names, CATEGORY)
                raise UsageError(f"shown '{name}': {suggest(name, names)}")
            if value not in known:
                raise UsageError(f"shown {name} '{value}': {suggest(value, known)}")

    def is_shape(self, attribute: str) -> bool:
        """Whether it is about a part of the garment, as the sleeves are."""
        return attribute not in (self.color_attribute, *WHOLE_GARMENT)

    def nearest(self, manipulation: Manipulation) -> Manipulation:
        """The manipulation that the network knows: of an exact colour the nearest prototype's."""
        rgb = exact_rgb(manipulation[1])
        if rgb is None:
            return manipulation
        lab = to_lab(rgb)
        name = min(self.prototypes, key=lambda name: math.dist(lab, self.prototypes[name]))
        return manipulation[0], name

    def require_attention(self, asked: str) -> None:
        """Raise UsageError if the model has no attention, which the option `asked` is about."""
        if self.model.mask == "none":
            method = self.model.method
            raise UsageError(f"{asked}: {method} has no attention; give another model")

    def to_header(self) -> dict[str, str]:
        """Metadata for the safetensors file."""
        plain = asdict(self) | {"format": FORMAT, "vocabulary": self.vocabulary.to_dict()}
        return {HEADER: json.dumps(plain)}


def to_lab(rgb: tuple[int, int, int]) -> tuple[float, float, float]:
    """CIELAB (D65) of one sRGB colour in 0..255, without the heavy libraries."""
    r, g, b = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in rgb)
    )
    x = (0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047
    y = 0.2126729 * r + 0.7151522 * g + 0.0721750 * b
    z = (0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883
    fx, fy, fz = (v ** (1 / 3) if v > (6 / 29) ** 3 else v * 841 / 108 + 4 / 29 for v in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def read_header(path: Path) -> dict:
    """The amgan part of a safetensors file's metadata; CheckpointError if there is none.

    The format is eight bytes of length, little endian, then JSON; reading it here spares torch.
    """
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if length > 100_000_000:
                raise ValueError("no safetensors header")
            metadata = json.loads(file.read(length))["__metadata__"]
            header = json.loads(metadata[HEADER])
            if not isinstance(header, dict):
                raise ValueError("no table")
            return header
    except FileNotFoundError:
        raise CheckpointError(f"{path}: no such file; check the name") from None
    except OSError as error:
        raise CheckpointError(f"{path}: cannot be read ({error.strerror})") from None
    except (KeyError, TypeError, ValueError):
        message = f"is no file of amgan's weights; give a {MODEL_FILE} that amgan train wrote"
        raise CheckpointError(f"{path}: {message}") from None


def read_info(path: Path) -> ModelInfo:
    """Read a model file's header; raise CheckpointError if it is none of ours."""
    header = read_header(path)
    if header.get("format") != FORMAT:
        raise CheckpointError(f"{path}: is no model of this amgan's format; train or fetch it anew")
    attribute = header.get("attribute_network")
    try:
        return ModelInfo(
            Vocabulary.from_dict(header["vocabulary"]),
            ModelConfig(
                **{name: frozen(value) for name, value in header["model"].items()}
            ),  # what an older file does not name had one kind only
            {name: tuple(lab) for name, lab in header["prototypes"].items()},
            header["color_attribute"],
            header["steps"],
            AttributeConfig(**attribute) if attribute else None,
        )
    except (AttributeError, KeyError, TypeError, ValueError, UsageError):
        made = "was made by another version of amgan, with other layers"
        raise CheckpointError(f"{path}: {made}; update this one or train it anew") from None


def find_weights(name: str | None, option: str = "--weights") -> Path:
    """Return the file for `option`: None (the shipped one), a file, a run folder or a hub id.

    A hub id is user/repository or user/repository@revision; it comes from the shared cache, or is
    downloaded unless HF_HUB_OFFLINE is set. Raises CheckpointError or UsageError.
    """
    if name is None:
        return _shipped()
    path = Path(name)
    if path.is_dir():
        path = path / MODEL_FILE
    if path.is_file():
        return path
    if path.suffix != ".safetensors" and HUB_ID.fullmatch(name):
        return _from_hub(name, option)
    raise UsageError(f"{option} {name}: no such file; give a model file, run folder or hub id")


def attributes_beside(weights: Path) -> Path | None:
    """The attribute network beside a generator's file, if there is one."""
    return _beside(weights, ATTRIBUTES_FILE)


def shading_beside(weights: Path) -> Path | None:
    """The shading network beside a generator's file, if there is one."""
    return _beside(weights, SHADING_FILE)


def _beside(weights: Path, name: str) -> Path | None:
    file = weights.with_name(name)
    return file if file.is_file() else None


def _shipped() -> Path:
    package = Path(__file__).parent
    for folder in (package / "weights", package.parent / "weights"):  # installed, in the repository
        if (folder / "default.safetensors").is_file():
            return folder / "default.safetensors"
    raise CheckpointError("the default weights are missing; install amgan again or give --weights")


def _from_hub(name: str, option: str) -> Path:
    from huggingface_hub import hf_hub_download

    repository, _, revision = name.partition("@")
    try:
        return Path(hf_hub_download(repository, MODEL_FILE, revision=revision or None))
    except Exception as error:  # the hub library has a tree of its own for every way to fail
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        what = "is no file or folder here, and not had from the hub"
        raise CheckpointError(f"{option} {name}: {what} ({reason})") from None
