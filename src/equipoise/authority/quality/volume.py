"""Volume: months that are missing, cut off or unusual, and lasting changes of level."""

from __future__ import annotations

from collections.abc import Iterator
from math import log, sqrt

from equipoise.authority.quality.findings import Finding, closed_months, finding, limit
from equipoise.authority.quality.months import Signs
from equipoise.authority.quality.steps import Volumes, level_steps, volumes_of

_AUGUST = 8
#: Contacts by schools are looked at only where at least so many are usual.
_SCHOOL_CONTACTS = 25


def volume_findings(signs: Signs) -> Iterator[Finding]:
    """Yield what the numbers of contacts say."""
    months, counts = signs.numbers(), signs.counts("contacts")
    parts = {month for month, whole in zip(months, signs.whole, strict=True) if not whole}
    aside = frozenset(closed_months() | parts)
    volumes = volumes_of(counts, months, aside)
    missing = _missing(signs, volumes)
    cut = _cut_off(signs, volumes, missing)
    for at in sorted(missing):
        yield finding(
            signs.authority,
            "missing-month",
            [months[at]],
            f"{counts[at]:,} contacts",
            f"about {volumes.usual[at]:,.0f} in such a month",
            "sure",
        )
    yield from _missing_schools(signs, missing)
    for at in sorted(cut):
        yield finding(
            signs.authority,
            "cut-off",
            [months[at]],
            f"{counts[at]:,} contacts in the {'first' if at == 0 else 'last'} month",
            f"about {volumes.usual[at]:,.0f} in such a month",
            "likely",
        )
    yield from _unusual(signs, volumes, missing | cut)
    # A month that is not all there is no level.
    strange = {months[at] for at in missing | cut}
    ignored = aside | strange
    for step in level_steps(
        counts, months, ignored, least=limit("shift_ratio"), z=limit("shift_errors")
    ):
        yield finding(
            signs.authority,
            "level-shift",
            signs.since(step.at),
            f"about {step.after:,.0f} contacts a month",
            f"about {step.before:,.0f} a month before",
            "likely",
        )


def _missing(signs: Signs, volumes: Volumes) -> set[int]:
    counts = signs.counts("contacts")
    return {
        at
        for at, usual in enumerate(volumes.usual)
        if signs.whole[at]
        and counts[at] <= limit("missing_share") * usual
        and usual - counts[at] > limit("missing_errors") * sqrt(usual)
    }


def _missing_schools(signs: Signs, missing: set[int]) -> Iterator[Finding]:
    """Yield months without contacts by schools, of which there are others."""
    months, counts = signs.numbers(), signs.counts("school_contacts")
    usual = volumes_of(counts, months, closed_months()).usual
    for at, count in enumerate(counts):
        if at in missing or not signs.whole[at] or months[at] in closed_months():
            continue
        if months[at] % 100 == _AUGUST or usual[at] < _SCHOOL_CONTACTS:
            continue
        if count <= limit("missing_school_share") * usual[at]:
            yield finding(
                signs.authority,
                "missing-schools",
                [months[at]],
                f"{count:,} contacts by schools",
                f"about {usual[at]:,.0f} in such a month",
                "likely",
            )


def _cut_off(signs: Signs, volumes: Volumes, missing: set[int]) -> set[int]:
    """Return the first and the last month where they are whole but hold far too little."""
    counts, months = signs.counts("contacts"), signs.numbers()
    last = len(counts) - 1
    return {
        at
        for at in (0, last)
        if at not in missing
        and signs.whole[at]
        and months[at] % 100 != _AUGUST
        and months[at] not in closed_months()
        and counts[at] < limit("short_share") * volumes.usual[at]
        and volumes.usual[at] - counts[at] > limit("missing_errors") * sqrt(volumes.usual[at])
    }


def _unusual(signs: Signs, volumes: Volumes, told: set[int]) -> Iterator[Finding]:
    counts, months = signs.counts("contacts"), signs.numbers()
    for at, usual in enumerate(volumes.usual):
        if at in told or not signs.whole[at] or months[at] in closed_months():
            continue
        if months[at] % 100 == _AUGUST and counts[at] < usual:
            continue
        apart = log((counts[at] + 0.5) / usual)
        error = sqrt(volumes.spread**2 + 1 / max(usual, 1.0))
        if abs(apart) > max(log(limit("unusual_ratio")), limit("unusual_errors") * error):
            yield finding(
                signs.authority,
                "unusual-month",
                [months[at]],
                f"{counts[at]:,} contacts",
                f"about {usual:,.0f} in such a month",
                "possible",
            )
