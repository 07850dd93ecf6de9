"""Outlines that colours hardly show are smoothed; plain ones stay."""

import cv2
import numpy as np

from amgan_cli.editing.outlines.faint import smoothed_if_faint

SIDE = 256


def circle(radius: float) -> np.ndarray:
    rows, columns = np.mgrid[:SIDE, :SIDE] - SIDE // 2
    return np.hypot(rows, columns) < radius


def length(outline: np.ndarray) -> float:
    edges, _ = cv2.findContours(
        (outline > 0.5).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
    )
    return sum(cv2.arcLength(edge, True) for edge in edges)


def test_rags_go_where_colours_are_the_same_and_stay_where_they_differ():
    random = np.random.default_rng(0)
    lab = (80 + 5 * random.standard_normal((SIDE, SIDE, 3))).astype(np.float32)
    garment = circle(80)
    attention = cv2.GaussianBlur(garment.astype(np.float32), (0, 0), 6)
    ragged = (circle(76) | (circle(84) & (np.mgrid[:SIDE, :SIDE].sum(0) % 5 < 2))).astype(
        np.float32
    )
    near = circle(95) & ~circle(65)
    smooth = smoothed_if_faint(lab, attention, ragged, near)
    assert length(smooth) < 1.1 * length(garment) < 0.8 * length(ragged)
    assert ((smooth > 0.5) ^ garment).sum() < 0.6 * ((ragged > 0.5) ^ garment).sum()
    lab[garment] -= 40
    assert np.array_equal(smoothed_if_faint(lab, attention, ragged, near), ragged)
