"""Which processor computes, in which number format and memory layout."""

import contextlib
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import nn

from amgan_cli.errors import UsageError

Net = TypeVar("Net", bound=nn.Module)


@dataclass(frozen=True)
class Compute:
    """A device and the number format of its convolutions; weights and losses stay float32."""

    device: torch.device
    bfloat16: bool

    def autocast(self) -> contextlib.AbstractContextManager:
        """Run the convolutions inside in bfloat16 if chosen."""
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.bfloat16)

    def place(self, network: Net) -> Net:
        """Move a network to the device, in the layout that its convolutions are fastest in."""
        return network.to(self.device).to(memory_format=torch.channels_last)

    def lay_out(self, images: torch.Tensor) -> torch.Tensor:
        """Give a B x C x H x W batch the same layout."""
        return images.contiguous(memory_format=torch.channels_last)


def pick_device(name: str) -> torch.device:
    """`auto` takes CUDA, then Apple's GPU, then the CPU; raise UsageError for one not here."""
    available = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    if name == "auto":
        return torch.device(next(kind for kind, here in available.items() if here))
    kind = name.split(":")[0]
    if not available.get(kind, False):
        here = ", ".join(kind for kind, there in available.items() if there)
        raise UsageError(f"--device {name}: not available here; use auto or one of: {here}")
    try:
        device = torch.device(name)
    except RuntimeError:
        raise UsageError(f"--device {name}: write cpu, cuda, cuda:1 or mps") from None
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise UsageError(f"--device {name}: there are {torch.cuda.device_count()} here, from 0 on")
    return device


def pick_compute(device_name: str, precision: str) -> Compute:
    """Resolve `--device` and `training.precision`; `auto` asks the processor."""
    device = pick_device(device_name)
    if precision != "auto":
        return Compute(device, precision == "bfloat16")
    if device.type == "cuda":
        return Compute(device, torch.cuda.is_bf16_supported())
    return Compute(device, device.type == "cpu" and _has_bfloat16_units())


def _has_bfloat16_units() -> bool:
    """Does this processor multiply bfloat16 in matrix units (AMX)? Others are slower with it.

    AVX-512's own bfloat16 product does not count: on two cores of such a processor training was
    slower by a third. Asked of the processor, not timed: one machine always gives one answer.
    """
    check = getattr(torch.cpu, "_is_amx_tile_supported", None)  # private, may be renamed
    return check is not None and check()
