"""Surveys: answers within the scale, gaps, clustering, and a planted effect."""

from __future__ import annotations

from dataclasses import replace
from statistics import fmean, stdev

import pytest

from equipoise.simulate import Scenario
from tests.simulate.conftest import Make, World
from tests.simulate.reading import rows

WAVES = {"baseline": ("2021-06-10", "2021-07-19"), "endline": ("2022-06-09", "2022-07-18")}
ITEMS = [f"item_{n}" for n in range(1, 8)]


@pytest.mark.parametrize("wave", WAVES)
def test_answers_fit_the_scale_and_the_wave(demo: World, wave: str) -> None:
    answers = rows(demo.trial[f"outcomes/surveys/{wave}.csv"])
    assert list(answers[0]) == ["person_id", "completed_on", *ITEMS]
    assert len({row["person_id"] for row in answers}) == len(answers)
    assert {row["person_id"] for row in answers} <= {d.person_id for d in demo.registers.dsls}
    first, last = WAVES[wave]
    assert all(first <= row["completed_on"] <= last for row in answers)
    cells = [row[item] for row in answers for item in ITEMS]
    assert set(cells) == {"", "1", "2", "3", "4", "5"}
    assert 0 < cells.count("") / len(cells) < 0.03


def test_raw_sums_are_like_the_norms(demo: World) -> None:
    sums = [
        sum(int(row[item]) for item in ITEMS)
        for row in rows(demo.trial["outcomes/surveys/baseline.csv"])
        if all(row[item] for item in ITEMS)
    ]
    assert 23.5 < fmean(sums) < 27
    assert 3.4 < stdev(sums) < 5.4


def test_leads_leave_and_do_not_answer_again(demo: World) -> None:
    truth = rows(demo.truth["wellbeing.csv"])
    gone = {r["person_id"] for r in truth if r["wave"] == "endline" and r["in_post"] == "false"}
    assert gone
    assert not gone & {row["person_id"] for row in rows(demo.trial["outcomes/surveys/endline.csv"])}


def test_response_differs_by_arm_only_if_planted(make: Make) -> None:
    base = Scenario(schools=60, authorities=2, other_sources=0.0, response_gap=0.0)
    none, some = make(base), make(replace(base, response_gap=0.3))

    def responded(world: World, arm: str) -> set[str]:
        return {
            row["person_id"]
            for row in rows(world.truth["wellbeing.csv"])
            if row["wave"] == "endline"
            and row["responded"] == "true"
            and world.allocation[row["urn"]] == arm
        }

    assert responded(none, "usual") == responded(some, "usual")
    assert responded(none, "supervision") < responded(some, "supervision")


def test_a_planted_effect_moves_endline_by_the_dose(make: Make) -> None:
    base = Scenario(schools=24, authorities=2, other_sources=0.0)
    none, some = make(base), make(replace(base, wellbeing_effect=3.5))
    dose = {row["urn"]: int(row["sessions_held"]) for row in rows(some.truth["dose.csv"])}
    pairs = zip(rows(none.truth["wellbeing.csv"]), rows(some.truth["wellbeing.csv"]), strict=True)
    for before, after in pairs:
        moved = float(after["item_level"]) - float(before["item_level"])
        share = min(dose.get(after["urn"], 0) / 6, 1.0) if after["wave"] == "endline" else 0.0
        assert moved == pytest.approx(0.5 * share, abs=1e-8)
