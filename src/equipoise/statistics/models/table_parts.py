"""Parts of a large file, one after the other, so that it never lies in memory as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import polars as pl

MISSING = ("", "NA")
"""What stands for a missing value in a CSV file."""

ROWS = 1 << 18
"""Rows of a part of a Parquet file."""

BYTES = 1 << 24
"""Bytes of a part of a CSV file, about."""

LINE = 64
"""Bytes that a row of a CSV file is taken to have where a part is asked for in rows."""

Part = tuple[pl.DataFrame, float]
"""Rows, and what part of the file has now been read."""


def parquet_parts(path: Path, names: list[str], rows: int | None = None) -> Iterator[Part]:
    """Read a Parquet file in slices of about so many rows."""
    step = ROWS if rows is None else rows
    scanned = pl.scan_parquet(path).select(names)
    height = int(scanned.select(pl.len()).collect().item())
    for begin in range(0, max(height, 1), step):
        part = scanned.slice(begin, step).collect()
        yield part, min(1.0, (begin + step) / max(height, 1))


def csv_parts(path: Path, names: list[str], rows: int | None = None) -> Iterator[Part]:
    """Read a CSV file in blocks of whole rows; values are text, missing ones null."""
    size = max(path.stat().st_size, 1)
    step = BYTES if rows is None else rows * LINE
    with path.open("rb") as file:
        heads = _block(file, 1)
        while True:
            block = _block(file, step)
            at = file.tell()
            if not block and at > len(heads):
                break
            part = pl.read_csv(
                heads + block, infer_schema=False, columns=names, null_values=list(MISSING)
            )
            yield part, at / size
            if not block:
                break


def _block(file: BinaryIO, step: int) -> bytes:
    """Read about so many bytes, up to the end of a line that is the end of a row.

    Inside a quoted value there is an odd number of quotes behind, and a line's end is none.
    """
    found = [file.read(step), file.readline()]
    quotes = sum(part.count(b'"') for part in found)
    while quotes % 2 and (line := file.readline()):
        found.append(line)
        quotes += line.count(b'"')
    return b"".join(found)
