"""Fréchet distance of two sets of features, as FID, but of the judge's avg_pool features.

With fewer photos than features the distance is biased upwards: compare sets of the same size.
"""

from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Moments:
    """Number, sum and sum of outer products of n features of size C, in float64."""

    n: int
    total: torch.Tensor
    outer: torch.Tensor

    @classmethod
    def of(cls, features: torch.Tensor) -> "Moments":
        """Moments of n x C features."""
        features = features.double()
        return cls(len(features), features.sum(dim=0), features.T @ features)

    def __add__(self, other: "Moments") -> "Moments":
        """Moments of both sets together."""
        return Moments(self.n + other.n, self.total + other.total, self.outer + other.outer)

    @property
    def mean(self) -> torch.Tensor:
        """C values."""
        return self.total / self.n

    @property
    def covariance(self) -> torch.Tensor:
        """C x C, unbiased; zero for a single feature."""
        centred = self.outer - self.n * torch.outer(self.mean, self.mean)
        return centred / max(1, self.n - 1)


def frechet_distance(first: Moments, second: Moments) -> float:
    """|m1 - m2|^2 + tr(S1 + S2 - 2 (S1 S2)^(1/2)) of two Gaussians with these moments."""
    root = _square_root(first.covariance)
    # S1 S2 has the eigenvalues of S1^(1/2) S2 S1^(1/2), which is symmetric
    product = torch.linalg.eigvalsh(root @ second.covariance @ root)
    overlap = product.clamp_min(0).sqrt().sum()
    spread = first.covariance.trace() + second.covariance.trace() - 2 * overlap
    return max(0.0, float((first.mean - second.mean).square().sum() + spread))


def _square_root(matrix: torch.Tensor) -> torch.Tensor:
    values, vectors = torch.linalg.eigh(matrix)
    return (vectors * values.clamp_min(0).sqrt()) @ vectors.T
