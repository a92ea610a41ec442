"""The wild cluster bootstrap: its weights, its identities, what it refuses."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.statistics.estimation import EstimationError, wild_bootstrap, wild_weights


def further(key: int, count: int) -> int:
    z = (key + count * 0x9E3779B97F4A7C15) % 2**64
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB % 2**64
    return z ^ (z >> 31)


@pytest.mark.parametrize("clusters", [3, 64, 70])
def test_weights_are_those_of_the_rule_in_words(clusters: int) -> None:
    drawn = wild_weights(range(5, 9), clusters, seed=11)
    webb = wild_weights(range(5, 9), clusters, kind="webb", seed=11)
    values = [-(1.5**0.5), -1.0, -(0.5**0.5), 0.5**0.5, 1.0, 1.5**0.5]
    for row, number in enumerate(range(5, 9)):
        key = further(11, number + 1)
        signs = [2 * (further(key, g // 64 + 1) >> g % 64 & 1) - 1 for g in range(clusters)]
        assert drawn[row].tolist() == signs
        halves = [further(key, g // 2 + 1) >> 32 * (g % 2) & 0xFFFFFFFF for g in range(clusters)]
        np.testing.assert_allclose(webb[row], [values[z * 6 >> 32] for z in halves], rtol=1e-15)


@pytest.mark.parametrize("kind", ["rademacher", "webb"])
def test_weights_have_mean_zero_and_variance_one(kind) -> None:
    drawn = wild_weights(range(2000), 50, kind=kind, seed=2)
    assert abs(drawn.mean()) < 0.016
    assert abs((drawn**2).mean() - 1) < 0.012


def _data(clusters=16):
    rng = np.random.default_rng(3)
    cluster = np.repeat(np.arange(clusters), 5)
    arm = (np.arange(clusters) % 2)[cluster]
    design = np.column_stack([np.ones(cluster.size), arm, rng.normal(size=cluster.size)])
    return rng.normal(size=cluster.size) + rng.normal(size=clusters)[cluster], design, cluster


def test_the_order_of_rows_and_columns_does_not_matter() -> None:
    y, design, cluster = _data()
    one = wild_bootstrap(y, design, 1, cluster, draws=499)
    turn = np.random.default_rng(1).permutation(y.size)
    two = wild_bootstrap(y[turn], design[turn][:, [2, 1, 0]], 1, cluster[turn], draws=499)
    np.testing.assert_allclose(two.reference, one.reference, rtol=1e-9)
    assert one.p == two.p


def test_units_of_the_outcome_do_not_matter() -> None:
    y, design, cluster = _data()
    one = wild_bootstrap(y, design, 1, cluster, draws=499)
    two = wild_bootstrap(100 * y + 7, design, 1, cluster, draws=499)
    assert two.p == one.p
    np.testing.assert_allclose(two.interval.upper, 100 * one.interval.upper, rtol=1e-7)


def test_every_sign_vector_is_listed_where_they_are_few() -> None:
    y, design, cluster = _data(8)
    whole = wild_bootstrap(y, design, 1, cluster)
    assert (whole.exact, whole.draws) == (True, 256)
    # The sign vectors of all ones and all minus ones give the observed t.
    assert whole.p >= 2 / 256
    drawn = wild_bootstrap(y, design, 1, cluster, kind="webb", draws=99)
    assert (drawn.exact, drawn.draws) == (False, 99)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"column": 7}, "no column 7"),
        ({"draws": 0}, "at least one draw"),
        ({"kind": "gamma"}, "no wild weights called 'gamma'"),
        ({"given": np.ones((3, 4))}, "one weight for each of the 16 clusters"),
        ({"clusters": np.zeros(80)}, "only one cluster"),
    ],
)
def test_what_is_no_bootstrap_is_refused(change, sentence) -> None:
    y, design, cluster = _data()
    given = {"column": 1, "clusters": cluster, **change}
    with pytest.raises(EstimationError, match=sentence):
        wild_bootstrap(y, design, given.pop("column"), given.pop("clusters"), **given)
