"""Counting: two counters agree on any events, and the order of rows decides nothing."""

from dataclasses import astuple, fields, replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from equipoise.authority.rules import (
    QUERIES,
    RULES,
    Definitions,
    Event,
    ReferralSpan,
    Rows,
    SchoolCount,
    Window,
    count_contacts,
    event_rows,
)
from equipoise.authority.rules.engine import SCHEMAS
from equipoise.core.base import ProblemsError
from equipoise.workspace.folder.engine import DuckDBEngine
from tests.authority.counter import GRAVEST_FIRST, count_by_hand

FIRST = date(2024, 9, 1)
URNS = ("900001", "900002", "900003")
RECORDED = [code for code in GRAVEST_FIRST if code != "PENDING"]
WINDOWS = (
    Window("early", FIRST, FIRST + timedelta(days=20)),
    Window("late", FIRST + timedelta(days=25), FIRST + timedelta(days=60)),
    Window("all", FIRST, FIRST + timedelta(days=60)),
)


@st.composite
def event(draw):
    on = FIRST + timedelta(days=draw(st.integers(0, 65)))
    urn = draw(st.sampled_from([None, 900001, 900002]))
    by_school = draw(st.booleans())
    delay = draw(st.none() | st.integers(0, 30))
    return Event(
        child=draw(st.integers(0, 3)),
        on=on,
        decided=None if delay is None else on + timedelta(days=delay),
        by_school=by_school,
        unclear_source=False,
        urn=urn if by_school else None,
        resolution="" if not by_school else "matched" if urn else "unresolved",
        open_case=draw(st.sampled_from([False, False, True])),
        outcome=draw(st.sampled_from(RECORDED)),
        reason=draw(st.sampled_from(["SEXUAL_ABUSE", "EXPLOITATION", "MISSING"])),
        contact_id=draw(st.sampled_from([None, 1, 2, 3])),
        family=draw(st.sampled_from([None, None, 1, 2])),
        referred=draw(st.none() | st.integers(0, 20).map(lambda days: on + timedelta(days=days))),
    )


@st.composite
def declared(draw):
    return Definitions(
        school="made_by",
        source_codes=("2A",),
        open_cases=draw(st.sampled_from(["set-aside", "count"])),
        repeat_days=draw(st.sampled_from([0, 1, 7])),
        recontact_days=draw(st.sampled_from([0, 5, 90])),
        settling_days=draw(st.sampled_from([0, 14])),
        pending_cut_off=FIRST + timedelta(days=draw(st.integers(30, 70))),
        reasons=draw(st.sampled_from([(), ("sexual-abuse",)])),
        outcome=draw(st.sampled_from(["recorded", "derived"])),
        referral_within_days=draw(st.sampled_from([0, 7, 14])),
        siblings=draw(st.sampled_from(["each", "one"])),
        same_day=draw(st.sampled_from(["one", "keep"])),
        clock_from=draw(st.sampled_from(["", "contact", "referral"])),
        decision_days=draw(st.sampled_from([0, 1, 3])),
    )


#: Where the count of contacts about sexual abuse stands.
CSA = 19
PLAIN = Definitions("made_by", ("2A",), "set-aside", 0, 90, 28, date(2025, 1, 1))


#: A list of referrals that begins after the first contacts and ends before the last.
SPAN = ReferralSpan(FIRST + timedelta(days=4), FIRST + timedelta(days=55))


def counted(events, definitions=PLAIN, extract=date(2025, 2, 1)):
    answer = count_contacts(events, URNS, WINDOWS, definitions, extract, DuckDBEngine(), SPAN)
    return [astuple(row) for row in answer.schools]


def contact(day, outcome="NFA", **changes):
    base = Event(0, FIRST + timedelta(days=day), None, True, False, 900001, "matched", False,
                 outcome)  # fmt: skip
    return replace(base, **changes)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(event(), max_size=25), declared(), st.integers(30, 80))
def test_expressions_and_plain_counter_agree(events, definitions, extract_day):
    extract = FIRST + timedelta(days=extract_day)
    expected = count_by_hand(events, URNS, WINDOWS, definitions, extract, SPAN)
    assert counted(events, definitions, extract) == expected


@settings(max_examples=8, deadline=None)
@given(st.lists(event(), max_size=15), st.randoms(use_true_random=False))
def test_the_order_of_rows_decides_nothing(events, random):
    shuffled = list(events)
    random.shuffle(shuffled)
    asked = replace(PLAIN, reasons=("sexual-abuse",))
    assert counted(shuffled, asked) == counted(events, asked)


def test_contacts_about_sexual_abuse_count_children_of_new_contacts_alone():
    asked = replace(PLAIN, reasons=("sexual-abuse",))
    about = "SEXUAL_ABUSE"
    events = [
        contact(1, reason=about),
        contact(5, reason=about),
        contact(1, child=1, reason="EXPLOITATION"),
        contact(2, child=2, reason=about, open_case=True),
        contact(3, child=3, outcome="REFERRAL"),
        contact(3, child=3, reason=about),
        contact(4, child=4, outcome="MISSING", reason=about),
    ]
    rows = {(row[0], row[1]): row[CSA] for row in counted(events, asked)}
    assert (rows["900001", "early"], rows["900001", "late"]) == (2, 0)
    assert {row[CSA] for row in counted(events)} == {None}


def test_of_two_equal_contacts_on_a_day_the_one_about_sexual_abuse_is_kept():
    asked = replace(PLAIN, reasons=("sexual-abuse",))
    pair = [contact(1, reason="NEGLECT"), contact(1, reason="SEXUAL_ABUSE")]
    for events in (pair, pair[::-1]):
        row = next(r for r in counted(events, asked) if r[:2] == ("900001", "early"))
        assert (row[2], row[CSA - 1], row[CSA]) == (1, 1, 1)


def test_a_child_in_two_windows_is_counted_once_in_each_and_windows_are_not_added():
    rows = {(row[0], row[1]): row for row in counted([contact(1), contact(30)])}
    children = [rows["900001", window][3] for window in ("early", "late", "all")]
    assert children == [1, 1, 1]


def test_a_school_without_contacts_has_zeros_in_every_window():
    assert [row for row in counted([contact(1)]) if row[0] == "900003"] == [
        ("900003", window.id, *[0] * 17, *[None] * 5) for window in WINDOWS
    ]


def test_months_hold_every_source():
    events = [contact(1), contact(2, by_school=False, urn=None, resolution=""), contact(40)]
    months = count_contacts(events, URNS, WINDOWS, PLAIN, date(2025, 2, 1), DuckDBEngine()).months
    assert [astuple(month) for month in months] == [(202409, 2, 1), (202410, 1, 1)]


def test_no_events_at_all_give_zeros_not_an_error():
    assert all(set(row[2:CSA]) == {0} for row in counted([]))


def test_definitions_that_cannot_be_counted_are_refused_together():
    wrong = replace(PLAIN, school="nobody", open_cases="guess", repeat_days=-1, source_codes=(),
                    reasons=("weather",))  # fmt: skip
    with pytest.raises(ProblemsError) as error:
        counted([contact(1)], wrong)
    assert [p.place for p in error.value.problems] == [
        "school", "open_cases", "source_codes", "repeat_days", "reasons",
    ]  # fmt: skip


def test_an_event_at_a_school_outside_the_roster_is_refused():
    with pytest.raises(ValueError, match="not on the roster"):
        counted([contact(1, urn=999999)])


def test_every_rule_says_which_known_columns_it_reads():
    columns = {name for name, _ in SCHEMAS["events"]}
    assert len({rule.code for rule in RULES}) == len(RULES)
    decided = {count for rule in RULES for count in rule.decides}
    assert decided == {*(field.name for field in fields(SchoolCount))} - {"urn", "window"}
    for rule in RULES:
        assert set(rule.fields) <= columns | {"settled"}, rule.code
        assert rule.words.endswith(".")
        assert rule.source


def test_the_engine_refuses_a_query_it_does_not_know_and_text_never_enters_it():
    assert {kind for table in SCHEMAS.values() for _, kind in table} == {
        "int64", "boolean", "string",
    }  # fmt: skip
    strings = {name for name, kind in SCHEMAS["events"] if kind == "string"}
    assert strings == {"resolution", "outcome", "reason", "linkage"}  # short codes
    with pytest.raises(ValueError, match="no query"):
        DuckDBEngine().run("everything", {"events": event_rows([])})
    assert QUERIES[:3] == ("school_counts", "window_totals", "month_counts")


def test_rows_refuse_columns_of_different_length():
    with pytest.raises(ValueError, match="one length"):
        Rows(("a", "b"), ("int64", "int64"), ((1,), (1, 2)))


def test_the_engine_neither_installs_extensions_nor_reads_files():
    from equipoise.workspace.folder import engine

    assert engine._SETTINGS["threads"] == 1
    assert engine._SETTINGS["autoinstall_known_extensions"] is False
    assert engine._SETTINGS["autoload_known_extensions"] is False
    assert engine._SETTINGS["enable_external_access"] is False
