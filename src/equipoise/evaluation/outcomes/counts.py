"""What authorities sent: the counts of their schools, checked, and added up by window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from equipoise.core.base import Problems
from equipoise.evaluation.outcomes.roster import Place
from equipoise.evaluation.outcomes.types import AuthorityWindow

__all__ = ["AuthorityCounts", "Counted", "SchoolCounts", "authority_windows", "counted_in"]

Counted = Mapping[tuple[str, str], Mapping[str, int]]
"""By school and window, the counts by name."""


@dataclass(frozen=True)
class SchoolCounts:
    """The counts of one school in one window.

    Attributes
    ----------
    urn, window
        Of the pack.
    counts
        By name (`Protocol.counts`).
    """

    urn: str
    window: str
    counts: Mapping[str, int]


@dataclass(frozen=True)
class AuthorityCounts:
    """What one authority sent.

    Attributes
    ----------
    la_code
        Its code.
    schools
        Counts by school and window.
    unresolved, not_school
        By window: contacts from a school that could not be resolved, and from what is no school.
    others
        The same counts under other declared definitions of a new contact, by their id; one that
        the authority left out is not there.
    """

    la_code: str
    schools: Sequence[SchoolCounts]
    unresolved: Mapping[str, int]
    not_school: Mapping[str, int]
    others: Mapping[str, Sequence[SchoolCounts]] = field(default_factory=dict)


def counted_in(
    packs: Sequence[AuthorityCounts],
    places: Mapping[str, Place],
    windows: Sequence[str],
    names: Sequence[str],
    problems: Problems,
    *,
    definition: str | None = None,
) -> Counted:
    """Gather counts by school and window, under the trial's own or another definition.

    Parameters
    ----------
    packs
        One per authority; of one that left another definition out there are no counts.
    places
        Of every randomised school; the counts of others are checked and left out.
    windows, names
        Every window and every count that the protocol declares.
    problems
        Is given a second pack of an authority, an undeclared window, a school twice in a window,
        and a count that is absent (under another definition it may be) or below zero.
    definition
        Id of another declared definition; None for the trial's own.
    """
    counted: dict[tuple[str, str], Mapping[str, int]] = {}
    under = "" if definition is None else f"definitions {definition}, "
    sent: set[str] = set()
    for pack in packs:
        file = f"the pack of authority {pack.la_code}"
        if pack.la_code in sent and definition is None:
            problems.add(
                file=file,
                place="whole file",
                found="a second pack",
                expected="one pack for each authority",
                remedy="hand on the version that counts",
            )
        sent.add(pack.la_code)
        for row in pack.schools if definition is None else pack.others.get(definition, ()):
            place = f"{under}school {row.urn}, window {row.window}"
            if row.window not in windows:
                problems.add(
                    file=file,
                    place=place,
                    found=f"the window {row.window}",
                    expected="one of " + ", ".join(windows),
                    remedy="build the pack with the windows of the protocol",
                )
            if (row.urn, row.window) in counted:
                problems.add(
                    file=file,
                    place=place,
                    found="a school that was counted already",
                    expected="each school once in each window, by one authority",
                    remedy="build the packs again",
                )
            for name in names:
                # Other definitions may leave a count out, which then has no values.
                if row.counts.get(name, -1 if definition is None else 0) < 0:
                    problems.add(
                        file=file,
                        place=place,
                        found=f"no count {name}, or one below zero",
                        expected="a count of zero or more",
                        remedy="build the pack again with this version",
                    )
            if row.urn in places:
                counted[row.urn, row.window] = row.counts
    return counted


def authority_windows(
    schools: pl.DataFrame, packs: Sequence[AuthorityCounts], windows: Sequence[str]
) -> list[AuthorityWindow]:
    """Add up each authority's schools, window by window.

    Parameters
    ----------
    schools
        One row per randomised school: ``la_code``, ``pupils`` and the counts by window.
    packs
        For what could not be resolved; an authority without one has its schools without data.
    windows
        Declared, in order.
    """
    sent = {pack.la_code: pack for pack in packs}
    found = []
    for la_code in sorted(set(schools["la_code"].to_list())):
        rows = schools.filter(pl.col("la_code") == la_code)
        pack = sent.get(la_code)
        for window in windows:
            held = rows.filter(pl.col(f"contacts_{window}").is_not_null())
            beyond = (held[f"children_{window}"] - held["pupils"]).clip(lower_bound=0)
            found.append(
                AuthorityWindow(
                    la_code=la_code,
                    window=window,
                    schools=rows.height,
                    schools_without_data=rows.height - held.height,
                    schools_zero_contacts=int((held[f"contacts_{window}"] == 0).sum()),
                    pupils=int(rows["pupils"].sum()),
                    contacts=int(held[f"contacts_{window}"].sum()),
                    children=int(held[f"children_{window}"].sum()),
                    children_beyond_roll=int(beyond.sum()),
                    unmapped=int(held[f"unmapped_{window}"].sum()),
                    pending=int(held[f"pending_{window}"].sum()),
                    open_case=int(held[f"open_case_{window}"].sum()),
                    repeats=int(held[f"repeats_{window}"].sum()),
                    unresolved=0 if pack is None else pack.unresolved.get(window, 0),
                    not_school=0 if pack is None else pack.not_school.get(window, 0),
                )
            )
    return found
