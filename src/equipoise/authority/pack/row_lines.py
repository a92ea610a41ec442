"""The lines of pseudonymised rows, read strictly: nothing but codes, dates and pseudonyms."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from equipoise.authority.pack.rows import COLUMNS, ROWS
from equipoise.authority.readers import Raw, open_raw
from equipoise.authority.rules import ELSEWHERE, LOST, WAYS
from equipoise.core.base import Problem, Problems, ProblemsError, shape_of

#: After so many problems of rows.csv reading stops: a file made by hand has one on every line.
MOST_PROBLEMS = 20
_PSEUDONYM = re.compile(r"[0-9a-f]{64}")
_CODE = re.compile(r"[A-Z0-9][A-Z0-9_]{0,39}")
_FLAG = re.compile(r"[01]")
_LINKAGES = ("", *WAYS, ELSEWHERE, *LOST)
_RESOLUTIONS = ("", "matched", "domain", "ambiguous", "unmatched", "blank", "not-a-school")
_LINE = 2_000
REMEDY = "let the authority make its rows again: equipoise contacts rows"


@dataclass(frozen=True)
class SentRow:
    """A pseudonymised row: its columns as `rows.MEANING` says, dates and numbers read."""

    contact: str
    child: str
    content: str
    day: date
    decided: date | None
    source: str
    urn: int | None
    resolution: str
    flags: tuple[bool, bool, bool, bool]
    outcome: str
    reason: str
    attended: int | None
    linkage: str
    referred: date | None
    family: str


def sent_rows(raw: Raw, urns: frozenset[int]) -> Iterator[tuple[int, SentRow]]:
    """Yield each row with its line.

    Parameters
    ----------
    raw
        rows.csv.
    urns
        The schools of the roster.

    Raises
    ------
    ProblemsError
        After the last row, or after `MOST_PROBLEMS`, with all that is wrong, by its shape.
    """
    problems: list[Problem] = []
    with open_raw(raw) as stream:
        lines = csv.reader(_ascii_lines(stream, problems))
        if tuple(next(lines, ())) != COLUMNS:
            raise refused(ROWS, "other headings", "the headings " + ", ".join(COLUMNS))
        for cells in lines:
            try:
                yield lines.line_num, _row(cells, lines.line_num, urns)
            except ProblemsError as error:
                problems.extend(error.problems)
            if len(problems) >= MOST_PROBLEMS:
                break
    if problems:
        raise ProblemsError(problems)


def _ascii_lines(stream: io.BytesIO | io.BufferedReader, problems: list[Problem]) -> Iterator[str]:
    """Yield lines that are plain and short: nothing else is ever written there."""
    number = 0
    while data := stream.readline(_LINE):
        number += 1
        if not data.isascii() or b'"' in data or b"\0" in data or not data.endswith(b"\n"):
            problems.append(
                Problem(
                    ROWS,
                    f"line {number}",
                    "a line that was cut off, or holds other than codes",
                    "codes, dates and numbers",
                    REMEDY,
                )
            )
            return
        yield data.decode("ascii")


def _row(cells: Sequence[str], line: int, urns: frozenset[int]) -> SentRow:
    if len(cells) != len(COLUMNS):
        found = f"{len(cells)} cells"
        raise refused(ROWS, found, f"{len(COLUMNS)} cells", place=f"line {line}")
    problems = Problems()
    values = dict(zip(COLUMNS, cells, strict=True))

    def check(name: str, fits: bool, expected: str) -> None:
        if not fits:
            place = f"line {line}, column {name}"
            found = shape_of(values[name])
            problems.add(file=ROWS, place=place, found=found, expected=expected, remedy=REMEDY)

    for name in ("contact", "child", "content"):
        check(name, bool(_PSEUDONYM.fullmatch(values[name])), "64 hexadecimal digits")
    for name in ("open_case", "open_unrecorded", "by_absence", "decided_unreadable"):
        check(name, bool(_FLAG.fullmatch(values[name])), "1 or 0")
    check("source", bool(_CODE.fullmatch(values["source"])), "a code")
    check("outcome", bool(_CODE.fullmatch(values["outcome"])), "a code")
    check("reason", not values["reason"] or bool(_CODE.fullmatch(values["reason"])), "a code")
    check("resolution", values["resolution"] in _RESOLUTIONS, "one of the known words")
    urn = int(values["urn"]) if values["urn"].isdigit() else None
    check("urn", not values["urn"] or urn in urns, "a school of the roster")
    attended = int(values["attended"]) if values["attended"].isdigit() else None
    check("attended", not values["attended"] or attended in urns, "a school of the roster")
    check("linkage", values["linkage"] in _LINKAGES, "one of the known words")
    check(
        "linkage",
        (values["linkage"] in WAYS) == bool(values["attended"]),
        "a way of linking where there is a school, and only there",
    )
    day, decided = _day(values["day"]), _day(values["decided"])
    referred, family = _day(values["referred"]), values["family"]
    check("referred", not values["referred"] or referred is not None, "a date like 2024-09-16")
    check("referred", not (day and referred) or day <= referred, "a day on or after the contact's")
    check("family", not family or bool(_PSEUDONYM.fullmatch(family)), "64 hexadecimal digits")
    check("day", day is not None, "a date like 2024-09-16")
    check("decided", not values["decided"] or decided is not None, "a date like 2024-09-16")
    problems.raise_if_any()
    if day is None:
        raise AssertionError("a day without a problem is a day")
    return SentRow(
        contact=values["contact"],
        child=values["child"],
        content=values["content"],
        day=day,
        decided=decided,
        source=values["source"],
        urn=urn,
        resolution=values["resolution"],
        flags=(
            values["open_case"] == "1",
            values["open_unrecorded"] == "1",
            values["by_absence"] == "1",
            values["decided_unreadable"] == "1",
        ),
        outcome=values["outcome"],
        reason=values["reason"],
        attended=attended,
        linkage=values["linkage"],
        referred=referred,
        family=family,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def refused(file: str, found: str, expected: str, *, place: str = "whole file") -> ProblemsError:
    """Refuse a file as none that `contacts rows` wrote."""
    return ProblemsError([Problem(file, place, found, expected, REMEDY)])
