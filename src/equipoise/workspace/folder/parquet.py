"""Parquet: the records of an extract as files, by part, while they are counted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from equipoise.authority.rules import Rows

#: Raw bytes whose records make one part: memory is that of a part, however many there are.
PART_BYTES = 64 << 20
MOST_PARTS = 256
#: So many rows wait in memory, over all parts, until those of the fullest are written: each piece
#: of a file that is written costs memory to its end, so pieces should not be small.
WAITING = 1 << 18


def parts_for(size: int) -> int:
    """Return into how many parts to divide the records of so many raw bytes: a power of two.

    Examples
    --------
    >>> parts_for(6_000_000), parts_for(300 << 20)
    (1, 8)
    """
    parts = 1
    while parts * PART_BYTES < size and parts < MOST_PARTS:
        parts *= 2
    return parts


def arrow_table(rows: Rows) -> Any:
    """Return rows as an Arrow table of integers, truths and short codes."""
    import pyarrow

    kinds = {"int64": pyarrow.int64(), "boolean": pyarrow.bool_(), "string": pyarrow.string()}
    arrays = [
        pyarrow.array(column, type=kinds[kind])
        for column, kind in zip(rows.columns, rows.kinds, strict=True)
    ]
    return pyarrow.Table.from_arrays(arrays, names=list(rows.names))


class ParquetParts:
    """Files of records, all of a child in one of them.

    Parameters
    ----------
    folder
        Where they lie: ``records-000.parquet`` and so on.
    parts
        How many there are: a power of two.
    """

    def __init__(self, folder: Path, parts: int) -> None:
        self.folder = folder
        self.parts = parts
        self._writers: dict[int, Any] = {}
        self._waiting: dict[int, list[Any]] = {part: [] for part in range(parts)}
        self._rows: dict[int, int] = dict.fromkeys(range(parts), 0)

    def path(self, part: int, table: str = "records") -> Path:
        """Return where a table of a part lies."""
        return self.folder / f"{table}-{part:03}.parquet"

    def append(self, rows: Rows) -> None:
        """Divide a chunk of records over the parts."""
        import pyarrow.compute as compute

        table = arrow_table(rows)
        part_of = compute.bit_wise_and(table["child"], self.parts - 1)
        for part in range(self.parts):
            held = table if self.parts == 1 else table.filter(compute.equal(part_of, part))
            self._waiting[part].append(held)
            self._rows[part] += held.num_rows
        while sum(self._rows.values()) > WAITING:
            self._write(max(self._rows, key=lambda part: self._rows[part]))

    def close(self) -> None:
        """Finish the files. A part without any record has one too."""
        from equipoise.authority.rules import Rows

        for part in range(self.parts):
            self._waiting[part].append(arrow_table(Rows.of("records", [])))
            self._write(part)
        self.abandon()

    def abandon(self) -> None:
        """Close the files as they are."""
        for writer in self._writers.values():
            writer.close()
        self._writers.clear()

    def _write(self, part: int) -> None:
        """Write the rows of a part that wait."""
        import pyarrow
        import pyarrow.parquet as parquet

        table = pyarrow.concat_tables(self._waiting[part])
        self._waiting[part], self._rows[part] = [], 0
        if part not in self._writers:
            texts = [field.name for field in table.schema if str(field.type) == "string"]
            self._writers[part] = parquet.ParquetWriter(
                self.path(part), table.schema, use_dictionary=texts, compression="snappy"
            )
        self._writers[part].write_table(table)
