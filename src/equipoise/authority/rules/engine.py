"""The engine's side of the wall: tables in, rows out, by the name of a query."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

Value = int | bool | str | None
Answer = tuple[Value, ...]
#: The queries over ``events``: what is counted. Their expressions are in `expressions`.
QUERIES = (
    "school_counts",
    "window_totals",
    "month_counts",
    "linkage_counts",
    "family_counts",
    "clock_counts",
)
#: Tables that are views of others, made anew for each query that reads them: no engine has to
#: parse one text that holds them all.
VIEWS = ("school_contacts", "family_rows")
#: Which view a query, or another view, reads.
READS = {
    "school_counts": "school_contacts",
    "clock_counts": "school_contacts",
    "family_rows": "school_contacts",
    "family_counts": "family_rows",
}
#: Queries whose counts cannot be added over the parts of an extract, since a family may have its
#: children in several of them: the view that they read is that of all parts together.
ACROSS = frozenset({"family_counts"})
#: The tables that are derived from ``records``, in the order in which each needs the ones before.
DERIVED = ("copies", "kept", "events")
#: The queries over those: what an extract holds, and what of it could not be decided.
RECORD_QUERIES = (
    "set_aside",
    "tallies",
    "labels_seen",
    "month_signs",
    "label_months",
    "unclear_rows",
)
#: How many columns of a query's answer say what its numbers are of. The answers of several parts
#: of an extract are added where these are equal; None where rows are listed, not counted.
KEYS: dict[str, int | None] = {
    "school_counts": 2,
    "window_totals": 1,
    "month_counts": 1,
    "linkage_counts": 3,
    "family_counts": 2,
    "clock_counts": 2,
    "set_aside": 1,
    "tallies": 0,
    "labels_seen": 2,
    "month_signs": 1,
    "label_months": 3,
    "unclear_rows": None,
}

#: The tables of every query and their columns: integers, booleans and short codes only. Days are
#: ordinals (1 January of year 1 is day 1), so that every engine subtracts them alike.
SCHEMAS: dict[str, tuple[tuple[str, str], ...]] = {
    "events": (
        ("contact", "int64"),
        ("child", "int64"),
        ("day", "int64"),
        ("month", "int64"),
        ("decided", "int64"),
        ("by_school", "boolean"),
        ("unclear_source", "boolean"),
        ("urn", "int64"),
        ("resolution", "string"),
        ("open_case", "boolean"),
        ("outcome", "string"),
        ("reason", "string"),
        ("attended", "int64"),
        ("linkage", "string"),
        ("contact_id", "int64"),
        ("family", "int64"),
        ("referred", "int64"),
    ),
    "windows": (("window", "string"), ("first_day", "int64"), ("last_day", "int64")),
    "settings": (
        ("cut_off", "int64"),
        ("as_of", "int64"),
        ("settling_days", "int64"),
        ("repeat_days", "int64"),
        ("recontact_days", "int64"),
        ("open_cases_set_aside", "boolean"),
        ("by_attended", "boolean"),
        ("outcomes_derived", "boolean"),
        ("referral_within_days", "int64"),
        ("referrals_from", "int64"),
        ("referrals_to", "int64"),
        ("same_day_one", "boolean"),
        ("clock_from_referral", "boolean"),
        ("decision_days", "int64"),
    ),
    # Every day that a clock may touch, numbered by the working days up to it.
    "working_days": (("day", "int64"), ("number", "int64")),
    # Every school's contacts, each with its status: new, repeat or open.
    "school_contacts": (
        ("urn", "int64"),
        ("child", "int64"),
        ("contact", "int64"),
        ("contact_id", "int64"),
        ("family", "int64"),
        ("day", "int64"),
        ("decided", "int64"),
        ("referred", "int64"),
        ("settled", "string"),
        ("gravity", "int64"),
        ("reason", "string"),
        ("as_of", "int64"),
        ("recontact_days", "int64"),
        ("referral_within_days", "int64"),
        ("clock_from_referral", "boolean"),
        ("decision_days", "int64"),
        ("status", "string"),
    ),
    # New contacts in windows, a row for each child, to be put together by family.
    "family_rows": (
        ("urn", "int64"),
        ("window", "string"),
        ("day", "int64"),
        ("contact_id", "int64"),
        ("family", "int64"),
        ("gravity", "int64"),
    ),
    # Every row of an extract (`records` says what the columns hold).
    "records": (
        ("number", "int64"),
        ("file", "int64"),
        ("sheet", "int64"),
        ("row", "int64"),
        ("aside", "string"),
        ("contact", "int64"),
        ("child", "int64"),
        ("content", "int64"),
        ("day", "int64"),
        ("month", "int64"),
        ("decided", "int64"),
        ("source_text", "int64"),
        ("organisation_text", "int64"),
        ("outcome_text", "int64"),
        ("reason_text", "int64"),
        ("by_school", "boolean"),
        ("unclear_source", "boolean"),
        ("urn", "int64"),
        ("resolution", "string"),
        ("open_case", "boolean"),
        ("open_unrecorded", "boolean"),
        ("by_absence", "boolean"),
        ("decided_unreadable", "boolean"),
        ("outcome", "string"),
        ("reason", "string"),
        ("attended", "int64"),
        ("linkage", "string"),
        ("referred", "int64"),
        ("family", "int64"),
    ),
    # Rows of which the same contact and child stand earlier.
    "copies": (("number", "int64"), ("aside", "string")),
}
SCHEMAS["kept"] = SCHEMAS["records"]


@dataclass(frozen=True)
class Rows:
    """A table by columns.

    Attributes
    ----------
    names, kinds
        Its columns and their types: ``int64``, ``boolean`` or ``string``.
    columns
        Their values, all of one length; None where there is none.
    """

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    columns: tuple[Sequence[Value], ...]

    def __post_init__(self) -> None:
        """Refuse a table that is not one."""
        if not len(self.names) == len(self.kinds) == len(self.columns):
            raise ValueError("a name, a kind and values for each column")
        if len({len(column) for column in self.columns}) > 1:
            raise ValueError("columns of one length")

    @classmethod
    def of(cls, table: str, rows: Iterable[Sequence[Value]]) -> Rows:
        """Return rows as a table of `SCHEMAS`."""
        names, kinds = zip(*SCHEMAS[table], strict=True)
        columns = tuple(zip(*rows, strict=True)) or tuple(() for _ in names)
        return cls(names, kinds, columns)


class RowStore(Protocol):
    """Where an engine keeps the records of one extract, away from memory, until they are counted.

    Attributes
    ----------
    key
        The secret under which identifiers are hashed before they come here. It is made for this
        store and gone with it, so what lies in a temporary file says nothing about a child.
    """

    key: bytes

    def append(self, rows: Rows) -> None:
        """Add a chunk of the table ``records``."""

    def ask(self, query: str, tables: Mapping[str, Rows]) -> Iterator[Answer]:
        """Yield the rows of a query of `QUERIES` or `RECORD_QUERIES` over what was added.

        A store may hold the extract in several parts, all records of a child in one of them; it
        answers for one after another, so that memory is that of a part. `added` puts counts
        together. Nothing can be added after the first question.

        Parameters
        ----------
        query
            The query's name.
        tables
            Small tables that it reads beside the records, by name.
        """


class RowEngine(Protocol):
    """Something that answers the queries: DuckDB, Spark, SQLite in a page."""

    def run(self, query: str, tables: Mapping[str, Rows]) -> tuple[Answer, ...]:
        """Return the rows of a query, in the order that the query declares.

        Parameters
        ----------
        query
            One of `QUERIES`.
        tables
            The tables that it reads, by name.
        """

    def store(self, size: int) -> AbstractContextManager[RowStore]:
        """Return an empty store, emptied again on leaving it.

        Parameters
        ----------
        size
            How many bytes the raw files hold: how much will come, roughly.
        """


def views_of(query: str) -> tuple[str, ...]:
    """Return the views that a query reads, each after those that it reads itself.

    Examples
    --------
    >>> views_of("family_counts"), views_of("month_counts")
    (('school_contacts', 'family_rows'), ())
    """
    views: list[str] = []
    while query in READS:
        query = READS[query]
        views.insert(0, query)
    return tuple(views)


def added(query: str, rows: Iterable[Answer]) -> tuple[Answer, ...]:
    """Add the counts of the parts of an extract, in the order of what they are counts of.

    Raises
    ------
    ValueError
        Where the query lists rows.
    TypeError
        Where a count is no whole number: an engine that does not fit.

    Examples
    --------
    >>> added("month_counts", [(202409, 3, 1), (202408, 1, 0), (202409, 2, 2)])
    ((202408, 1, 0), (202409, 5, 3))
    """
    keys = KEYS.get(query)
    if keys is None:
        raise ValueError(f"{query} is no query that counts")
    sums: dict[Answer, list[int]] = {}
    for row in rows:
        counts = _whole(row[keys:])
        held = sums.setdefault(row[:keys], [0] * len(counts))
        for place, count in enumerate(counts):
            held[place] += count
    ordered = sorted(sums.items(), key=lambda item: item[0])
    return tuple((*key, *counts) for key, counts in ordered)


def _whole(values: Sequence[Value]) -> list[int]:
    counts: list[int] = []
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError(f"an engine returned a {type(value).__name__} for a count")
        counts.append(value)
    return counts
