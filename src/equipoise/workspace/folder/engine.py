"""The row engines of the command line by name, and its own: DuckDB, on one thread."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from equipoise.workspace.folder.parquet import ParquetParts, arrow_table, parts_for

if TYPE_CHECKING:
    from equipoise.authority.rules import RowEngine, Rows

Value = int | bool | str | None
Answer = tuple[Value, ...]

#: The engines that a user can name.
ENGINES = ("duckdb", "sqlite", "spark")

#: Nothing is fetched, nothing outside the process is read, and one thread keeps the order.
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "enable_external_access": False,
}
#: What DuckDB may hold of a part before it spills into the store's folder.
_MEMORY = "512MB"
#: So many rows of an answer are fetched at once.
_FETCHED = 10_000


@contextmanager
def engine_named(name: str) -> Iterator[RowEngine]:
    """Return an engine by its name; what it holds beside memory is gone afterwards.

    Raises
    ------
    ValueError
        Where there is none of that name.
    ModuleNotFoundError
        Where it is not installed (PySpark).
    """
    if name not in ENGINES:
        raise ValueError(f"no engine {name}: one of {', '.join(ENGINES)}")
    if name == "duckdb":
        yield DuckDBEngine()
    elif name == "sqlite":
        from equipoise.authority.rules import SQLiteEngine

        with tempfile.TemporaryDirectory(prefix="equipoise-") as folder:
            yield SQLiteEngine(Path(folder))
    else:
        from equipoise.workspace.folder.spark import SparkEngine

        with SparkEngine() as engine:
            yield engine


class DuckDBEngine:
    """A `RowEngine`: each query runs in a database of its own, which then goes.

    Ibis, DuckDB and Arrow are imported on first use, so that commands that count nothing start
    without them.
    """

    def run(self, query: str, tables: Mapping[str, Rows]) -> tuple[Answer, ...]:
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
        import duckdb

        from equipoise.authority.rules import views_of

        text = duckdb_text(query)
        with duckdb.connect(":memory:", config=_SETTINGS) as connection:
            for name, rows in tables.items():
                connection.register(name, arrow_table(rows))
            for view in views_of(query):
                connection.execute(f"CREATE VIEW {view} AS {duckdb_text(view)}")
            return tuple(connection.execute(text).fetchall())

    @contextmanager
    def store(self, size: int) -> Iterator[DuckDBStore]:
        """Return an empty store on disk, as `RowEngine.store`; it is gone afterwards."""
        with tempfile.TemporaryDirectory(prefix="equipoise-") as folder:
            parts = ParquetParts(Path(folder), parts_for(size))
            store = DuckDBStore(parts)
            try:
                yield store
            finally:
                # On Windows a file that is open cannot be removed.
                store.close()
                parts.abandon()


class DuckDBStore:
    """A `RowStore` of Parquet files; one part after another is counted."""

    def __init__(self, parts: ParquetParts) -> None:
        self.key = secrets.token_bytes(16)
        self._parts = parts
        self._sealed = False
        self._database: Any = None
        self._part = -1

    def append(self, rows: Rows) -> None:
        """Add a chunk of records."""
        if self._sealed:
            raise ValueError("nothing can be added after the first question")
        self._parts.append(rows)

    def ask(self, query: str, tables: Mapping[str, Rows]) -> Iterator[Answer]:
        """Yield the rows of a query, part after part."""
        if not self._sealed:
            self._sealed = True
            self._parts.close()
        from equipoise.authority.rules import ACROSS

        if query in ACROSS:
            yield from self._across(query, tables)
            return
        text = duckdb_text(query)
        for part in range(self._parts.parts):
            with self._opened(part).cursor() as cursor:
                _show(cursor, query, tables)
                answer = cursor.execute(text)
                while fetched := answer.fetchmany(_FETCHED):
                    yield from fetched

    def _across(self, query: str, tables: Mapping[str, Rows]) -> Iterator[Answer]:
        """Yield the rows of a query over a view that each part lists into a file first."""
        from equipoise.authority.rules import views_of

        table = views_of(query)[-1]
        files = [self._parts.path(part, table) for part in range(self._parts.parts)]
        for part, file in enumerate(files):
            with self._opened(part).cursor() as cursor:
                _show(cursor, table, tables)
                cursor.execute(f"COPY ({duckdb_text(table)}) TO {_quoted(file)} (FORMAT parquet)")
        listed = ", ".join(_quoted(file) for file in files)
        with self._opened(len(files) - 1).cursor() as cursor:
            cursor.execute(
                f"CREATE OR REPLACE TEMP VIEW {table} AS SELECT * FROM read_parquet([{listed}])"
            )
            answer = cursor.execute(duckdb_text(query))
            while fetched := answer.fetchmany(_FETCHED):
                yield from fetched
        for file in files:
            file.unlink()

    def close(self) -> None:
        """Leave the database of the part that was counted last."""
        if self._database is not None:
            self._database.close()
            self._database = None

    def _opened(self, part: int) -> Any:
        """Return a database that sees the records of a part, and nothing else outside."""
        if self._database is not None and self._part == part:
            return self._database
        import duckdb

        self.close()
        folder = self._parts.folder
        settings = {name: set_to for name, set_to in _SETTINGS.items() if "external" not in name}
        settings |= {"memory_limit": _MEMORY, "temp_directory": str(folder / "spilled")}
        self._database, self._part = duckdb.connect(":memory:", config=settings), part
        run = self._database.execute
        run(f"SET allowed_directories = [{_quoted(folder)}]")
        run("SET enable_external_access = false")
        copies = self._parts.path(part, "copies")
        run(f"CREATE VIEW records AS SELECT * FROM read_parquet({_quoted(self._parts.path(part))})")
        if not copies.exists():
            run(f"COPY ({duckdb_text('copies')}) TO {_quoted(copies)} (FORMAT parquet)")
        run(f"CREATE VIEW copies AS SELECT * FROM read_parquet({_quoted(copies)})")
        for name in ("kept", "events"):
            run(f"CREATE VIEW {name} AS {duckdb_text(name)}")
        return self._database


def _show(cursor: Any, query: str, tables: Mapping[str, Rows]) -> None:
    """Let a query see small tables, and the views that it reads."""
    from equipoise.authority.rules import views_of

    for name, rows in tables.items():
        cursor.register(name, arrow_table(rows))
    for view in views_of(query):
        cursor.execute(f"CREATE OR REPLACE TEMP VIEW {view} AS {duckdb_text(view)}")


@cache
def duckdb_text(query: str) -> str:
    """Return a query in DuckDB's dialect."""
    from equipoise.authority.rules.expressions import sql

    return sql(query, "duckdb").strip()


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
