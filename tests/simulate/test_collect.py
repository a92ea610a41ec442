"""What comes back: the same bytes again, and arms that show only where they were planted."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import replace

import pytest

from equipoise.core.base import ProblemsError
from equipoise.design.protocol import Protocol, load_protocol, template
from equipoise.simulate import Scenario, simulate_collect
from tests.simulate.conftest import SMALL, Make, World
from tests.simulate.reading import rows

SILENT = replace(SMALL, response_gap=0.0)


def authority_files(world: World) -> dict[str, bytes]:
    return {name: data for name, data in world.trial.items() if name.startswith("authority/")}


def total(world: World, name: str, arm: str, window: str = "outcome") -> int:
    return sum(
        int(row[name])
        for row in rows(world.truth["schools.csv"])
        if row["window"] == window and world.allocation.get(row["urn"]) == arm
    )


def test_same_seed_same_bytes(make: Make, small: World) -> None:
    again = make(SMALL)
    assert again.trial == small.trial
    assert again.delivery == small.delivery
    assert again.truth == small.truth


def test_other_seed_other_bytes(make: Make, small: World) -> None:
    other = make(replace(SMALL, seed=2))
    for name in ("authority/900/contacts.csv", "authority/901/contacts.xlsx"):
        assert other.trial[name] != small.trial[name]
    assert other.delivery["sessions.csv"] != small.delivery["sessions.csv"]


def test_without_effect_contacts_do_not_know_the_arms(make: Make, small: World) -> None:
    swapped = make(SMALL, swap=True)
    assert swapped.allocation != small.allocation
    assert authority_files(swapped) == authority_files(small)
    assert swapped.truth["expected.csv"] == small.truth["expected.csv"]
    assert swapped.delivery["sessions.csv"] != small.delivery["sessions.csv"]


def test_with_nothing_planted_the_whole_trial_is_the_same(make: Make) -> None:
    assert make(SILENT).trial == make(SILENT, swap=True).trial


@pytest.mark.parametrize("effect", [-0.7, 0.5])
def test_a_planted_effect_is_there_and_nowhere_else(
    make: Make, small: World, effect: float
) -> None:
    planted = make(replace(SMALL, effect=effect, effect_by="arm"))
    assert planted.allocation == small.allocation
    for name in ("nfa_any_strict", "contacts"):
        assert total(planted, name, "usual") == total(small, name, "usual")
        before = total(small, name, "supervision", "baseline")
        assert total(planted, name, "supervision", "baseline") == before
    ratio = total(planted, "nfa_any_strict", "supervision") / total(
        small, "nfa_any_strict", "supervision"
    )
    assert (ratio < 0.75) if effect < 0 else (ratio > 1.25)
    for name in ("referral_any", "s47_first"):
        assert total(planted, name, "supervision") <= total(small, name, "supervision") + 3


@pytest.mark.parametrize(
    # Further contacts may be about a child who has one already: those are counted as contacts.
    ("effect", "name"),
    [(-0.5, "nfa_any_strict"), (0.4, "nfa_contacts_strict")],
)
def test_the_planted_ratio_is_met_on_average(make: Make, effect: float, name: str) -> None:
    found, hoped = 0, 0.0
    for seed in range(11, 15):
        scenario = replace(SMALL, seed=seed, other_sources=0.0)
        some = make(replace(scenario, effect=effect, effect_by="arm"))
        found += total(some, name, "supervision")
        hoped += total(make(scenario), name, "supervision") * math.exp(effect)
    # Families are left out or called about independently; siblings and repeats inflate.
    assert abs(found - hoped) < 4 * (1.5 * hoped * abs(math.expm1(effect))) ** 0.5


def test_an_effect_by_dose_grows_with_the_sessions(make: Make) -> None:
    world = make(replace(SMALL, effect=-0.4))
    for row in rows(world.truth["dose.csv"]):
        share = min(int(row["sessions_held"]) / 6, 1.0)
        assert float(row["rate_ratio"]) == pytest.approx(math.exp(-0.4 * share))


def test_an_allocation_of_something_else_is_refused(small: World, protocol: Protocol) -> None:
    with pytest.raises(ProblemsError) as caught:
        simulate_collect(
            SMALL,
            protocol,
            small.registers,
            {"999999": "usual", small.enrolment.schools[0].urn: "placebo"},
            *(3 * [lambda name, data: None]),
        )
    assert len(caught.value.problems) == 2


def test_a_trial_with_its_own_outcome_table_cannot_be_simulated(small: World) -> None:
    other = load_protocol(template("own-outcomes"))
    with pytest.raises(ProblemsError, match=r"design\.periods\.delivery"):
        simulate_collect(Scenario(), other, small.registers, {}, *(3 * [lambda name, data: None]))


def test_files_are_utf8_with_plain_line_ends(small: World) -> None:
    for name, data in {**small.trial, **small.delivery, **small.truth}.items():
        if name.endswith(".csv"):
            assert b"\r" not in data
            assert list(csv.reader(io.StringIO(data.decode("utf-8"))))
