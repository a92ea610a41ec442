"""The engine's side of the wall: tables in, rows out, by the name of a query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

Value = int | bool | str | None
#: The queries that an engine must know. Their expressions are in `expressions`.
QUERIES = ("school_counts", "window_totals", "month_counts")

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
    ),
    "windows": (("window", "string"), ("first_day", "int64"), ("last_day", "int64")),
    "settings": (
        ("cut_off", "int64"),
        ("as_of", "int64"),
        ("settling_days", "int64"),
        ("repeat_days", "int64"),
        ("recontact_days", "int64"),
        ("open_cases_set_aside", "boolean"),
    ),
}


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


class RowEngine(Protocol):
    """Something that answers the queries: DuckDB, Spark, SQLite in a page."""

    def run(self, query: str, tables: Mapping[str, Rows]) -> tuple[tuple[Value, ...], ...]:
        """Return the rows of a query, in the order that the query declares.

        Parameters
        ----------
        query
            One of `QUERIES`.
        tables
            The tables that it reads, by name.
        """
