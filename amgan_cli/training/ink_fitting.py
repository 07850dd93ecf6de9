"""Inks begin as the layers of the painted patterns.

From pictures alone they find other layers that look about alike, and stay there: two bands of
checks become one net of blots. What a painter lays over what is known, so it is told (ours).
"""

import torch

from amgan_cli.color import lab_to_rgb
from amgan_cli.flecks import flecks
from amgan_cli.inks import FUNCTIONS, LAYERS, Inks, basis
from amgan_cli.training.painted_patterns import PAINTERS, STEEP, Cloth, Layer
from amgan_cli.vocabulary import Vocabulary

STEPS, CLOTHS, RATE = 4000, 64, 1e-3
"""Adam steps, colours of cloth a step and rate, for the colours of the inks."""
SIDE = 320
"""Cells of the square in which heights are read off: over two in each period of every wave."""
ROUNDING = 0.01
"""Shares under this are 0, but for rounding."""
NOTHING, ALL = -8.0, 4.0
"""Logits of the opacity of a layer that is not there, and of one that covers."""


def fit_inks(inks: Inks, vocabulary: Vocabulary, attribute: str, seed: int) -> None:
    """Fit `inks` to all painted values of `attribute`; others print nothing."""
    values = vocabulary.targets(attribute)
    slots = [vocabulary.number(attribute, value) for value in values]
    table = [vocabulary.encode(attribute, value) for value in values]
    conditions = torch.tensor(table, device=inks.heights.weight.device)
    mask = torch.zeros(1, 1, SIDE, SIDE)
    mask[..., SIDE // 4 : -SIDE // 4, SIDE // 4 : -SIDE // 4] = 1  # so that u and v are -1..1
    cloth = Cloth(torch.zeros(1, 3, SIDE, SIDE), mask, points=True)
    layers = [_painted(value, cloth) for value in values]
    heights = torch.stack([_heights(each, cloth) for each in layers])
    opacities = torch.tensor([_logits(each) for each in layers])
    for linear, wanted in ((inks.heights, heights), (inks.opacity, opacities)):
        with torch.no_grad():  # a value's own column makes it exact
            lacks = wanted.to(conditions) / inks.GAIN - linear(conditions)
            linear.weight[:, slots] += lacks.T
    _fit_colors(inks, values, conditions, seed)


def _painted(value: str, cloth: Cloth) -> list[Layer]:
    return PAINTERS[value](cloth) if value in PAINTERS else []


def _heights(layers: list[Layer], cloth: Cloth) -> torch.Tensor:
    """The shares of the functions, of all layers in turn."""
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
    functions = functions.double()  # shares are up to thousands, and some must be 0
    heights = torch.zeros(LAYERS, FUNCTIONS)
    for k, layer in enumerate(layers):
        wanted = STEEP * layer.height.reshape(-1, 1).double()
        shares = torch.linalg.lstsq(functions, wanted, driver="gelsd").solution[:, 0]
        heights[k] = shares * (shares.abs() > ROUNDING)
    return heights.flatten()


def _logits(layers: list[Layer]) -> list[float]:
    shares = [torch.tensor(layer.opacity).logit().clamp(max=ALL).item() for layer in layers]
    return shares + [NOTHING] * (LAYERS - len(layers))


def _fit_colors(inks: Inks, values: tuple[str, ...], conditions: torch.Tensor, seed: int) -> None:
    """Teach the colour of each ink on cloth of any colour, from random layers on."""
    inks.start_colors()
    parameters = [*inks.hidden.parameters(), *inks.colors.parameters()]
    optimizer = torch.optim.Adam(parameters, RATE)
    random = torch.Generator().manual_seed(seed)
    for step in range(STEPS):
        for group in optimizer.param_groups:
            group["lr"] = RATE * (1 - step / STEPS)
        grey, hue = (torch.rand(CLOTHS, n, 1, 1, generator=random) * 2 - 1 for n in (1, 3))
        x = (grey + 0.5 * hue).clamp(-1, 1)
        cloth = Cloth(x, torch.ones(CLOTHS, 1, 1, 1), points=True)
        loss = conditions.new_zeros(())
        for value, condition in zip(values, conditions, strict=True):
            layers = _painted(value, cloth)
            if layers:
                shown = [lab_to_rgb(each.ink)[..., 0, 0].expand(CLOTHS, -1) for each in layers]
                wanted = torch.stack(shown, dim=1)
                given = inks.colors_on(condition.expand(CLOTHS, -1), x[..., 0, 0].to(condition))
                loss = loss + (given[:, : len(layers)] - wanted.to(given)).abs().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
