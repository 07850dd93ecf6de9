"""How far an edit is from the truth, which renderings have: python examples/measure_edit.py"""

import numpy as np
import torch

from amgan_cli import Editor
from amgan_cli.catalogue import counterfactual, render, sample_garment
from amgan_cli.color import delta_e, rgb_to_lab


def lab(pixels: np.ndarray) -> torch.Tensor:
    """1 x 3 x H x W of a picture H x W x 3."""
    return rgb_to_lab(torch.from_numpy(pixels)[None].permute(0, 3, 1, 2) / 127.5 - 1)


garment = sample_garment(1032, color="blue", pattern="plain", background="wood")
before = render(garment, (300, 400))
truth = render(counterfactual(garment, "color", "red"), (300, 400))
edited = Editor.load().edit(before.image, {"color": "red"})

inside = before.masks["garment"] > 0
for name, pixels in (("photo", before.image), ("edit", edited.pixels)):
    difference = delta_e(lab(pixels), lab(truth.image))[0].numpy()
    print(
        f"{name:5} against the truth: ΔE2000 {difference[inside].mean():.1f} on the garment, "
        f"{difference[~inside].mean():.2f} around it"
    )
