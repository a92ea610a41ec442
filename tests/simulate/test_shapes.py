"""The four further shapes: read from their description, every row says what the truth says."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import pytest

from equipoise.simulate import Scenario
from equipoise.simulate.dialects import tidy
from tests.simulate.conftest import Make, World
from tests.simulate.reading import Line, authorities, book_rows, lines, rows

SIX = Scenario(schools=48, authorities=6, systems="six", contact_reason="always")
SHAPES = {"902": 3, "903": 4, "904": 5, "905": 6}


@pytest.fixture(scope="module")
def six(make: Make) -> World:
    return make(SIX)


def files_of(world: World, code: str) -> dict[str, bytes]:
    return dict(authorities(world.trial))[code]


def found(world: World, code: str) -> list[Line]:
    return lines(files_of(world, code), SHAPES[code])


def maps(world: World, code: str, field: str) -> dict[str, str]:
    labels = rows(files_of(world, code)["labels.csv"])
    return {tidy(row["label"]): row["code"] for row in labels if row["field"] == field}


@pytest.mark.parametrize("code", SHAPES)
def test_every_row_says_what_was_recorded(six: World, code: str) -> None:
    events = {e["contact_id"]: e for e in rows(six.truth["events.csv"]) if e["la_code"] == code}
    outcomes = maps(six, code, "outcome")
    seen = Counter[str]()
    for line in found(six, code):
        event = events.pop(line.contact)
        assert (line.child, line.day.isoformat()) == (event["child_id"], event["date"])
        recorded = event["outcome_as_recorded"]
        outcome = line.outcome or outcomes.get(tidy(line.label), "UNMAPPED")
        assert outcome == recorded
        seen[outcome] += 1
    assert not events
    assert {"NFA", "EARLY_HELP", "REFERRAL", "EXISTING"} <= set(seen)


@pytest.mark.parametrize("code", SHAPES)
def test_reviewed_maps_hold_one_meaning_for_each_label(six: World, code: str) -> None:
    events = {e["contact_id"]: e for e in rows(six.truth["events.csv"]) if e["la_code"] == code}
    labels = rows(files_of(six, code)["labels.csv"])
    assert len({(row["field"], row["label"]) for row in labels}) == len(labels)
    sources, reasons = maps(six, code, "source"), maps(six, code, "reason")
    for line in found(six, code):
        event = events[line.contact]
        known = sources.get(tidy(line.source))
        assert known in (None, event["source_as_recorded"])
        assert reasons.get(tidy(line.reason), "") == event["reason_as_recorded"]


def test_profiles_say_what_the_files_are(six: World) -> None:
    open_cases = {"902": "flagged", "903": "by-outcome", "904": "flagged", "905": "by-outcome"}
    for code, said in open_cases.items():
        profile = json.loads(files_of(six, code)["profile.json"])
        assert profile["open_cases"] == said
        assert profile.get("encoding") == ("cp1252" if code == "903" else None)
        assert profile["contacts_file"] in files_of(six, code)


def test_tick_boxes_cannot_tell_advice_from_no_further_action(six: World) -> None:
    events = [e for e in rows(six.truth["events.csv"]) if e["la_code"] == "902"]
    told = {(e["outcome"], e["outcome_as_recorded"]) for e in events}
    assert ("ADVICE", "NFA") in told
    assert ("CP_ENQUIRY", "REFERRAL") in told
    assert not {"ADVICE", "OTHER", "MISSING", "UNMAPPED"} & {recorded for _, recorded in told}


def test_next_actions_are_lists_and_a_byte_of_windows_1252_is_there(six: World) -> None:
    data = files_of(six, "903")["contacts.csv"]
    assert b"\x96" in data
    listed = [line.label for line in found(six, "903")]
    assert any("," in label for label in listed)
    assert {label.split(",")[0] for label in listed} > {"No Further Action", "Social Care"}


def test_a_sheet_for_each_year_with_headings_of_its_own(six: World) -> None:
    texts = {line.label for line in found(six, "905")}
    assert len(texts) > 15, "numbered labels carry remarks"
    assert len({line.day.year for line in found(six, "905")}) > 1


def test_reasons_stand_in_the_first_two_shapes_only_where_they_are_counted(
    make: Make, six: World, small: World
) -> None:
    assert "Contact reason" in rows(files_of(six, "900")["contacts.csv"])[0]
    assert "cont_contact_reason" in book_rows(files_of(six, "901")["contacts.xlsx"])[0]
    assert "Contact reason" not in rows(files_of(small, "900")["contacts.csv"])[0]
    plain = make(replace(SIX, contact_reason="if-counted"))
    assert not maps(plain, "905", "reason")


def test_an_authority_has_the_same_system_in_two_trials(make: Make, six: World) -> None:
    other = make(replace(SIX, schools=16, authorities=2, first_authority=904, first_urn=902_000))
    for code in ("904", "905"):
        one, two = (json.loads(files_of(w, code)["profile.json"]) for w in (six, other))
        assert (one["system"], one["name"]) == (two["system"], two["name"])
    assert not {s.urn for s in six.registers.schools} & {s.urn for s in other.registers.schools}
