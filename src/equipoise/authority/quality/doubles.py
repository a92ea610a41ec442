"""Doubles: months whose rows stand in the extract twice."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.authority.quality.findings import Finding, finding, limit, percent
from equipoise.authority.quality.months import Signs
from equipoise.authority.quality.steps import is_improbable, usual_share


def double_findings(signs: Signs) -> Iterator[Finding]:
    """Yield months exported twice: under the same numbers of contact, or under new ones."""
    contacts, months = signs.counts("contacts"), signs.numbers()
    copies, twins = signs.counts("copies"), signs.counts("twins")
    same = _doubled(copies, [a + b for a, b in zip(contacts, copies, strict=True)])
    other = _doubled(twins, contacts)
    for places, parts, words in (
        (same, copies, "of the rows are copies of others with the same number of contact"),
        (other, twins, "of the rows say the same as others under another number of contact"),
    ):
        wholes = [c + x for c, x in zip(contacts, copies, strict=True)]
        wholes = wholes if parts is copies else contacts
        for run in _runs(places):
            part, whole = (sum(counts[at] for at in run) for counts in (parts, wholes))
            yield finding(
                signs.authority,
                "double-export",
                [months[at] for at in run],
                f"{percent(part / whole)} {words} ({part:,} rows)",
                f"{percent(usual_share(parts, wholes))} in other months",
                "sure" if parts is copies else "likely",
            )


def _doubled(parts: list[int], wholes: list[int]) -> list[int]:
    usual = usual_share(parts, wholes)
    # Where most months stand twice, the usual month is no measure.
    usual = min(usual, limit("double_share"))
    return [
        at
        for at, (part, whole) in enumerate(zip(parts, wholes, strict=True))
        if whole
        and part >= limit("double_rows")
        and part / whole >= usual + limit("double_share")
        and is_improbable(part, whole, usual, limit("double_errors"))
    ]


def _runs(places: list[int]) -> list[list[int]]:
    """Return places that follow each other together.

    Examples
    --------
    >>> _runs([1, 2, 5])
    [[1, 2], [5]]
    """
    runs: list[list[int]] = []
    for at in places:
        if runs and runs[-1][-1] == at - 1:
            runs[-1].append(at)
        else:
            runs.append([at])
    return runs
