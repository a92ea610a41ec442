"""Recording: open cases that come in or lose their mark, outcomes no longer entered."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp
from statistics import median

from equipoise.authority.quality.findings import (
    Finding,
    closed_months,
    finding,
    limit,
    percent,
)
from equipoise.authority.quality.months import Signs
from equipoise.authority.quality.steps import NEAR, Step, season_of, share_around, share_steps
from equipoise.authority.rules import SOON

#: An authority with so many contacts, none of them marked as on an open case, marks none.
_NONE_MARKED = 300


def open_case_findings(signs: Signs) -> Iterator[Finding]:
    """Yield months from which contacts on open cases are recorded otherwise."""
    contacts, marked = signs.counts("contacts"), signs.counts("open_case")
    if signs.marks_open_cases and sum(contacts) >= _NONE_MARKED and not sum(marked):
        yield finding(
            signs.authority,
            "open-cases-mixed",
            signs.numbers(),
            f"none of {sum(contacts):,} contacts is marked as on an open case",
            "the profile says that they are marked",
            "likely",
        )
    # The first month has no month before it in which an earlier contact could lie.
    soon, days = signs.counts("soon")[1:], signs.counts("child_days")[1:]
    told: set[int] = set()
    for step in share_steps(soon, days, least=limit("soon_change"), z=limit("soon_errors")):
        at = step.at + 1
        told |= {at - 1, at, at + 1}
        yield _soon_changed(signs, step, at)
    for step in share_steps(marked, contacts, least=limit("open_change"), z=limit("open_errors")):
        if step.at not in told:
            yield _marks_changed(signs, step)


def _soon_changed(signs: Signs, step: Step, at: int) -> Finding:
    """Tell of a step in the share of contacts soon after an earlier one on the same child.

    Children whose case is open are called about again and again: where they come in, it rises.
    """
    grown = _growth(signs, at)
    mixed = step.after > step.before
    return finding(
        signs.authority,
        "open-cases-mixed" if mixed else "open-cases-changed",
        signs.since(at),
        f"{percent(step.after)} of contacts come within {SOON} days of an earlier one on the same "
        f"child; contacts are {percent(grown)} of what they were",
        f"{percent(step.before)} before",
        "likely" if mixed and grown > limit("soon_volume") else "possible",
    )


def _marks_changed(signs: Signs, step: Step) -> Finding:
    """Tell of a step in the share of contacts marked as on an open case.

    Where marks stop, those that had one are among the others now, unless contacts became fewer by
    as many, and those soon after an earlier one rarer: then they are left out of the extract.
    """
    stopped = step.after <= limit("open_left") * step.before
    low, high = share_around(signs.counts("soon"), signs.counts("child_days"), step.at)
    left_out = _growth(signs, step.at) < 1 - step.before / 2 and high < 0.9 * low
    mixed = stopped and not left_out
    return finding(
        signs.authority,
        "open-cases-mixed" if mixed else "open-cases-changed",
        signs.since(step.at),
        f"{percent(step.after)} of contacts are marked as on an open case"
        + (", and such contacts did not become fewer" if mixed else ""),
        f"{percent(step.before)} before",
        "sure" if mixed else "likely",
    )


def _growth(signs: Signs, at: int) -> float:
    """Return the volume just after a month over that just before, each beside its season."""
    season = season_of(signs.counts("contacts"), signs.numbers(), closed_months())
    counts = [
        count / exp(season[month % 100])
        for count, month in zip(signs.counts("contacts"), signs.numbers(), strict=True)
    ]
    before, after = counts[max(0, at - 2 * NEAR) : at], counts[at : at + 2 * NEAR]
    low = median(before) if before else 0.0
    return median(after) / low if low else float("inf")


def outcome_findings(signs: Signs) -> Iterator[Finding]:
    """Yield months from which outcomes are blank, read by absence or unclear."""
    kept = [at for at, settled in enumerate(signs.settled) if settled]
    end = kept[-1] + 1 if kept else 0
    contacts = signs.counts("contacts")[:end]
    missing, nfa = signs.counts("missing")[:end], signs.counts("nfa")[:end]
    by_absence = False
    for step in share_steps(
        missing, contacts, least=limit("outcome_change"), z=limit("outcome_errors")
    ):
        if step.after < step.before:
            continue
        left = share_around(nfa, contacts, step.at)
        lost = left[0] > 0 and left[1] <= limit("absence_left") * left[0]
        absent = step.after - step.before >= limit("absence_change") and lost
        by_absence = by_absence or absent
        seen = f"{percent(step.after)} of outcomes are blank"
        if absent:
            seen += f", and {percent(left[1])} are no further action, {percent(left[0])} before"
        yield finding(
            signs.authority,
            "nfa-by-absence" if absent else "outcomes-missing",
            signs.since(step.at),
            seen,
            f"{percent(step.before)} blank before",
            "sure" if absent else "likely",
        )
    yield from _read_by_absence(signs)
    yield from _often(signs, end, told=by_absence)


def _read_by_absence(signs: Signs) -> Iterator[Finding]:
    """Yield months whose outcomes the reader took for no further action as nothing was ticked."""
    absent, schools = signs.counts("by_absence"), signs.counts("school_contacts")
    if not sum(schools) or sum(absent) / sum(schools) < limit("absence_school_share"):
        return
    steps = share_steps(absent, schools, least=limit("outcome_change"), z=limit("outcome_errors"))
    rises = [step.at for step in steps if step.after > step.before]
    share = sum(absent) / sum(schools)
    first = rises[0] if rises else next(at for at, count in enumerate(absent) if count)
    yield finding(
        signs.authority,
        "nfa-by-absence",
        signs.since(first),
        f"{percent(share)} of contacts by schools were read as no further action because nothing "
        "was ticked",
        "an outcome of its own",
        "sure",
    )


def _often(signs: Signs, end: int, *, told: bool) -> Iterator[Finding]:
    """Yield outcomes that are blank or unclear too often over the whole extract, or from a step."""
    contacts = signs.counts("contacts")[:end]
    if not sum(contacts):
        return
    for name, kind, words in (
        ("missing", "outcomes-missing", "blank"),
        ("unmapped", "outcomes-unclear", "in words that mean no outcome for sure"),
    ):
        parts = signs.counts(name)[:end]
        share = sum(parts) / sum(contacts)
        if name == "missing" and told:
            continue
        since = 0
        rises = [
            step
            for step in share_steps(
                parts, contacts, least=limit("outcome_change"), z=limit("outcome_errors")
            )
            if step.after > step.before
        ]
        if name == "missing" and rises:
            continue
        if rises:
            since, share = rises[0].at, rises[0].after
        elif share < limit("outcome_share"):
            continue
        yield finding(
            signs.authority,
            kind,
            signs.since(since),
            f"{percent(share)} of outcomes are {words}",
            f"{percent(rises[0].before)} before" if rises else "at most a few per cent",
            "likely" if rises else "sure",
        )
