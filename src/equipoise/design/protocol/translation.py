"""Translation: from what is declared to what the statistics floor takes."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from equipoise.core.base import Problem, ProblemsError
from equipoise.design.protocol.model import Protocol
from equipoise.design.protocol.study import StratumVariable

if TYPE_CHECKING:
    from equipoise.statistics.schemes import StratifiedScheme


def scheme_of(protocol: Protocol) -> StratifiedScheme:
    """Return the scheme of the draw: the arms in declared order with whole-number weights.

    Examples
    --------
    >>> from equipoise.design.protocol import load_protocol, template
    >>> scheme_of(load_protocol(template("dsl-primary"))).weights
    (363, 236)
    """
    # Imported here: NumPy must not be loaded to check or show a protocol.
    from equipoise.statistics.schemes import StratifiedScheme

    return StratifiedScheme.from_shares(protocol.whole_shares())


def stratum_labels(protocol: Protocol, rows: Sequence[tuple[str, str, int]]) -> tuple[str, ...]:
    """Return the stratum of each unit of one stage, as declared by the scheme.

    Integers and exact fractions only, so that an outsider gets the same strata.

    Parameters
    ----------
    protocol
        The trial.
    rows
        The units of one stage: authority, phase, pupils.

    Returns
    -------
    tuple of str
        Labels such as ``900/large``, in the order of the rows; ``all`` without strata.

    Raises
    ------
    ProblemsError
        Where the strata come with the trial's own outcome table.
    """
    columns = [_column(variable, rows) for variable in protocol.design.scheme.strata]
    if not columns:
        return ("all",) * len(rows)
    return tuple("/".join(parts) for parts in zip(*columns, strict=True))


def _column(variable: StratumVariable, rows: Sequence[tuple[str, str, int]]) -> list[str]:
    match variable.variable:
        case "la_code":
            return [row[0] for row in rows]
        case "phase":
            return [row[1] for row in rows]
        case "pupils" if variable.at:
            return [_band(row[2], variable.at) for row in rows]
        case "pupils":
            middle = median([row[2] for row in rows])
            return ["large" if row[2] > middle else "small" for row in rows]
    raise ProblemsError(
        [
            Problem(
                "trial.yaml",
                "design.scheme.strata",
                f"the variable {variable.variable}",
                "a column of the register",
                "use la_code, phase or pupils; strata of an outcome table are read from the table",
            )
        ]
    )


def median(values: Sequence[int]) -> Fraction:
    """Return the exact median: the middle value, or the mean of the two middle values.

    Examples
    --------
    >>> median([4, 1, 2])
    Fraction(2, 1)
    """
    ordered = sorted(values)
    half, odd = divmod(len(ordered), 2)
    if odd:
        return Fraction(ordered[half])
    return Fraction(ordered[half - 1] + ordered[half], 2) if ordered else Fraction(0)


def _band(pupils: int, at: Sequence[int]) -> str:
    edges = [0, *at]
    index = sum(pupils >= edge for edge in at)
    return f"{edges[index]}-{edges[index + 1] - 1}" if index < len(at) else f"{edges[index]}+"
