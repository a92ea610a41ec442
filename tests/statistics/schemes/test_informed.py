"""Schemes that carry what they know of units, and thresholds by part of the draws."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from equipoise.statistics.schemes import (
    AcceptedShareScheme,
    Balance,
    CompleteScheme,
    InformedScheme,
    MinimisationScheme,
    PairedScheme,
    ReRandomisedScheme,
    Roster,
    SchemeError,
    assign_after,
    assignment_probabilities,
    iterate_draws,
    look_at_pairings,
    pair_probabilities,
    uniform_keys,
)

SHARES = {"new": 1, "usual": 1}
UNITS = [f"{i:03d}" for i in range(16)]
SIZES = {unit: i % 3 for i, unit in enumerate(UNITS)}
PUPILS = {unit: 100 + 7 * i * i % 311 for i, unit in enumerate(UNITS)}


def test_an_informed_scheme_draws_as_with_the_covariates_in_the_roster() -> None:
    rule = MinimisationScheme.from_shares(SHARES, {"size": 1}, "4/5", carry=False)
    stages = [i % 2 for i in range(16)]
    bare = Roster.build(UNITS, [0] * 16, stages=stages)
    full = Roster.build(
        UNITS, [0] * 16, stages=stages, covariates={"size": [SIZES[unit] for unit in UNITS]}
    )
    keys = uniform_keys(3, range(40), 16)
    informed = InformedScheme(rule, {"size": SIZES})
    assert informed.arms == rule.arms
    assert (informed.assign_many(bare, keys) == rule.assign_many(full, keys)).all()


def test_a_unit_of_which_nothing_is_known_is_named() -> None:
    scheme = InformedScheme(CompleteScheme.from_shares(SHARES), {"size": {"a": 1}})
    with pytest.raises(SchemeError, match="Unit b has no value of the covariate 'size'"):
        scheme.assign_many(Roster.build(["a", "b"], [0, 0]), uniform_keys(0, [0], 2))


def test_each_stage_finds_its_own_threshold() -> None:
    base = CompleteScheme.from_shares(SHARES)
    balance = Balance({"pupils": 1})
    stages = [int(i >= 10) for i in range(16)]
    covariates = {"pupils": [PUPILS[unit] for unit in UNITS]}
    roster = Roster.build(UNITS, [0] * 16, stages=stages, covariates=covariates)
    scheme = AcceptedShareScheme(base, balance, Fraction(1, 5))
    keys = uniform_keys(9, range(20), 16)
    drawn = scheme.assign_many(roster, keys)
    for part, where in roster.by_stage():
        threshold = scheme.threshold(part)
        rule = ReRandomisedScheme(base, balance, threshold)
        assert (drawn[:, where] == rule.assign_many(part, keys[:, where])).all()
        scores = balance.scores(part, drawn[:, where], (1, 1))
        assert scores.max() <= threshold
        # The threshold is a fifth's of 10,000 draws; 4,000 others agree to 5 standard errors.
        base_scores = np.concatenate(
            [balance.scores(part, block, (1, 1)) for block in iterate_draws(base, part, 77, 4000)]
        )
        error = 5 * (0.2 * 0.8 * (1 / 4000 + 1 / 10_000)) ** 0.5
        assert (base_scores < threshold).mean() < 0.2 + error
        assert (base_scores <= threshold).mean() > 0.2 - error


def test_pairings_are_the_exact_probabilities_where_all_is_listed() -> None:
    roster = Roster.build(list("wxyz"), ["p", "p", "q", "q"])
    scheme = PairedScheme(("new", "usual"))
    found = look_at_pairings(scheme, roster, draws=10, paired=4)
    single = assignment_probabilities(scheme, roster).probability
    together = sum(pair_probabilities(scheme, roster, k, k).probability for k in (0, 1))
    assert found.exact and found.draws == found.distinct == 4 and found.error == 0
    assert pytest.approx(single) == found.single.T
    assert found.together == pytest.approx(together[np.triu_indices(4, 1)])
    assert found.tied() == (0, 2)
    few = look_at_pairings(scheme, roster, draws=10, paired=1)
    assert few.span_together() == (1.0, 1.0) and few.paired == 1


def test_simulated_pairings_carry_their_error() -> None:
    rule = MinimisationScheme.from_shares({"a": 2, "b": 1}, {"size": 1}, "4/5", carry=False)
    roster = Roster.build(UNITS, [0] * 16, covariates={"size": [SIZES[u] for u in UNITS]})
    found = look_at_pairings(rule, roster, draws=4000, paired=16)
    assert not found.exact and found.draws == 4000
    assert found.error == pytest.approx(np.sqrt(found.single * (1 - found.single) / 4000).max())
    low, high = found.span(0)
    # Minimisation with unequal shares moves single chances a little from the share, not far.
    assert 0.55 < low <= high < 0.78


def test_units_are_drawn_where_they_were_and_not_where_they_are_analysed() -> None:
    """Late joiners pooled with the stage that they joined: every re-draw is of the stages drawn."""
    rule = MinimisationScheme.from_shares(SHARES, {"size": 1}, "9/10")
    stages = ["two" if i % 4 == 3 else "one" for i in range(16)]
    strata = [f"{stages[i]} {i % 2}" for i in range(16)]
    size = [SIZES[unit] for unit in UNITS]
    true = Roster.build(
        UNITS, strata, stages=stages, covariates={"size": size}, stage_order=["two", "one"]
    )
    pooled = Roster.build(UNITS, [f"{i % 2}" for i in range(16)], stages=["one"] * 16)
    places = dict(zip(UNITS, zip(stages, strata, strict=True), strict=True))
    scheme = InformedScheme(rule, {"size": SIZES}, places, ("two", "one"))
    keys = uniform_keys(3, range(40), 16)
    assert (scheme.assign_many(pooled, keys) == rule.assign_many(true, keys)).all()
    other = InformedScheme(rule, {"size": SIZES}, places, ("one", "two"))
    assert (other.assign_many(pooled, keys) != rule.assign_many(true, keys)).any()
    with pytest.raises(SchemeError, match="Unit 000 is drawn in no stage that is known"):
        InformedScheme(rule, {}, {"x": ("one", "0")}).assign_many(pooled, keys)


def test_a_stage_after_others_takes_their_arms_as_they_are() -> None:
    rule = MinimisationScheme.from_shares(SHARES, {"size": 1}, "9/10")
    stages = ["one"] * 10 + ["two"] * 6
    size = [SIZES[unit] for unit in UNITS]
    roster = Roster.build(UNITS, [0] * 16, stages=stages, covariates={"size": size})
    keys = uniform_keys(5, [0], 16)[0].tolist()
    whole = [rule.arms[k] for k in rule.assign_many(roster, np.asarray([keys], np.uint64))[0]]
    later = dict(zip(UNITS[10:], keys[10:], strict=True))
    drawn = assign_after(rule, roster, later, dict(zip(UNITS[:10], whole[:10], strict=True)))
    assert drawn == dict(zip(UNITS[10:], whole[10:], strict=True))
    with pytest.raises(SchemeError, match="either a key or the arm"):
        assign_after(rule, roster, later, {})


def test_pairings_of_a_later_stage_are_told_without_those_before_it() -> None:
    rule = MinimisationScheme.from_shares(SHARES, {"size": 1}, "9/10")
    stages = ["one"] * 10 + ["two"] * 6
    size = [SIZES[unit] for unit in UNITS]
    roster = Roster.build(UNITS, [0] * 16, stages=stages, covariates={"size": size})
    only = roster.positions(set(UNITS[10:]))
    found = look_at_pairings(rule, roster, draws=500, paired=16, only=only)
    whole = look_at_pairings(rule, roster, draws=500, paired=16)
    assert (found.paired, found.single.shape) == (6, (2, 6))
    assert (found.single == whole.single[:, 10:]).all()
    assert found.pair_error == pytest.approx(0.5 / 500**0.5, rel=0.05)
    low, high = found.part_together(0.25, 0.75)
    assert (low, high) == ((found.together <= 0.25).sum(), (found.together >= 0.75).sum())
