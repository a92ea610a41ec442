"""The extracts: two shapes, local words, and maps that leave few rows unclear."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date

from equipoise.simulate.dialects import COMMON, tidy
from tests.simulate.conftest import World
from tests.simulate.reading import authorities, book_rows, flag_outcome, rows

CSV_HEAD = [
    "Contact ID",
    "Child ID",
    "Date of contact",
    "Contact source",
    "Referring organisation",
    "Contact outcome",
    "Decision date",
    "Open case at contact (Y/N)",
]
BOOK_HEAD = [
    "cont_contact_id",
    "cont_person_id",
    "cont_contact_date",
    "cont_contact_source_desc",
    "referring_agency",
    "cont_contact_outcome_json",
    "decision_date",
]


def events_of(world: World, code: str) -> dict[str, dict[str, str]]:
    found = rows(world.truth["events.csv"])
    return {event["contact_id"]: event for event in found if event["la_code"] == code}


def test_shapes_take_turns(small: World) -> None:
    for place, (code, files) in enumerate(authorities(small.trial)):
        profile = json.loads(files["profile.json"])
        assert profile["authority"] == code
        assert set(files) == {
            profile["contacts_file"], "profile.json", "labels.csv", "schools.csv", "roll.csv",
            "upns.csv",
        }  # fmt: skip
        if place % 2 == 0:
            assert profile["open_cases"] == "flagged"
            assert list(rows(files["contacts.csv"])[0]) == CSV_HEAD
        else:
            assert profile["open_cases"] == "by-outcome"
            assert list(book_rows(files["contacts.xlsx"])[0]) == BOOK_HEAD


def test_every_event_is_a_row_and_says_the_truth(small: World) -> None:
    for place, (code, files) in enumerate(authorities(small.trial)):
        events = events_of(small, code)
        seen = set()
        if place % 2 == 0:
            for row in rows(files["contacts.csv"]):
                event = events[row["Contact ID"]]
                seen.add(row["Contact ID"])
                day, month, year = row["Date of contact"].split("/")
                assert f"{year}-{month}-{day}" == event["date"]
                assert row["Child ID"] == event["child_id"]
                assert (row["Open case at contact (Y/N)"] == "Y") == (event["open"] == "true")
                blank = event["outcome_as_recorded"] in ("MISSING", "PENDING")
                assert (row["Contact outcome"] == "") == blank
        else:
            for line in book_rows(files["contacts.xlsx"]):
                event = events[str(line["cont_contact_id"])]
                seen.add(str(line["cont_contact_id"]))
                assert line["cont_contact_date"] == date.fromisoformat(event["date"])
                outcome = flag_outcome(str(line["cont_contact_outcome_json"]))
                recorded = event["outcome_as_recorded"]
                assert outcome == ("" if recorded in ("MISSING", "PENDING") else recorded)
        assert seen == set(events)


def test_the_same_label_always_means_the_same(small: World) -> None:
    for place, (code, files) in enumerate(authorities(small.trial)):
        if place % 2:
            continue
        events = events_of(small, code)
        meaning: dict[str, str] = {}
        for row in rows(files["contacts.csv"]):
            recorded = events[row["Contact ID"]]["outcome_as_recorded"]
            if row["Contact outcome"]:
                assert meaning.setdefault(tidy(row["Contact outcome"]), recorded) == recorded
        assert len(meaning) > 12, "labels are spelt in several ways"


def test_the_analyst_decides_only_local_words(small: World) -> None:
    for _, files in authorities(small.trial):
        labels = rows(files["labels.csv"])
        assert not {tidy(row["label"]) for row in labels} & COMMON
        assert all(row["by"] and row["when"] for row in labels)
        assert not {row["code"] for row in labels} & {"AMBIGUOUS", "UNMAPPED"}


def test_every_label_in_use_is_common_reviewed_or_truly_unclear(small: World) -> None:
    for place, (code, files) in enumerate(authorities(small.trial)):
        if place % 2:
            continue
        reviewed = {
            (row["field"], tidy(row["label"])): row["code"] for row in rows(files["labels.csv"])
        }
        events = events_of(small, code)
        for row in rows(files["contacts.csv"]):
            event = events[row["Contact ID"]]
            for kind, text, recorded in (
                ("source", row["Contact source"], event["source_as_recorded"]),
                ("outcome", row["Contact outcome"], event["outcome_as_recorded"]),
            ):
                label = tidy(text)
                if (kind, label) in reviewed:
                    assert reviewed[kind, label] == recorded
                elif label:
                    assert label in COMMON or recorded in ("UNMAPPED", "AMBIGUOUS")


def test_a_reviewed_name_means_the_school_that_called(small: World) -> None:
    for place, (code, files) in enumerate(authorities(small.trial)):
        reviewed = {row["typed"]: row["urn"] for row in rows(files["schools.csv"])}
        assert len(reviewed) == len(rows(files["schools.csv"]))
        events = events_of(small, code)
        names = {s.name.casefold(): s.urn for s in small.registers.schools if s.la_code == code}
        lines: list[tuple[str, str]] = (
            [(r["Contact ID"], r["Referring organisation"]) for r in rows(files["contacts.csv"])]
            if place % 2 == 0
            else [
                (str(r["cont_contact_id"]), str(r["referring_agency"]))
                for r in book_rows(files["contacts.xlsx"])
            ]
        )
        for contact, text in lines:
            recorded = events[contact]["made_by_as_recorded"]
            typed = text.strip()
            if typed in reviewed:
                assert reviewed[typed] == recorded
            elif " ".join(typed.casefold().split()) in names:
                assert names[" ".join(typed.casefold().split())] == recorded


def test_few_school_rows_are_unclear_but_some_are(demo: World) -> None:
    events = [event for event in rows(demo.truth["events.csv"]) if event["made_by"]]
    unclear = Counter[str]()
    for event in events:
        unclear["name"] += event["made_by_as_recorded"] == ""
        unclear["source"] += event["source_as_recorded"] == "AMBIGUOUS"
        unclear["outcome"] += event["outcome_as_recorded"] == "UNMAPPED"
    assert set(unclear) == {"name", "source", "outcome"}
    for number in unclear.values():
        assert 0 < number / len(events) <= 0.02


def test_names_are_typed_in_many_ways(demo: World) -> None:
    forms: dict[str, set[str]] = {}
    for code, files in authorities(demo.trial):
        if "contacts.csv" not in files:
            continue
        events = events_of(demo, code)
        for row in rows(files["contacts.csv"]):
            urn = events[row["Contact ID"]]["made_by"]
            if urn:
                forms.setdefault(urn, set()).add(row["Referring organisation"])
    assert sum(len(found) for found in forms.values()) / len(forms) > 3


def test_all_sources_open_cases_repeats_and_late_decisions_are_there(demo: World) -> None:
    events = rows(demo.truth["events.csv"])
    assert len({event["source"] for event in events}) == 21
    school = [event for event in events if event["made_by"]]
    assert len(events) > 1.5 * len(school)
    for name in ("open", "repeat"):
        assert 0.01 < sum(event[name] == "true" for event in school) / len(school) < 0.08
    share = sum(event["outcome"] == "NFA" for event in school) / len(school)
    assert 0.33 < share < 0.48
    pending = [event for event in events if event["outcome_as_recorded"] == "PENDING"]
    assert pending
    assert all(event["date"] > "2022-08-31" for event in pending)
    days = [event["date"] for event in events]
    assert min(days) < "2020-10-01"
    assert max(days) > "2022-07-21"
    assert (
        max(event["decided_on"] for event in events if event["date"] < "2022-08-20") < "2022-09-30"
    )


def test_schools_call_in_term_time(demo: World) -> None:
    months = Counter(
        event["date"][5:7] for event in rows(demo.truth["events.csv"]) if event["made_by"]
    )
    assert months["08"] < 0.1 * months["11"]
    assert months["12"] < months["11"]


def test_some_calls_are_about_two_children(demo: World) -> None:
    calls = Counter(
        (event["made_by"], event["date"], event["decided_on"], event["outcome"])
        for event in rows(demo.truth["events.csv"])
        if event["made_by"] and event["repeat"] == "false"
    )
    assert 0.08 < sum(number >= 2 for number in calls.values()) / len(calls) < 0.3


def test_several_flags_are_set_at_once_in_some_rows(demo: World) -> None:
    for code, files in authorities(demo.trial):
        if "contacts.xlsx" not in files:
            continue
        both = remarks = 0
        for line in book_rows(files["contacts.xlsx"]):
            flags = json.loads(str(line["cont_contact_outcome_json"]))
            both += flags["ADVICE_FLAG"] == flags["NFA_FLAG"] == "Y"
            remarks += "COMMENTS" in flags
        assert both > 5
        assert (remarks > 0) == (code == "903"), "one vendor adds a free text"
