"""Assignment probabilities: exact ones agree with lists and with draws, for every scheme."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from equipoise.statistics.schemes import (
    Balance,
    CompleteScheme,
    ConstrainedScheme,
    MinimisationScheme,
    PairedScheme,
    RealisedScheme,
    ReRandomisedScheme,
    Roster,
    Scheme,
    SchemeError,
    SimpleScheme,
    StagedScheme,
    StratifiedScheme,
    assignment_probabilities,
    balance_threshold,
    check_overlap,
    enumerate_allocations,
    iterate_draws,
    pair_probabilities,
)

SHARES = {"a": 1, "b": 2}
ROSTER = Roster.build(
    list("stuvwxyz"),
    ["p"] * 3 + ["q"] * 5,
    groups=[None, "g", "g", None, None, None, "h", "h"],
    covariates={"pupils": [100, 120, 300, 500, 90, 400, 250, 30], "size": list("bbssbbss")},
)
EVEN = CompleteScheme.from_shares({"a": 1, "b": 1})
SIX = Roster.build(list("uvwxyz"), [0] * 6, covariates={"pupils": [1, 2, 4, 8, 16, 40]})


def _listed():
    return [
        (SimpleScheme.from_shares(SHARES), ROSTER),
        (CompleteScheme.from_shares(SHARES), ROSTER),
        (CompleteScheme.from_shares(SHARES, fixed=True), ROSTER),
        (StratifiedScheme.from_shares(SHARES), ROSTER),
        (StratifiedScheme.from_shares({"a": 2, "b": 1, "c": 2}), ROSTER),
        (StratifiedScheme.from_shares(SHARES, remainder="fixed"), ROSTER),
        (PairedScheme(("a", "b")), Roster.build(list("vwxyz"), [1, 1, 2, 2, 2])),
        (RealisedScheme.of(SIX, [0, 0, 1, 1, 1, 1], ["a", "b"]), SIX),
        (ConstrainedScheme(EVEN, Balance({"pupils": 1}), None, Fraction(3, 10)), SIX),
    ]


@pytest.mark.parametrize("number", range(len(_listed())))
def test_exact_probabilities_are_those_of_the_list(number: int) -> None:
    scheme, roster = _listed()[number]
    every = enumerate_allocations(scheme, roster)
    single = assignment_probabilities(scheme, roster)
    assert single.exact
    assert not single.error.any()
    for k in range(len(scheme.arms)):
        expected = every.chances @ (every.allocations == k)
        np.testing.assert_allclose(single.probability[:, k], expected, atol=1e-12)
        for other in range(len(scheme.arms)):
            pair = pair_probabilities(scheme, roster, k, other)
            both = (every.allocations == k)[:, :, None] & (every.allocations == other)[:, None, :]
            expected = np.einsum("d,dij->ij", every.chances, both)
            assert pair.exact
            np.testing.assert_allclose(pair.probability, expected, atol=1e-12)


@pytest.mark.parametrize("number", range(len(_listed())))
def test_draws_have_the_exact_probabilities(number: int) -> None:
    scheme, roster = _listed()[number]
    exact = assignment_probabilities(scheme, roster).probability
    drawn = np.concatenate(list(iterate_draws(scheme, roster, 8, 3000)))
    for k in range(len(scheme.arms)):
        error = np.sqrt(exact[:, k] * (1 - exact[:, k]) / 3000)
        assert (np.abs((drawn == k).mean(axis=0) - exact[:, k]) <= 4.5 * error + 1e-12).all()


def test_remainders_over_strata_keep_shares_everywhere() -> None:
    sizes = [3, 5, 7, 1, 9, 5, 4, 1, 3, 11]
    strata = np.repeat(np.arange(10), sizes)
    roster = Roster.build([f"{i:02d}" for i in range(strata.size)], strata.tolist())
    scheme = StratifiedScheme.from_shares({"a": 1, "b": 1}, remainder="strata")
    drawn = np.concatenate(list(iterate_draws(scheme, roster, 1, 4000)))
    total = drawn.sum(axis=1)
    assert set(total.tolist()) <= {strata.size // 2, (strata.size + 1) // 2}
    for s, size in enumerate(sizes):
        assert set(drawn[:, strata == s].sum(axis=1).tolist()) <= {size // 2, (size + 1) // 2}
    assert assignment_probabilities(scheme, roster).exact
    assert np.abs(drawn.mean(axis=0) - 0.5).max() < 4.5 * 0.5 / 4000**0.5
    # Each stratum by itself would let the total stray.
    apart = StratifiedScheme.from_shares({"a": 1, "b": 1})
    stray = np.concatenate(list(iterate_draws(apart, roster, 1, 500))).sum(axis=1)
    assert np.ptp(stray) > 2


def test_remainders_over_strata_with_three_arms() -> None:
    sizes = np.array([4, 5, 7, 2, 8, 5])
    strata = np.repeat(np.arange(6), sizes)
    roster = Roster.build([f"{i:02d}" for i in range(31)], strata.tolist())
    scheme = StratifiedScheme.from_shares({"a": 2, "b": 1, "c": 3}, remainder="strata")
    drawn = np.concatenate(list(iterate_draws(scheme, roster, 1, 6000)))
    for k, share in enumerate((2 / 6, 1 / 6, 3 / 6)):
        part = (drawn == k).mean(axis=0)
        assert np.abs(part - share).max() < 4.8 * (share * (1 - share) / 6000) ** 0.5
        total = (drawn == k).sum(axis=1)
        assert np.abs(total - 31 * share).max() < 2


def test_minimisation_balances_and_keeps_unequal_shares() -> None:
    rng = np.random.default_rng(1)
    size = rng.choice(["big", "small"], 60).tolist()
    roster = Roster.build([f"{i:02d}" for i in range(60)], [0] * 60, covariates={"size": size})
    scheme = MinimisationScheme.from_shares({"a": 1, "b": 2}, {"size": 1}, "9/10")
    found = assignment_probabilities(scheme, roster, draws=2000)
    assert not found.exact
    assert np.abs(found.probability[:, 0] - 1 / 3).max() < 0.05
    assert abs(found.probability[:, 0].mean() - 1 / 3) < 0.005
    drawn = np.concatenate(list(iterate_draws(scheme, roster, 2, 200)))
    big = np.array(size) == "big"
    spread = (drawn[:, big] == 0).sum(axis=1).std()
    simple = SimpleScheme.from_shares({"a": 1, "b": 2})
    by_chance = np.concatenate(list(iterate_draws(simple, roster, 2, 200)))
    assert spread < 0.6 * (by_chance[:, big] == 0).sum(axis=1).std()


def test_later_stages_look_back_only_where_told() -> None:
    chance = np.random.default_rng(5)
    stages = [1] * 10 + [2] * 10
    roster = Roster.build([f"{i:02d}" for i in range(20)], [0] * 20, stages=stages)
    first = Roster.build([f"{i:02d}" for i in range(10)], [0] * 10, stages=[1] * 10)
    keys = chance.integers(0, 2**64, size=(200, 20), dtype=np.uint64)
    other = keys.copy()
    other[:, :10] = chance.integers(0, 2**64, size=(200, 10), dtype=np.uint64)
    for carry in (True, False):
        scheme = MinimisationScheme.from_shares(
            {"a": 1, "b": 1}, {"stratum": 1}, "9/10", carry=carry
        )
        drawn = scheme.assign_many(roster, keys)
        # What was drawn in the first stage does not change when the second comes.
        np.testing.assert_array_equal(drawn[:, :10], scheme.assign_many(first, keys[:, :10]))
        # Recorded arms stand for the first stage's keys.
        settled = np.concatenate([drawn[0, :10], np.full(10, -1)])
        mixed = np.concatenate([other[0, :10], keys[0, 10:]])
        after = scheme.assign_many(roster, mixed[None, :], settled)
        np.testing.assert_array_equal(after[0], drawn[0])
        again = scheme.assign_many(roster, other)
        assert (drawn[:, 10:] == again[:, 10:]).all() != carry


@pytest.mark.parametrize("imbalance", ["range", "variance"])
@pytest.mark.parametrize("shares", [{"a": 1, "b": 1}, {"a": 2, "b": 3}, {"a": 1, "b": 2, "c": 3}])
def test_few_draws_of_a_minimisation_are_those_of_many(shares, imbalance) -> None:
    """One draw at a time goes through whole numbers, many at once through arrays."""
    chance = np.random.default_rng(8)
    size = chance.choice(["big", "small"], 24).tolist()
    roster = Roster.build(
        [f"{i:02d}" for i in range(24)],
        [0] * 24,
        stages=[1] * 15 + [2] * 9,
        covariates={"size": size, "faith": chance.choice(["x", "y", "z"], 24).tolist()},
    )
    keys = chance.integers(0, 2**64, size=(60, 24), dtype=np.uint64)
    keys[:, 3] = keys[:, 4]
    for carry in (True, False):
        scheme = MinimisationScheme.from_shares(
            shares, {"size": 2, "faith": 1}, "4/5", imbalance=imbalance, carry=carry
        )
        many = scheme.assign_many(roster, keys)
        for d in range(60):
            np.testing.assert_array_equal(scheme.assign_many(roster, keys[d : d + 1])[0], many[d])


@pytest.mark.parametrize("metric", ["l2", "l1", "mahalanobis"])
def test_constrained_draws_are_better_balanced(metric) -> None:
    rng = np.random.default_rng(3)
    covariates = {"pupils": rng.integers(50, 900, 24).tolist(), "phase": list("ps" * 12)}
    roster = Roster.build([f"{i:02d}" for i in range(24)], [0] * 24, covariates=covariates)
    balance = Balance({"pupils": 1, "phase": 1}, metric)
    threshold = balance_threshold(EVEN, balance, roster, "1/10", draws=500)
    scheme = ReRandomisedScheme(EVEN, balance, threshold)
    drawn = np.concatenate(list(iterate_draws(scheme, roster, 1, 100)))
    assert balance.scores(roster, drawn, (1, 1)).max() <= threshold
    plain = np.concatenate(list(iterate_draws(EVEN, roster, 1, 100)))
    assert np.mean(balance.scores(roster, plain, (1, 1)) <= threshold) < 0.3


def test_mahalanobis_does_not_depend_on_the_units_of_a_covariate() -> None:
    rng = np.random.default_rng(3)
    x = rng.integers(0, 900, 24)
    z = (x + rng.integers(0, 90, 24)).tolist()
    drawn = np.concatenate(
        list(iterate_draws(EVEN, Roster.build([f"{i:02d}" for i in range(24)], [0] * 24), 1, 40))
    )
    scores = []
    for scale in (1, 1000):
        roster = Roster.build(
            [f"{i:02d}" for i in range(24)],
            [0] * 24,
            covariates={"x": (x * scale).tolist(), "z": [Fraction(v, 7) for v in z]},
        )
        scores.append(Balance({"x": 1, "z": 1}, "mahalanobis").scores(roster, drawn, (1, 1)))
    np.testing.assert_array_equal(scores[0], scores[1])
    # Against floating point: d' R^(-1) d with the correlations of the scores.
    columns, _ = Balance({"x": 1, "z": 1}, "mahalanobis").columns(roster)
    inverse = np.linalg.inv(np.cov(columns.T, bias=True) / 100**2)
    d = np.array([2 * columns[row == 0].sum(axis=0) - columns.sum(axis=0) for row in drawn])
    expected = 2 * 1000 * np.einsum("dp,pq,dq->d", d, inverse, d)
    np.testing.assert_allclose(scores[0], expected, rtol=2e-3, atol=2e-3 * expected.max())


def test_a_tight_constraint_is_seen_in_the_overlap() -> None:
    tight = ConstrainedScheme(EVEN, Balance({"pupils": 1}), None, Fraction(1, 20))
    found = check_overlap(tight, SIX)
    assert found.exact
    assert found.distinct == found.draws == enumerate_allocations(tight, SIX).chances.size
    # The school of 40 pupils stands alone: the best draws set it against 16 and 8.
    assert found.never
    assert set(found.never) <= set(found.low)
    assert set(found.always) <= set(found.high)
    loose = check_overlap(SimpleScheme.from_shares({"a": 1, "b": 1}), SIX)
    np.testing.assert_allclose(loose.together[0, 1], 0.5)
    assert not loose.high
    drawn = check_overlap(
        MinimisationScheme.from_shares({"a": 1, "b": 1}, {"stratum": 1}, "9/10"), SIX, draws=300
    )
    assert (drawn.exact, drawn.draws) == (False, 300)


def test_draws_do_not_depend_on_batches_or_on_the_order_of_rows() -> None:
    schemes: list[Scheme] = [
        SimpleScheme.from_shares(SHARES),
        CompleteScheme.from_shares(SHARES),
        StratifiedScheme.from_shares(SHARES, remainder="strata"),
        MinimisationScheme.from_shares(SHARES, {"stratum": 1, "size": 2}, "4/5"),
        ConstrainedScheme(EVEN, Balance({"pupils": 1}), 10, Fraction(1, 5)),
        ReRandomisedScheme(EVEN, Balance({"pupils": 1}), 10**8, tries=20),
    ]
    turn = [3, 0, 7, 5, 1, 6, 2, 4]
    turned = Roster.build(
        [ROSTER.units[i] for i in turn],
        [(["p"] * 3 + ["q"] * 5)[i] for i in turn],
        groups=[[None, "g", "g", None, None, None, "h", "h"][i] for i in turn],
        covariates={
            "pupils": [[100, 120, 300, 500, 90, 400, 250, 30][i] for i in turn],
            "size": ["bbssbbss"[i] for i in turn],
        },
    )
    for scheme in schemes:
        whole = np.concatenate(list(iterate_draws(scheme, ROSTER, 3, 20)))
        parts = np.concatenate(list(iterate_draws(scheme, ROSTER, 3, 20, batch=3)))
        np.testing.assert_array_equal(whole, parts)
        keys = np.arange(8, dtype=np.uint64)[None, :] * np.uint64(0x9E3779B97F4A7C15)
        again = scheme.assign_many(turned, keys[:, turn])
        np.testing.assert_array_equal(again, scheme.assign_many(ROSTER, keys)[:, turn])


@pytest.mark.parametrize(
    ("refused", "sentence"),
    [
        (lambda: StratifiedScheme.from_shares(SHARES, remainder="even"), "no rule 'even'"),  # type: ignore[arg-type]
        (
            lambda: StratifiedScheme.from_shares(SHARES, remainder="fixed").probabilities(),
            "depends on its stratum",
        ),
        (
            lambda: enumerate_allocations(
                StratifiedScheme.from_shares(SHARES, remainder="strata"), ROSTER
            ),
            "tie the strata together",
        ),
        (lambda: CompleteScheme(StratifiedScheme(("a", "b"), (1, 1), "strata")), "no strata"),
        (lambda: PairedScheme(("a",)), "at least two arms"),
        (
            lambda: enumerate_allocations(PairedScheme(("a", "b")), ROSTER),
            "Stratum 'q' holds 4 units",
        ),
        (
            lambda: MinimisationScheme.from_shares(SHARES, {"size": 1}, Fraction(1)),
            "below 1",
        ),
        (lambda: MinimisationScheme.from_shares(SHARES, {"size": 1}, 0.8), "not a float"),  # type: ignore[arg-type]
        (lambda: MinimisationScheme.from_shares(SHARES, {"size": 1}, "4:5"), "such as 4/5"),
        (lambda: MinimisationScheme.from_shares(SHARES, {}, "4/5"), "at least one factor"),
        (lambda: MinimisationScheme.from_shares(SHARES, {"size": 0}, "4/5"), "whole number"),
        (
            lambda: next(
                iterate_draws(
                    MinimisationScheme.from_shares(SHARES, {"la": 1}, "4/5"), ROSTER, 1, 1
                )
            ),
            "no covariate 'la'",
        ),
        (
            lambda: MinimisationScheme.from_shares(SHARES, {"size": 1}, "4/5").assign_many(
                ROSTER, np.zeros((1, 8), np.uint64), np.array([0, 1, 1, -1, 0, 0, 1, 1])
            ),
            "settled in part",
        ),
        (lambda: Balance({}), "at least one covariate"),
        (lambda: Balance({"pupils": 2}, "mahalanobis"), "use weight 1"),
        (lambda: Balance({"pupils": 1}, "l3"), "no balance metric"),  # type: ignore[arg-type]
        (
            lambda: Balance({"x": 1}).scores(
                Roster.build(["a", "b"], [0, 0], covariates={"x": [1.5, 2.0]}),
                np.zeros((1, 2), np.int64),
                (1, 1),
            ),
            "not floats",
        ),
        (
            lambda: Balance({"x": 1}).scores(
                Roster.build(["a", "b"], [0, 0], covariates={"x": [1, 1]}),
                np.zeros((1, 2), np.int64),
                (1, 1),
            ),
            "one value only",
        ),
        (
            lambda: Balance({"x": 1, "z": 1}, "mahalanobis").scores(
                Roster.build(["a", "b", "c"], [0] * 3, covariates={"x": [1, 2, 3], "z": [2, 4, 6]}),
                np.zeros((1, 3), np.int64),
                (1, 1),
            ),
            "computed from the others",
        ),
        (
            lambda: Balance({"pupils": 1 << 55}).scores(SIX, np.zeros((1, 6), np.int64), (1, 1)),
            "64 bits",
        ),
        (lambda: ConstrainedScheme(EVEN, Balance({"x": 1}), 10, Fraction(0)), "above 0"),
        (lambda: ConstrainedScheme(EVEN, Balance({"x": 1}), 1, Fraction(1, 2)), "two candidates"),
        (
            lambda: enumerate_allocations(
                ConstrainedScheme(EVEN, Balance({"pupils": 1}), 9, Fraction(1, 2)), SIX
            ),
            "cannot be listed",
        ),
        (
            lambda: ConstrainedScheme(
                SimpleScheme.from_shares(SHARES), Balance({"pupils": 1}), None, Fraction(1, 2)
            ).accepted(SIX),
            "not equally likely",
        ),
        (lambda: ReRandomisedScheme(EVEN, Balance({"x": 1}), -1), "whole numbers"),
        (
            lambda: StagedScheme({1: EVEN, 2: SimpleScheme.from_shares({"x": 1, "y": 1})}),
            "same arms",
        ),
        (
            lambda: next(iterate_draws(StagedScheme({1: EVEN}), SIX, 1, 1)),
            "No scheme is declared for stage None",
        ),
        (
            lambda: Roster.build(["a", "b"], [0, 0], stages=[1, "x"]),
            "cannot be put in order",
        ),
        (
            lambda: Roster.build(["a", "b"], [0, 0], stages=[1, 2], stage_order=[1]),
            "every stage once",
        ),
        (
            lambda: Roster.build(["a", "b"], [0, 0], covariates={"x": [1]}),
            "same length",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused(refused, sentence) -> None:
    with pytest.raises(SchemeError, match=sentence):
        refused()
