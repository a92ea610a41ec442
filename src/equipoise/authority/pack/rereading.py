"""Rereading: two extracts of one authority under one key, so that their rows can be compared."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from equipoise.authority.pack.prepare import prepared
from equipoise.authority.quality import Changes, Held, changes_between
from equipoise.authority.quality.changes import Kept
from equipoise.authority.readers import Raw
from equipoise.authority.rules import Answer, Definitions, RowEngine, Rows, RowStore
from equipoise.authority.schools import RosterSchool


def extract_changes(
    before: Mapping[str, Raw],
    after: Mapping[str, Raw],
    schools: Iterable[RosterSchool],
    definitions: Definitions,
    engine: RowEngine,
) -> Changes:
    """Compare two extracts of one authority, row by row, and return counts alone.

    Memory grows with the rows: some 300 bytes for each row of both.

    Parameters
    ----------
    before, after
        The files of the older and of the newer extract, as for `build_pack`.
    schools, definitions, engine
        As for `build_pack`.

    Raises
    ------
    ProblemsError
        With every problem of every file of one of them.
    ValueError
        Where they are of two authorities.
    """
    key = secrets.token_bytes(16)
    listed = tuple(schools)
    old, new = (_kept(files, listed, definitions, engine, key) for files in (before, after))
    return changes_between(old, new)


def _kept(
    files: Mapping[str, Raw],
    schools: Iterable[RosterSchool],
    definitions: Definitions,
    engine: RowEngine,
    key: bytes,
) -> Kept:
    keeping = _Keeping(engine, key)
    with prepared(files, schools, definitions, keeping) as extract:
        profile = extract.profile
        return Kept(
            authority=profile.authority,
            made=profile.extract_date,
            covers=(profile.covers_from, profile.covers_to),
            rows=keeping.rows,
        )


class _Keeping:
    """A `RowEngine` that keeps what is compared of every row, and hides numbers under its key.

    Of several rows of the same contact and child the first stands, as where they are counted.
    """

    def __init__(self, engine: RowEngine, key: bytes) -> None:
        self.rows: dict[tuple[int, int], Held] = {}
        self._engine, self._key = engine, key

    def run(self, query: str, tables: Mapping[str, Rows]) -> tuple[Answer, ...]:
        """Return the rows of a query, as `RowEngine.run`."""
        return self._engine.run(query, tables)

    @contextmanager
    def store(self, size: int) -> Iterator[RowStore]:
        """Return a store that keeps rows beside those of the engine."""
        with self._engine.store(size) as inner:
            inner.key = self._key
            yield _KeepingStore(inner, self.rows)


class _KeepingStore:
    """A `RowStore` that notes each row before it hands it on."""

    def __init__(self, inner: RowStore, rows: dict[tuple[int, int], Held]) -> None:
        self.key = inner.key
        self._inner, self._rows = inner, rows

    def append(self, rows: Rows) -> None:
        """Add a chunk of records."""
        columns = dict(zip(rows.names, rows.columns, strict=True))
        chosen = (columns[n] for n in ("aside", "contact", "child", "month", "outcome", "urn"))
        for aside, contact, child, month, outcome, urn in zip(*chosen, strict=True):
            if not aside and isinstance(contact, int) and isinstance(child, int):
                held = Held(int(month or 0), str(outcome), "" if urn is None else str(urn))
                self._rows.setdefault((contact, child), held)
        self._inner.append(rows)

    def ask(self, query: str, tables: Mapping[str, Rows]) -> Iterator[Answer]:
        """Yield the rows of a query, as `RowStore.ask`."""
        return self._inner.ask(query, tables)
