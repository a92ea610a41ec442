"""Events: contacts with every text already resolved to a number or a short code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from equipoise.authority.rules.definitions import Definitions, Window
from equipoise.authority.rules.engine import Rows

#: How an organisation was resolved, ``domain`` by the caller's e-mail alone; "" where the contact
#: is not by a school.
RESOLUTIONS = ("matched", "domain", "unresolved", "not-a-school", "")


@dataclass(frozen=True, slots=True)
class Event:
    """A contact as the rules see it.

    Attributes
    ----------
    child
        A number for the child, the same in all its contacts; local to one count.
    on, decided
        Dates of contact and of decision.
    by_school
        Whether the source of contact is one of the declared school codes.
    unclear_source
        Whether the source of contact is ambiguous or unmapped.
    urn
        The school; None where not resolved.
    resolution
        One of `RESOLUTIONS`.
    open_case
        Whether the case was open; False where not known.
    outcome
        The outcome as recorded: a code, or MISSING, UNMAPPED, AMBIGUOUS.
    reason
        The reason as recorded, likewise; "" where the trial does not look at reasons.
    attended
        The school on whose roll the child was; None where not known, or not looked at.
    linkage
        How that was found, or why not (`attended.WAYS`, `ELSEWHERE`, `LOST`); "" where it was not
        looked at.
    contact_id
        A number for the contact, the same for every child in it; None for one of its own.
    family
        A number for the household; None where not recorded.
    referred
        The day of the child's first referral on or after `on`; None where there is none.
    """

    child: int
    on: date
    decided: date | None
    by_school: bool
    unclear_source: bool
    urn: int | None
    resolution: str
    open_case: bool
    outcome: str
    reason: str = ""
    attended: int | None = None
    linkage: str = ""
    contact_id: int | None = None
    family: int | None = None
    referred: date | None = None


def event_rows(events: Sequence[Event]) -> Rows:
    """Return events as the engine's table; `contact` is their position."""
    return Rows.of(
        "events",
        [
            (
                number,
                event.child,
                event.on.toordinal(),
                event.on.year * 100 + event.on.month,
                None if event.decided is None else event.decided.toordinal(),
                event.by_school,
                event.unclear_source,
                event.urn,
                event.resolution,
                event.open_case,
                event.outcome,
                event.reason,
                event.attended,
                event.linkage,
                # Below zero, so that it is nobody else's where some are given and some are not.
                -1 - number if event.contact_id is None else event.contact_id,
                event.family,
                None if event.referred is None else event.referred.toordinal(),
            )
            for number, event in enumerate(events)
        ],
    )


def window_rows(windows: Sequence[Window]) -> Rows:
    """Return windows as the engine's table."""
    return Rows.of("windows", [(w.id, w.start.toordinal(), w.end.toordinal()) for w in windows])


@dataclass(frozen=True)
class ReferralSpan:
    """Which days of receipt a list of referrals holds, both ends included."""

    first: date
    last: date


def setting_rows(
    definitions: Definitions, extract_date: date, referrals: ReferralSpan | None = None
) -> Rows:
    """Return the definitions as the engine's table of one row.

    Outcomes are read on the cut-off, or on the day of the extract where that came before it.
    """
    cut_off = definitions.pending_cut_off
    return Rows.of(
        "settings",
        [
            (
                cut_off.toordinal(),
                min(cut_off, extract_date).toordinal(),
                definitions.settling_days,
                definitions.repeat_days,
                definitions.recontact_days,
                definitions.open_cases == "set-aside",
                definitions.school == "attended",
                definitions.outcome == "derived",
                definitions.referral_within_days,
                None if referrals is None else referrals.first.toordinal(),
                None if referrals is None else referrals.last.toordinal(),
                definitions.same_day == "one",
                definitions.clock_from == "referral",
                definitions.decision_days,
            )
        ],
    )
