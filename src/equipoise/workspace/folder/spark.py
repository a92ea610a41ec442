"""The row engine named `spark`: PySpark on this machine, by the same expressions."""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from equipoise.workspace.folder.parquet import ParquetParts

if TYPE_CHECKING:
    from types import TracebackType

    from equipoise.authority.rules import Rows

Value = int | bool | str | None
Answer = tuple[Value, ...]

_TYPES = {"int64": "BIGINT", "boolean": "BOOLEAN", "string": "STRING"}
#: Nothing listens beyond this machine, nothing is drawn or logged, and small answers stay small.
_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.log.level": "ERROR",
}


class SparkEngine:
    """A `RowEngine` on a local Spark session, which ends with it.

    Needs the extra ``spark`` and a Java. Spark divides its work itself, so a store is one part.

    Raises
    ------
    ModuleNotFoundError
        Where PySpark is not installed.
    """

    def __init__(self) -> None:
        from pyspark.sql import SparkSession

        self._folder = tempfile.TemporaryDirectory(prefix="equipoise-")
        # Workers and driver must be one Python; loopback keeps its name where there is no network.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        builder = SparkSession.builder.master("local[*]").appName("equipoise")
        settings = {
            **_SETTINGS,
            "spark.local.dir": self._folder.name,
            "spark.sql.warehouse.dir": str(Path(self._folder.name) / "warehouse"),
        }
        for name, value in settings.items():
            builder = builder.config(name, value)
        self._session: Any = builder.getOrCreate()

    def __enter__(self) -> SparkEngine:
        """Return the engine itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the session."""
        self.close()

    def close(self) -> None:
        """End the session and remove what it left."""
        self._session.stop()
        self._folder.cleanup()

    def run(self, query: str, tables: Mapping[str, Rows]) -> tuple[Answer, ...]:
        """Return the rows of a query, as `RowEngine.run`."""
        text = spark_text(query)
        for name, rows in tables.items():
            self._show(name, rows)
        self._show_views(query)
        return tuple(tuple(row) for row in self._session.sql(text).collect())

    @contextmanager
    def store(self, size: int) -> Iterator[SparkStore]:
        """Return an empty store on disk, as `RowEngine.store`; Spark needs no hint of its size."""
        with tempfile.TemporaryDirectory(prefix="equipoise-") as folder:
            parts = ParquetParts(Path(folder), 1)
            try:
                yield SparkStore(self, parts)
            finally:
                parts.abandon()
                self._session.catalog.clearCache()

    def _show(self, name: str, rows: Rows) -> None:
        """Let queries see rows under a name."""
        schema = ", ".join(
            f"`{column}` {_TYPES[kind]}"
            for column, kind in zip(rows.names, rows.kinds, strict=True)
        )
        frame = self._session.createDataFrame(list(zip(*rows.columns, strict=True)), schema)
        frame.createOrReplaceTempView(name)

    def _show_views(self, query: str) -> None:
        """Let a query see the views that it reads."""
        from equipoise.authority.rules import views_of

        for view in views_of(query):
            self.show_query(view)

    def show_file(self, name: str, path: Path) -> None:
        """Let queries see a Parquet file or folder under a name."""
        self._session.read.parquet(path.as_uri()).createOrReplaceTempView(name)

    def show_query(self, name: str) -> None:
        """Let queries see the answer of another under its name."""
        self._session.sql(spark_text(name)).createOrReplaceTempView(name)

    def write_query(self, name: str, path: Path) -> None:
        """Write the answer of a query as Parquet."""
        self._session.sql(spark_text(name)).write.parquet(path.as_uri())

    def listed(self, query: str, tables: Mapping[str, Rows]) -> Iterator[Answer]:
        """Yield the rows of a query, fetched one piece after another."""
        for name, rows in tables.items():
            self._show(name, rows)
        self._show_views(query)
        for row in self._session.sql(spark_text(query)).toLocalIterator():
            yield tuple(row)


class SparkStore:
    """A `RowStore` of one Parquet file."""

    def __init__(self, engine: SparkEngine, parts: ParquetParts) -> None:
        self.key = secrets.token_bytes(16)
        self._engine = engine
        self._parts = parts
        self._sealed = False

    def append(self, rows: Rows) -> None:
        """Add a chunk of records."""
        if self._sealed:
            raise ValueError("nothing can be added after the first question")
        self._parts.append(rows)

    def ask(self, query: str, tables: Mapping[str, Rows]) -> Iterator[Answer]:
        """Yield the rows of a query, as `RowStore.ask`."""
        copies = self._parts.folder / "copies"
        self._engine.show_file("records", self._parts.path(0)) if self._sealed else self._seal()
        self._engine.show_file("copies", copies)
        for name in ("kept", "events"):
            self._engine.show_query(name)
        yield from self._engine.listed(query, tables)

    def _seal(self) -> None:
        """Finish the file, and find the copies once."""
        self._sealed = True
        self._parts.close()
        self._engine.show_file("records", self._parts.path(0))
        self._engine.write_query("copies", self._parts.folder / "copies")


@cache
def spark_text(query: str) -> str:
    """Return a query in Spark's dialect."""
    from equipoise.authority.rules.expressions import sql

    return sql(query, "pyspark")
