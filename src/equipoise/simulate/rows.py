"""What is written down about each event: the row, and what a perfect reader could make of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from equipoise.simulate.callers import Caller
from equipoise.simulate.dialects import NOT_SCHOOLS, REASON_LABELS, UNKNOWN_SCHOOLS, Dialect
from equipoise.simulate.events import SCHOOL, Event
from equipoise.simulate.facts import TrialFacts
from equipoise.simulate.scenario import Scenario

NOT_A_SCHOOL = "not-a-school"


@dataclass(frozen=True, slots=True)
class Row:
    """An event and how it stands in the authority's file.

    `source`, `urn`, `outcome` and `reason` are what a perfect reader with the reviewed files
    would find: a code, AMBIGUOUS; a URN, "not-a-school" or blank (cannot be resolved); a code,
    PENDING at the cut-off, MISSING or UNMAPPED; a code, or blank where none was entered.
    """

    contact: str
    event: Event
    source_label: str
    organisation: str
    outcome_label: str
    settled: bool
    source: str
    urn: str
    outcome: str
    reviewed: bool
    reason_label: str
    reason: str


def write_rows(
    events: Sequence[Event], dialect: Dialect, caller: Caller, scenario: Scenario, facts: TrialFacts
) -> tuple[Row, ...]:
    """Write one authority's events as rows, ordered by day, with ids in that order."""
    ordered = sorted(events, key=lambda e: (e.day, e.made_by, e.order, e.child))
    return tuple(
        _row(f"{event.la_code}{number:07d}", event, dialect, caller, scenario, facts)
        for number, event in enumerate(ordered, start=1)
    )


def _row(
    contact: str,
    event: Event,
    dialect: Dialect,
    caller: Caller,
    scenario: Scenario,
    facts: TrialFacts,
) -> Row:
    source, source_label = _source(event, dialect, scenario)
    urn, organisation, reviewed = _organisation(event, caller, scenario)
    outcome, outcome_label = _outcome(event, dialect, scenario, facts)
    known = (event.entry * 71.9) % 1.0 >= scenario.missing_outcome
    reason_label = _pick(REASON_LABELS[event.reason], (event.name * 3.1) % 1.0) if known else ""
    return Row(
        contact=contact,
        event=event,
        source_label=source_label,
        organisation=organisation,
        outcome_label=outcome_label,
        settled=outcome != "PENDING" and (outcome != "MISSING" or dialect.shape > 2),
        source=source,
        urn=urn,
        outcome=outcome,
        reviewed=reviewed,
        reason_label=reason_label,
        reason=event.reason if known else "",
    )


def _source(event: Event, dialect: Dialect, scenario: Scenario) -> tuple[str, str]:
    u = (event.label * 13.3) % 1.0
    if event.made_by and event.entry < scenario.ambiguous_source:
        return "AMBIGUOUS", _pick(dialect.ambiguous, u)
    code = SCHOOL if event.made_by or event.standin else event.source
    return dialect.sources_as.get(code, code), _pick(dialect.sources[code], u)


def _organisation(event: Event, caller: Caller, scenario: Scenario) -> tuple[str, str, bool]:
    if event.standin:
        return NOT_A_SCHOOL, _pick(NOT_SCHOOLS, event.name), True
    if not event.made_by:
        return "", "", False
    if event.name < scenario.unknown_name:
        return "", _pick(UNKNOWN_SCHOOLS, event.name / scenario.unknown_name), False
    u = (event.name - scenario.unknown_name) / (1.0 - scenario.unknown_name)
    if caller.is_beyond(event.made_by):
        return "", caller.beyond(event.made_by), False
    text = caller.typed(event.made_by, u, event.day)
    if not caller.needs_review(event.made_by, text):
        return event.made_by, text, False
    if caller.left_alone(event.made_by, text):
        return "", text, False
    return event.made_by, text, True


def _outcome(
    event: Event, dialect: Dialect, scenario: Scenario, facts: TrialFacts
) -> tuple[str, str]:
    if event.decided_on > facts.cut_off:
        return "PENDING", ""
    u = (event.entry * 29.1) % 1.0
    settled = (facts.cut_off - event.day).days > facts.settling_days
    code = event.entered
    if u < scenario.missing_outcome and not event.open and settled:
        return ("NFA" if dialect.shape == 3 else "MISSING"), ""
    if dialect.shape == 2:
        return dialect.read_as.get(code, code), code
    if 1.0 - u < scenario.unmapped_label and not event.open and dialect.unmapped:
        return "UNMAPPED", _pick(dialect.unmapped, event.label)
    label = _pick(dialect.outcomes[code], event.label)
    if dialect.remarks:
        label += _pick(dialect.remarks, (event.label * 17.9) % 1.0)
    return dialect.read_as.get(code, code), label


def _pick(labels: Sequence[str], u: float) -> str:
    """Return a label; the first is by far the commonest."""
    place = int(max(u * 1.6 - 0.6, 0.0) * len(labels))
    return labels[min(place, len(labels) - 1)]
