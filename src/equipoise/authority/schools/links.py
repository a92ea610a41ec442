"""Links: which school followed which, and on which day, as declared in a file."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from equipoise.authority.schools.history import History, Span
from equipoise.authority.schools.names import name_form
from equipoise.authority.schools.register import KnownName
from equipoise.authority.schools.tables import RawTable, place_of, raise_first, read_day, read_raw
from equipoise.core.base import Problem, Problems, ProblemsError

#: Our headings, and those of the trial's own design/school-links.csv.
_HEADS = {
    "earlier": ("predecessor", "predecessor_urn", "urn_from"),
    "later": ("successor", "successor_urn", "urn_to"),
    "on": ("date", "on"),
}
_KINDS = ("", "successor", "predecessor", "merged", "renamed")
_URN = re.compile(r"\d{5,7}")
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class SchoolLink:
    """A school that another followed.

    Attributes
    ----------
    earlier, later
        URNs.
    on
        The first day of the later one in the place of the earlier.
    merged
        Whether the later one was there before, and took the earlier in.
    """

    earlier: str
    later: str
    on: date
    merged: bool = False


def read_links(
    data: bytes | None, known: Collection[str], file: str = "school-links.csv"
) -> tuple[SchoolLink, ...]:
    r"""Read school-links.csv: predecessor, successor, date; or urn_from, urn_to, on, kind.

    Parameters
    ----------
    data
        The bytes, or None where there are no links.
    known
        The URNs of the roster. A link with another school is left out: nothing can follow
        from it here.
    file
        The file's name for the messages.

    Raises
    ------
    ProblemsError
        With every problem: missing columns, numbers that are no URN, days that are none.

    Examples
    --------
    >>> links = b"predecessor,successor,date\n900001,900002,2024-09-01\n"
    >>> read_links(links, {"900001", "900002"})[0].on.isoformat()
    '2024-09-01'
    """
    if data is None:
        return ()
    table = read_raw(data, file=file, wanted="predecessor, successor, date")
    places = {ours: place_of(table, names) for ours, names in _HEADS.items()}
    kind_at = place_of(table, ("kind",))
    problems = Problems()
    for ours, at in places.items():
        if at is None:
            expected = " or ".join(_HEADS[ours])
            problems.add(
                file=file,
                place="line 1",
                found=f"no column {_HEADS[ours][0]}",
                expected=expected,
                remedy="add the column",
            )
    problems.raise_if_any()
    links = set()
    for line, row in zip(table.lines, table.rows, strict=True):
        link = _link(table, row, line, places, kind_at, file, problems)
        if link is not None and link.earlier in known and link.later in known:
            links.add(link)
    raise_first(problems, file)
    return tuple(sorted(links, key=lambda link: (link.earlier, link.later, link.on)))


def _link(
    table: RawTable,
    row: tuple[str, ...],
    line: int,
    places: Mapping[str, int | None],
    kind_at: int | None,
    file: str,
    problems: Problems,
) -> SchoolLink | None:
    def cell(at: int | None) -> str:
        return row[at].strip() if at is not None and at < len(row) else ""

    earlier, later, kind = cell(places["earlier"]), cell(places["later"]), cell(kind_at).lower()
    on = read_day(cell(places["on"]), file=file, place=f"line {line}, date", problems=problems)
    for name, fits, found, expected in (
        ("predecessor", _URN.fullmatch(earlier), earlier, "a URN"),
        ("successor", _URN.fullmatch(later) and later != earlier, later, "another URN"),
        ("kind", kind in _KINDS, kind, "one of " + ", ".join(_KINDS[1:])),
        ("date", cell(places["on"]), "", "the first day of the successor"),
    ):
        if not fits:
            problems.extend(
                [
                    Problem(
                        file,
                        f"line {line}, {name}",
                        repr(found) if found else "an empty cell",
                        expected,
                        "correct the line, or remove it",
                    )
                ]
            )
    if on is None or kind == "renamed":
        return None
    if kind == "predecessor":
        earlier, later = later, earlier
    return SchoolLink(earlier, later, on, kind == "merged")


def declared_history(links: Iterable[SchoolLink], names: Iterable[KnownName]) -> History | None:
    """Return when the schools of declared links were open; None where there are none.

    A school ends on the day before its successor's first. The successor begins on that day where
    it bears the same name or the link is a plain one; one that took others in, or follows on
    several, was there before unless it bears the name of one of them.

    Raises
    ------
    ProblemsError
        Where links lead in a circle.

    Examples
    --------
    >>> link = SchoolLink("1", "2", date(2024, 9, 1))
    >>> history = declared_history([link], [KnownName("Ash School", "1")])
    >>> history.at("1", date(2024, 9, 1)).urn, history.at("2", date(2024, 8, 31)).urn
    ('2', '1')
    """
    listed = tuple(links)
    if not listed:
        return None
    forms: dict[str, set[str]] = {}
    for name in names:
        forms.setdefault(name.urn, set()).add(name_form(name.name).key)
    closed = {link.earlier: link.on - _DAY for link in listed}
    opened: dict[str, date] = {}
    for link in listed:
        others = [o for o in listed if o.later == link.later and o.earlier != link.earlier]
        same = bool(forms.get(link.earlier, set()) & forms.get(link.later, set()))
        if same or not (link.merged or others):
            opened[link.later] = min(link.on, opened.get(link.later, link.on))
    if _circle({link.earlier: link.later for link in listed}):
        raise ProblemsError(
            [
                Problem(
                    "school-links.csv",
                    "whole file",
                    "links that lead in a circle",
                    "each school followed by a later one",
                    "correct the lines",
                )
            ]
        )
    urns = {*closed, *opened}
    spans = {urn: Span(opened.get(urn), closed.get(urn), urn in closed) for urn in urns}
    return History(spans, [(link.earlier, link.later) for link in listed])


def _circle(after: Mapping[str, str]) -> bool:
    for urn in after:
        here, steps = after.get(urn), 0
        while here is not None and here != urn and steps <= len(after):
            here, steps = after.get(here), steps + 1
        if here == urn:
            return True
    return False
