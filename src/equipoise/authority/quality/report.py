"""The quality report of an extract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from equipoise.authority.quality.findings import Finding
from equipoise.authority.quality.linkage import OutcomeLinkage, linkage_of
from equipoise.authority.quality.months import Signs
from equipoise.authority.quality.questions import questions, stored_answer
from equipoise.authority.quality.referrals import ReferralQuality
from equipoise.authority.quality.signals import signals
from equipoise.authority.readers import Account, Profile
from equipoise.authority.rules import (
    AuthorityCounts,
    LinkageCount,
    MonthCount,
    MonthSigns,
    WindowTotal,
)
from equipoise.authority.schools import TableAccount

#: A first or last month with less than this share of a usual month looks cut off.
SHORT_MONTH = 0.5
#: Fewer months than this say nothing about a usual one.
LEAST_MONTHS = 3


@dataclass(frozen=True)
class ReasonCount:
    """How many rows were set aside for a reason."""

    reason: str
    rows: int


@dataclass(frozen=True)
class WindowQuality:
    """What is unclear among an authority's contacts in a window.

    Attributes
    ----------
    contacts, school_contacts
        Contacts of every source, and those of schools.
    school_contacts_unresolved, not_school, ambiguous_source
        School contacts whose organisation was not resolved, or is no school; contacts whose
        source is ambiguous or unmapped. Where contacts are counted by the school attended
        (`Quality.school`) the first two are children linked to no roll, or to one elsewhere.
    by_domain
        School contacts whose school only the caller's e-mail domain told (method ``domain``).
    missing, unmapped, pending
        School contacts by what is wrong with their outcome.
    reason_unclear
        School contacts whose reason is missing or unclear; 0 where the trial does not look at it.
    share_unresolved, share_missing, share_unmapped, share_pending
        The same as shares of the school contacts, 0 to 1; 0 where there are none.
    share_ambiguous_source
        As a share of all contacts.
    """

    window: str
    contacts: int
    school_contacts: int
    school_contacts_unresolved: int
    not_school: int
    ambiguous_source: int
    missing: int
    unmapped: int
    pending: int
    reason_unclear: int
    share_unresolved: float
    share_missing: float
    share_unmapped: float
    share_pending: float
    share_ambiguous_source: float
    by_domain: int = 0


@dataclass(frozen=True)
class MonthVolume:
    """Contacts of a calendar month, ``2024-09``; `whole` is whether all of it is covered."""

    month: str
    contacts: int
    school_contacts: int
    whole: bool


@dataclass(frozen=True)
class Quality:
    """The quality report: rows read = rows kept + rows set aside.

    Attributes
    ----------
    rows_read, rows_kept
        Rows of the extract, and those counted.
    set_aside
        The others by reason.
    windows
        What is unclear, by window.
    months
        Volumes of every month covered, months without contacts included.
    first_month_short, last_month_short
        Whether the extract seems to begin or end inside the dates that it covers.
    open_case_unknown
        Contacts for which nobody recorded whether the case was open.
    by_absence
        Contacts of schools whose outcome was read as no further action because nothing was
        ticked: advice, other ends and outcomes never entered are among them.
    windows_not_covered
        Windows that reach beyond the dates covered.
    notes
        What the reader had to do, and what the shape of the extract cannot tell.
    signs
        What each month shows, in counts.
    findings
        What seems wrong with the extract, and what to ask.
    answers
        How the authority records: from question to stored answer, of those that have no free text.
    school
        By which school the windows are: ``made_by`` or ``attended``.
    linkage
        What linking contacts of schools to rolls gave, by window and outcome; empty where the
        school attended was not looked for.
    tables
        What became of the rows of the roll and of the list of pupil numbers.
    outcomes
        Where the outcomes of contacts in the windows come from: ``recorded`` or ``derived``.
    referrals
        What became of the list of referrals; None where none was needed.
    """

    rows_read: int
    rows_kept: int
    set_aside: tuple[ReasonCount, ...]
    windows: tuple[WindowQuality, ...]
    months: tuple[MonthVolume, ...]
    first_month_short: bool
    last_month_short: bool
    open_case_unknown: int
    by_absence: int
    windows_not_covered: tuple[str, ...]
    notes: tuple[str, ...]
    signs: tuple[MonthSigns, ...]
    findings: tuple[Finding, ...]
    answers: dict[str, str]
    school: str = "made_by"
    linkage: tuple[OutcomeLinkage, ...] = ()
    tables: tuple[TableAccount, ...] = ()
    outcomes: str = "recorded"
    referrals: ReferralQuality | None = None


def quality_of(
    account: Account,
    profile: Profile,
    counts: AuthorityCounts,
    *,
    open_case_unknown: int,
    by_absence: int,
    windows_not_covered: Sequence[str],
    signs: Signs,
    school: str = "made_by",
    linkage: Sequence[LinkageCount] = (),
    tables: Sequence[TableAccount] = (),
    outcomes: str = "recorded",
    referrals: ReferralQuality | None = None,
) -> Quality:
    """Report the quality of an extract.

    Parameters
    ----------
    account, profile, counts
        What became of the rows, what was said about it, and what was counted.
    open_case_unknown
        Contacts for which it is not known whether the case was open.
    by_absence
        Contacts of schools whose outcome was read by absence.
    windows_not_covered
        Windows that reach beyond the dates covered.
    signs
        What the extract shows month by month.
    school
        By which school it was counted.
    linkage, tables
        What linking to rolls gave, and what became of the rows of roll and numbers.
    outcomes, referrals
        Where outcomes come from, and what became of the list of referrals.
    """
    months = _months(counts.months, profile.covers_from, profile.covers_to)
    first, last = _short_ends(months)
    return Quality(
        rows_read=account.rows_read,
        rows_kept=account.rows_kept,
        set_aside=tuple(ReasonCount(reason, rows) for reason, rows in account.set_aside),
        windows=tuple(_window(total) for total in counts.windows),
        months=months,
        first_month_short=first,
        last_month_short=last,
        open_case_unknown=open_case_unknown,
        by_absence=by_absence,
        windows_not_covered=tuple(windows_not_covered),
        notes=account.notes,
        signs=signs.months,
        findings=signals(signs),
        answers=answers_without_text(profile),
        school=school,
        linkage=linkage_of(linkage),
        tables=tuple(tables),
        outcomes=outcomes,
        referrals=referrals,
    )


def answers_without_text(profile: Profile) -> dict[str, str]:
    """Return the answers of a profile that can be compared: choices, and days of changes."""
    return {
        question.id: stored_answer(profile, question)
        for question in questions()
        if question.kind in ("choice", "days")
    }


def _window(total: WindowTotal) -> WindowQuality:
    school = total.school_contacts
    return WindowQuality(
        window=total.window,
        contacts=total.contacts,
        school_contacts=school,
        school_contacts_unresolved=total.school_contacts_unresolved,
        not_school=total.not_school,
        ambiguous_source=total.unclear_source,
        missing=total.school_missing,
        unmapped=total.school_unmapped,
        pending=total.school_pending,
        reason_unclear=total.school_reason_unclear,
        share_unresolved=_share(total.school_contacts_unresolved, school),
        share_missing=_share(total.school_missing, school),
        share_unmapped=_share(total.school_unmapped, school),
        share_pending=_share(total.school_pending, school),
        share_ambiguous_source=_share(total.unclear_source, total.contacts),
        by_domain=total.school_by_domain,
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _months(counts: Sequence[MonthCount], first: date, last: date) -> tuple[MonthVolume, ...]:
    """Return every month from the first to the last day covered, with its volume."""
    found = {count.month: count for count in counts}
    months: list[MonthVolume] = []
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        begin = date(year, month, 1)
        following = date(year + month // 12, month % 12 + 1, 1)
        count = found.get(year * 100 + month)
        months.append(
            MonthVolume(
                month=f"{year:04d}-{month:02d}",
                contacts=count.contacts if count else 0,
                school_contacts=count.school_contacts if count else 0,
                whole=first <= begin and following - timedelta(days=1) <= last,
            )
        )
        year, month = following.year, following.month
    return tuple(months)


def _short_ends(months: Sequence[MonthVolume]) -> tuple[bool, bool]:
    """Tell whether the first and the last month have far fewer contacts than a usual one.

    A usual month is the median of the months between. A month that is covered in part only is
    expected to be short, and is not marked.
    """
    between = [month.contacts for month in months[1:-1]]
    if len(between) < LEAST_MONTHS:
        return False, False
    least = SHORT_MONTH * median(between)
    first, last = months[0], months[-1]
    return first.whole and first.contacts < least, last.whole and last.contacts < least
