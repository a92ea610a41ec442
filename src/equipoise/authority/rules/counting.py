"""Counting: events to counts, for every school and window of the roster, zeros included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

from equipoise.authority.rules.definitions import Definitions, Window, check_definitions
from equipoise.authority.rules.engine import RowEngine
from equipoise.authority.rules.events import Event, event_rows, setting_rows, window_rows
from equipoise.authority.rules.reason import REASONS


@dataclass(frozen=True)
class SchoolCount:
    """What a school did in a window. Children are counted once for each school and window.

    Attributes
    ----------
    urn, window
        Which school, which window.
    contacts, children
        New contacts, settled or pending, and distinct children with at least one.
    nfa_contacts_strict, nfa_contacts_advice, nfa_contacts_early_help
        New contacts that ended in no further action; the same with advice; and with early help.
    nfa_any_strict, nfa_any_advice, nfa_any_early_help
        Distinct children with any such contact.
    nfa_all_strict, nfa_first_strict
        Distinct children all of whose new contacts, or the first of which, ended so.
    referral_any
        Distinct children with a new contact that led to a referral or an enquiry.
    s47_first
        Distinct children whose first new contact led straight to an enquiry.
    recontact_after_nfa
        Distinct children contacted about again after no further action.
    pending, unmapped
        New contacts whose outcome is pending; whose outcome is missing or unclear.
    open_case, repeats
        Contacts set aside: on open cases; as repeats.
    csa_any
        Distinct children with a new contact whose reason is sexual abuse; None where the trial
        does not count by that reason.
    """

    urn: str
    window: str
    contacts: int
    children: int
    nfa_contacts_strict: int
    nfa_contacts_advice: int
    nfa_contacts_early_help: int
    nfa_any_strict: int
    nfa_any_advice: int
    nfa_any_early_help: int
    nfa_all_strict: int
    nfa_first_strict: int
    referral_any: int
    s47_first: int
    recontact_after_nfa: int
    pending: int
    unmapped: int
    open_case: int
    repeats: int
    csa_any: int | None = None


@dataclass(frozen=True)
class WindowTotal:
    """What the authority recorded in a window, whatever the school.

    Attributes
    ----------
    contacts, school_contacts
        Contacts of every source; those whose source is a declared school code.
    school_contacts_unresolved, not_school
        School contacts whose organisation could not be resolved; whose organisation is no school.
    unclear_source
        Contacts whose source is ambiguous or unmapped.
    school_missing, school_unmapped, school_pending
        School contacts by what is wrong with their outcome.
    school_reason_unclear
        School contacts whose reason is missing or unclear; 0 where reasons are not looked at.
    """

    window: str
    contacts: int
    school_contacts: int
    school_contacts_unresolved: int
    not_school: int
    unclear_source: int
    school_missing: int
    school_unmapped: int
    school_pending: int
    school_reason_unclear: int


@dataclass(frozen=True)
class MonthCount:
    """Contacts of a calendar month (``month`` is 202409 for September 2024)."""

    month: int
    contacts: int
    school_contacts: int


@dataclass(frozen=True)
class AuthorityCounts:
    """All counts of an authority, in the order of roster and windows."""

    schools: tuple[SchoolCount, ...]
    windows: tuple[WindowTotal, ...]
    months: tuple[MonthCount, ...]


def count_contacts(
    events: Sequence[Event],
    urns: Sequence[str],
    windows: Sequence[Window],
    definitions: Definitions,
    extract_date: date,
    engine: RowEngine,
) -> AuthorityCounts:
    """Count an authority's contacts by school and window.

    Parameters
    ----------
    events
        Its contacts, resolved.
    urns
        The schools to report; one without contacts gets zeros.
    windows
        The declared windows. They are counted apart and never added.
    definitions
        What counts.
    extract_date
        When the extract was made.
    engine
        What does the counting.

    Raises
    ------
    ProblemsError
        Where the definitions cannot be counted.
    ValueError
        Where an event names a school outside `urns`.
    """
    check_definitions(definitions, windows)
    strange = {event.urn for event in events if event.urn is not None} - {int(u) for u in urns}
    if strange:
        raise ValueError(f"{len(strange)} schools with contacts are not on the roster")
    tables = {
        "events": event_rows(events),
        "windows": window_rows(windows),
        "settings": setting_rows(definitions, extract_date),
    }
    found = {(str(row[0]), str(row[1])): row[2:] for row in engine.run("school_counts", tables)}
    totals = {str(row[0]): row[1:] for row in engine.run("window_totals", tables)}
    asked = sum(1 for reason in REASONS if reason in definitions.reasons)
    width = len(fields(SchoolCount)) - 2 - len(REASONS) + asked
    zeros = (0,) * width
    none = (0,) * (len(fields(WindowTotal)) - 1)
    return AuthorityCounts(
        schools=tuple(
            SchoolCount(
                urn,
                window.id,
                *_integers(found.get((str(int(urn)), window.id), zeros)[:width]),
            )
            for urn in sorted(set(urns))
            for window in windows
        ),
        windows=tuple(WindowTotal(w.id, *_integers(totals.get(w.id, none))) for w in windows),
        months=tuple(MonthCount(*_integers(row)) for row in engine.run("month_counts", tables)),
    )


def _integers(values: Sequence[object]) -> tuple[int, ...]:
    """Return an engine's values as integers; anything else is an engine that does not fit."""
    numbers: list[int] = []
    for value in values:
        if not isinstance(value, int):
            raise TypeError(f"an engine returned a {type(value).__name__} for a count")
        numbers.append(int(value))
    return tuple(numbers)
