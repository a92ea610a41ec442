"""Counting: events to counts, for every school and window of the roster, zeros included."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from equipoise.authority.rules.definitions import Definitions, Window, check_definitions
from equipoise.authority.rules.engine import Answer, RowEngine, Rows, RowStore, added
from equipoise.authority.rules.events import (
    Event,
    ReferralSpan,
    event_rows,
    setting_rows,
    window_rows,
)
from equipoise.authority.rules.reason import REASONS
from equipoise.authority.rules.rule import OF_CLOCK, OF_CONTACTS
from equipoise.authority.rules.working_days import clock_rows


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
        Distinct children whose first new contact led straight to an enquiry; None where outcomes
        are derived: a list of referrals does not tell.
    recontact_after_nfa
        Distinct children contacted about again after no further action.
    pending, unmapped
        New contacts whose outcome is pending; whose outcome is missing or unclear.
    open_case, repeats
        Contacts set aside: on open cases; as repeats.
    csa_any
        Distinct children with a new contact whose reason is sexual abuse; None where the trial
        does not count by that reason.
    siblings
        Rows of new contacts about a further child of a family whose contact is counted once; None
        where each child's is counted. `contacts`, those with no further action, `pending` and
        `unmapped` are then of families; all other counts are of children's rows as ever.
    clock_started, decided_known, decided_within_limit
        New contacts, each child's by itself, whose clock of working days started; whose decision
        is known; and came within the declared limit. None where no clock is declared.
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
    s47_first: int | None
    recontact_after_nfa: int
    pending: int
    unmapped: int
    open_case: int
    repeats: int
    csa_any: int | None = None
    siblings: int | None = None
    clock_started: int | None = None
    decided_known: int | None = None
    decided_within_limit: int | None = None


#: The counts of a school and window, in their order; and those that `school_counts` answers.
COUNT_NAMES = tuple(field.name for field in fields(SchoolCount))[2:]
_NAMES = COUNT_NAMES[: COUNT_NAMES.index("siblings")]


@dataclass(frozen=True)
class WindowTotal:
    """What the authority recorded in a window, whatever the school.

    Attributes
    ----------
    contacts, school_contacts
        Contacts of every source; those whose source is a declared school code.
    school_contacts_unresolved, not_school
        School contacts whose school is not known; whose organisation is no school. By
        ``attended``: whose child was linked to no roll; to the roll of a school that the roster
        does not have.
    unclear_source
        Contacts whose source is ambiguous or unmapped.
    school_missing, school_unmapped, school_pending
        School contacts by what is wrong with their outcome.
    school_reason_unclear
        School contacts whose reason is missing or unclear; 0 where reasons are not looked at.
    school_by_domain
        School contacts whose school only the caller's e-mail domain told.
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
    school_by_domain: int = 0


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
    referrals: ReferralSpan | None = None,
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
    referrals
        Which days the list of referrals holds, where the definitions need one.

    Raises
    ------
    ProblemsError
        Where the definitions cannot be counted.
    ValueError
        Where an event names a school outside `urns`, or the definitions need referrals and there
        is no list of them.
    """
    strange = {event.urn for event in events if event.urn is not None} - {int(u) for u in urns}
    _refuse_strange(strange)
    rows = {"events": event_rows(events)}

    def ask(query: str, tables: Mapping[str, Rows]) -> Iterable[Answer]:
        return engine.run(query, {**rows, **tables})

    return _counts(ask, urns, windows, definitions, extract_date, referrals)


def count_records(
    store: RowStore,
    urns: Sequence[str],
    windows: Sequence[Window],
    definitions: Definitions,
    extract_date: date,
    referrals: ReferralSpan | None = None,
) -> AuthorityCounts:
    """Count the records of a store by school and window, as `count_contacts` counts events.

    Parameters
    ----------
    store
        Holds the authority's extract, with every text resolved.
    urns, windows, definitions, extract_date, referrals
        As for `count_contacts`.

    Raises
    ------
    ProblemsError
        Where the definitions cannot be counted.
    ValueError
        Where a record names a school outside `urns`, or as `count_contacts`.
    """
    return _counts(store.ask, urns, windows, definitions, extract_date, referrals)


Ask = Callable[[str, Mapping[str, Rows]], Iterable[Answer]]


def _counts(
    ask: Ask,
    urns: Sequence[str],
    windows: Sequence[Window],
    definitions: Definitions,
    extract_date: date,
    referrals: ReferralSpan | None,
) -> AuthorityCounts:
    check_definitions(definitions, windows)
    if definitions.needs_referrals and referrals is None:
        raise ValueError("definitions that need a list of referrals, and none")
    tables = {
        "windows": window_rows(windows),
        "settings": setting_rows(definitions, extract_date, referrals),
    }

    def counted(query: str) -> tuple[Answer, ...]:
        return added(query, ask(query, tables))

    schools = counted("school_counts")
    _refuse_strange({row[0] for row in schools} - {int(urn) for urn in urns})
    found: dict[tuple[str, str], dict[str, int | None]] = {
        (str(row[0]), str(row[1])): dict(zip(_NAMES, _integers(row[2:]), strict=True))
        for row in schools
    }
    further: list[tuple[tuple[str, ...], tuple[Answer, ...]]] = []
    if definitions.siblings == "one":
        further.append(((*OF_CONTACTS, "siblings"), counted("family_counts")))
    if definitions.clock_from:
        tables["working_days"] = clock_rows(windows, definitions.pending_cut_off)
        further.append((OF_CLOCK, counted("clock_counts")))
    for names, answers in further:
        for row in answers:
            of_school = found[str(row[0]), str(row[1])]
            of_school.update(zip(names, _integers(row[2:]), strict=True))
    totals = {str(row[0]): row[1:] for row in counted("window_totals")}
    zeros: dict[str, int | None] = dict.fromkeys(COUNT_NAMES, 0)
    blank = dict.fromkeys(left_out(definitions))
    none = (0,) * (len(fields(WindowTotal)) - 1)
    return AuthorityCounts(
        schools=tuple(
            _school(urn, window.id, {**zeros, **found.get((str(int(urn)), window.id), {}), **blank})
            for urn in sorted(set(urns))
            for window in windows
        ),
        windows=tuple(WindowTotal(w.id, *_integers(totals.get(w.id, none))) for w in windows),
        months=tuple(MonthCount(*_integers(row)) for row in counted("month_counts")),
    )


def _school(urn: str, window: str, counts: Mapping[str, Any]) -> SchoolCount:
    return SchoolCount(urn, window, **counts)


def left_out(definitions: Definitions) -> frozenset[str]:
    """Return the counts of a school that definitions leave out: None in every `SchoolCount`.

    Examples
    --------
    >>> plain = Definitions("made_by", ("2A",), "count", 0, 90, 28, date(2025, 9, 30))
    >>> sorted(left_out(plain))
    ['clock_started', 'csa_any', 'decided_known', 'decided_within_limit', 'siblings']
    """
    out = {count for reason, (_, count) in REASONS.items() if reason not in definitions.reasons}
    if definitions.outcome == "derived":
        out.add("s47_first")
    if definitions.siblings == "each":
        out.add("siblings")
    if not definitions.clock_from:
        out.update(OF_CLOCK)
    return frozenset(out)


def _refuse_strange(urns: Collection[object]) -> None:
    if urns:
        raise ValueError(f"{len(urns)} schools with contacts are not on the roster")


def _integers(values: Sequence[object]) -> tuple[int, ...]:
    """Return an engine's values as integers, for the type's sake: `added` has checked them."""
    return tuple(value for value in values if isinstance(value, int))
