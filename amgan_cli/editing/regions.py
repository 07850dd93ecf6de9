"""Regions of a garment that an attention mask shows without any segmentation labels (Sec. 4)."""

from dataclasses import dataclass, replace

from amgan_cli.model_info import ModelInfo
from amgan_cli.vocabulary import Manipulation, split_pair
from amgan_cli.words import SLEEVE, SLEEVELESS


@dataclass(frozen=True)
class Region:
    """Where the attention of `manipulation` is, or (`outside`) where it is not."""

    name: str
    manipulation: Manipulation
    outside: bool = False

    def checked(self, info: ModelInfo) -> "Region":
        """The same as the model's network knows it; UsageError where it does not."""
        return replace(self, manipulation=info.nearest(info.check(*self.manipulation)))


REGIONS = {
    "sleeve": Region("sleeve", (SLEEVE, SLEEVELESS)),
    "torso": Region("torso", (SLEEVE, SLEEVELESS), outside=True),
}
"""The paper's two; any attribute=value names a region of its own."""


def parse_region(text: str) -> Region:
    """`sleeve`, `torso`, or `attribute=value`; raise UsageError for anything else."""
    if text in REGIONS:
        return REGIONS[text]
    wrong = f"--region {text}: use {', '.join(REGIONS)} or attribute=value"
    pair = split_pair(text, wrong)
    return Region("=".join(pair), pair)
