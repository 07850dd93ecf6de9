import numpy as np
import pytest

from amgan_cli.photos.geometry import PAD, Fit


@pytest.mark.parametrize("shape", [(400, 300), (300, 400), (64, 64), (50, 33), (1, 900), (3000, 2)])
def test_keeps_the_aspect_ratio_and_pads_with_grey(shape):
    fit = Fit(*shape, 128)
    top, left, height, width = fit.box
    square = fit.to_square(np.full((*shape, 3), 255, np.uint8))
    assert square.shape == (128, 128, 3)
    assert max(height, width) == 128
    assert abs(height * shape[1] - width * shape[0]) <= max(shape)  # within a pixel of the square
    inside = np.zeros((128, 128), bool)
    inside[top : top + height, left : left + width] = True
    assert (square[inside] == 255).all()
    assert (square[~inside] == PAD).all()


@pytest.mark.parametrize("shape", [(533, 400), (401, 799), (90, 70)])
def test_the_way_back_meets_the_way_in(shape):
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    smooth = np.stack([rows / shape[0], columns / shape[1]], axis=-1)
    fit = Fit(*shape, 128)
    back = fit.from_square(fit.to_square(smooth, pad=9.0))
    assert back.shape == smooth.shape
    assert np.abs(back - smooth).max() < 0.02  # and none of the padding's 9 leaked in
