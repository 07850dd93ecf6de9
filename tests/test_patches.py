import numpy as np

from amgan_cli.patches import Patches

MASK = np.array(
    [
        [1, 1, 0, 0, 0],
        [0, 0, 1, 0, 0],
        [0, 0, 0, 0, 1],
        [0, 0, 0, 0, 1],
    ],
    bool,
)
PLANE = np.arange(20.0).reshape(4, 5)


def test_each_patch_is_measured_and_the_first_is_what_lies_around():
    patches = Patches(MASK)
    assert patches.count == 3
    assert patches.area.tolist() == [15, 3, 2]
    assert patches.mean(PLANE).tolist() == [(190 - 8 - 33) / 15, 8 / 3, 16.5]
    assert patches.most(PLANE).tolist() == [-np.inf, 7, 19]
    both = patches.means(np.dstack([PLANE, -PLANE]))
    assert both.shape == (3, 2) and np.array_equal(both[:, 0], -both[:, 1])
    assert patches.pixels(PLANE > 6).tolist() == [10, 1, 2]
    assert (patches.left[1:].tolist(), patches.height[1:].tolist()) == ([0, 4], [2, 2])


def test_patches_are_shown_by_what_they_are_and_never_what_lies_around():
    patches = Patches(MASK)
    assert np.array_equal(patches.only(np.ones(3, bool)), MASK)
    tall = patches.only(patches.width == 1)
    assert tall.sum() == 2 and tall[2:, 4].all()
    assert not Patches(np.zeros((2, 3))).only(np.array([True])).any()


def test_corners_join_patches_unless_edges_alone_do():
    assert Patches(MASK, connectivity=4).count == 4
