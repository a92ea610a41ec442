"""Differences between arms in plain words: which way, how much, within what."""

from __future__ import annotations

from equipoise.reporting.tables.fields import Bound, Parts
from equipoise.reporting.tables.formats import Writer
from equipoise.reporting.tables.views import words

COUNTED = ("fewer", "more", "more or fewer")
MEASURED = ("lower", "higher", "higher or lower")
SOURCE = "impact"


def outcome_paths(writer: Writer, role: str | None = None) -> tuple[str, ...]:
    """Return the paths of the outcomes of a role, or of all, in the order of the protocol."""
    paths = (f"outcomes.{key}" for key in writer.fields.keys(SOURCE, "outcomes"))
    return tuple(
        path for path in paths if role is None or writer.fields.value(SOURCE, path).role == role
    )


def primary_path(writer: Writer) -> str:
    """Return the path of the primary outcome (of the first compared arm, where there are several).

    Raises
    ------
    KeyError
        No primary outcome.
    """
    paths = outcome_paths(writer, "primary")
    if not paths:
        raise KeyError("impact:outcomes has no primary outcome")
    return paths[0]


def way(writer: Writer, outcome: str, path: str) -> Bound:
    """Return "fewer" or "more" (of things counted), "lower" or "higher" (of a score or share).

    Parameters
    ----------
    outcome
        Path of the outcome.
    path
        Path of a difference in its unit.
    """
    kind = writer.fields.value(SOURCE, f"{outcome}.measure_type")
    value = writer.fields.value(SOURCE, path)
    down, up, still = COUNTED if kind == "rate" else MEASURED
    text = still if value == 0 else down if value < 0 else up
    return writer.choice(SOURCE, path, text, f"{SOURCE}:{outcome}.measure_type")


def counted(writer: Writer, outcome: str) -> bool:
    """Whether the outcome counts things, so that its unit follows "fewer"."""
    return bool(writer.fields.value(SOURCE, f"{outcome}.measure_type") == "rate")


def unit(writer: Writer, outcome: str) -> Bound:
    """Return the unit of a difference."""
    return writer.plain(SOURCE, f"{outcome}.unit_difference")


def difference(writer: Writer, outcome: str, path: str | None = None) -> Parts:
    """Return a difference: "1.2 fewer pupils per 1,000", or "0.4 points higher"."""
    path = path or f"{outcome}.estimate"
    size, which, of = writer.size(SOURCE, path), way(writer, outcome, path), unit(writer, outcome)
    if counted(writer, outcome):
        return words(size, " ", which, " ", of)
    return words(size, " ", of, " ", which)


def within(writer: Writer, outcome: str, base: str | None = None) -> Parts:
    """Return an interval: "2.5 fewer to 0.1 more"; ``base`` is the path that holds the bounds."""
    base = base or outcome
    low, high = f"{base}.lower", f"{base}.upper"
    return words(
        writer.size(SOURCE, low),
        " ",
        way(writer, outcome, low),
        " to ",
        writer.size(SOURCE, high),
        " ",
        way(writer, outcome, high),
    )


def bounds(writer: Writer, base: str, source: str = SOURCE) -> Parts:
    """Return an interval with signs, for a table."""
    return words(writer.rate(source, f"{base}.lower"), " to ", writer.rate(source, f"{base}.upper"))


def oriented(
    direction: str, estimate: float, lower: float, upper: float
) -> tuple[float, float, float]:
    """Turn a difference so that better is positive; without direction it stays as it is.

    Examples
    --------
    >>> oriented("lower", -1.0, -3.0, 1.0)
    (1.0, -1.0, 3.0)
    """
    if direction == "lower":
        return -estimate, -upper, -lower
    return estimate, lower, upper
