"""Every scheme, repeated by an outsider from its rule in words with the standard library."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest

from equipoise.statistics.schemes import (
    Balance,
    CompleteScheme,
    ConstrainedScheme,
    MinimisationScheme,
    PairedScheme,
    ReRandomisedScheme,
    Roster,
    SimpleScheme,
    StagedScheme,
    StratifiedScheme,
    form_pairs,
)
from tests.statistics.schemes import outsider


def _trial(chance, least=1, most=14, letters="xyz"):
    n = chance.randint(least, most)
    # Few bits in some rosters, so that keys tie.
    bits = chance.choice([3, 64])
    return (
        [chance.getrandbits(bits) for _ in range(n)],
        [str(u) for u in chance.sample(range(900000, 900100), n)],
        [chance.choice(letters) for _ in range(n)],
    )


def _shares(chance):
    weights = [chance.randint(1, 5) for _ in range(chance.randint(2, 4))]
    scheme = SimpleScheme.from_shares({f"arm {k}": w for k, w in enumerate(weights)})
    return dict(zip(scheme.arms, scheme.weights, strict=True))


def _drawn(scheme, roster, keys):
    return scheme.assign_many(roster, np.asarray([keys], dtype=np.uint64))[0].tolist()


def test_simple_and_complete() -> None:
    chance = random.Random(1)
    for _ in range(400):
        keys, units, strata = _trial(chance)
        shares = _shares(chance)
        weights = list(shares.values())
        roster = Roster.build(units, strata)
        assert _drawn(SimpleScheme.from_shares(shares), roster, keys) == outsider.simple(
            keys, weights
        )
        whole = outsider.stratified(keys, units, ["one"] * len(keys), weights)
        assert _drawn(CompleteScheme.from_shares(shares), roster, keys) == whole
        fixed = outsider.stratified(keys, units, ["one"] * len(keys), weights, "fixed")
        assert _drawn(CompleteScheme.from_shares(shares, fixed=True), roster, keys) == fixed


@pytest.mark.parametrize("rule", ["systematic", "fixed", "strata"])
def test_stratified_by_each_rule_for_remainders(rule) -> None:
    chance = random.Random(2)
    for _ in range(600):
        keys, units, strata = _trial(chance, most=24)
        shares = _shares(chance)
        scheme = StratifiedScheme.from_shares(shares, remainder=rule)
        expected = outsider.stratified(keys, units, strata, list(shares.values()), rule)
        assert _drawn(scheme, Roster.build(units, strata), keys) == expected


def test_matched_pairs_and_triples() -> None:
    chance = random.Random(3)
    for _ in range(200):
        arms = chance.choice([2, 3])
        sets = [arms + (chance.random() < 0.2) for _ in range(5)]
        strata = [s for s, size in enumerate(sets) for _ in range(size)]
        keys = [chance.getrandbits(64) for _ in strata]
        units = [str(u) for u in chance.sample(range(900000, 900100), len(strata))]
        scheme = PairedScheme(tuple("abc"[:arms]))
        expected = outsider.stratified(keys, units, strata, [1] * arms)
        assert _drawn(scheme, Roster.build(units, strata), keys) == expected


@pytest.mark.parametrize("imbalance", ["range", "variance"])
@pytest.mark.parametrize("carry", [True, False])
def test_minimisation(imbalance, carry) -> None:
    chance = random.Random(4)
    for _ in range(120):
        keys, units, strata = _trial(chance, most=20)
        shares = _shares(chance)
        weights = list(shares.values())
        stages = [chance.choice([2, 10]) for _ in keys]
        size = [chance.choice(["big", "small"]) for _ in keys]
        p = Fraction(chance.randint(70, 95), 100)
        scheme = MinimisationScheme.from_shares(
            shares, {"stratum": 2, "size": 1}, p, imbalance=imbalance, carry=carry
        )
        coin = (1 - p) * sum(weights) / (sum(weights) - min(weights))
        expected = outsider.minimise(
            keys,
            units,
            stages,
            list(zip(strata, size, strict=True)),
            [2, 1],
            weights,
            coin,
            imbalance,
            carry,
        )
        roster = Roster.build(units, strata, stages=stages, covariates={"size": size})
        assert _drawn(scheme, roster, keys) == expected


def _balanced(chance, least=4, most=10):
    keys, units, strata = _trial(chance, least, most, "xy")
    pupils = [chance.randint(50, 900) for _ in keys]
    rate = [chance.randint(0, 40) for _ in keys]
    pupils[0], pupils[1], rate[0], rate[1] = 10, 20, 1, 2
    covariates = {"pupils": pupils, "rate": rate}
    return keys, units, strata, Roster.build(units, strata, covariates=covariates), covariates


def _score(covariates, weights, metric):
    columns = [outsider.standard(values) for values in covariates.values()]
    return lambda arms: outsider.imbalance(arms, columns, [3, 1], weights, metric)


@pytest.mark.parametrize("metric", ["l2", "l1"])
def test_constrained(metric) -> None:
    chance = random.Random(5)
    for _ in range(60):
        keys, units, strata, roster, covariates = _balanced(chance)
        shares = {"a": chance.randint(1, 2), "b": chance.randint(2, 3)}
        base = StratifiedScheme.from_shares(shares)
        weights = list(base.weights)
        share = Fraction(chance.randint(1, 30), 100)
        scheme = ConstrainedScheme(base, Balance({"pupils": 3, "rate": 1}, metric), 25, share)

        def draw(candidate, units=units, strata=strata, weights=weights):
            return outsider.stratified(candidate, units, strata, weights)

        score = _score(covariates, weights, metric)
        expected = outsider.constrained(keys, units, draw, score, 25, share)
        assert _drawn(scheme, roster, keys) == expected
        threshold = chance.choice([0, 10**6, 10**9])
        again = ReRandomisedScheme(scheme.base, scheme.balance, threshold, tries=70)
        assert _drawn(again, roster, keys) == outsider.rerandomised(
            keys, draw, score, threshold, 70
        )


def test_constrained_over_every_allocation() -> None:
    chance = random.Random(6)
    for _ in range(25):
        keys, units, _, roster, covariates = _balanced(chance, 6, 6)
        base = CompleteScheme.from_shares({"a": 1, "b": 1})
        share = Fraction(chance.randint(5, 60), 100)
        scheme = ConstrainedScheme(base, Balance({"pupils": 3, "rate": 1}), None, share)
        score = _score(covariates, [1, 1], "l2")
        expected = outsider.constrained_of_all(keys, units, 3, score, share)
        assert _drawn(scheme, roster, keys) == expected


def test_stages_are_drawn_each_by_its_own_scheme() -> None:
    chance = random.Random(7)
    for _ in range(100):
        keys, units, strata = _trial(chance, 2, 20)
        stages = [chance.choice(["one", "two"]) for _ in keys]
        stages[:2] = ["one", "two"]
        shares = {"a": 1, "b": 2}
        scheme = StagedScheme(
            {
                "one": SimpleScheme.from_shares(shares),
                "two": StratifiedScheme.from_shares(shares, remainder="strata"),
            }
        )
        found = _drawn(scheme, Roster.build(units, strata, stages=stages), keys)
        for stage in ("one", "two"):
            where = [i for i, s in enumerate(stages) if s == stage]
            here, names, labels = ([column[i] for i in where] for column in (keys, units, strata))
            if stage == "one":
                expected = outsider.simple(here, [1, 2])
            else:
                expected = outsider.stratified(here, names, labels, [1, 2], "strata")
            assert [found[i] for i in where] == expected


def test_pairs_are_the_nearest_first() -> None:
    chance = random.Random(8)
    for _ in range(50):
        n = chance.choice([6, 7])
        units = [str(u) for u in chance.sample(range(900000, 900100), n)]
        pupils = [chance.randint(50, 900) for _ in units]
        z = outsider.standard(pupils)
        free, label = set(range(n)), {}
        while len(free) > 1:
            i, j = min(
                ((i, j) for i in free for j in free if units[i] < units[j]),
                key=lambda ij: ((z[ij[0]] - z[ij[1]]) ** 2, units[ij[0]], units[ij[1]]),
            )
            label[i] = label[j] = units[i]
            free -= {i, j}
        found = form_pairs(units, {"pupils": pupils})
        if not free:
            assert found == tuple(label[i] for i in range(n))
        else:
            (alone,) = free
            near = min(
                (j for j in range(n) if j != alone),
                key=lambda j: ((z[j] - z[alone]) ** 2, units[j]),
            )
            trio = [i for i in range(n) if label.get(i) == label[near]] + [alone]
            assert {found[i] for i in trio} == {min(units[i] for i in trio)}
            assert all(found[i] == label[i] for i in range(n) if i not in trio)
