"""The official register: schools from a table of our columns, or as it is downloaded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from equipoise.authority.schools.history import ALWAYS, Span
from equipoise.authority.schools.names import name_form
from equipoise.authority.schools.tables import (
    RawTable,
    place_of,
    raise_first,
    read_day,
    read_raw,
    shown_heads,
)
from equipoise.core.base import Problem, Problems, ProblemsError

#: Our name for a column, and the headings under which it is known.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "urn": ("urn",),
    "name": ("school_name", "EstablishmentName", "school name"),
    "la": ("la_name", "LA (name)", "la name", "local authority"),
    "la_code": ("la_code", "LA (code)", "la code"),
    "number": ("EstablishmentNumber", "estab"),
    "opened": ("opened", "OpenDate"),
    "closed": ("closed", "CloseDate"),
    "status": ("status", "EstablishmentStatus (name)"),
    "type": ("type", "TypeOfEstablishment (name)"),
    "website": ("website", "SchoolWebsite"),
    "successors": ("successors", "successor", "successor_urn"),
    "predecessors": ("predecessors", "predecessor", "predecessor_urn"),
    "former": ("former_names", "previous_name"),
}
_WANTED = "urn, school_name and la_name, or the official URN, EstablishmentName and LA (name)"
_REQUIRED = {
    "urn": "urn (officially URN)",
    "name": "school_name (officially EstablishmentName)",
    "la": "la_name (officially LA (name))",
}
#: A school that follows on a closed one opens within so many days, before and after.
_EARLY, _LATE = timedelta(days=31), timedelta(days=400)


@dataclass(frozen=True)
class OfficialSchool:
    """A school of the register.

    Attributes
    ----------
    urn, name, la, la_code
        As in the register; "" where it has no such column.
    span
        When it was open.
    number
        Establishment number, which a school often keeps when it becomes an academy.
    website
        Its web address.
    former
        Earlier names.
    successors, predecessors
        URNs that the register itself links.
    """

    urn: str
    name: str
    la: str
    la_code: str = ""
    span: Span = ALWAYS
    number: str = ""
    website: str = ""
    former: tuple[str, ...] = ()
    successors: tuple[str, ...] = ()
    predecessors: tuple[str, ...] = ()

    @property
    def authority(self) -> str:
        """Return the name of its authority, or the code where there is no name."""
        return self.la or self.la_code


def read_official(data: bytes, *, file: str) -> tuple[OfficialSchool, ...]:
    r"""Read a register: columns urn, school_name, la_name, or the official download.

    Parameters
    ----------
    data
        The bytes: UTF-8 or Windows-1252, dates as ``dd-mm-yyyy`` or ISO 8601, any further columns.
    file
        Its name for the messages.

    Returns
    -------
    tuple
        The schools in the file's order. Children's centres, which the official register lists
        among the schools, are left out.

    Raises
    ------
    ProblemsError
        For an empty file, missing columns, rows without URN or name, dates that are none.

    Source
    ------
    Get Information about Schools, establishment fields (headings read in 2026).

    Examples
    --------
    >>> read_official(b"URN,LA (name),EstablishmentName\n900001,Bolton,Ash School\n",
    ...               file="r.csv")[0].name
    'Ash School'
    """
    table = read_raw(data, file=file, wanted=_WANTED)
    places = _places(table, file)
    problems = Problems()
    schools = []
    for line, row in zip(table.lines, table.rows, strict=True):
        cells = {ours: row[at].strip() if at < len(row) else "" for ours, at in places.items()}
        if "children's centre" in cells.get("type", "").lower():
            continue
        for ours in ("urn", "name"):
            if not cells[ours]:
                problems.add(
                    file=file,
                    place=f"line {line}, column {table.heads[places[ours]]}",
                    found="an empty cell",
                    expected="the number and the name of each school",
                    remedy="fill it in or remove the row",
                )
        schools.append(_school(cells, file, line, problems))
    if not table.rows:
        problems.add(
            file=file,
            place="whole file",
            found="headings and no schools",
            expected="a row for each school",
            remedy="export the register again",
        )
    raise_first(problems, file)
    return tuple(schools)


def _school(cells: Mapping[str, str], file: str, line: int, problems: Problems) -> OfficialSchool:
    opened, closed = (
        read_day(
            cells.get(ours, ""), file=file, place=f"line {line}, column {ours}", problems=problems
        )
        for ours in ("opened", "closed")
    )
    return OfficialSchool(
        urn=cells["urn"],
        name=cells["name"],
        la=cells.get("la", ""),
        la_code=cells.get("la_code", ""),
        span=Span(opened, closed, cells.get("status", "").lower() == "closed"),
        number=cells.get("number", ""),
        website=cells.get("website", ""),
        former=_listed(cells.get("former", ""), ""),
        successors=_listed(cells.get("successors", ""), ", "),
        predecessors=_listed(cells.get("predecessors", ""), ", "),
    )


def _places(table: RawTable, file: str) -> dict[str, int]:
    """Return where each known column stands."""
    found = {ours: place_of(table, names) for ours, names in HEADINGS.items()}
    places = {ours: at for ours, at in found.items() if at is not None}
    missing = [ours for ours in ("urn", "name") if ours not in places]
    if "la" not in places and "la_code" not in places:
        missing.append("la")
    problems = [
        Problem(
            file,
            "line 1",
            f"no column {_REQUIRED[ours]} among {shown_heads(table)}",
            f"columns {_WANTED}",
            "give the register of schools",
        )
        for ours in missing
    ]
    if problems:
        raise ProblemsError(problems)
    return places


def _listed(text: str, marks: str) -> tuple[str, ...]:
    for mark in "|" + marks:
        text = text.replace(mark, ";")
    return tuple(part.strip() for part in text.split(";") if part.strip())


def links_of(schools: Iterable[OfficialSchool]) -> tuple[tuple[str, str], ...]:
    """Return who followed whom: as the register links them, else as dates and names tell.

    A school follows a closed one of its authority where it opened within 400 days of the closure
    (or 31 before), has the same establishment number or the same telling words, and no word of
    kind that excludes the other's; and where only one school does.

    Returns
    -------
    tuple
        Pairs (URN, URN of its successor), in order.
    """
    listed = list(schools)
    known = {school.urn for school in listed}
    links = set()
    for school in listed:
        links |= {(school.urn, urn) for urn in school.successors if urn in known}
        links |= {(urn, school.urn) for urn in school.predecessors if urn in known}
    linked = {earlier for earlier, _ in links}
    opened: dict[tuple[str, str], list[OfficialSchool]] = defaultdict(list)
    for school in listed:
        if school.span.opened is not None:
            for key in _line_keys(school):
                opened[school.authority, key].append(school)
    for school in listed:
        if school.span.closed is not None and school.urn not in linked:
            for key in _line_keys(school):
                later = _followers(school, opened.get((school.authority, key), ()))
                if len(later) == 1:
                    links.add((school.urn, later.pop()))
                    break
    return tuple(sorted(links))


def _followers(school: OfficialSchool, others: Iterable[OfficialSchool]) -> set[str]:
    closed = school.span.closed
    found = set()
    for other in others:
        opened = other.span.opened
        if other.urn == school.urn or closed is None or opened is None:
            continue
        if closed - _EARLY <= opened <= closed + _LATE and not name_form(school.name).contradicts(
            name_form(other.name)
        ):
            found.add(other.urn)
    return found


def _line_keys(school: OfficialSchool) -> tuple[str, ...]:
    """Return what a school and its successor have in common, the surest first."""
    words = " ".join(sorted({w.stem for w in name_form(school.name).words if not w.weak}))
    keys = (f"number {school.number}" if school.number else "", f"words {words}" if words else "")
    return tuple(key for key in keys if key)
