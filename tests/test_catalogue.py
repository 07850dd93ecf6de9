"""The rendered catalogue: same seed, same bytes; one attribute changed, nothing else moved."""

import hashlib
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from amgan_cli.catalogue import ATTRIBUTES, counterfactual, render, sample_garment
from amgan_cli.catalogue.garment import Garment
from amgan_cli.errors import UsageError

PARTS = ("torso", "left_sleeve", "right_sleeve", "collar", "fastening")
VALUES = [(attribute, value) for attribute in ATTRIBUTES for value in ATTRIBUTES[attribute]]


def quiet(seed: int, **fixed: object) -> Garment:
    """A garment photographed without JPEG blocks or blur to speak of, for comparing pixels."""
    return sample_garment(seed, blur=0.0, grain=0.5, jpeg_quality=95, background="wall", **fixed)


def changed(one: Garment, other: Garment, size: int = 96) -> np.ndarray:
    """Largest difference of each pixel's channels, 0 to 255."""
    difference = render(one, size).image.astype(int) - render(other, size).image
    return np.abs(difference).max(2)


def test_the_vocabulary_has_the_papers_counts():
    counts = {name: len(set(values)) for name, values in ATTRIBUTES.items()}
    assert counts == {"collar": 17, "color": 19, "fastening": 9, "pattern": 16, "sleeve": 9}


def test_same_seed_same_bytes_in_a_fresh_process():
    code = (
        "import hashlib; from amgan_cli.catalogue import render, sample_garment;"
        "print(hashlib.sha256(render(sample_garment(7), 96).image.tobytes()).hexdigest())"
    )
    fresh = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    here = hashlib.sha256(render(sample_garment(7), 96).image.tobytes()).hexdigest()
    assert fresh.stdout.strip() == here


def test_different_seeds_differ():
    assert sample_garment(1) != sample_garment(2)
    assert not np.array_equal(
        render(sample_garment(1), 64).image, render(sample_garment(2), 64).image
    )


@pytest.mark.parametrize(("attribute", "value"), VALUES)
def test_every_value_renders(attribute: str, value: str):
    garment = sample_garment(VALUES.index((attribute, value)), **{attribute: value})
    rendering = render(garment, 64)
    assert getattr(garment, attribute) == value
    assert rendering.image.shape == (64, 64, 3)
    assert rendering.image.dtype == np.uint8
    assert rendering.image.std() > 3
    assert (rendering.masks["garment"] > 0).mean() > 0.04


@pytest.mark.parametrize("seed", range(12))
def test_masks_nest(seed: int):
    masks = render(sample_garment(seed), 96).masks
    assert set(masks) == {"garment", *PARTS}
    for mask in masks.values():
        assert mask.dtype == np.uint8
        assert set(np.unique(mask)) <= {0, 255}
    for part in PARTS:
        assert not np.any(masks[part] & ~masks["garment"]), part
    for sleeve in ("left_sleeve", "right_sleeve"):
        assert not np.any(masks[sleeve] & masks["torso"])


def test_sleeves_are_on_their_sides_of_the_picture():
    masks = render(sample_garment(3, sleeve="long", rotation=0.0), 96).masks
    left, right = (np.nonzero(masks[part])[1].mean() for part in ("left_sleeve", "right_sleeve"))
    assert left < np.nonzero(masks["torso"])[1].mean() < right


@pytest.mark.parametrize("sleeve", ["sleeveless", "spaghetti", "strapless"])
def test_bare_arms_have_no_sleeve_masks(sleeve: str):
    masks = render(sample_garment(4, sleeve=sleeve), 64).masks
    assert not masks["left_sleeve"].any()
    assert not masks["right_sleeve"].any()


@pytest.mark.parametrize("fastening", ["zip", "button"])
def test_a_half_front_ends_on_the_chest(fastening: str):
    options = {"fastening": fastening, "collar": "round", "body_length": 0.8, "tilt": (0.0, 0.0)}
    ends = {}
    for half in (False, True):
        masks = render(sample_garment(5, half_front=half, **options), 128).masks
        rows, torso = (np.flatnonzero(masks[name].any(1)) for name in ("fastening", "torso"))
        ends[half] = (rows[-1] - torso[0]) / (torso[-1] - torso[0])
    assert ends[True] < 0.6 and ends[False] > 0.9


def test_a_wide_neck_is_wider_than_a_round_one():
    round_, wide = (
        render(sample_garment(5, collar="round", wide_neck=is_wide), 128).masks["collar"]
        for is_wide in (False, True)
    )
    assert np.ptp(np.nonzero(wide)[1]) > 1.3 * np.ptp(np.nonzero(round_)[1])


def test_fastening_mask_is_empty_only_without_fastening():
    for value in ATTRIBUTES["fastening"]:
        mask = render(sample_garment(5, fastening=value), 128).masks["fastening"]
        assert mask.any() == (value != "no closure"), value


@pytest.mark.parametrize("seed", range(4))
def test_a_new_colour_leaves_shape_and_place_alone(seed: int):
    garment = quiet(seed, color="blue")
    other = counterfactual(garment, "color", "orange")
    before, after = render(garment, 96).masks, render(other, 96).masks
    for name in before:
        assert np.array_equal(before[name], after[name]), name
    difference = changed(garment, other)
    assert difference[before["torso"] > 0].mean() > 25
    # JPEG carries colour over by a block of 16 pixels at most.
    assert difference[~_grown(before["garment"], 16)].max(initial=0) <= 3


@pytest.mark.parametrize("seed", range(4))
def test_a_new_sleeve_leaves_the_middle_and_the_far_ground_alone(seed: int):
    garment = quiet(seed, sleeve="long", hung=False)
    other = counterfactual(garment, "sleeve", "short")
    masks = render(garment, 96).masks
    sleeves = masks["left_sleeve"] | masks["right_sleeve"]
    difference = changed(garment, other)
    far = ~_grown(sleeves, 18)
    assert far.mean() > 0.1
    assert difference[far].max() <= 3
    assert difference[sleeves > 0].max() > 25


@pytest.mark.parametrize("attribute", ["collar", "fastening", "pattern"])
def test_other_changes_stay_inside_the_garment(attribute: str):
    garment = quiet(9, collar="round", fastening="no closure", pattern="plain")
    other = counterfactual(
        garment, attribute, {"collar": "kent", "fastening": "zip"}.get(attribute, "striped")
    )
    garments = render(garment, 96).masks["garment"] | render(other, 96).masks["garment"]
    difference = changed(garment, other)
    assert difference.max() > 25
    assert difference[~_grown(garments, 16)].max(initial=0) <= 3


def test_a_counterfactual_changes_one_field():
    garment = sample_garment(11)
    assert counterfactual(garment, "sleeve", "elbow") == replace(garment, sleeve="elbow")


def test_shape_does_not_depend_on_size():
    garment = sample_garment(12)
    small, large = (render(garment, size).masks["garment"] > 0 for size in (64, 256))
    blocks = large.reshape(64, 4, 64, 4).mean((1, 3)) > 0.5
    assert (small == blocks).mean() > 0.98


def test_a_wide_picture_shows_the_same_garment_and_more_ground():
    garment = sample_garment(13)
    square, wide = render(garment, 64).masks["torso"], render(garment, (96, 64)).masks["torso"]
    assert wide.shape == (64, 96)
    assert (square == wide[:, 16:80]).mean() > 0.99


def test_fixed_fields_leave_the_rest_as_drawn():
    free, fixed = sample_garment(14), sample_garment(14, color="red")
    assert fixed == replace(free, color="red")


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: sample_garment(1, collar="tie"), "unknown value 'tie' for collar"),
        (lambda: sample_garment(1, colour="red"), "unknown garment option 'colour'"),
        (lambda: sample_garment(-1), "seed is -1"),
        (
            lambda: counterfactual(sample_garment(1), "fabric", "denim"),
            "unknown attribute 'fabric'",
        ),
        (lambda: counterfactual(sample_garment(1), "sleeve", "red"), "unknown value 'red'"),
        (lambda: render(sample_garment(1), 5), "size is 5"),
        (lambda: render(sample_garment(1), (64, 64, 3)), "size is (64, 64, 3)"),
        (lambda: render(sample_garment(1), "big"), "size is 'big'"),
    ],
)
def test_wrong_input_is_a_usage_error_of_one_line(call, says: str):
    with pytest.raises(UsageError) as caught:
        call()
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def _grown(mask: np.ndarray, pixels: int) -> np.ndarray:
    """Where a pixel of `mask` lies within a square of `pixels` around."""
    padded = np.pad(mask > 0, pixels)
    rows = np.lib.stride_tricks.sliding_window_view(padded, 2 * pixels + 1, axis=0).any(-1)
    return np.lib.stride_tricks.sliding_window_view(rows, 2 * pixels + 1, axis=1).any(-1)
