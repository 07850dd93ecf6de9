"""Known results for sleeves: the sleeves of real photos cut shorter, the ground painted in.

Where the sleeves are, a model says that was trained before: its attention of `sleeveless`. Garments
on which it is not sure are left out.
"""

import cv2
import numpy as np
import torch
import torch.nn.functional as F

from amgan_cli.data.dataset import Dataset, to_network
from amgan_cli.device import Compute
from amgan_cli.edit_square import edit_to
from amgan_cli.errors import UsageError
from amgan_cli.model_info import ModelInfo
from amgan_cli.networks import Generator
from amgan_cli.part_view import Bodice, view_of
from amgan_cli.training.drawn_parts import REACH
from amgan_cli.training.pairs import Counterfactuals

KEPT = {"long": 1.0, "threequarter": 0.75, "short": 0.4, "sleeveless": 0.08}
"""Value -> share of a long sleeve's length that it leaves."""
SURE = 0.85
"""Mean attention on what is taken for sleeves, at least."""
SHARE = (0.12, 0.55)
"""Of the garment's area that is sleeves."""
CROSS = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
CHUNK = 32


def cut_sleeves(
    dataset: Dataset, attribute: str, model: tuple[Generator, ModelInfo]
) -> Counterfactuals:
    """Long and short sleeves of training photos in every shorter length, in the view of the arms.

    `model` knows the value `sleeveless` of the attribute. Raises UsageError if it does not, or if
    no photo is clear enough.
    """
    assert dataset.masks is not None, "photo_pairs need masks"
    vocabulary = dataset.labels.vocabulary
    values = [value for value in vocabulary.targets(attribute) if value in KEPT]
    labels = dataset.labels.values[:, vocabulary.names.index(attribute)]
    long, short = (vocabulary.attributes[attribute].index(v) for v in ("long", "short"))
    rows = np.flatnonzero(np.isin(labels, (long, short)) & ~dataset.labels.is_test)
    attention = _attention(dataset, rows, attribute, model)
    pictures, exists = [], []
    for row, alpha in zip(rows, attention, strict=True):
        start = 1.0 if labels[row] == long else KEPT["short"]
        picture = dataset.images[row].permute(1, 2, 0).cpu().numpy()
        garment = dataset.masks[row, 0].cpu().numpy() > 127
        depth = sleeve_depth(garment, alpha.numpy())
        if depth is None:
            continue
        shorter = [KEPT[value] <= start for value in values]
        cuts = [_cut(picture, garment, depth, KEPT[v] / start) for v in values]
        view = view_of(Bodice.of(garment), "arms", garment.shape)
        cuts = [view.cut(each, len(each)) for each in cuts]
        pictures.append(np.stack(cuts).transpose(0, 3, 1, 2))
        exists.append(shorter)
    if not pictures:
        raise UsageError(f"data.photo_pairs.{attribute}: no photo shows its sleeves clearly")
    return Counterfactuals(
        torch.from_numpy(np.stack(pictures)).to(dataset.images.device),
        np.array(exists),
        [vocabulary.number(attribute, value) for value in values],
        [vocabulary.encode(attribute, value) for value in values],
        [KEPT[value] for value in values],
        REACH,
    )


def sleeve_depth(garment: np.ndarray, alpha: np.ndarray) -> np.ndarray | None:
    """How far along its sleeve each pixel lies: 0 at the torso, 1 at the cuff; None if unclear.

    garment S x S bool, alpha S x S in 0..1; the way goes through the garment.
    """
    sleeves = (alpha > 0.5) & garment
    count, parts, figures, centres = cv2.connectedComponentsWithStats(
        (garment & ~sleeves).astype(np.uint8)
    )
    if count < 2:
        return None
    largest = 1 + np.argmax(figures[1:, cv2.CC_STAT_AREA])
    torso, middle = parts == largest, centres[largest][0]
    sleeves = garment & ~torso
    share = sleeves.sum() / garment.sum()
    left = sleeves[:, : round(middle)].sum() / max(1, sleeves.sum())
    if not (SHARE[0] < share < SHARE[1] and 0.3 < left < 0.7 and alpha[sleeves].mean() > SURE):
        return None
    way, reached, step = np.zeros(garment.shape, np.float32), torso, 0
    while True:
        wider = (cv2.dilate(reached.astype(np.uint8), CROSS) > 0) & garment
        if (wider == reached).all():
            break
        step += 1
        way[wider & ~reached] = step
        reached = wider
    longest = np.percentile(way[sleeves & reached], 97)
    if longest < 3:
        return None
    inside = garment.astype(np.float32)  # the blur must not look outside: sleeves would keep rims
    return cv2.GaussianBlur(way / longest * inside, (0, 0), 1) / cv2.GaussianBlur(
        inside, (0, 0), 1
    ).clip(1e-3)


def _cut(picture: np.ndarray, garment: np.ndarray, depth: np.ndarray, kept: float) -> np.ndarray:
    """The picture (S x S x 3 uint8) without the sleeves beyond `kept` of their length."""
    if kept >= 1:
        return picture
    cut = garment & (depth > kept)
    reach = 2 * (len(picture) // 42) + 1  # with the soft shadow beside the sleeve
    hole = cv2.dilate(cut.astype(np.uint8), np.ones((reach, reach))) > 0
    hole &= ~(garment & ~cut)
    unknown = cv2.dilate((garment | hole).astype(np.uint8), np.ones((3, 3)))
    ground = cv2.inpaint(np.ascontiguousarray(picture), unknown, 3, cv2.INPAINT_TELEA)
    soft = cv2.GaussianBlur(hole.astype(np.float32), (0, 0), 0.6)[..., None]
    return np.rint(picture + soft * (ground.astype(np.float32) - picture)).astype(np.uint8)


@torch.no_grad()
def _attention(
    dataset: Dataset, rows: np.ndarray, attribute: str, model: tuple[Generator, ModelInfo]
) -> torch.Tensor:
    """What the model would change to make the photos sleeveless: n x S x S."""
    generator, info = model
    if "sleeveless" not in info.vocabulary.attributes.get(attribute, ()):
        message = "give --start-from a model that knows the value sleeveless"
        raise UsageError(f"data.photo_pairs.{attribute} 'draw': {message}")
    device, size = dataset.images.device, info.model.image_size
    manipulation, compute = (attribute, "sleeveless"), Compute(device, bfloat16=False)
    alphas = []
    for chunk in torch.from_numpy(rows).split(CHUNK):
        x = to_network(dataset.images[chunk.to(device)])
        x = F.interpolate(x, (size, size), mode="bilinear", antialias=True)
        _, alpha = edit_to(generator.to(device), info, x, manipulation, compute)
        side = dataset.images.shape[-1]
        alphas.append(
            F.interpolate(alpha, (side, side), mode="bilinear", antialias=True)[:, 0].cpu()
        )
    return torch.cat(alphas)
