"""How large networks are."""

from torch import nn


def count_parameters(network: nn.Module) -> int:
    """Number of trained values."""
    return sum(parameter.numel() for parameter in network.parameters())
