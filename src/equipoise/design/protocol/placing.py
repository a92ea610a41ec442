"""Placing: in which stratum or pair each unit of a stage is drawn, and what is known of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol as Structure

from equipoise.core.base import Problem, Problems, ProblemsError
from equipoise.design.protocol.declared import Value, declared_scheme
from equipoise.design.protocol.model import Protocol
from equipoise.design.protocol.scheme import BalancedVariable, StratumVariable

COVARIATES = "design/covariates.csv"
#: Variables that the register itself gives.
_GIVEN = ("la_code", "phase", "pupils")
_FILE = "trial.yaml"


class Drawable(Structure):
    """A unit of the draw, as registers enrol it."""

    @property
    def unit(self) -> str:
        """Its name: its first URN."""
        ...

    @property
    def la_code(self) -> str:
        """Its authority."""
        ...

    @property
    def phase(self) -> str:
        """Its phase of schooling."""
        ...

    @property
    def pupils(self) -> int:
        """Pupils on its roll."""
        ...


@dataclass(frozen=True)
class Placed:
    """Units of one stage, as they are drawn.

    Attributes
    ----------
    strata
        The stratum of each unit, such as ``900/large``; of paired units with the pair's name.
    covariates
        For each unit the values of the scheme's covariates, in declared order, as text.
    """

    strata: tuple[str, ...]
    covariates: tuple[tuple[str, ...], ...]


def place_units(
    protocol: Protocol,
    units: Sequence[Drawable],
    covariates: Mapping[str, Mapping[str, Value]] | None = None,
) -> Placed:
    """Place the units of one stage.

    Integers and exact fractions only, so that an outsider gets the same strata and pairs.

    Parameters
    ----------
    protocol
        The trial.
    units
        The units of one stage.
    covariates
        By name and then by unit, the columns of design/covariates.csv.

    Raises
    ------
    ProblemsError
        Units without a value of a covariate, values of another kind than declared, units that
        cannot be paired, strata that come with the trial's own outcome table.
    """
    scheme = protocol.design.scheme
    problems = Problems()
    variables: list[StratumVariable | BalancedVariable] = [*scheme.strata, *scheme.balance]
    columns = [_values(variable, units, covariates or {}, problems) for variable in variables]
    problems.raise_if_any()
    strata = _crossed(columns[: len(scheme.strata)], len(units))
    known = columns[len(scheme.strata) :]
    if scheme.type == "pairs":
        strata = _paired(protocol, units, strata, known)
    return Placed(strata, tuple(tuple(str(c[i]) for c in known) for i in range(len(units))))


def _crossed(columns: Sequence[Sequence[object]], number: int) -> tuple[str, ...]:
    if not columns:
        return ("all",) * number
    return tuple("/".join(map(str, parts)) for parts in zip(*columns, strict=True))


def _values(
    variable: StratumVariable | BalancedVariable,
    units: Sequence[Drawable],
    covariates: Mapping[str, Mapping[str, Value]],
    problems: Problems,
) -> list[object]:
    """Give a variable of every unit: exact numbers, or labels where it is cut or is one."""
    name = variable.variable
    if name in _GIVEN:
        return _classed(variable, [getattr(unit, name) for unit in units])
    if isinstance(variable, StratumVariable):
        return _of_table(name)
    found = covariates.get(name, {})
    absent = [unit.unit for unit in units if unit.unit not in found]
    if absent:
        more = f" and {len(absent) - 3} more" if len(absent) > 3 else ""
        problems.add(
            file=COVARIATES,
            place=f"column {name}",
            found=f"no value of school {', '.join(absent[:3])}{more}",
            expected=f"a value of {name} for every school that is drawn",
            remedy="fill the column in, or take the variable out of design.scheme.balance",
        )
        return [None] * len(units)
    values: list[object] = [found[unit.unit] for unit in units]
    numbers = not variable.is_label or variable.cut is not None or bool(variable.at)
    wrong = [v for v in values if numbers and not isinstance(v, Fraction)]
    if wrong:
        problems.add(
            file=COVARIATES,
            place=f"column {name}",
            found=f"{wrong[0]!r}, which is no number",
            expected="a number such as 12 or 12.5 for every school",
            remedy=f"correct the column, or declare kind: label for {name}",
        )
        return [None] * len(units)
    return _classed(variable, values)


def _classed(
    variable: StratumVariable | BalancedVariable, values: Sequence[object]
) -> list[object]:
    """Cut numbers where that is declared."""
    if not (variable.cut or variable.at):
        return list(values)
    numbers = [Fraction(str(value)) for value in values]
    if variable.at:
        return [_band(value, variable.at) for value in numbers]
    middle = median(numbers)
    return ["large" if value > middle else "small" for value in numbers]


def _of_table(name: str) -> list[object]:
    raise ProblemsError(
        [
            Problem(
                _FILE,
                "design.scheme.strata",
                f"the variable {name}",
                "a column of the register",
                "use la_code, phase or pupils; strata of an outcome table are read from the table",
            )
        ]
    )


def _paired(
    protocol: Protocol,
    units: Sequence[Drawable],
    strata: tuple[str, ...],
    known: Sequence[Sequence[object]],
) -> tuple[str, ...]:
    """Name the pair of each unit, within its stratum."""
    from equipoise.statistics.schemes import SchemeError, form_pairs

    sizes = {label: strata.count(label) for label in strata}
    problems = Problems()
    for label, size in sorted(sizes.items()):
        if size == 1 or (size % 2 and protocol.design.scheme.odd == "refuse"):
            problems.add(
                file=_FILE,
                place="design.scheme",
                found=f"{size} unit{'s' * (size > 1)} in stratum {label}, so one has no match",
                expected="an even number" if size > 1 else "two units or more in every stratum",
                remedy="declare fewer strata" + (", or odd: join" if size > 1 else ""),
            )
    problems.raise_if_any()
    declared = declared_scheme(protocol).covariates
    numbers = {
        one.name: [Fraction(str(value)) for value in column]
        for one, column in zip(declared, known, strict=True)
    }
    try:
        pairs = form_pairs(
            [unit.unit for unit in units],
            numbers,
            weights={one.name: one.weight for one in declared},
            within=strata,
        )
    except SchemeError as error:
        raise scheme_problem(str(error)) from error
    return tuple(f"{label}/pair {pair}" for label, pair in zip(strata, pairs, strict=True))


def scheme_problem(found: str) -> ProblemsError:
    """Say that the declared scheme cannot draw these units, in the scheme's own sentence."""
    return ProblemsError(
        [
            Problem(
                _FILE,
                "design.scheme",
                found.rstrip("."),
                "a scheme that can draw the enrolled units",
                "change the scheme or its options, or the register",
            )
        ]
    )


def median(values: Sequence[int] | Sequence[Fraction]) -> Fraction:
    """Return the exact median: the middle value, or the mean of the two middle values.

    Examples
    --------
    >>> median([4, 1, 2])
    Fraction(2, 1)
    """
    ordered = sorted(Fraction(value) for value in values)
    half, odd = divmod(len(ordered), 2)
    if odd:
        return ordered[half]
    return (ordered[half - 1] + ordered[half]) / 2 if ordered else Fraction(0)


def _band(value: Fraction, at: Sequence[int]) -> str:
    edges = [0, *at]
    index = sum(value >= edge for edge in at)
    return f"{edges[index]}-{edges[index + 1] - 1}" if index < len(at) else f"{edges[index]}+"
