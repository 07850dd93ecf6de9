"""Metrics that the judge decides, on made cases with answers by hand."""

import numpy as np
import pytest
import torch

from amgan_cli.evaluation import accuracy, retrieval
from amgan_cli.evaluation.fid import Moments, frechet_distance
from amgan_cli.evaluation.intervals import bootstrap

UNKNOWN = -1


def test_the_judge_sees_the_likeliest_value_of_each_attribute(vocabulary):
    scores = torch.tensor([[0.0, 3.0, 1.0, 9.0, -1.0, 2.0]])  # blue green red, then the sleeves
    assert accuracy.seen_values(scores, vocabulary).tolist() == [[1, 0]]


def test_accuracy_asks_the_manipulated_attribute_only():
    seen = np.array([[2, 0], [1, 1], [2, 1]])
    shows = accuracy.shows_wanted(seen, np.array([0, 0, 1]), np.array([2, 2, 1]))
    assert shows.tolist() == [1, 0, 1]


def test_kept_asks_the_untouched_attributes_only():
    before = np.array([[0, 0, 0], [0, 0, 0]])
    seen = np.array([[2, 0, 1], [0, 0, 2]])
    assert accuracy.share_kept(seen, before, np.array([0, 2])).tolist() == [0.5, 1]
    assert np.isnan(accuracy.share_kept(seen[:, :1], before[:, :1], np.array([0, 0]))).all()


def test_confusion_has_wanted_rows_and_seen_columns():
    table = accuracy.confusion(np.array([0, 0, 2]), np.array([0, 1, 1]), 3)
    assert table.tolist() == [[1, 1, 0], [0, 0, 0], [0, 1, 0]]


def test_planted_neighbours_are_found_nearest_first(monkeypatch):
    monkeypatch.setattr(retrieval, "PHOTOS", 64)  # so that 300 photos are several blocks
    random = torch.Generator().manual_seed(0)
    gallery = torch.randn(300, 8, generator=random) * 10
    queries = 2 * torch.randn(20, 8, generator=random) + 40  # far from all but what is planted
    places = torch.randperm(300, generator=random)[:60].view(20, 3)
    for rank in range(3):
        gallery[places[:, rank]] = queries + (rank + 1) * 0.05
    # planted photos of one query are nearer to it than those of the others
    assert retrieval.nearest(queries, gallery, 3).tolist() == places.tolist()
    own = places[:, 0].numpy()
    assert retrieval.nearest(queries, gallery, 2, own).tolist() == places[:, 1:].tolist()


def test_the_search_agrees_with_a_plain_sort_in_ties_and_small_galleries():
    gallery = torch.tensor([[0.0], [3.0], [1.0], [7.0]])
    assert retrieval.nearest(torch.tensor([[2.9]]), gallery, 10).tolist() == [[1, 2, 0, 3]]
    found = retrieval.nearest(torch.tensor([[2.9]]), gallery, 10, np.array([1]))
    assert found.tolist() == [[2, 0, 3]]


def test_the_projection_keeps_distances_of_what_varies_along_few_axes():
    random = torch.Generator().manual_seed(0)
    features = torch.randn(400, 5, generator=random) @ torch.randn(5, 300, generator=random)
    projection = retrieval.Projection.of(features + 7)
    assert projection.kept == pytest.approx(1, abs=1e-6)
    shown = projection(features + 7).double()
    assert shown.shape == (400, retrieval.COMPONENTS)
    true = features.double()
    assert torch.allclose(torch.cdist(shown, shown), torch.cdist(true, true), atol=1e-3)


def test_a_hit_has_all_known_wanted_labels_and_unknown_ones_are_no_match():
    labels = np.array([[0, 1, UNKNOWN]])  # the photo's own third label is unknown: not demanded
    demanded = retrieval.demands(labels, np.array([0]), np.array([2]))
    assert demanded.tolist() == [[2, 1, UNKNOWN]]
    found = np.array([[[0, 1, 5], [2, UNKNOWN, 5], [2, 1, 4], [2, 1, UNKNOWN]]])
    assert retrieval.first_hit(found, demanded).tolist() == [3]
    assert retrieval.first_hit(found[:, :2], demanded).tolist() == [3]  # none among two


def test_ndcg_by_hand():
    relevance = np.array([[1.0, 0.0, 0.5]])
    gain = 1 / np.log2(2) + (2**0.5 - 1) / np.log2(4)
    ideal = 1 / np.log2(2) + 1 / np.log2(3) + 1 / np.log2(4)
    assert retrieval.ndcg(relevance) == pytest.approx(gain / ideal)
    assert retrieval.ndcg(np.ones((1, 30))) == pytest.approx(1)


def test_relevance_is_the_share_of_demanded_attributes():
    demanded, attribute = np.array([[2, 1, UNKNOWN, 4]]), np.array([0])
    found = np.array([[[2, 1, 3, 0], [0, 1, 3, 4]]])
    fits = retrieval.relevances(found, demanded, attribute)
    assert fits["target"].tolist() == [[1, 0]]
    assert fits["untouched"].tolist() == [[0.5, 1]]
    assert fits["all"] == pytest.approx(np.array([[2 / 3, 2 / 3]]))
    alone = retrieval.relevances(found[..., :1], demanded[:, :1], attribute)
    assert np.isnan(alone["untouched"]).all()


def test_fid_of_a_set_with_itself_is_nothing():
    features = torch.randn(50, 20, generator=torch.Generator().manual_seed(0))
    halves = Moments.of(features[:20]) + Moments.of(features[20:])
    assert frechet_distance(Moments.of(features), halves) == pytest.approx(0, abs=1e-5)


def test_fid_of_two_gaussians_by_formula():
    # |m|^2 + sum (s1 - s2)^2 where both covariances have the same axes
    random = torch.Generator().manual_seed(0)
    normal = torch.randn(200, 3, generator=random).double()
    normal = normal - normal.mean(dim=0)
    white = normal @ torch.linalg.inv(torch.linalg.cholesky(normal.T.cov()).T)
    first, second = white * torch.tensor([1.0, 2.0, 3.0]), white * torch.tensor([2.0, 2.0, 5.0])
    turn, _ = torch.linalg.qr(torch.randn(3, 3, generator=random).double())
    shift = torch.tensor([1.0, 0.0, 2.0]).double()
    distance = frechet_distance(Moments.of(first @ turn), Moments.of(second @ turn + shift))
    assert distance == pytest.approx((1 + 4) + (1 + 0 + 4), abs=1e-6)


def test_fid_knows_correlation():
    # S1 = I, S2 = [[1, r], [r, 1]]: tr(2 I) + tr S2 ... = sum (1 - sqrt(1 +- r))^2
    line = torch.tensor([[1.0, 1], [-1, -1], [1, -1], [-1, 1]]).double() * (3 / 4) ** 0.5
    r = 0.6
    mixed = line @ torch.linalg.cholesky(torch.tensor([[1.0, r], [r, 1.0]]).double()).T
    expected = (1 - (1 + r) ** 0.5) ** 2 + (1 - (1 - r) ** 0.5) ** 2
    assert frechet_distance(Moments.of(line), Moments.of(mixed)) == pytest.approx(expected)


def test_bootstrap_of_known_values():
    one = bootstrap(np.ones(10), np.arange(10))
    assert (one.mean, one.low, one.high, one.n) == (1, 1, 1, 10)
    values = np.array([0.0, 1.0] * 200)
    figure = bootstrap(values, np.arange(400))
    assert figure.mean == 0.5
    assert figure.high - figure.low == pytest.approx(2 * 1.96 * 0.5 / 20, rel=0.1)
    assert figure == bootstrap(values, np.arange(400))
    assert figure != bootstrap(values, np.arange(400), seed=1)


def test_bootstrap_resamples_owners_not_values():
    values = np.repeat([0.0, 1.0] * 10, 50)
    alone = bootstrap(values, np.arange(1000))
    together = bootstrap(values, np.repeat(np.arange(20), 50))
    assert together.high - together.low > 5 * (alone.high - alone.low)


def test_bootstrap_averages_groups_and_leaves_out_what_is_unknown():
    values = np.array([1.0, 1.0, 1.0, 0.0, np.nan])
    figure = bootstrap(values, np.arange(5), groups=np.array([0, 0, 0, 1, 1]))
    assert (figure.mean, figure.n) == (0.5, 4)
    nothing = bootstrap(np.array([np.nan]), np.array([0]))
    assert np.isnan(nothing.mean)
    assert nothing.n == 0
