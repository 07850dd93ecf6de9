"""benchmarks/photo_parts.py: parts of photos whose garments end at the border, and bare ground."""

import sys
from pathlib import Path

import pytest
import torch

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
from photo_parts import AT_BORDER, SHOWN, bare_ground, ends_at_border, garment_parts

SIDE = 64


@pytest.fixture
def photos() -> tuple[torch.Tensor, torch.Tensor]:
    """Six photos, taller than wide: white garments on dark ground, and no garment in the last."""
    x, mask = torch.zeros(6, 3, 96, 96), torch.zeros(6, 1, 96, 96)
    x[:, :, :, 12:84] = -0.8
    mask[:5, :, 24:72, 30:66] = 1
    return torch.where(mask > 0, 0.9, x), mask


def test_garments_in_parts_end_at_the_border_and_masks_go_along(photos):
    random = torch.Generator().manual_seed(1)
    for _ in range(5):
        x, mask = garment_parts(random, *photos, SIDE)
        assert len(x) == len(mask) <= 5 and x.shape[1:] == (3, SIDE, SIDE)
        padding = x.abs().amax(1, keepdim=True) < 0.004
        assert ((x[:, :1] > 0.3) == (mask > 0.6)).float().mean() > 0.97
        for part, there, nothing in zip(x, mask[:, 0] > 0.5, padding[:, 0], strict=True):
            rows, columns = (~nothing).any(1), (~nothing).any(0)
            shown = there[rows][:, columns]
            ends = torch.cat([shown[0], shown[-1], shown[:, 0], shown[:, -1]]).float().mean()
            assert part.shape[-1] == SIDE and ends > AT_BORDER / 2
            assert there.float().mean() > SHOWN / 2
            assert rows.sum() == SIDE or columns.sum() == SIDE


def test_bare_ground_shows_nothing_of_a_garment(photos):
    found = [bare_ground(torch.Generator().manual_seed(seed), *photos, SIDE, 2) for seed in (1, 2)]
    assert all(0 < len(each) <= 2 for each in found)
    assert torch.cat(found).max() <= 0


def test_garments_of_whole_photos_end_at_the_photos_border_not_the_squares(photos):
    x, mask = photos
    mask[1] = 0
    mask[1, :, 24:72, 12:60] = 1  # the photo begins there
    ends = ends_at_border(((x + 1) * 127.5).round().byte(), (mask * 255).byte())
    assert ends.tolist() == [False, True, False, False, False, False]
