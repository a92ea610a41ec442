"""Schemes from the protocol: options that fit, units placed exactly, draws an outsider repeats."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from fractions import Fraction

import pytest

from equipoise.core.base import ProblemsError
from equipoise.core.results import encode_result
from equipoise.design.protocol import (
    DeclaredCovariate,
    DeclaredScheme,
    Protocol,
    load_protocol,
    scheme_of,
    set_values,
)
from equipoise.design.randomisation import (
    ArmShare,
    Commitment,
    DeclaredEvent,
    DrawRefused,
    RosterUnit,
    chances,
    commit,
    draw,
    draw_problems,
    known_covariates,
    lone_strata,
    roster_digest,
    seed_hash,
    strata_of,
    tight_stages,
    unit_key,
)
from equipoise.design.registers import (
    EnrolledSchool,
    Enrolment,
    Registers,
    Unit,
    read_registers,
)
from equipoise.statistics.schemes import (
    AcceptedShareScheme,
    CompleteScheme,
    ConstrainedScheme,
    MinimisationScheme,
    PairedScheme,
    ReRandomisedScheme,
    SimpleScheme,
)
from tests.statistics.schemes import outsider

STRATA = """\
    strata:
      - {variable: la_code}
      - {variable: pupils, cut: median-within-stage}
    remainder: systematic
"""
TYPE = "    type: stratified\n"
PUPILS = "    balance: [{variable: pupils}]\n"
MINIMISED = (
    "    type: minimisation\n    chance: 4/5\n"
    "    balance: [{variable: pupils, cut: median-within-stage}]\n"
)
CONSTRAINED = "    type: constrained\n    candidates: 50\n    accept: 1/5\n" + PUPILS
AGAIN = "    type: rerandomisation\n    accept: 1/5\n" + PUPILS
PAIRS = "    type: pairs\n    odd: refuse\n" + PUPILS


def with_scheme(text: str, head: str, strata: str = "") -> str:
    assert text.count(TYPE) == text.count(STRATA) == 1
    return text.replace(TYPE, head).replace(STRATA, strata)


def enrolment(pupils: list[int], known: dict | None = None, la: str = "900") -> Enrolment:
    urns = [f"{900_001 + i}" for i in range(len(pupils))]
    units = tuple(Unit(u, (u,), la, "primary", n) for u, n in zip(urns, pupils, strict=True))
    schools = tuple(
        EnrolledSchool(u, u, u, la, "N", "primary", n) for u, n in zip(urns, pupils, strict=True)
    )
    return Enrolment(units, schools, (), (), (), known or {})


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ("    type: simple\n", SimpleScheme),
        ("    type: complete\n", CompleteScheme),
        (PAIRS, PairedScheme),
        (MINIMISED, MinimisationScheme),
        (CONSTRAINED, ConstrainedScheme),
        (AGAIN, AcceptedShareScheme),
        (AGAIN.replace("accept: 1/5", "threshold: 1000"), ReRandomisedScheme),
    ],
)
def test_each_kind_is_built_with_its_arms_and_shares(text: str, head: str, kind: type) -> None:
    scheme = scheme_of(load_protocol(with_scheme(text, head).encode()))
    assert isinstance(scheme, kind)
    assert (scheme.arms, scheme.weights) == (("usual", "supervision"), (1, 1))


REFUSED = [
    ("    type: minimisation\n    chance: 4/5\n", "", "nothing; expected balance"),
    (MINIMISED.replace("    chance: 4/5\n", ""), "", "chance, which minimisation needs"),
    (MINIMISED.replace("4/5", "1/4"), "", "a chance of at least 1/2, the smallest share"),
    (MINIMISED, STRATA, "strata in a minimisation draw; expected no strata. Name the variables"),
    (MINIMISED.replace(", cut: median-within-stage", ""), "", "the number pupils, not cut"),
    ("    type: simple\n", STRATA, "strata in a simple draw; expected no strata"),
    ("    type: complete\n", STRATA, "strata in a complete draw; expected no strata"),
    ("    type: complete\n", "    remainder: strata\n", "expected systematic or fixed"),
    ("    type: stratified\n    accept: 1/10\n", STRATA, "accept with type: stratified"),
    (CONSTRAINED.replace("    candidates: 50\n", ""), "", "candidates, which constrained needs"),
    (CONSTRAINED.replace("1/5", "1"), "", "a part below 1, such as 1/10"),
    (CONSTRAINED.replace("50", "1"), "", "from 2 to 100,000 candidates"),
    (AGAIN + "    threshold: 9\n", "", "both accept and threshold"),
    (AGAIN.replace("    accept: 1/5\n", ""), "", "neither accept nor threshold"),
    ("    type: stratified\n    looks_back: true\n", STRATA, "looks_back with type: stratified"),
    (PAIRS.replace("pupils}", "phase}"), "", "the classes of phase; expected numbers"),
    (PAIRS.replace("    odd: refuse\n", ""), "", "odd, which pairs needs"),
    (
        CONSTRAINED.replace("pupils}", "pupils}, {variable: pupils}"),
        "",
        "pupils again; expected each variable only once",
    ),
    (
        CONSTRAINED.replace("pupils}", "pupils, weight: 2}") + "    metric: mahalanobis\n",
        "",
        "Mahalanobis' distance weighs variables itself",
    ),
]


@pytest.mark.parametrize(("head", "strata", "words"), REFUSED)
def test_what_makes_no_sense_is_one_sentence(text, sentences, head, strata, words) -> None:
    (said,) = sentences(with_scheme(text, head, strata))
    assert words in said


def test_pairs_take_two_arms_of_equal_shares(text, sentences) -> None:
    changed = with_scheme(text, PAIRS).replace("supervision, share: 1,", "supervision, share: 2,")
    (said,) = sentences(changed)
    assert "pairs with 2 arms of shares 1 : 2; expected two arms with equal shares" in said


def test_a_protocol_without_the_new_keys_means_what_it_meant(protocol: Protocol) -> None:
    scheme = json.loads(protocol.meaning("design"))["design"]["scheme"]
    assert set(scheme) == {
        "assumed", "source", "type", "strata", "remainder", "draw", "event", "two_signatures",
    }  # fmt: skip


def test_a_key_that_is_used_is_part_of_the_meaning(text: str) -> None:
    data = with_scheme(text, CONSTRAINED).encode()
    other = set_values(data, {("design", "scheme", "candidates"): 60})
    one, two = load_protocol(data), load_protocol(other)
    assert one.meaning() != two.meaning()
    assert json.loads(one.meaning())["design"]["scheme"]["candidates"] == 50


def commitments(
    text: str, head: str, strata: str = "", units: int = 12
) -> tuple[Commitment, bytes]:
    rng = random.Random(head)
    pupils = rng.sample(range(60, 600), units)
    meals = {f"{900_001 + i}": Fraction(rng.randint(20, 600), 10) for i in range(units)}
    secret = rng.randbytes(32)
    made = commit(
        load_protocol(with_scheme(text, head, strata).encode()),
        enrolment(pupils, {"free_meals": meals}),
        "900",
        seed_hash=seed_hash(secret),
        code_version="0",
    )
    return made, secret


def published(made: Commitment) -> dict:
    return json.loads(encode_result(made, trial=made.trial, simulated=True, inputs={}))["data"]


def outside(data: dict, secret: bytes, event: str) -> list[str]:
    """Repeat a draw from what is published, by the rules in words and the standard library."""
    units = [unit["unit"] for unit in data["roster"]]
    keys = [unit_key(secret, event, data["trial"], data["stage"], unit) for unit in units]
    strata = [unit["stratum"] for unit in data["roster"]]
    arms = [one["arm"] for one in data["shares"]]
    weights = [one["share"] for one in data["shares"]]
    rule, rows = data["declared"], [unit["covariates"] for unit in data["roster"]]
    if rule["type"] == "minimisation":
        p = Fraction(rule["chance"])
        coin = (1 - p) * sum(weights) / (sum(weights) - min(weights))
        factors = [one["weight"] for one in rule["covariates"]]
        stages = ["one"] * len(units)
        found = outsider.minimise(
            keys, units, stages, rows, factors, weights, coin, rule["imbalance"], False
        )
        return [arms[k] for k in found]
    columns = [outsider.standard([Fraction(row[k]) for row in rows])
               for k in range(len(rule["covariates"]))]  # fmt: skip
    metric, of_columns = rule["metric"], [one["weight"] for one in rule["covariates"]]

    def base(candidate):
        return outsider.stratified(candidate, units, strata, weights)

    def score(allocation):
        return outsider.imbalance(allocation, columns, of_columns, weights, metric)

    if rule["type"] == "constrained":
        share = Fraction(rule["accept"])
        found = outsider.constrained(keys, units, base, score, rule["candidates"], share)
    else:
        found = outsider.rerandomised(keys, base, score, rule["threshold"], rule["tries"])
    return [arms[k] for k in found]


BOTH = "    balance: [{variable: pupils, weight: 2}, {variable: free_meals}]\n"


@pytest.mark.parametrize(
    ("head", "strata"),
    [
        (MINIMISED, ""),
        (MINIMISED + "    imbalance: variance\n", ""),
        (CONSTRAINED.replace(PUPILS, BOTH), STRATA),
        (CONSTRAINED.replace(PUPILS, BOTH) + "    metric: l1\n", ""),
        (AGAIN.replace(PUPILS, BOTH), STRATA),
    ],
)
def test_an_outsider_repeats_the_draw_from_the_commitment(text, head, strata) -> None:
    made, secret = commitments(text, head, strata)
    for number in range(8):
        event = f"event {number}"
        arms = draw(made, secret, event).arms()
        assert [arms[unit.unit] for unit in made.roster] == outside(published(made), secret, event)


def test_the_threshold_of_a_stage_is_committed(text: str) -> None:
    made, _ = commitments(text, AGAIN)
    assert isinstance(made.declared.threshold, int)
    assert made.scheme.startswith("rerandomisation; ")
    assert f"imbalance up to {made.declared.threshold} (the least 1/5 of draws)" in made.scheme


def test_covariates_are_part_of_the_roster_s_digest() -> None:
    one = RosterUnit("900001", ("900001",), "all", 100, ("100",))
    other = RosterUnit("900001", ("900001",), "all", 100, ("101",))
    bare = RosterUnit("900001", ("900001",), "all", 100)
    assert len({roster_digest([unit]) for unit in (one, other, bare)}) == 3


def test_pairs_are_those_nearest_and_lie_within_strata(text: str) -> None:
    """By hand: 100 and 120, 400 and 410, 300 with 310; across the cut nobody is paired."""
    head, strata = PAIRS, "    strata: [{variable: pupils, at: [350]}]\n"
    protocol = load_protocol(with_scheme(text, head, strata).encode())
    labels = strata_of(protocol, enrolment([100, 300, 410, 120, 310, 400]), "900")
    assert labels == {
        "900001": "0-349/pair 900001", "900004": "0-349/pair 900001",
        "900002": "0-349/pair 900002", "900005": "0-349/pair 900002",
        "900003": "350+/pair 900003", "900006": "350+/pair 900003",
    }  # fmt: skip


def test_an_odd_stratum_follows_the_declared_rule(text: str) -> None:
    refused = load_protocol(with_scheme(text, PAIRS).encode())
    seven = enrolment([100, 110, 200, 210, 300, 310, 305])
    (said,) = draw_problems(refused, seven)
    assert "7 units in stratum all, so one has no match" in said.sentence()
    joined = load_protocol(with_scheme(text, PAIRS.replace("refuse", "join")).encode())
    assert draw_problems(joined, seven) == ()
    labels = list(strata_of(joined, seven, "900").values())
    assert sorted(labels.count(label) for label in set(labels)) == [2, 2, 3]
    (said,) = draw_problems(joined, enrolment([100]))
    assert "1 unit in stratum all, so one has no match" in said.sentence()
    assert "two units or more in every stratum" in said.sentence()


def test_a_covariate_that_is_absent_or_no_number_is_named(text: str) -> None:
    head = CONSTRAINED.replace("pupils}", "free_meals}")
    protocol = load_protocol(with_scheme(text, head).encode())
    meals: dict[str, Fraction | str] = {"900001": Fraction(3), "900002": Fraction(4)}
    (said,) = draw_problems(protocol, enrolment([100, 110, 120], {"free_meals": meals}))
    assert said.sentence() == (
        "design/covariates.csv, column free_meals: found no value of school 900003; expected a "
        "value of free_meals for every school that is drawn. Fill the column in, or take the "
        "variable out of design.scheme.balance."
    )
    words = {"free_meals": {f"90000{i}": "many" for i in (1, 2, 3)}}
    (said,) = draw_problems(protocol, enrolment([100, 110, 120], words))
    assert "'many', which is no number" in said.sentence()


def test_a_covariate_with_one_value_cannot_be_balanced(text: str) -> None:
    protocol = load_protocol(with_scheme(text, CONSTRAINED).encode())
    (said,) = draw_problems(protocol, enrolment([100, 100, 100, 100]))
    assert "A covariate that has one value only cannot be balanced (stage 900)" in said.sentence()
    with pytest.raises(ProblemsError, match="one value only"):
        commit(protocol, enrolment([100] * 4), "900", seed_hash="0" * 64, code_version="0")


def test_strata_of_one_unit_are_named(protocol: Protocol) -> None:
    assert lone_strata(protocol, enrolment([100, 200, 300])) == ("900/large of stage 900",)
    assert lone_strata(protocol, enrolment([100, 200, 300, 400])) == ()


def test_chances_by_hand() -> None:
    """Pupils 1, 2, 3, 4 in two and two: the least third of six allocations is 1 and 4 together."""
    pupils = ("1", "2", "3", "4")
    roster = tuple(
        RosterUnit(f"90000{n}", (f"90000{n}",), "all", 100, (n,)) for n in pupils
    )  # fmt: skip
    declared = DeclaredScheme(
        "constrained", covariates=(DeclaredCovariate("pupils", 1, "number"),),
        metric="l2", candidates=0, accept="1/3",
    )  # fmt: skip
    made = Commitment(
        "t", "all", roster, (ArmShare("usual", 1), ArmShare("new", 1)), declared.words(), "0",
        "0" * 64, DeclaredEvent("b", "n", "2024-09-16"), roster_digest(roster), declared,
    )  # fmt: skip
    found = chances(made)
    (stage,) = found.stages
    assert found.scheme == "constrained"
    assert (stage.exact, stage.draws, stage.distinct, stage.error) == (True, 2, 2, 0.0)
    assert [(arm.lowest, arm.highest) for arm in stage.arms] == [(0.5, 0.5), (0.5, 0.5)]
    assert (stage.lowest, stage.highest, stage.declared) == (0.0, 1.0, 0.5)
    assert (stage.always, stage.never) == (2, 4)
    # With two equal arms: three quarters and a quarter.
    assert (stage.often, stage.seldom, stage.pair_error) == (2, 4, 0.0)
    assert stage.words() == (
        "two units share an arm in 0.00 to 1.00 of 2 allocations (0.50 if each were drawn by "
        "itself); always together 2 pairs, never 4"
    )
    assert stage.warnings() == (
        "only 2 different draws are left in stage all: a test by re-drawing within it cannot reach "
        "1 in 20",
        "in stage all 2 pairs of units are in one arm in every draw and 4 in none: they count as "
        "tied, so accept more draws or balance less",
    )
    both = chances(replace(made, stage="a"), found)
    assert [one.stage for one in both.stages] == ["a", "all"]


def test_a_scheme_that_leaves_little_to_chance_is_named(text: str) -> None:
    """Of 1, 2, 3 and 4 only 1 with 4 against 2 with 3 is balanced: two draws, two pairs tied."""
    head = CONSTRAINED.replace("candidates: 50", "candidates: all").replace("1/5", "1/3")
    tight = load_protocol(with_scheme(text, head).encode())
    (said,) = tight_stages(tight, enrolment([100, 200, 300, 400]))
    assert said == (
        "the scheme leaves 2 different draws in stage 900, with 2 pairs of units always in one "
        "arm and 4 never: accept more draws, or balance less"
    )
    free = load_protocol(with_scheme(text, MINIMISED).encode())
    assert tight_stages(free, enrolment(list(range(100, 120)))) == ()


def test_a_commitment_that_its_scheme_cannot_draw_is_refused(text: str) -> None:
    made, secret = commitments(text, PAIRS, units=4)
    one = tuple(replace(unit, stratum="all") for unit in made.roster)
    altered = replace(made, roster=one, roster_digest=roster_digest(one))
    with pytest.raises(DrawRefused, match="Stratum 'all' holds 4 units; matched sets for 2 arms"):
        draw(altered, secret, "event")


FILES = {
    "design/register.csv": "urn,school_name,la_code,la_name,phase,status,opened,closed\n"
    "900001,A,900,N,Primary,Open,,\n900002,B,900,N,Primary,Open,,\n",
    "design/rolls.csv": "urn,date,pupils\n900001,2024-05-16,100\n900002,2024-05-16,300\n",
    "design/dsls.csv": "person_id,urn,role,from,to\n",
}


def registers(cells: str) -> Registers:
    files = {**FILES, "design/covariates.csv": cells}
    return read_registers(lambda name: files[name].encode() if name in files else None)


def test_covariates_of_the_trial_s_own_file() -> None:
    found = registers("urn,free_meals,faith\n900002,10.5,yes\n900001,,no\n")
    assert found.covariates == {
        "free_meals": {"900002": "10.5"},
        "faith": {"900002": "yes", "900001": "no"},
    }
    for wrong, words in (
        ("urn,x\n900009,1\n", "expected a URN that stands in design/register.csv"),
        ("urn,x\n900001,1\n900001,2\n", "900001 again"),
        ("school,x\n900001,1\n", "no column urn"),
    ):
        with pytest.raises(ProblemsError, match=words):
            registers(wrong)


def test_covariates_stand_in_the_balance_table() -> None:
    known = {
        "free_meals": {"900001": Fraction(21, 2), "900002": Fraction(3)},
        "faith": {"900001": "yes", "900002": "no"},
        "house": {f"90000{i}": str(i) for i in (1, 2)},
    }
    found = {one.id: one for one in known_covariates(enrolment([100, 300], known))}
    assert list(found) == ["pupils", "free_meals", "faith=no", "house=1"]
    assert found["free_meals"].values == {"900001": 10.5, "900002": 3.0}
    assert found["faith=no"].values == {"900001": 0.0, "900002": 1.0}
    assert found["faith=no"].title == "faith: no"
