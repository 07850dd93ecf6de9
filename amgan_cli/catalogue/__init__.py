"""A catalogue of rendered garments: every attribute value, exact counterfactuals, exact masks."""

from amgan_cli.catalogue.garment import Garment, counterfactual, sample_garment
from amgan_cli.catalogue.render import Rendering, render
from amgan_cli.catalogue.values import ATTRIBUTES

__all__ = ["ATTRIBUTES", "Garment", "Rendering", "counterfactual", "render", "sample_garment"]
