"""A data file as a table: CSV or Parquet, the columns that are named and no others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from equipoise.core.base import Problem, Problems, ProblemsError, shape_of
from equipoise.statistics.models.table_parts import MISSING, csv_parts, parquet_parts

SHOWN = 20
"""So many columns of a file are named in a problem."""

Tell = Callable[[float], None]
"""Is told what part of a file was read, from 0 to 1."""


class LabelsError(Exception):
    """A column that was taken for numbers holds labels after all."""

    def __init__(self, column: str) -> None:
        super().__init__(column)
        self.column = column


@dataclass(frozen=True)
class TableFile:
    """Named columns of a file, whole or part by part.

    Attributes
    ----------
    path
        A file that ends in ``.parquet``, or else a CSV file in UTF-8 with commas.
    wanted
        ``number``, ``label`` or ``either`` by column, as in `read_table`.
    """

    path: Path
    wanted: dict[str, str]

    @property
    def parquet(self) -> bool:
        """Whether it is a Parquet file."""
        return self.path.suffix.lower() == ".parquet"

    @property
    def height(self) -> int | None:
        """Rows; None where the file does not say."""
        if not self.parquet:
            return None
        with self._reading():
            return int(pl.scan_parquet(self.path).select(pl.len()).collect().item())

    def whole(self) -> pl.DataFrame:
        """Read all rows.

        Raises
        ------
        ProblemsError
            As `read_table`.
        """
        problems = Problems()
        names = list(self.wanted)
        with self._reading():
            if self.parquet:
                table = pl.read_parquet(self.path, columns=names)
            else:
                table = pl.read_csv(
                    self.path, infer_schema=False, columns=names, null_values=list(MISSING)
                )
        converted = _Converter(self.path.name, self.wanted)
        columns = [converted.column(table[name], 0) for name in self.wanted]
        converted.add_to(problems)
        problems.raise_if_any()
        return pl.DataFrame(columns)

    def parts(
        self, *, labels: Iterable[str] = (), rows: int | None = None, tell: Tell | None = None
    ) -> Iterator[pl.DataFrame]:
        """Read rows part by part, in their order; together they are `whole`.

        Parameters
        ----------
        labels
            Columns that may be either and are known to hold labels.
        rows
            About so many in a part; None takes what reads fast.
        tell
            Is told how far reading is.

        Raises
        ------
        LabelsError
            Such a column holds labels that was not known to: start again, and say so.
        ProblemsError
            As `read_table`; values that are no numbers when all parts were read.
        """
        known = set(labels)
        kinds = {name: "label" if name in known else kind for name, kind in self.wanted.items()}
        converted = _Converter(self.path.name, kinds, strict=True)
        source = parquet_parts if self.parquet else csv_parts
        parts = source(self.path, list(kinds), rows)
        begun = 0
        while True:
            with self._reading():
                found = next(parts, None)
            if found is None:
                break
            part, done = found
            yield pl.DataFrame([converted.column(part[name], begun) for name in kinds])
            begun += part.height
            if tell is not None:
                tell(done)
        problems = Problems()
        converted.add_to(problems)
        problems.raise_if_any()

    def columns(self) -> list[str]:
        """Name all columns of the file."""
        with self._reading():
            if self.parquet:
                return list(pl.read_parquet_schema(self.path))
            pl.read_csv(self.path, infer_schema=False, n_rows=0)
            # As data, since the reader renames a head that stands twice.
            heads = pl.read_csv(self.path, infer_schema=False, n_rows=1, has_header=False)
            return [head or "" for head in heads.row(0)]

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Turn what a reader stumbles over into a problem."""
        try:
            yield
        except (pl.exceptions.PolarsError, UnicodeError) as error:
            raise _unreadable(self.path, self.parquet, error) from error


def open_table(
    path: Path, *, numbers: Iterable[str], labels: Iterable[str], either: Iterable[str] = ()
) -> TableFile:
    """Look for columns in a CSV or Parquet file; parameters and errors as `read_table`."""
    wanted = {**dict.fromkeys(either, "either"), **dict.fromkeys(labels, "label")}
    wanted |= dict.fromkeys(numbers, "number")
    file = TableFile(path, wanted)
    found = file.columns()
    problems = Problems()
    for name in wanted:
        if name in found:
            if found.count(name) > 1:
                problems.add(
                    file=path.name,
                    place="the first line",
                    found=f"{found.count(name)} columns named {name!r}",
                    expected="one, so that it is clear which is meant",
                    remedy="rename or remove the others",
                )
            continue
        shown = ", ".join(found[:SHOWN]) + (", ..." if len(found) > SHOWN else "")
        problems.add(
            file=path.name,
            place="the schema" if file.parquet else "the first line",
            found=f"no column {name!r}; the columns are: {shown}",
            expected=f"a column {name!r}",
            remedy="correct the name in the command or in the file; CSV files have commas",
        )
    problems.raise_if_any()
    return file


def read_table(
    path: Path, *, numbers: Iterable[str], labels: Iterable[str], either: Iterable[str] = ()
) -> pl.DataFrame:
    """Read named columns of a CSV or Parquet file.

    Parameters
    ----------
    path
        A file that ends in ``.parquet``, or else a CSV file in UTF-8 with commas.
    numbers
        Columns that must be numbers.
    labels
        Columns that are kept as they are written: ``007`` is not ``7``.
    either
        Columns that are numbers if every value is one, and labels if not.

    Raises
    ------
    ProblemsError
        Every problem at once: a file that cannot be read, columns that are absent, values that
        are no numbers (their shape is shown, never the value).
    """
    return open_table(path, numbers=numbers, labels=labels, either=either).whole()


def _unreadable(path: Path, parquet: bool, error: Exception) -> ProblemsError:
    said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    expected = "a Parquet file" if parquet else "a CSV file in UTF-8, values separated by commas"
    return ProblemsError(
        [
            Problem(
                file=path.name,
                place="the file as a whole",
                found=f"it cannot be read: {said}",
                expected=expected,
                remedy="save it again in that form",
            )
        ]
    )


@dataclass(frozen=True)
class _Wrong:
    """Values of a column that are no numbers: the first one's row and shape, and how many."""

    row: int
    shape: str
    count: int


class _Converter:
    """Turns text into numbers, and remembers what is none."""

    def __init__(self, file: str, kinds: dict[str, str], *, strict: bool = False) -> None:
        self._file, self._kinds, self._strict = file, kinds, strict
        self._wrong: dict[str, _Wrong] = {}

    def column(self, column: pl.Series, begun: int) -> pl.Series:
        """Convert a column that begins in row `begun`; labels stay as they are."""
        if column.dtype not in (pl.String, pl.Categorical, pl.Enum):
            return column
        column = column.cast(pl.String)
        kind = self._kinds[column.name]
        if kind == "label":
            return column
        values = column.str.strip_chars().cast(pl.Float64, strict=False)
        wrong = (values.is_null() & column.is_not_null()).arg_true()
        if wrong.len() == 0:
            return values
        if kind == "either":
            if self._strict:
                raise LabelsError(column.name)
            return column
        row, before = int(wrong[0]), self._wrong.get(column.name)
        if before is None:
            before = _Wrong(begun + row, shape_of(str(column[row])), 0)
        self._wrong[column.name] = _Wrong(before.row, before.shape, before.count + wrong.len())
        return values

    def add_to(self, problems: Problems) -> None:
        """Say what is no number."""
        for name, wrong in self._wrong.items():
            problems.add(
                file=self._file,
                place=f"row {wrong.row + 1} below the heads, column {name}",
                found=f"{wrong.count} values that are no numbers; the first looks like "
                f"{wrong.shape}",
                expected="numbers with a decimal point, or nothing where a value is missing "
                "(or NA)",
                remedy="correct or empty them, or name another column",
            )
