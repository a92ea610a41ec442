"""Responses to a wave: read, checked and set against the list of the people who were asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from equipoise.core.base import Column, Problems, ProblemsError, Table, read_csv
from equipoise.programme.surveys.counts import SetAside
from equipoise.programme.surveys.scales import Instrument, Item

NOT_LISTED = "not on the list of the wave"
OTHER_SCHOOL = "listed for another school"
NO_ANSWER = "no answer given"
BEFORE = "answered before the wave"
AFTER = "answered after the wave"
REPEATED = "a later response of the same person"
REASONS = (NOT_LISTED, OTHER_SCHOOL, NO_ANSWER, BEFORE, AFTER, REPEATED)


@dataclass(frozen=True)
class Response:
    """One row of a wave's file.

    Attributes
    ----------
    line
        Its line in the file.
    person_id
        Pseudonym of the designated safeguarding lead.
    completed_on
        The day of the response.
    answers
        Answer per item; None where left blank.
    urn
        The school for which the person answers; None until `screen` has taken it from the list,
        where the file does not say.
    """

    line: int
    person_id: str
    completed_on: date
    answers: Mapping[str, int | None]
    urn: str | None = None


@dataclass(frozen=True)
class Responses:
    """A wave's file, and what was set aside; ``rows_read = rows + set aside``.

    Attributes
    ----------
    wave, file
        The wave's identifier; the file's name for later messages.
    rows
        Rows in use, in the order of the file.
    set_aside
        Rows not in use, with the reason.
    rows_read
        Rows in the file.
    invited
        People on the wave's list; None until `screen` has set the rows against it.
    """

    wave: str
    file: str
    rows: tuple[Response, ...]
    set_aside: tuple[SetAside, ...]
    rows_read: int
    invited: int | None = None


def read_responses(
    data: bytes, instruments: Sequence[Instrument], *, wave: str, file: str
) -> Responses:
    r"""Read a wave's file: person_id, completed_on, perhaps urn, and the items asked.

    Items are named as the instrument names them (``swemwbs_1``); where the wave asks only one
    instrument, ``item_1``, ``item_2`` and so on do as well. No other column is allowed: an item
    that only one arm was asked would tell the arm.

    Parameters
    ----------
    data
        The bytes of the file (CSV, UTF-8).
    instruments
        Every instrument asked in the wave.
    wave, file
        Identifier of the wave; name of the file for the messages.

    Raises
    ------
    ProblemsError
        With every problem at once: an answer out of range, a date that is none, an unknown
        column. Messages show the shape of what was found, never the value.

    Examples
    --------
    >>> from equipoise.programme.surveys import instrument
    >>> who5 = instrument("who5")
    >>> data = (b"person_id,completed_on,item_1,item_2,item_3,item_4,item_5\n"
    ...         b"p1,2024-06-11,3,3,2,,4\n")
    >>> read_responses(data, [who5], wave="baseline", file="baseline.csv").rows[0].answers["who5_1"]
    3
    """
    heads = _item_heads(data, instruments)
    columns = [
        Column("person_id"),
        Column("completed_on", kind="date"),
        Column("urn", required=False),
        *(
            Column(head, kind="integer", blank=True, minimum=i.minimum, maximum=i.maximum)
            for head, i in heads.items()
        ),
    ]
    problems = Problems()
    table = Table((), (), ())
    try:
        table = read_csv(data, columns, file=file, private=True)
    except ProblemsError as error:
        problems.extend(error.problems)
    for one in instruments:
        days = [row["completed_on"] for row in table.rows]
        early = sum(1 for d in days if one.valid_from and d < one.valid_from)
        late = sum(1 for d in days if one.valid_to and d > one.valid_to)
        if early or late:
            problems.add(
                file=file,
                place="column completed_on",
                found=f"{early + late} responses outside the dates of {one.name}",
                expected=f"dates from {one.valid_from or 'any'} to {one.valid_to or 'any'}",
                remedy="use the version of the instrument that held then",
            )
    problems.raise_if_any()
    rows = tuple(
        Response(
            line=line,
            person_id=row["person_id"],
            completed_on=row["completed_on"],
            answers={item.id: row[head] for head, item in heads.items()},
            urn=row["urn"],
        )
        for line, row in zip(table.lines, table.rows, strict=True)
    )
    return Responses(wave, file, rows, (), len(rows))


def _item_heads(data: bytes, instruments: Sequence[Instrument]) -> Mapping[str, Item]:
    """Return the item that each heading of the file stands for."""
    items = [item for one in instruments for item in one.items]
    first = data.split(b"\n", 1)[0].removeprefix(b"\xef\xbb\xbf")
    heads = [head.strip(b' "\r') for head in first.split(b",")]
    if len(instruments) == 1 and b"item_1" in heads:
        return {f"item_{number}": item for number, item in enumerate(items, start=1)}
    return {item.id: item for item in items}


def screen(
    responses: Responses, invited: Mapping[str, Sequence[str]], *, start: date, end: date
) -> Responses:
    """Set a wave's rows against its list; what cannot be used is set aside with its reason.

    In this order: the person is not on the list; is listed, but for another school; gave no
    answer at all; answered before or after the wave; answered again (the earliest response
    within the wave stands, on one day the first in the file).

    Parameters
    ----------
    responses
        As `read_responses` gave them.
    invited
        URNs of the schools for which each person is on the list, the main one first: a response
        that names no school counts for that one.
    start, end
        First and last day of the wave, both included.

    Returns
    -------
    Responses
        The same rows, some moved to `set_aside`, and the number of people invited.
    """
    aside = list(responses.set_aside)
    within: list[Response] = []
    for row in responses.rows:
        reason = _reason(row, invited, start, end)
        if reason is None:
            within.append(replace(row, urn=row.urn or invited[row.person_id][0]))
        else:
            aside.append(SetAside(responses.file, row.line, reason))
    first: dict[str, Response] = {}
    for row in sorted(within, key=lambda r: (r.completed_on, r.line)):
        if row.person_id in first:
            aside.append(SetAside(responses.file, row.line, REPEATED))
        else:
            first[row.person_id] = row
    return replace(
        responses,
        rows=tuple(sorted(first.values(), key=lambda r: r.line)),
        set_aside=tuple(sorted(aside, key=lambda a: a.line)),
        invited=len(invited),
    )


def _reason(
    row: Response, invited: Mapping[str, Sequence[str]], start: date, end: date
) -> str | None:
    if not invited.get(row.person_id):
        return NOT_LISTED
    if row.urn is not None and row.urn not in invited[row.person_id]:
        return OTHER_SCHOOL
    if all(answer is None for answer in row.answers.values()):
        return NO_ANSWER
    if row.completed_on < start:
        return BEFORE
    return AFTER if row.completed_on > end else None
