"""Trains a head that finds garments alone, on an attribute network that stays as it is.

python benchmarks/garment_head.py DATA --start weights/attributes.safetensors --out new.safetensors
    [--border]

With --border it is the head for garments that end at the photo's border, which begins as the other
one and sees parts of photos, and whole ones whose garments end there.

Half of every batch has masks by eye (masks_by_eye.zip), of the 765 training photos that were hard;
the others have DATA's own. 165 of the 765 are kept out, and tell how well it does. What it says of
attributes stays the same to the bit.
"""

import argparse
import copy
import functools
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from masks_by_eye import read_masks_by_eye
from photo_parts import bare_ground, ends_at_border, garment_parts
from rich.console import Console

from amgan_cli.checkpoint import save_network
from amgan_cli.config import load_preset
from amgan_cli.console import say
from amgan_cli.data.dataset import Dataset, load_dataset
from amgan_cli.data.sources import open_labels
from amgan_cli.model_info import read_header
from amgan_cli.nets.attribute_model import BORDER, AttributeModel
from amgan_cli.nets.pixels import to_network
from amgan_cli.photos.geometry import Fit
from amgan_cli.training.augment import BRIGHTNESS, photo_area, random_views
from amgan_cli.training.other_grounds import on_other_grounds
from amgan_cli.training.random_prints import printed
from amgan_cli.training.twins import recolored

SIDE = 352
"""Pixels of the square in which photos are kept: near views are sharp then too."""
KEPT_OUT = 165
BATCH = 24
REACH = 1.9
"""How far the views of half of the photos go (`augment.random_views`)."""
ELSEWHERE, PRINTED, RECOLORED = 0.25, 0.2, 0.4
"""Shares of the photos that are laid on other grounds, get a print, and other colours."""
BARE = 2
"""Pieces of bare ground in a batch of parts, at most."""
WARM_UP = 50
"""Steps until the learning rate is all there; it falls as a cosine."""


@dataclass
class Photos:
    """Training photos and their masks."""

    dataset: Dataset
    by_eye: np.ndarray
    others: np.ndarray
    kept_out: np.ndarray
    at_border: np.ndarray
    """Whose garments end at the photo's border by their masks."""

    @classmethod
    def of(cls, dataset: Dataset) -> "Photos":
        """The data set's, of which some masks are made those by eye."""
        assert dataset.masks is not None, "give data with masks/"
        masks, is_by_eye = read_masks_by_eye(), np.zeros(len(dataset.images), bool)
        for row, photo in enumerate(dataset.labels.photos):
            mask = masks.get(Path(photo.name).stem)
            if mask is not None and not dataset.labels.is_test[row]:
                white = mask.astype(np.uint8) * 255
                dataset.masks[row, 0] = torch.from_numpy(
                    Fit.of(white, SIDE).to_square(white, pad=0)
                )
                is_by_eye[row] = True
        order = np.random.default_rng(0).permutation(np.flatnonzero(is_by_eye))
        others = np.flatnonzero(~is_by_eye & ~dataset.labels.is_test)
        at_border = ends_at_border(dataset.images, dataset.masks).numpy()
        at_border[dataset.labels.is_test] = at_border[order[:KEPT_OUT]] = False
        return cls(dataset, order[KEPT_OUT:], others, order[:KEPT_OUT], np.flatnonzero(at_border))

    def read(self, rows: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
        """B x 3 x S x S in -1..1 and B x 1 x S x S in 0..1."""
        assert self.dataset.masks is not None
        where = torch.from_numpy(rows)
        return to_network(self.dataset.images[where]), self.dataset.masks[where].float() / 255

    def draw(
        self, side: int, border: bool, choice: np.random.Generator, random: torch.Generator
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """A batch as the network is to see it, `side` pixels wide: parts of photos at a `border`,
        or whole ones."""
        half = BATCH // 2
        rows = [choice.choice(each, half, False) for each in (self.by_eye, self.others)]
        x, mask = self.read(np.concatenate(rows)[choice.permutation(BATCH)])
        has_mask = mask.amax((1, 2, 3)) > 0.5
        x, mask = x[has_mask], mask[has_mask]
        if not border:
            return as_edited(random, *views(random, x, mask, side))
        bare = bare_ground(random, x, mask, side, BARE)
        parts = garment_parts(random, x, mask, side)
        whole = [
            smaller(each, side) for each in self.read(choice.choice(self.at_border, half, False))
        ]
        some = len(x) - half
        x, mask = (torch.cat([part[:some], each]) for part, each in zip(parts, whole, strict=True))
        x, mask = as_edited(random, *mirrored(random, x, mask))
        return torch.cat([x, bare]), torch.cat([mask, torch.zeros_like(bare[:, :1])])


def views(
    random: torch.Generator, x: torch.Tensor, mask: torch.Tensor, side: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Usual views of one half, views from nearer and farther of the other, in one mixed batch."""
    half = len(x) // 2
    both = (
        random_views(random, x[:half], mask[:half]),
        random_views(random, x[half:], mask[half:], reach=REACH),
    )
    order = torch.randperm(len(x), generator=random)
    x, mask = (smaller(torch.cat(each), side)[order] for each in zip(*both, strict=True))
    return x, mask


def mirrored(
    random: torch.Generator, x: torch.Tensor, mask: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Half of them flipped, all a little brighter or darker."""
    light, flip = torch.rand(2, len(x), 1, 1, 1, generator=random)
    gain = 1 + BRIGHTNESS * (2 * light - 1)
    x = torch.where(photo_area(x) > 0, ((x + 1) * gain - 1).clamp(-1, 1), x)
    x, mask = (torch.where(flip < 0.5, each.flip(3), each) for each in (x, mask))
    return x, mask


def as_edited(
    random: torch.Generator, x: torch.Tensor, mask: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Some on other grounds, some with a print, some in other colours."""
    few = round(ELSEWHERE * len(x))
    x = torch.cat([on_other_grounds(random, x[:few], mask[:few], 1.0), x[few:]])
    x, _ = printed(random, x, mask, PRINTED)
    other, _ = recolored(random, x, mask)
    is_other = torch.rand(len(x), 1, 1, 1, generator=random) < RECOLORED
    return torch.where(is_other, other, x), mask


def smaller(pictures: torch.Tensor, side: int) -> torch.Tensor:
    return F.interpolate(pictures, (side, side), mode="bilinear", antialias=True)


@torch.no_grad()
def how_well(model: AttributeModel, photos: Photos, border: bool) -> str:
    """Mean IoU on the photos that are kept out, the same each time: whole and in near views, or at
    a `border` of their parts, and how much of bare ground is taken."""
    random, side = torch.Generator().manual_seed(5), model.network.input_size
    found: dict[str, list[float]] = {}
    for rows in np.array_split(photos.kept_out, 6):
        x, mask = photos.read(rows)
        if border:
            seen = {"IoU of parts": garment_parts(random, x, mask, side)}
            bare = bare_ground(random, x, mask, side, len(x))
            if len(bare):
                taken = (model.find_garments(bare, border) > 0.5).float().mean((1, 2, 3))
                found.setdefault("bare ground taken", []).extend(taken.tolist())
        else:
            near = random_views(random, x, mask, reach=REACH)
            whole_and_near = ([smaller(each, side) for each in pair] for pair in ((x, mask), near))
            seen = dict(zip(("IoU", "in near views"), whole_and_near, strict=True))
        for name, (x, mask) in seen.items():
            there, wanted = model.find_garments(x, border) > 0.5, mask > 0.5
            both, any_ = (there & wanted).sum((1, 2, 3)), (there | wanted).sum((1, 2, 3))
            found.setdefault(name, []).extend((both / any_.clamp_min(1)).tolist())
    return ", ".join(f"{name} {np.mean(each):.4f}" for name, each in found.items())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data")
    parser.add_argument("--start", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=1300)
    parser.add_argument("--learning-rate", type=float, default=7e-4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--border", action="store_true", help="the head for parts of photos")
    given = parser.parse_args()

    tell = functools.partial(say, Console())
    config = load_preset("default").override("data", attributes=("color",))
    photos = Photos.of(load_dataset(open_labels(given.data, config.data), SIDE, tell))
    model = AttributeModel.load(given.start)
    network, head, header = model.network, model.network.garment_head, read_header(given.start)
    assert head is not None, "give a network with a garment head"
    if given.border:
        network.border_head = head = network.border_head or copy.deepcopy(head)
        header[BORDER] = True
    head.requires_grad_(True)
    optimizer = torch.optim.AdamW(head.parameters(), given.learning_rate, weight_decay=1e-4)
    choice = np.random.default_rng(given.seed)
    random = torch.Generator().manual_seed(given.seed)
    tell(f"before: {how_well(model, photos, given.border)}")
    losses: list[float] = []
    for step in range(given.steps):
        falling = 0.5 * (1 + math.cos(math.pi * step / given.steps))
        for group in optimizer.param_groups:
            group["lr"] = given.learning_rate * min(1, (step + 1) / WARM_UP) * falling
        x, mask = photos.draw(network.input_size, given.border, choice, random)
        with torch.no_grad():
            stages = network.stages(x.contiguous(memory_format=torch.channels_last))
        scores = head.train()(stages)
        wanted = F.interpolate(mask, scores.shape[2:], mode="area").clamp(0, 1)
        loss = F.binary_cross_entropy_with_logits(scores, wanted)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if (step + 1) % 100 == 0 or step + 1 == given.steps:
            head.eval()
            well = how_well(model, photos, given.border)
            tell(f"{step + 1}: loss {np.mean(losses[-100:]):.4f}, {well}")
    save_network(given.out, network.half(), header)


if __name__ == "__main__":
    main()
