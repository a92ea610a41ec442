"""Recording, displacement, borders, closures and changes: each is there when it is asked for."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date

import pytest

from equipoise.design.protocol import load_protocol, template
from equipoise.simulate import AuthorityTask, AuthorityYield, Scenario
from equipoise.simulate.closures import calls_left, closures
from equipoise.simulate.school_days import Days, terms
from tests.simulate.conftest import SMALL, Make, World
from tests.simulate.reading import rows
from tests.simulate.test_collect import authority_files, total

QUIET = replace(SMALL, other_sources=0.0, response_gap=0.0)


def outcomes(world: World, arm: str) -> Counter[str]:
    """Contacts of an arm's schools on closed cases in the outcome window, by recorded outcome."""
    return Counter(
        event["outcome_as_recorded"]
        for event in rows(world.truth["events.csv"])
        if event["date"] >= "2021-10-01"
        and event["open"] == "false"
        and world.allocation.get(event["made_by"]) == arm
    )


@pytest.fixture(scope="module")
def quiet(make: Make) -> World:
    return make(QUIET)


def test_any_order_and_any_process_give_the_same_bytes(make: Make, quiet: World) -> None:
    def elsewhere(
        function: Callable[[AuthorityTask], AuthorityYield], tasks: Iterable[AuthorityTask]
    ) -> Iterator[AuthorityYield]:
        sent = [pickle.dumps((function, task)) for task in tasks]
        done: list[AuthorityYield] = []
        for message in reversed(sent):
            there, task = pickle.loads(message)
            done.append(there(task))
        return reversed(done)

    again = make(QUIET, over=elsewhere)
    assert (again.trial, again.delivery, again.truth) == (quiet.trial, quiet.delivery, quiet.truth)


def test_displacement_takes_calls_for_advice_and_no_other(make: Make, quiet: World) -> None:
    moved = make(replace(QUIET, displacement=-1.5, effect_by="arm"))
    before, after = outcomes(quiet, "supervision"), outcomes(moved, "supervision")
    assert after["ADVICE"] < 0.5 * before["ADVICE"]
    assert after["NFA"] == before["NFA"]
    assert after["REFERRAL"] == before["REFERRAL"]
    assert outcomes(moved, "usual") == outcomes(quiet, "usual")


def test_a_shift_of_recording_changes_words_and_not_the_truth(make: Make, quiet: World) -> None:
    shifted = make(replace(QUIET, recording_shift=0.5))
    assert shifted.truth["schools.csv"] == quiet.truth["schools.csv"]
    before, after = outcomes(quiet, "supervision"), outcomes(shifted, "supervision")
    moved = before["NFA"] - after["NFA"]
    assert 0.35 < moved / before["NFA"] < 0.65
    assert after["ADVICE"] == before["ADVICE"] + moved
    assert outcomes(shifted, "usual") == outcomes(quiet, "usual")


@pytest.mark.parametrize("effect", [-0.8, 0.6])
def test_contacts_about_sexual_abuse_can_be_moved_alone(make: Make, effect: float) -> None:
    base = replace(QUIET, csa_share=0.25, effect_by="arm")
    none, some = make(base), make(replace(base, csa_effect=effect))
    ratio = total(some, "csa_any", "supervision") / total(none, "csa_any", "supervision")
    assert (ratio < 0.75) if effect < 0 else (ratio > 1.2)
    assert total(some, "csa_any", "usual") == total(none, "csa_any", "usual")


def test_a_share_of_contacts_is_about_sexual_abuse(quiet: World) -> None:
    events = [e for e in rows(quiet.truth["events.csv"]) if e["made_by"]]
    share = sum(e["reason"] == "SEXUAL_ABUSE" for e in events) / len(events)
    assert share == pytest.approx(0.05, abs=4 * (0.05 * 0.95 * 1.3 / len(events)) ** 0.5)


def test_a_pupil_beyond_the_border_is_in_the_other_authority_s_file(make: Make) -> None:
    world = make(replace(QUIET, border_share=0.15))
    home = {s.urn: s.la_code for s in world.registers.schools}
    events = [e for e in rows(world.truth["events.csv"]) if e["made_by"]]
    beyond = [e for e in events if home[e["made_by"]] != e["la_code"]]
    assert len(beyond) / len(events) == pytest.approx(0.15, abs=0.04)
    assert {e["made_by_as_recorded"] for e in beyond} == {""}, "this authority cannot know them"
    true = {(r["urn"], r["window"]): int(r["contacts"]) for r in rows(world.truth["schools.csv"])}
    seen = Counter(
        (e["made_by"], window)
        for e in events
        for window, first, last in (
            ("baseline", "2020-10-01", "2021-07-21"),
            ("outcome", "2021-10-01", "2022-07-21"),
        )
        if e["new"] == "true" and first <= e["date"] <= last
    )
    assert {key: n for key, n in true.items() if n} == dict(seen)


def test_what_an_authority_does_not_log_is_no_contact(make: Make, quiet: World) -> None:
    world = make(replace(QUIET, advice_logged=0.0, open_logged=0.0, early_help_apart=1.0))
    events = [e for e in rows(world.truth["events.csv"]) if e["made_by"]]
    assert not {e["outcome"] for e in events} & {"ADVICE", "EARLY_HELP", "EXISTING"}
    assert outcomes(world, "usual")["NFA"] == outcomes(quiet, "usual")["NFA"]
    assert {p["advice_logged"] for p in rows(world.truth["practices.csv"])} == {"false"}


def test_schools_change_after_the_draw_whatever_their_arm(make: Make) -> None:
    scenario = replace(QUIET, closing_share=0.1, merging_share=0.1, academising_share=0.15)
    world, swapped = make(scenario), make(scenario, swap=True)
    name = "outcomes/school-changes.csv"
    assert world.trial[name] == swapped.trial[name]
    assert authority_files(world) == authority_files(swapped)
    changes = rows(world.trial[name])
    assert {c["kind"] for c in changes} == {"closed", "merged", "successor"}
    events = rows(world.truth["events.csv"])
    known = {s.urn for s in world.registers.schools}
    for change in changes:
        later = [e for e in events if e["made_by"] == change["urn"] and e["date"] >= change["on"]]
        sessions = [
            s
            for s in rows(world.delivery["sessions.csv"])
            if s["urn"] == change["urn"] and s["planned_on"] >= change["on"]
        ]
        if change["kind"] == "successor":
            assert change["urn_to"] not in known
            continue
        assert not later
        assert not sessions
        assert (change["urn_to"] in known) == (change["kind"] == "merged")


def test_an_academy_is_typed_by_its_new_name_and_reviewed_as_the_school_drawn(make: Make) -> None:
    world = make(replace(QUIET, academising_share=0.3))
    reviewed = {
        row["typed"].casefold().split()[0]: row["urn"]
        for name, data in world.trial.items()
        if name.endswith("schools.csv")
        for row in rows(data)
    }
    new = {
        c["name_to"].casefold().split()[0] for c in rows(world.trial["outcomes/school-changes.csv"])
    }
    assert new & set(reviewed)


def test_leads_leave_and_others_come(quiet: World) -> None:
    after = rows(quiet.delivery["dsls-after.csv"])
    gone = {r["person_id"]: r for r in after if r["to"]}
    come = {r["person_id"]: r for r in after if not r["to"]}
    assert gone
    assert len(gone) == len(come)
    assert all(date.fromisoformat(r["from"]) > date(2021, 10, 1) for r in come.values())
    for session in rows(quiet.delivery["sessions.csv"]):
        if session["person_id"] in gone:
            assert session["planned_on"] <= gone[session["person_id"]]["to"]
        if session["person_id"] in come:
            assert session["planned_on"] >= come[session["person_id"]]["from"]


def test_calls_fall_while_schools_are_closed() -> None:
    first, last = date(2019, 9, 1), date(2021, 8, 31)
    half_terms = terms(first, last)
    days, usual = Days(first, last, half_terms), Days(first, last, half_terms, 0.0)
    april = (2019, date(2020, 4, 22), date(2020, 5, 22))
    assert days.share_between(*april) == pytest.approx(0.35 * usual.share_between(*april))
    autumn = (2019, date(2019, 10, 1), date(2019, 12, 18))
    assert days.share_between(*autumn) == usual.share_between(*autumn)
    assert usual.share_of_year(2019) == pytest.approx(1.0)
    assert [calls_left(c.start, 1.0) for c in closures()] == [c.calls for c in closures()]


def test_bolton_s_sessions_stop_when_schools_close(make: Make) -> None:
    bolton = load_protocol(template("bolton-pilot"))
    world = make(Scenario(schools=30, authorities=1, other_sources=0.0), protocol=bolton)
    assert rows(world.delivery["sessions.csv"])
    assert max(s["planned_on"] for s in rows(world.delivery["sessions.csv"])) <= "2020-03-31"
    assert not [name for name in world.trial if name.startswith("outcomes/surveys/endline")]
