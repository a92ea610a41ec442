"""The row engine of the command line: DuckDB in memory, through Ibis, on one thread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from equipoise.authority.rules import Rows

Value = int | bool | str | None

#: Nothing is fetched, nothing outside the process is read, and one thread keeps the order.
_SETTINGS = {
    "threads": 1,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "enable_external_access": False,
}


class DuckDBEngine:
    """A `RowEngine`: each query runs in a database of its own, which then goes.

    Ibis, DuckDB and Arrow are imported on first use, so that commands that count nothing start
    without them.
    """

    def run(self, query: str, tables: Mapping[str, Rows]) -> tuple[tuple[Value, ...], ...]:
        """Return the rows of a query, in the order that the query declares.

        Parameters
        ----------
        query
            One of `equipoise.authority.rules.QUERIES`.
        tables
            The tables that it reads, by name.

        Raises
        ------
        ValueError
            Where there is no such query.
        """
        import ibis
        import pyarrow  # type: ignore[import-untyped]  # ships no types

        from equipoise.authority.rules.expressions import expression

        kinds = {
            "int64": pyarrow.int64(),
            "boolean": pyarrow.bool_(),
            "string": pyarrow.string(),
        }
        connection = ibis.duckdb.connect(":memory:", **_SETTINGS)
        try:
            for name, rows in tables.items():
                arrays = [
                    pyarrow.array(column, type=kinds[kind])
                    for column, kind in zip(rows.columns, rows.kinds, strict=True)
                ]
                table = pyarrow.Table.from_arrays(arrays, names=list(rows.names))
                connection.con.register(name, table)
            answer = connection.to_pyarrow(expression(query))
            columns = [column.to_pylist() for column in answer.columns]
        finally:
            connection.disconnect()
        return tuple(zip(*columns, strict=True))
