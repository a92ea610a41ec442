"""Library: design parameters with their sources, shipped and measured."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal

from equipoise.core.base import Column, csv_bytes, read_csv

ParameterKind = Literal["icc", "r2", "cv", "autocorrelation", "base-rate", "sd", "mean"]
Basis = Literal["source", "from-memory", "assumed", "measured", "simulated"]
KINDS = ("icc", "r2", "cv", "autocorrelation", "base-rate", "sd", "mean")
_BASES = ("source", "from-memory", "assumed", "measured", "simulated")


@dataclass(frozen=True)
class Parameter:
    """A design parameter.

    Attributes
    ----------
    id, kind, phase
        Short name; what it is; the phase of schools, or None for any.
    value, low, high, range
        The value, a range round it, and what kind of range.
    what
        What it is of.
    basis
        ``source``: read at the address; ``from-memory``: to be confirmed; ``assumed``: ours;
        ``measured``: from packs, blind to arms; ``simulated``: the same of invented data.
    valid_from, valid_to
        The dates it is of; None where it has none.
    source
        Where it is from.
    """

    id: str
    kind: ParameterKind
    phase: str | None
    value: float
    low: float | None
    high: float | None
    range: str | None
    what: str
    basis: Basis
    valid_from: date | None
    valid_to: date | None
    source: str


_COLUMNS = (
    Column("id"),
    Column("kind", values=KINDS),
    Column("phase", blank=True),
    Column("value", "number"),
    Column("low", "number", blank=True),
    Column("high", "number", blank=True),
    Column("range", blank=True),
    Column("what"),
    Column("basis", values=_BASES),
    Column("valid_from", "date", blank=True),
    Column("valid_to", "date", blank=True),
    Column("source"),
)


def read_library(data: bytes, file: str) -> tuple[Parameter, ...]:
    """Read a library of parameters.

    Raises
    ------
    ProblemsError
        With everything that is wrong in the file.
    """
    rows = read_csv(data, _COLUMNS, file=file).rows
    return tuple(Parameter(**row) for row in rows)


def library_bytes(parameters: Iterable[Parameter]) -> bytes:
    """Write a library, sorted by kind and id.

    Examples
    --------
    >>> read_library(library_bytes(library()), "again.csv") == library()
    True
    """
    ordered = sorted(parameters, key=lambda one: (KINDS.index(one.kind), one.id))
    rows = [["" if cell is None else str(cell) for cell in astuple(one)] for one in ordered]
    return csv_bytes([field.name for field in fields(Parameter)], rows)


@cache
def library() -> tuple[Parameter, ...]:
    """Return the shipped parameters, sorted by kind and id.

    Examples
    --------
    >>> [one.value for one in library() if one.id == "school-icc-health"]
    [0.031]
    """
    name = "parameters.csv"
    shipped = read_library(files(__package__).joinpath(name).read_bytes(), name)
    return tuple(sorted(shipped, key=lambda one: (KINDS.index(one.kind), one.id)))


def added(held: Sequence[Parameter], fresh: Iterable[Parameter]) -> tuple[Parameter, ...]:
    """Return a library with fresh parameters; one of the same id takes the place of the old."""
    new = {one.id: one for one in fresh}
    return (*(one for one in held if one.id not in new), *new.values())
