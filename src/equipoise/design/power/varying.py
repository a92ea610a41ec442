"""Varying: one assumption or two over a range, and what the trial could find at each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from equipoise.core.base import Problems, ProblemsError
from equipoise.core.results import result
from equipoise.design.power.assumptions import Assumptions
from equipoise.design.power.changing import CHANGES, EXAMPLES, WHOLE
from equipoise.design.power.size import units_for
from equipoise.statistics.estimation import EstimationError, minimum_detectable_effect
from equipoise.statistics.estimation import power as power_of

#: Values of a range, where it does not say how many: of one parameter, and of each of two.
_ALONE, _TOGETHER = 10, 5
_MOST = 200


@dataclass(frozen=True)
class Varied:
    """A parameter and its values, in the order given."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True)
class GridCell:
    """What the trial could find at one set of values.

    Attributes
    ----------
    values
        In the order of the grid's names.
    units
        Units drawn.
    mde
        Smallest detectable effect in natural units; None where no degrees of freedom are left.
    power
        Power to find the grid's effect; None likewise.
    units_for_effect
        Units needed to find it with the power asked for; None where no number is enough.
    """

    values: tuple[float, ...]
    units: int
    mde: float | None
    power: float | None
    units_for_effect: int | None


@result("design.power-grid", version=1)
@dataclass(frozen=True)
class PowerGrid:
    """What the trial could find over a range of assumptions.

    Attributes
    ----------
    outcome, unit
        The primary outcome, and the unit of effects.
    names
        The parameters that vary: one or two.
    effect
        The effect whose power and units are reckoned, in natural units; M if none was given.
    alpha, power
        Error rate, and power asked for, where they do not vary.
    cells
        One for each set of values, the last parameter fastest.
    """

    outcome: str
    unit: str
    names: tuple[str, ...]
    effect: float
    alpha: float
    power: float
    cells: tuple[GridCell, ...]


def read_varied(text: str) -> tuple[Varied, ...]:
    """Read ``icc=0.01:0.1,schools=50:400``: ranges ``a:b`` or ``a:b:n``, or values ``a/b/c``.

    Steps of a range of schools or members are rounded to whole numbers.

    Raises
    ------
    ProblemsError
        With everything that is wrong in it.

    Examples
    --------
    >>> read_varied("icc=0.01/0.05,schools=50:400:3")
    (Varied(name='icc', values=(0.01, 0.05)), Varied(name='schools', values=(50.0, 225.0, 400.0)))
    """
    problems = Problems()
    parts = [part.strip() for part in text.split(",") if part.strip()]

    def add(found: str, expected: str, remedy: str) -> None:
        problems.add(file="--vary", place=text, found=found, expected=expected, remedy=remedy)

    if not 1 <= len(parts) <= 2:
        add(f"{len(parts)} parameters", "one or two", "give them as icc=0.01:0.1,schools=50:400")
    default = _ALONE if len(parts) == 1 else _TOGETHER
    varied = []
    for part in parts:
        name, _, given = part.partition("=")
        if name not in CHANGES:
            add(repr(name), f"one of {', '.join(CHANGES)}", "correct the name")
            continue
        values = _values(given, default)
        if values is None:
            add(
                f"{given!r} for {name}",
                f"a range a:b or a:b:n (n up to {_MOST}), or values a/b/c",
                f"write for example {name}={EXAMPLES[name]}",
            )
            continue
        if name in WHOLE and ":" in given:
            values = tuple(dict.fromkeys(float(round(value)) for value in values))
        varied.append(Varied(name, values))
    if len({one.name for one in varied}) < len(varied):
        add("the same parameter twice", "each once", "remove one of the two")
    problems.raise_if_any()
    return tuple(varied)


def _values(text: str, default: int) -> tuple[float, ...] | None:
    try:
        if ":" not in text:
            values = tuple(float(one) for one in text.split("/"))
            return values if len(values) <= _MOST and all(map(isfinite, values)) else None
        low, high, *count = text.split(":")
        many = int(count[0]) if count else default
        start, end = float(low), float(high)
    except ValueError:
        return None
    if len(count) > 1 or not 2 <= many <= _MOST or not (isfinite(start) and isfinite(end)):
        return None
    if start == end:
        return None
    # Rounded, so that 0.01 to 0.1 in 10 steps prints as it reads.
    return tuple(round(start + (end - start) * i / (many - 1), 12) for i in range(many))


def grid_of(
    assumed: Assumptions, varied: Sequence[Varied], *, effect: float | None = None
) -> PowerGrid:
    """Reckon the trial's size at every set of values.

    Parameters
    ----------
    assumed
        Everything that does not vary.
    varied
        One or two parameters.
    effect
        In natural units; None for M.

    Raises
    ------
    ProblemsError
        A value that the parameter cannot have, or a parameter that changes nothing here.
    """
    problems, cells = Problems(), []
    wanted = assumed.margin if effect is None else effect
    for values in _product(varied):
        changed = assumed
        try:
            for one, value in zip(varied, values, strict=True):
                changed = CHANGES[one.name](changed, value)
            cells.append(_cell(changed, values, wanted))
        except ProblemsError as error:
            problems.extend(error.problems)
        except EstimationError as error:
            at = ", ".join(f"{v.name}={x:g}" for v, x in zip(varied, values, strict=True))
            problems.add(
                file="--vary",
                place=at,
                found=str(error),
                expected="a value that a design can have",
                remedy="change it",
            )
    if len(problems):
        # One parameter is wrong in the same way at every value: say it once.
        raise ProblemsError(list(dict.fromkeys(problems)))
    names = tuple(one.name for one in varied)
    return PowerGrid(
        assumed.outcome, assumed.unit, names, wanted, assumed.alpha, assumed.power, tuple(cells)
    )


def _product(varied: Sequence[Varied]) -> list[tuple[float, ...]]:
    rows: list[tuple[float, ...]] = [()]
    for one in varied:
        rows = [(*row, value) for row in rows for value in one.values]
    return rows


def _cell(assumed: Assumptions, values: tuple[float, ...], effect: float) -> GridCell:
    scaled = assumed.scaled()
    design = scaled.design
    if design.df < 1:
        return GridCell(values, design.size, None, None, None)
    mde = minimum_detectable_effect(design, power=assumed.power, alpha=assumed.alpha)
    return GridCell(
        values=values,
        units=design.size,
        mde=mde * scaled.sd,
        power=power_of(design, effect / scaled.sd, alpha=assumed.alpha),
        units_for_effect=units_for(scaled, effect, power=assumed.power, alpha=assumed.alpha),
    )
