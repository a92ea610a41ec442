"""Departures from locked protocols: every amendment and correction stands in every report."""

from __future__ import annotations

import datetime
import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import programme_samples as samples

from equipoise.core.ledger import Entry
from equipoise.evaluation.synthesis import Departure
from equipoise.reporting.documents import html_page, programme_document
from equipoise.reporting.words import ProgrammeInputs, programme_tables
from equipoise.workspace.steps.deviations import deviations_of

GIVEN = Departure("2022-04-16", "after unblinding", "Amendment, version 2", "the panel asked")


def entry(name: str, **facts: object) -> Entry:
    by = ("statistician", "sponsor")
    return Entry(7, "2022-04-16T12:00:00Z", "act", name, None, by, {}, {}, facts)


def inputs(*departures: Departure) -> ProgrammeInputs:
    first, *others = samples.trials()
    trials = (replace(first, departures=departures), *others)
    return ProgrammeInputs(samples.result(trials=trials), samples.programme())


def test_a_programme_lists_the_departures_of_its_trials() -> None:
    made = inputs(GIVEN)
    (row,) = programme_tables(made.writer())["departures"].rows
    assert len(row) == 5
    document = programme_document(made, datetime.date(2026, 1, 2))
    text = html_page(document).decode("utf-8")
    for words in ("16 April 2022", GIVEN.phase, GIVEN.what, GIVEN.why):
        assert words in text


def test_a_programme_without_any_has_no_such_table() -> None:
    assert "departures" not in programme_tables(inputs().writer())


def test_before_and_after_unblinding_are_told_apart() -> None:
    change = {"place": "design.alpha", "old": "0.05", "new": "0.01"}
    amended = {"reason": "asked", "version": 2, "changes": [change]}
    phases = [
        deviations_of([entry("amend", phase=state, **amended)])[0].phase
        for state in ("locked", "sap-locked", "frozen", "unblinded")
    ]
    assert [phase.startswith("before unblinding") for phase in phases] == [True, True, True, False]
    assert len(set(phases)) == 4


def test_a_reader_is_told_how_many_schools_and_where_they_are_named() -> None:
    facts = {
        "kind": "merged", "urns": ["900001", "900002"], "set_aside": ["900001"], "into": "900002",
        "effect": "joined", "rule": "arm-of-larger", "effective": "2022-01-01",
        "reason": "letter", "phase": "sap-locked",
    }  # fmt: skip
    (said,) = deviations_of([entry("correct", **facts)])
    assert said.what == (
        "Correction, schools that became one (2 schools, since 2022-01-01); rule arm-of-larger: "
        "1 school counted with another of them (line 8 of the ledger)"
    )
    assert (said.when, said.why) == ("2022-04-16", "letter")


def test_long_values_are_cut_in_a_table_and_whole_in_the_ledger() -> None:
    change = {"place": "plan.checks", "old": None, "new": "x" * 500}
    amended = {"reason": "asked", "version": 2, "changes": [change], "phase": "locked"}
    (said,) = deviations_of([entry("amend", **amended)])
    assert "plan.checks from nothing to xxx" in said.what and len(said.what) < 260
