"""Closures of all schools: when they were, and how far calls and sessions fell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from equipoise.core.base import Column, read_csv

_COLUMNS = (
    Column("from", "date"),
    Column("to", "date"),
    Column("calls", "number", minimum=0.0, maximum=1.0),
    Column("sessions", "number", minimum=0.0, maximum=1.0),
    Column("source"),
)


@dataclass(frozen=True)
class Closure:
    """A period in which schools were closed to most pupils, both days included.

    `calls` and `sessions` are what was left of them, relative to a usual year.
    """

    start: date
    end: date
    calls: float
    sessions: float


@cache
def closures() -> tuple[Closure, ...]:
    """Return the closures of data/closures.csv, in order of time.

    >>> closures()[0].start.isoformat()
    '2020-03-23'
    """
    data = files(__package__).joinpath("data", "closures.csv").read_bytes()
    table = read_csv(data, _COLUMNS, file="closures.csv")
    return tuple(Closure(r["from"], r["to"], r["calls"], r["sessions"]) for r in table.rows)


def calls_left(day: date, depth: float) -> float:
    """Return the share of a usual day's calls that is left; `depth` 0 means no fall at all.

    >>> calls_left(date(2020, 4, 1), 1.0), calls_left(date(2020, 4, 1), 0.0)
    (0.35, 1.0)
    """
    closure = _closure(day)
    return 1.0 if closure is None else 1.0 - depth * (1.0 - closure.calls)


def sessions_left(day: date, depth: float) -> float:
    """Return the share of usual sessions that is left on a day."""
    closure = _closure(day)
    return 1.0 if closure is None else 1.0 - depth * (1.0 - closure.sessions)


def _closure(day: date) -> Closure | None:
    return next((c for c in closures() if c.start <= day <= c.end), None)
