"""Whole processes: ten million Parquet rows, many schools, many draws; with their peak memory."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.estimation.comparison import Bench, Effort
from benchmarks.estimation.many_clusters import ESTIMATORS
from benchmarks.measure import Cell, process, told

_FIT = [sys.executable, "-m", "equipoise", "fit"]
_WORKER = [sys.executable, "-m", "benchmarks.estimation.worker"]
_PLAIN = "(hash(i * 8 + {n}) % 1000003 / 1000003.0 - 0.5)"


@dataclass(frozen=True)
class FitJob:
    """`equipoise fit` of a Parquet file, as a user would run it.

    Attributes
    ----------
    what, target
        In words.
    rows
        Of the file, which is made under build/bench if it is not there.
    options
        Of the command.
    """

    what: str
    target: str
    rows: int
    options: tuple[str, ...]

    def measure(self, bench: Bench) -> Cell:
        """Run the command."""
        file = parquet(bench.data.parent, self.rows)
        columns = ["--outcome", "score", "--treatment", "arm", "--cluster", "school"]
        command = [*_FIT, str(file), *columns, *self.options, "--json"]
        figure = process(command, runs=min(2, bench.effort.rounds), warm=False)
        return Cell(self.what, figure, self.target)


@dataclass(frozen=True)
class WorkerJob:
    """A task of `benchmarks.estimation.worker`: its own seconds, the whole process's memory."""

    what: str
    target: str
    arguments: tuple[str, ...]

    def measure(self, bench: Bench) -> Cell:
        """Run the task."""
        runs = 1 if "1000000" in self.arguments else min(3, bench.effort.rounds)
        figure, said = told([*_WORKER, *self.arguments], runs=runs)
        return Cell(self.what, figure, self.target, one_pass=said.get("one_pass"))


def parquet(folder: Path, rows: int) -> Path:
    """Write a deterministic file of pupils, 580 to a school, once."""
    file = folder / f"pupils-{rows}.parquet"
    if file.exists():
        return file
    folder.mkdir(parents=True, exist_ok=True)
    made = file.with_suffix(".part")
    noise = " + ".join(_PLAIN.format(n=n) for n in range(4))
    schools = max(60, rows // 580)
    query = f"""
        COPY (
            SELECT 900000 + school AS school, 200 + school % 26 AS authority,
                   CASE WHEN school // 26 % 2 = 0 THEN 'usual' ELSE 'supervision' END AS arm,
                   {_PLAIN.format(n=5)} AS baseline,
                   0.05 * (school // 26 % 2) + {_PLAIN.format(n=5)} + school % 7 * 0.1
                   + hash(school) % 1009 / 1009.0 + {noise} AS score
            FROM (SELECT i, i * {schools} // {rows} AS school FROM range({rows}) AS r(i))
        ) TO '{made.as_posix()}' (FORMAT parquet)
    """
    with duckdb.connect() as engine:
        engine.execute(query)
    made.replace(file)
    return file


def jobs(effort: Effort) -> Iterator[FitJob | WorkerJob]:
    """Yield the cells."""
    rows = max(20_000, round(10_000_000 * effort.scale))
    files = (
        ("lmm", ("--model", "lmm", "--strata", "authority", "--covariates", "baseline")),
        ("ols, CR2", ("--model", "ols", "--strata", "authority", "--covariates", "baseline")),
    )
    for name, options in files:
        what = f"`equipoise fit` of {rows:,} Parquet rows, {name}: whole process"
        yield FitJob(what, "1 GB", rows, options)
    clusters = max(2_000, round(100_000 * effort.scale))
    for name in ESTIMATORS:
        words = f"{clusters:,} schools: {ESTIMATORS[name].words}"
        yield WorkerJob(words, "2 s, 1 GB", ("clusters", name, str(clusters)))
    hundred, million = (max(100, round(n * effort.scale)) for n in (100_000, 1_000_000))
    for draws, target in ((hundred, ""), (million, "40 s")):
        words = f"{draws:,} stratified draws with t, in a process of their own"
        size = "full" if effort.scale == 1 else "quick"
        yield WorkerJob(words, target, ("draws", size, str(draws)))
