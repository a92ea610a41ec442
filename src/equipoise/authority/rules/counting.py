"""Counting: events to counts, for every school and window of the roster, zeros included."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

from equipoise.authority.rules.definitions import Definitions, Window, check_definitions
from equipoise.authority.rules.engine import Answer, RowEngine, Rows, RowStore, added
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
    strange = {event.urn for event in events if event.urn is not None} - {int(u) for u in urns}
    _refuse_strange(strange)
    rows = {"events": event_rows(events)}

    def ask(query: str, tables: Mapping[str, Rows]) -> Iterable[Answer]:
        return engine.run(query, {**rows, **tables})

    return _counts(ask, urns, windows, definitions, extract_date)


def count_records(
    store: RowStore,
    urns: Sequence[str],
    windows: Sequence[Window],
    definitions: Definitions,
    extract_date: date,
) -> AuthorityCounts:
    """Count the records of a store by school and window, as `count_contacts` counts events.

    Parameters
    ----------
    store
        Holds the authority's extract, with every text resolved.
    urns, windows, definitions, extract_date
        As for `count_contacts`.

    Raises
    ------
    ProblemsError
        Where the definitions cannot be counted.
    ValueError
        Where a record names a school outside `urns`.
    """
    return _counts(store.ask, urns, windows, definitions, extract_date)


Ask = Callable[[str, Mapping[str, Rows]], Iterable[Answer]]


def _counts(
    ask: Ask,
    urns: Sequence[str],
    windows: Sequence[Window],
    definitions: Definitions,
    extract_date: date,
) -> AuthorityCounts:
    check_definitions(definitions, windows)
    tables = {
        "windows": window_rows(windows),
        "settings": setting_rows(definitions, extract_date),
    }

    def counted(query: str) -> tuple[Answer, ...]:
        return added(query, ask(query, tables))

    schools = counted("school_counts")
    _refuse_strange({row[0] for row in schools} - {int(urn) for urn in urns})
    found = {(str(row[0]), str(row[1])): row[2:] for row in schools}
    totals = {str(row[0]): row[1:] for row in counted("window_totals")}
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
        months=tuple(MonthCount(*_integers(row)) for row in counted("month_counts")),
    )


def _refuse_strange(urns: Collection[object]) -> None:
    if urns:
        raise ValueError(f"{len(urns)} schools with contacts are not on the roster")


def _integers(values: Sequence[object]) -> tuple[int, ...]:
    """Return an engine's values as integers, for the type's sake: `added` has checked them."""
    return tuple(value for value in values if isinstance(value, int))
