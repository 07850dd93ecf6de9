"""Inks begin as the layers of the painted patterns.

From pictures alone they find other layers that look about alike, and stay there: two bands of
checks become one net of blots. What a painter lays over what is known, so it is told (ours).
"""

import torch

from amgan_cli.nets.flecks import flecks
from amgan_cli.nets.inks import FUNCTIONS, LAYERS, TONES, Inks, basis, tones_on
from amgan_cli.training.painted_patterns import PAINTERS, STEEP, Cloth, Layer
from amgan_cli.vocabulary import Vocabulary

CLOTHS = 200
"""Colours of cloth from which an ink's is read off."""
SIDE = 320
"""Cells of the square in which heights are read off: over two in each period of every wave."""
ROUNDING = 0.01
"""Shares under this are 0, but for rounding."""
NOTHING, ALL = -8.0, 4.0
"""Logits of the opacity of a layer that is not there, and of one that covers."""


def fit_inks(inks: Inks, vocabulary: Vocabulary, attribute: str) -> None:
    """Fit `inks` to all painted values of `attribute`; others print nothing."""
    values = vocabulary.targets(attribute)
    slots = [vocabulary.number(attribute, value) for value in values]
    table = [vocabulary.encode(attribute, value) for value in values]
    conditions = torch.tensor(table, device=inks.heights.weight.device)
    mask = torch.zeros(1, 1, SIDE, SIDE)
    mask[..., SIDE // 4 : -SIDE // 4, SIDE // 4 : -SIDE // 4] = 1  # so that u and v are -1..1
    cloth = Cloth(torch.zeros(1, 3, SIDE, SIDE), mask, points=True)
    layers = [_painted(value, cloth) for value in values]
    if not any(layers):
        return  # as they begin, inks print next to nothing
    heights = _heights(layers, cloth)
    opacities = torch.tensor([_logits(each) for each in layers])
    any_colors = torch.rand(CLOTHS, 3, 1, 1, generator=torch.Generator().manual_seed(0)) * 2 - 1
    cloths = Cloth(any_colors, torch.ones(CLOTHS, 1, 1, 1), points=True)
    colors = _colors([_painted(value, cloths) for value in values], cloths)
    fits = (inks.heights, heights), (inks.opacity, opacities), (inks.colors, colors)
    for linear, wanted in fits:
        with torch.no_grad():  # a value's own column makes it exact
            lacks = wanted.to(conditions) / inks.GAIN - linear(conditions)
            linear.weight[:, slots] += lacks.T


def _painted(value: str, cloth: Cloth) -> list[Layer]:
    return PAINTERS[value](cloth) if value in PAINTERS else []


def _heights(layers: list[list[Layer]], cloth: Cloth) -> torch.Tensor:
    """The shares of the functions, for each value those of all its layers in turn."""
    at_u, at_v = cloth.u[:, 0, 0], cloth.v[:, 0, :, 0]
    v, u = basis(at_v[0]), basis(at_u[0])
    functions = torch.cat(
        [
            torch.ones(SIDE, SIDE, 1),
            v[:, None].expand(-1, SIDE, -1),
            u[None].expand(SIDE, -1, -1),
            flecks(at_u, at_v, cloth.pixel)[0][0, ..., None],
        ],
        dim=2,
    ).view(SIDE**2, -1)
    wanted = [STEEP * layer.height.reshape(-1) for of_value in layers for layer in of_value]
    # in double precision: shares are up to thousands, and some must be 0
    all_wanted = torch.stack(wanted, dim=1).double()
    found = torch.linalg.lstsq(functions.double(), all_wanted, driver="gelsd").solution.T
    shares = iter(found * (found.abs() > ROUNDING))
    heights = torch.zeros(len(layers), LAYERS, FUNCTIONS)
    for of_value, its in zip(layers, heights, strict=True):
        for k in range(len(of_value)):
            its[k] = next(shares)
    return heights.flatten(1)


def _logits(layers: list[Layer]) -> list[float]:
    shares = [torch.tensor(layer.opacity).logit().clamp(max=ALL).item() for layer in layers]
    return shares + [NOTHING] * (LAYERS - len(layers))


def _colors(layers: list[list[Layer]], cloth: Cloth) -> torch.Tensor:
    """The shares of the tones, read off what the layers' inks are on cloths of many colours."""
    tones = tones_on(cloth.lab[..., 0, 0]).double()  # n x TONES x 3
    colors = torch.zeros(len(layers), LAYERS, TONES, 3)
    for of_value, its in zip(layers, colors, strict=True):
        for layer, shares in zip(of_value, its, strict=False):
            ink = layer.ink.expand_as(cloth.lab)[..., 0, 0].double()
            for channel in range(3):
                known = tones[..., channel], ink[:, channel, None]
                shares[:, channel] = torch.linalg.lstsq(*known, driver="gelsd").solution[:, 0]
    return colors.flatten(1)
