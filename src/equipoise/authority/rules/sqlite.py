"""SQLite: the row engine of the light set, of the standard library alone.

Ibis is not there in a page or on a bare machine, so the text of the queries ships as data:
``data/sqlite/*.sql``, written from `expressions` and proved current by a test.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from functools import cache
from importlib.resources import files
from pathlib import Path

from equipoise.authority.rules.engine import (
    DERIVED,
    QUERIES,
    RECORD_QUERIES,
    SCHEMAS,
    VIEWS,
    Answer,
    Rows,
    views_of,
)

_KINDS = {"int64": "INTEGER", "boolean": "INTEGER", "string": "TEXT"}
#: What is lost with the process may be lost: a store never outlives it. Kilobytes of cache.
_PRAGMAS = ("journal_mode = OFF", "synchronous = OFF", "cache_size = -65536")


@cache
def sqlite_text(query: str) -> str:
    """Return the text of a query or of a derived table, as it ships.

    Raises
    ------
    ValueError
        Where there is no such query.
    """
    if query not in (*QUERIES, *VIEWS, *DERIVED, *RECORD_QUERIES):
        raise ValueError(f"no query {query}")
    resource = files("equipoise.authority.rules").joinpath("data", "sqlite", f"{query}.sql")
    return resource.read_text(encoding="utf-8")


class SQLiteEngine:
    """A `RowEngine` of Python's own SQLite.

    Parameters
    ----------
    folder
        Where a store may keep its file while it is open; None keeps it in memory.

    Examples
    --------
    >>> from equipoise.authority.rules import event_rows
    >>> SQLiteEngine().run("month_counts", {"events": event_rows([])})
    ()
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def run(self, query: str, tables: Mapping[str, Rows]) -> tuple[Answer, ...]:
        """Return the rows of a query, as `RowEngine.run`."""
        text = sqlite_text(query)
        with closing(sqlite3.connect(":memory:")) as connection:
            for name, rows in tables.items():
                _create(connection, name)
                _insert(connection, name, rows)
            _show(connection, query)
            return tuple(connection.execute(text))

    @contextmanager
    def store(self, size: int) -> Iterator[SQLiteStore]:
        """Return an empty store, as `RowEngine.store`; SQLite needs no hint of its size."""
        if self._folder is None:
            with closing(_open(":memory:")) as connection:
                yield SQLiteStore(connection)
            return
        path = self._folder / f"records-{secrets.token_hex(8)}.sqlite"
        try:
            with closing(_open(os.fspath(path))) as connection:
                yield SQLiteStore(connection)
        finally:
            with suppress(FileNotFoundError):
                path.unlink()


class SQLiteStore:
    """A `RowStore` in one database; SQLite itself keeps to its cache and spills to files."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.key = secrets.token_bytes(16)
        self._connection = connection
        self._sealed = False
        _create(connection, "records")

    def append(self, rows: Rows) -> None:
        """Add a chunk of records."""
        if self._sealed:
            raise ValueError("nothing can be added after the first question")
        _insert(self._connection, "records", rows)

    def ask(self, query: str, tables: Mapping[str, Rows]) -> Iterator[Answer]:
        """Yield the rows of a query, as `RowStore.ask`."""
        if not self._sealed:
            self._seal()
        for name, rows in tables.items():
            self._connection.execute(f"DROP TABLE IF EXISTS {name}")
            _create(self._connection, name)
            _insert(self._connection, name, rows)
        _show(self._connection, query)
        yield from self._connection.execute(sqlite_text(query))

    def _seal(self) -> None:
        """Find the copies once; everything else is a view."""
        self._sealed = True
        run = self._connection.execute
        run("CREATE TABLE copies (number INTEGER PRIMARY KEY, aside TEXT)")
        run(f"INSERT INTO copies {sqlite_text('copies')}")
        for name in ("kept", "events"):
            run(f"CREATE VIEW {name} AS {sqlite_text(name)}")


def _open(database: str) -> sqlite3.Connection:
    connection = sqlite3.connect(database, isolation_level=None)
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _show(connection: sqlite3.Connection, query: str) -> None:
    """Let a query see the views that it reads."""
    for view in views_of(query):
        connection.execute(f"DROP VIEW IF EXISTS {view}")
        connection.execute(f"CREATE VIEW {view} AS {sqlite_text(view)}")


def _create(connection: sqlite3.Connection, table: str) -> None:
    columns = ", ".join(f'"{name}" {_KINDS[kind]}' for name, kind in SCHEMAS[table])
    connection.execute(f"CREATE TABLE {table} ({columns})")


def _insert(connection: sqlite3.Connection, table: str, rows: Rows) -> None:
    marks = ", ".join("?" for _ in rows.names)
    connection.execute("BEGIN")
    connection.executemany(f"INSERT INTO {table} VALUES ({marks})", zip(*rows.columns, strict=True))
    connection.execute("COMMIT")
