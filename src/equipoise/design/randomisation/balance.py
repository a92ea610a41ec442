"""Balance: how alike the arms are, told so that nobody learns an arm from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt

from equipoise.core.results import result
from equipoise.design.randomisation.allocation import AllocatedSchool, Allocation
from equipoise.design.registers import Enrolment


@dataclass(frozen=True)
class Covariate:
    """A number for each school, known before the draw; schools without one are counted."""

    id: str
    title: str
    values: Mapping[str, float]


@dataclass(frozen=True)
class BalanceRow:
    """One covariate.

    Attributes
    ----------
    id, title
        Its names.
    difference
        Standardised difference between an arm and the reference, without its sign, to 2
        decimals; the largest where there are several arms. None where an arm has no value or
        nothing varies.
    missing
        Schools without a value, over all arms.
    """

    id: str
    title: str
    difference: float | None
    missing: int


@result("design.balance", version=1)
@dataclass(frozen=True)
class BalanceResult:
    """The balance over all stages: no counts, no means and no sign by arm.

    Attributes
    ----------
    schools, units, strata, stages
        How many were drawn.
    rows
        One per covariate.
    largest
        The largest difference; None where there is none.
    """

    schools: int
    units: int
    strata: int
    stages: int
    rows: tuple[BalanceRow, ...]
    largest: float | None


MOST_LEVELS = 5
"""A label with more values than these is not laid out in a balance table."""


def known_covariates(enrolment: Enrolment) -> list[Covariate]:
    """Return what is known of the schools that take part before the draw.

    Pupils; the phase of schooling, where there are several; and the columns of
    design/covariates.csv, of units with several schools as the draw takes them. A label is one
    covariate for each of its values, 1 where the school has it and 0 where not.

    Parameters
    ----------
    enrolment
        Who takes part.
    """
    pupils = {school.urn: float(school.pupils) for school in enrolment.schools}
    found = [Covariate("pupils", "pupils on the roll", pupils)]
    labels = {"phase": {school.urn: school.phase for school in enrolment.schools}}
    for name, of_unit in enrolment.covariates.items():
        values = {s.urn: of_unit[s.unit] for s in enrolment.schools if s.unit in of_unit}
        if any(isinstance(value, str) for value in values.values()):
            labels[name] = {urn: str(value) for urn, value in values.items()}
        else:
            found.append(Covariate(name, _words(name), {u: float(v) for u, v in values.items()}))
    for name, given in labels.items():
        levels = sorted(set(given.values()))
        if 2 <= len(levels) <= MOST_LEVELS:
            found += [
                Covariate(
                    f"{name}={level}",
                    f"{_words(name)}: {level}",
                    {urn: float(value == level) for urn, value in given.items()},
                )
                for level in (levels[:1] if len(levels) == 2 else levels)
            ]
    return found


def _words(name: str) -> str:
    return name.replace("_", " ").replace("-", " ")


def balance(
    allocations: Sequence[Allocation], covariates: Sequence[Covariate], reference: str
) -> BalanceResult:
    """Compare the arms on covariates.

    The difference of an arm's and the reference's mean over the root of the mean of the two
    variances (Austin 2009, Communications in Statistics 38), schools weighted by the inverse
    realised share of their arm in their stratum.

    Parameters
    ----------
    allocations
        All stages; a part of them would tell more than it should.
    covariates
        Declared covariates by URN.
    reference
        The arm that the others are compared with.

    Returns
    -------
    BalanceResult
        Unchanged when two arms swap their names.
    """
    schools = [(a.stage, row) for a in allocations for row in a.rows]
    weights = _weights(schools)
    rows = tuple(_row(c, [row for _, row in schools], weights, reference) for c in covariates)
    known = [row.difference for row in rows if row.difference is not None]
    return BalanceResult(
        schools=len(schools),
        units=len({row.unit for _, row in schools}),
        strata=len({(stage, row.stratum) for stage, row in schools}),
        stages=len(allocations),
        rows=rows,
        largest=max(known, default=None),
    )


def _weights(schools: Iterable[tuple[str, AllocatedSchool]]) -> dict[str, float]:
    """Weigh a school by its stratum's schools over those of its arm in the stratum."""
    listed = list(schools)
    sizes = Counter((stage, row.stratum) for stage, row in listed)
    arms = Counter((stage, row.stratum, row.arm) for stage, row in listed)
    return {
        row.urn: sizes[stage, row.stratum] / arms[stage, row.stratum, row.arm]
        for stage, row in listed
    }


def _row(
    covariate: Covariate,
    schools: Sequence[AllocatedSchool],
    weights: Mapping[str, float],
    reference: str,
) -> BalanceRow:
    held: dict[str, list[tuple[float, float]]] = {row.arm: [] for row in schools}
    for row in schools:
        value = covariate.values.get(row.urn)
        if value is not None:
            held[row.arm].append((weights[row.urn], float(value)))
    missing = len(schools) - sum(map(len, held.values()))
    differences = [
        _difference(held[arm], held.get(reference, [])) for arm in held if arm != reference
    ]
    known = [d for d in differences if d is not None]
    largest = round(max(known), 2) if len(known) == len(differences) and known else None
    return BalanceRow(covariate.id, covariate.title, largest, missing)


def _difference(one: list[tuple[float, float]], other: list[tuple[float, float]]) -> float | None:
    if len(one) < 2 or len(other) < 2:
        return None
    # Arms in an order that does not depend on which is the reference, so that a swap of the
    # arms' names gives the same bytes.
    (mean_one, var_one), (mean_other, var_other) = sorted((_moments(one), _moments(other)))
    spread = sqrt((var_one + var_other) / 2)
    return abs(mean_one - mean_other) / spread if spread > 0 else None


def _moments(values: list[tuple[float, float]]) -> tuple[float, float]:
    total = fsum(w for w, _ in values)
    mean = fsum(w * x for w, x in values) / total
    squares = fsum(w * (x - mean) ** 2 for w, x in values) / total
    return mean, squares * len(values) / (len(values) - 1)
