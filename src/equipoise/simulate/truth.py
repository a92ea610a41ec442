"""The true value of every count, from the events themselves.

An independent account of rules 4: it shares no code with the rooms that count from the
authorities' files, and it is what they are compared with.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta

from equipoise.simulate.facts import Span, TrialFacts
from equipoise.simulate.reasons import SEXUAL_ABUSE

_ADVICE = frozenset({"NFA", "ADVICE"})
_EARLY_HELP = frozenset({"NFA", "ADVICE", "EARLY_HELP"})
# Of several on one day the gravest counts; what is known comes before what is not.
_GRAVITY = (
    "CP_ENQUIRY",
    "REFERRAL",
    "EXISTING",
    "EARLY_HELP",
    "OTHER",
    "ADVICE",
    "NFA",
    "PENDING",
    "UNMAPPED",
    "MISSING",
)
_REFERRED = frozenset({"REFERRAL", "CP_ENQUIRY"})


@dataclass(frozen=True, slots=True)
class Contact:
    """One school-made contact as it enters a count: by whom, about whom, when, to what end."""

    urn: str
    child: str
    day: date
    order: str
    outcome: str
    open: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """Every count name of the trial, for one school and window."""

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
    csa_any: int


COUNT_NAMES = tuple(field.name for field in fields(Counts))


def count(
    contacts: Iterable[Contact],
    days: Mapping[str, Sequence[date]],
    urns: Sequence[str],
    facts: TrialFacts,
) -> dict[tuple[str, str], Counts]:
    """Count per school and window.

    Parameters
    ----------
    contacts
        All school-made contacts, also those outside the windows.
    days
        By child, every day on which anybody made a contact about it, in order.
    urns
        The schools to report; those without contacts get zeros.
    facts
        Windows, and the rules about open cases, repeats and further contacts.

    Returns
    -------
    dict
        By URN and window.

    Notes
    -----
    A contact on an open case is set aside first. What is left is a repeat if the same school
    made an earlier one about the child no more than `repeat_days` before; of several on one day
    the one with the gravest outcome counts. A child was contacted about again if anybody made a
    contact on a later day within `recontact_days` of one without further action.
    """
    by_school: dict[str, list[Contact]] = defaultdict(list)
    for contact in contacts:
        by_school[contact.urn].append(contact)
    table = {}
    for urn in urns:
        ordered = sorted(
            by_school.get(urn, ()), key=lambda c: (c.day, _GRAVITY.index(c.outcome), c.order)
        )
        opened = [c for c in ordered if c.open and facts.open_set_aside]
        closed = [c for c in ordered if not (c.open and facts.open_set_aside)]
        new, repeats = split_repeats(closed, facts.repeat_days)
        for window in facts.windows:
            table[urn, window.id] = _counts(new, opened, repeats, window, days, facts)
    return table


def split_repeats(contacts: Sequence[Contact], days: int) -> tuple[list[Contact], list[Contact]]:
    """Split contacts in order of time into new ones and repeats of an earlier one."""
    last: dict[str, date] = {}
    new: list[Contact] = []
    repeats: list[Contact] = []
    for contact in contacts:
        before = last.get(contact.child)
        soon = before is not None and (contact.day - before).days <= days
        (repeats if soon else new).append(contact)
        last[contact.child] = contact.day
    return new, repeats


def _counts(
    new: Sequence[Contact],
    opened: Sequence[Contact],
    repeats: Sequence[Contact],
    window: Span,
    days: Mapping[str, Sequence[date]],
    facts: TrialFacts,
) -> Counts:
    inside = [c for c in new if window.holds(c.day)]
    outcomes: dict[str, list[str]] = defaultdict(list)
    for contact in inside:
        outcomes[contact.child].append(contact.outcome)
    again = {
        contact.child
        for contact in inside
        if contact.outcome == "NFA" and _again(contact, days, facts.recontact_days)
    }
    return Counts(
        contacts=len(inside),
        children=len(outcomes),
        nfa_contacts_strict=sum(c.outcome == "NFA" for c in inside),
        nfa_contacts_advice=sum(c.outcome in _ADVICE for c in inside),
        nfa_contacts_early_help=sum(c.outcome in _EARLY_HELP for c in inside),
        nfa_any_strict=sum("NFA" in codes for codes in outcomes.values()),
        nfa_any_advice=sum(not _ADVICE.isdisjoint(codes) for codes in outcomes.values()),
        nfa_any_early_help=sum(not _EARLY_HELP.isdisjoint(codes) for codes in outcomes.values()),
        nfa_all_strict=sum(set(codes) == {"NFA"} for codes in outcomes.values()),
        nfa_first_strict=sum(codes[0] == "NFA" for codes in outcomes.values()),
        referral_any=sum(not _REFERRED.isdisjoint(codes) for codes in outcomes.values()),
        s47_first=sum(codes[0] == "CP_ENQUIRY" for codes in outcomes.values()),
        recontact_after_nfa=len(again),
        pending=sum(c.outcome == "PENDING" for c in inside),
        unmapped=sum(c.outcome in ("UNMAPPED", "MISSING") for c in inside),
        open_case=sum(window.holds(c.day) for c in opened),
        repeats=sum(window.holds(c.day) for c in repeats),
        csa_any=len({c.child for c in inside if c.reason == SEXUAL_ABUSE}),
    )


def _again(contact: Contact, days: Mapping[str, Sequence[date]], within: int) -> bool:
    until = contact.day + timedelta(days=within)
    return any(contact.day < day <= until for day in days.get(contact.child, ()))
