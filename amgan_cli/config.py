"""Everything a training run can be told: frozen dataclasses, presets as TOML files.

A preset file has one table a class below; what it leaves out keeps the default, which is the
paper's number wherever the paper gives one. Light: imports neither torch nor numpy.
"""

import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from amgan_cli.errors import UsageError, suggest

PRESETS = Path(__file__).parent / "presets"
FINER = 2
"""How much larger a part is seen with `ModelConfig.finer`."""


@dataclass(frozen=True)
class DataConfig:
    """Which columns of the label file mean what, and which known results are made beside them."""

    attributes: tuple[str, ...] = ()
    """Columns that are attributes, in order; empty: every column that has no other role."""
    file: str = "file"
    """Column with the photo's path, relative to the data folder or to its `images` folder."""
    split: str = "split"
    """Column with `train` or `test`; without it a seeded tenth of the photos is the test split."""
    group: str = "group"
    """Column naming a contributor or product that must not be in both splits."""
    match: tuple[str, ...] = ()
    """Further columns that a reference x_ref should share (Sec. 6.2: category and gender)."""
    keep: Mapping[str, str] = field(default_factory=dict)
    """Column -> value: rows with another value are left out; no such column keeps all."""
    drop_values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Attribute -> values that count as unknown."""
    source_only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Attribute -> values that photos may have but that are no target of an edit."""
    masks: str = ""
    """Folder of weak garment masks (white = garment, PNG of the photo's name), or empty."""
    color_attribute: str = "color"
    """The attribute whose values are colours; recoloured pairs and prototypes are made for it."""
    rendered_pairs: Mapping[str, int] = field(default_factory=dict)
    """Attribute -> rendered garments whose counterfactuals supervise it, where learned (ours)."""
    photo_pairs: Mapping[str, str] = field(default_factory=dict)
    """Attribute -> how real photos get known results (ours): `paint` a pattern on, `draw` the
    part on that `ModelConfig.views` names. Only with `masks`."""
    first_label: int | None = None
    """Number of the first value in Shopping100k's label files (0 or 1); left out: found out."""
    rare_below: int = 50
    """Values with fewer training photos are warned of."""

    def __post_init__(self) -> None:
        if len(set(self.attributes)) < len(self.attributes):
            raise UsageError(f"data.attributes {', '.join(self.attributes)}: name each once")
        for option in ("drop_values", "source_only"):
            for attribute, values in getattr(self, option).items():
                if not isinstance(values, tuple):
                    raise UsageError(f"data.{option}.{attribute} {values!r}: give a list of values")
        for column, value in self.keep.items():
            if not isinstance(value, str):
                raise UsageError(f"data.keep.{column} {value!r}: give a text, as in the column")
        for attribute, count in self.rendered_pairs.items():
            if type(count) is not int or count < 1:
                raise UsageError(f"data.rendered_pairs.{attribute} {count!r}: give a whole number")
        for attribute, way in self.photo_pairs.items():
            if way not in ("paint", "draw"):
                raise UsageError(f"data.photo_pairs.{attribute} '{way}': use paint or draw")


@dataclass(frozen=True)
class ModelConfig:
    """Sizes and kinds of the generator and the discriminators (Sec. 5; competitors: Sec. 6.1)."""

    method: str = "amgan"
    """Whose settings these are (`amgan_cli.methods`), for tables; what follows builds the nets."""
    image_size: int = 128
    """Side of the network's square in pixels; a power of two, at least 16."""
    mask: str = "joint"
    """Where alpha comes from: `joint` (a head of G), `separate` (a net of its own, SaGAN), `none`
    (x* = z, StarGAN) or `cam` (the attribute network's CAM, an ablation)."""
    width: int = 64
    """Channels of the generator's first layer; doubled at each downsample."""
    downsamples: int = 2
    """How often the generator halves the picture before its trunk."""
    residual_blocks: int = 6
    trunk_norm: str = "instance"
    """Of the residual blocks: `instance` or `batch`."""
    norm_affine: bool = True
    """Whether instance norms have a learned scale and shift."""
    bias: bool = False
    """Of G's convolutions and of D's two heads."""
    conditional_norm: bool = False
    """Feed (m, r) again as scale and shift of norms in trunk and decoder (not in the paper)."""
    palette: bool = False
    """Whether z may also take the photo's own colours (ours, `amgan_cli.nets.palette`)."""
    inks: str = ""
    """Attribute whose edits may print on z (ours, `amgan_cli.nets.inks`), if the data have it."""
    coordinates: bool = False
    """Two more input channels, row and column in -1..1: in a view a collar has its place (ours)."""
    views: Mapping[str, str] = field(default_factory=dict)
    """Attribute -> part of the garment (`neck`, `front`, `arms`) that its edits see in its place,
    instead of the whole photo (ours, `amgan_cli.part_view`)."""
    finer: bool = False
    """Whether such views are seen and drawn at twice the size (ours, `amgan_cli.nets.finer`)."""
    finer_blocks: int = 0
    """Residual blocks there."""
    discriminator_width: int = 64
    """Channels of the discriminators' first layer; doubled at each layer."""
    discriminator_max_width: int = 2048
    """Cap on the discriminators' channels."""
    leaky_slope: float = 0.01
    """Of the discriminators' LeakyReLU."""
    crop_discriminator: bool = True
    """Whether there is a D_C."""
    init_std: float = 0.0
    """All convolutions start from N(0, this squared); 0: PyTorch's start, smooth enlargements."""

    @property
    def view_size(self) -> int:
        """Side of the square in which a part is seen and drawn."""
        return FINER * self.image_size if self.finer else self.image_size

    def __post_init__(self) -> None:
        if self.image_size < 16 or self.image_size & (self.image_size - 1):
            raise UsageError(f"model.image_size {self.image_size}: use 16, 32, 64, 128 or 256")
        if self.downsamples < 0 or self.image_size >> self.downsamples < 2:
            message = "must leave the trunk at least 2 x 2 of the picture"
            raise UsageError(f"model.downsamples {self.downsamples}: {message}")
        choices = {
            "mask": ("joint", "separate", "none", "cam"),
            "trunk_norm": ("instance", "batch"),
        }
        _check_choices("model", self, choices)
        for attribute, part in self.views.items():
            if part not in ("neck", "front", "arms"):
                raise UsageError(f"model.views.{attribute} '{part}': use neck, front or arms")
        if self.finer and not (self.views and self.palette and self.mask == "joint"):
            raise UsageError("model.finer: needs model.views, palette = true and mask 'joint'")
        _check_positive("model", self, ("width", "residual_blocks", "discriminator_width"))
        _check_shares("model", self, ("leaky_slope",))
        _check_amounts("model", self, ("init_std", "finer_blocks"))


@dataclass(frozen=True)
class AttributeConfig:
    """The attribute network (the paper's CNN: CAMs and perceptual features)."""

    depth: int = 50
    """10, 18 or 50: which ResNet; 10 has no ImageNet weights."""
    input_size: int = 224
    """Photos are enlarged to this side first: at 128 a CAM would have 4x4 cells."""
    output_stride: int = 32
    """32, or 16 to leave the last stage undivided and double the CAM's cells."""
    init: str = "imagenet"
    """`imagenet` (torchvision's cache or download), `scratch`, or a safetensors file."""
    epochs: float = 20
    batch_size: int = 64
    learning_rate: float = 1e-3
    weight_decay: float = 0.05
    balance: float = 0.0
    """1: every value of an attribute counts the same, rare or not (logit adjustment); 0: as often
    as it occurs."""
    other_grounds: float = 0.0
    """Share of the photos, where they have masks, that are laid on other grounds (ours)."""
    prints: float = 0.0
    """Share of them that get a print of chance, which hides pattern and colour (ours)."""
    twins: bool = False
    """Whether photos with masks are seen a second time as an edit might leave them, and the network
    has to say the same of the rest (ours)."""
    garment: bool = False
    """Whether it also learns where the garment is, from weak masks (ours)."""

    def __post_init__(self) -> None:
        if self.depth not in (10, 18, 50):
            raise UsageError(f"attribute_network.depth {self.depth}: use 10, 18 or 50")
        if self.depth == 10 and self.init == "imagenet":
            raise UsageError("attribute_network.init imagenet: depth 10 has none; use scratch")
        if self.output_stride not in (16, 32):
            raise UsageError(f"attribute_network.output_stride {self.output_stride}: use 16 or 32")
        _check_positive("attribute_network", self, ("batch_size", "input_size"))
        for name in ("epochs", "learning_rate"):
            if not 0 < getattr(self, name) < math.inf:
                raise UsageError(f"attribute_network.{name} {getattr(self, name)}: must be over 0")
        _check_shares("attribute_network", self, ("balance", "other_grounds", "prints"))
        _check_amounts("attribute_network", self, ("weight_decay",))


@dataclass(frozen=True)
class LossConfig:
    """Weights of the losses (Eq. 11) and of our one addition; a loss of weight 0 is left out."""

    adv: float = 1.0
    """0 together with `cls` trains without discriminators."""
    cls: float = 1.0
    cyc: float = 10.0
    att: float = 10.0
    perc: float = 20.0
    gp: float = 10.0
    """Not given in the paper; StarGAN's."""
    attention: str = "l1"
    """`l1` (Eq. 9), or `cross_entropy`, which does not stall while attention is near 0 (ours)."""
    perceptual_layers: tuple[str, ...] = ("conv5", "avg_pool")
    rec: float = 0.0
    """L1 of a photo to its edit to what it shows already (SaGAN)."""
    mask_mean: float = 0.0
    """Mean of 1 - alpha: against attention of 0 everywhere (GANimation)."""
    mask_tv: float = 0.0
    """Total variation of alpha, summed over pixels and batch (GANimation)."""
    pair: float = 0.0
    """L1 to a known result (ours): photo recoloured in its mask, rendered counterfactual, or what
    `DataConfig.photo_pairs` makes; where it is to change visibly it counts five times."""
    guidance: Mapping[str, str] = field(default_factory=dict)
    """Attribute -> `cam` (default, Eq. 8), `mask` (weak garment mask) or `off` as alpha*."""

    def guidance_of(self, attribute: str) -> str:
        """`cam`, `mask` or `off`, as it is for all where no loss compares attention with it."""
        return self.guidance.get(attribute, "cam") if self.att else "off"

    @property
    def adversarial(self) -> bool:
        """Whether discriminators take part."""
        return bool(self.adv or self.cls)

    def __post_init__(self) -> None:
        weights = (name for name, value in asdict(self).items() if isinstance(value, float | int))
        _check_amounts("loss", self, weights)
        for attribute, source in self.guidance.items():
            if source not in ("cam", "mask", "off"):
                raise UsageError(f"loss.guidance.{attribute} '{source}': use cam, mask or off")
        if self.attention not in ("l1", "cross_entropy"):
            raise UsageError(f"loss.attention '{self.attention}': use l1 or cross_entropy")
        unknown = set(self.perceptual_layers) - {"conv5", "avg_pool"}
        if unknown:
            raise UsageError(f"loss.perceptual_layers {sorted(unknown)}: use conv5, avg_pool")


@dataclass(frozen=True)
class TrainingConfig:
    """The adversarial training."""

    steps: int = 32_000
    """Generator steps."""
    turns: tuple[str, ...] = ()
    """Attributes in the order in which steps take them, again and again; empty: all in turn."""
    only: tuple[str, ...] = ()
    """Attributes that learn, by the condition's weights of their own: edits of others stay as the
    start has them, to the bit (ours); empty: all."""
    whole_first: float = 0.0
    """Share of the steps, at first, that take the attributes seen whole only, while parts are
    drawn."""
    n_critic: int = 5
    """Discriminator steps before each generator step."""
    batch_size: int = 16
    learning_rate: float = 1e-4
    decay_from: float = 0.5
    """Share of the steps after which the learning rate falls linearly to zero; 1: never."""
    clip: float = 0.0
    """Largest norm of the generator's gradient in a step (ours: a first drawn part is a shock to
    what whole photos taught); 0: any."""
    beta1: float = 0.5
    beta2: float = 0.999
    ema_decay: float = 0.999
    """Of the generator average, which is what is saved as the model."""
    discriminator_augmentation: str = "auto"
    """`on`, `off` or `auto` (on under 20,000 training photos)."""
    precision: str = "auto"
    """`float32`, `bfloat16` or `auto` (whichever this processor is faster at)."""
    seed: int = 0
    checkpoint_minutes: float = 5.0
    sheet_every: int = 1000
    """Steps between picture sheets."""
    other_grounds: float = 0.0
    """Share of the photos with masks, seen whole, that are laid on other grounds (ours)."""
    reach: float = 1.0
    """How far the random views of whole photos go, in those of `augment.random_views`."""

    def __post_init__(self) -> None:
        choices = {
            "discriminator_augmentation": ("auto", "on", "off"),
            "precision": ("auto", "float32", "bfloat16"),
        }
        _check_choices("training", self, choices)
        _check_positive("training", self, ("steps", "n_critic", "batch_size", "sheet_every"))
        if not 0 <= self.seed < 2**32:
            raise UsageError(f"training.seed {self.seed}: must be in 0..{2**32 - 1}")
        if not 0 < self.learning_rate < math.inf:
            raise UsageError(f"training.learning_rate {self.learning_rate}: must be over 0")
        _check_amounts("training", self, ("clip", "reach", "checkpoint_minutes"))
        shares = ("decay_from", "whole_first", "beta1", "beta2", "ema_decay", "other_grounds")
        _check_shares("training", self, shares)


@dataclass(frozen=True)
class Config:
    """One run: what `config.json` in the run folder holds."""

    data: DataConfig = field(default_factory=DataConfig)
    model: ModelConfig = field(default_factory=ModelConfig)
    attribute_network: AttributeConfig = field(default_factory=AttributeConfig)
    loss: LossConfig = field(default_factory=LossConfig)
    training: TrainingConfig = field(default_factory=TrainingConfig)

    def needs_cams(self, attributes: Iterable[str], has_masks: bool) -> bool:
        """Whether the CAM of one of the attributes is a guidance mask (Eq. 8), as it is for garment
        masks where the data have none."""
        cams = ("cam",) if has_masks else ("cam", "mask")
        return any(self.loss.guidance_of(name) in cams for name in attributes)

    def needs_attribute_network(self, attributes: Iterable[str], has_masks: bool) -> bool:
        """Whether its features (Eq. 10) or its CAMs are used."""
        by_cam = self.model.mask == "cam" or self.needs_cams(attributes, has_masks)
        return by_cam or bool(self.loss.perc)

    def to_dict(self) -> dict:
        """Nested plain values, for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, tables: Mapping) -> "Config":
        """Build from nested tables; raise UsageError for a name that does not exist."""
        sections = {item.name: item.default_factory for item in fields(cls)}
        for name in tables:
            if name not in sections:
                raise UsageError(f"unknown table [{name}] in the preset: {suggest(name, sections)}")
            if not isinstance(tables[name], Mapping):
                raise UsageError(f"{name} in the preset: is a table; write [{name}]")
        built = {name: _section(name, sections[name], tables.get(name, {})) for name in sections}
        return cls(**built)

    def override(self, table: str, **values: object) -> "Config":
        """Return a copy with some values of one table replaced."""
        return replace(self, **{table: replace(getattr(self, table), **values)})


def _check_choices(table: str, options: object, choices: Mapping[str, tuple[str, ...]]) -> None:
    for name, allowed in choices.items():
        value = getattr(options, name)
        if value not in allowed:
            raise UsageError(f"{table}.{name} '{value}': {suggest(str(value), allowed)}")


def _check_positive(table: str, options: object, names: Iterable[str]) -> None:
    for name in names:
        if getattr(options, name) < 1:
            raise UsageError(f"{table}.{name} {getattr(options, name)}: must be at least 1")


def _check_shares(table: str, options: object, names: Iterable[str]) -> None:
    for name in names:
        if not 0 <= getattr(options, name) <= 1:
            raise UsageError(f"{table}.{name} {getattr(options, name)}: must be in 0..1")


def _check_amounts(table: str, options: object, names: Iterable[str]) -> None:
    for name in names:
        if not 0 <= getattr(options, name) < math.inf:
            raise UsageError(f"{table}.{name} {getattr(options, name)}: must be finite, 0 or more")


def _section(name: str, kind, table: Mapping):
    defaults = {item.name: getattr(kind(), item.name) for item in fields(kind)}
    for key, value in table.items():
        if key not in defaults:
            raise UsageError(f"unknown option {name}.{key} in the preset: {suggest(key, defaults)}")
        _check_type(f"{name}.{key}", frozen(value), defaults[key])
    return kind(**{key: frozen(value) for key, value in table.items()})


def _check_type(option: str, value: object, default: object) -> None:
    """UsageError for a value of another kind than the default; whole numbers do for any."""
    kinds = (int, float) if isinstance(default, float) else type(default)
    fits = isinstance(value, kinds) and isinstance(value, bool) == isinstance(default, bool)
    if not fits and not (default is None and type(value) in (int, type(None))):
        raise UsageError(f"{option} {value!r}: must be such as {default!r}")


def frozen(value: Any) -> Any:
    """Lists to tuples, also inside tables, so that configurations compare and stay constant."""
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, dict):
        return {key: frozen(inner) for key, inner in value.items()}
    return value


def load_preset(name: str, option: str = "--preset") -> Config:
    """Read a shipped preset by name, or any TOML file by path, as `option` gave it."""
    path = Path(name) if name.endswith(".toml") else PRESETS / f"{name}.toml"
    try:
        return Config.from_dict(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        shipped = sorted(preset.stem for preset in PRESETS.glob("*.toml"))
        message = f"{option} {name}: no such preset or file; {suggest(name, shipped)}"
        raise UsageError(message) from None
    except (tomllib.TOMLDecodeError, OSError, UnicodeDecodeError, TypeError) as error:
        raise UsageError(f"{option} {path}: not a valid preset file ({error})") from error
