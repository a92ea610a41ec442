"""What is counted while the parts of a table go by: equal rows, and values that cannot be used."""

from __future__ import annotations

import polars as pl

from equipoise.statistics.models.columns import not_above_zero, not_finite, numbers
from equipoise.statistics.models.fit_specification import FitSpecification

COPIES = "\0copies"
"""Column of the number of rows that a row stands for; no file has one of that name."""

HELD = 1 << 19
"""So many new rows are held before they are pooled with those before."""


class Wrongs:
    """Values that no model can take, counted by column over all parts."""

    def __init__(self, spec: FitSpecification) -> None:
        self._spec = spec
        self._infinite: dict[str, int] = {}
        self._largest: dict[str, float] = {}
        self._below: dict[str, int] = {}

    def all_good(self, part: pl.DataFrame) -> bool:
        """Count what is wrong in a part; true where nothing is."""
        spec, good = self._spec, True
        for name in (spec.outcome, spec.trials, spec.weights):
            if name is not None:
                numbers(part.head(0), name)
        for name in (spec.treatment, spec.outcome, *spec.covariates, spec.trials, spec.weights):
            if name is not None and part[name].dtype.is_float():
                wrong = int((~part[name].is_finite()).sum())
                self._infinite[name] = self._infinite.get(name, 0) + wrong
                largest = part[name].abs().max()
                if isinstance(largest, float) and not wrong:
                    self._largest[name] = max(self._largest.get(name, 0.0), largest)
                good &= not wrong
        whole = part.drop_nulls(spec.columns)
        for name in (spec.trials, spec.weights):
            if name is not None:
                wrong = int((whole[name] <= 0).sum())
                self._below[name] = self._below.get(name, 0) + wrong
                good &= not wrong
        return good

    def refuse(self) -> None:
        """Refuse, in the words that a small table is refused in."""
        for name, wrong in self._infinite.items():
            if wrong:
                raise not_finite(name, wrong)
        for name, largest in self._largest.items():
            numbers(pl.DataFrame({name: [largest]}), name)
        for name, wrong in self._below.items():
            if wrong:
                what = "Trials" if name == self._spec.trials else "Weight"
                raise not_above_zero(what, name, wrong)


class Tally:
    """Equal rows, counted."""

    def __init__(self) -> None:
        self._pooled: pl.DataFrame | None = None
        self._held: list[pl.DataFrame] = []

    @property
    def empty(self) -> bool:
        """Whether there was no row."""
        return self._pooled is None and not self._held

    @property
    def pooled(self) -> pl.DataFrame:
        """The different rows so far in sort order, with `COPIES`."""
        frames = [*([] if self._pooled is None else [self._pooled]), *self._held]
        together = pl.concat(frames, how="vertical_relaxed")
        names = [name for name in together.columns if name != COPIES]
        counted = together.group_by(names).agg(pl.col(COPIES).sum())
        self._pooled, self._held = counted.sort(names), []
        return self._pooled

    def add(self, rows: pl.DataFrame) -> bool:
        """Count rows; say whether they were pooled with those before."""
        counted = rows.group_by(rows.columns).agg(pl.len().cast(pl.Int64).alias(COPIES))
        self._held.append(counted)
        before = 0 if self._pooled is None else self._pooled.height
        if sum(frame.height for frame in self._held) > max(HELD, before):
            return self.pooled.height >= 0
        return False
