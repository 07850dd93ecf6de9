"""Masks of garments, and photos of them."""

import numpy as np


def shirt(scale: int = 1) -> np.ndarray:
    """A mask of 128 x 128: a torso of 48 x 72 pixels from row 30 with two arms beside it."""
    mask = np.zeros((128, 128), bool)
    mask[30:102, 40:88] = mask[30:42, 20:108] = mask[30:80, 20:32] = mask[30:80, 96:108] = True
    return mask.repeat(scale, 0).repeat(scale, 1)


def photo_of(mask: np.ndarray) -> np.ndarray:
    """Dark cloth with a fine weave on light ground."""
    weave = np.random.default_rng(0).integers(-4, 5, (*mask.shape, 1))
    return (np.where(mask[..., None], (70, 90, 150), (200, 195, 190)) + weave).astype(np.uint8)


def vest() -> np.ndarray:
    """A mask of 256 x 256 without arms."""
    mask = np.zeros((256, 256), bool)
    mask[60:204, 80:176] = True
    return mask


def top() -> np.ndarray:
    """A mask of 256 x 256: a flared top from row 40 whose shoulders are 50 pixels apart."""
    rows, columns = np.mgrid[:256, :256]
    half = np.where(rows < 90, 25 + 0.1 * (rows - 40), 42 + 0.35 * (rows - 90))
    neck = (np.abs(columns - 128) < 9) & (rows < 52)
    return (rows >= 40) & (rows < 220) & (np.abs(columns - 128) < half) & ~neck
