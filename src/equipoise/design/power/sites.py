"""Sites: who would be drawn and observed, from the register or from the numbers planned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.design.power.rolls import planned_rolls, planned_units
from equipoise.design.protocol import Placed, Protocol, declared_scheme, place_units
from equipoise.design.protocol.declared import Value
from equipoise.design.registers import Enrolment, Unit
from equipoise.statistics.schemes import Roster

Array = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Sites:
    """Randomised units and the schools in them, units of a stratum together.

    Attributes
    ----------
    roster
        The U units as the scheme draws them, with strata, stages and covariates.
    stratum, authority
        Number of each unit's stratum (of its stage), ascending, and of its authority, (U,).
    unit_of
        Unit of each of the J rows, shape (J,), ascending.
    members
        Pupils of each row, shape (J,); ones where nothing is known of them.
    known
        Whether `members` are known.
    """

    roster: Roster
    stratum: Whole
    authority: Whole
    unit_of: Whole
    members: Array
    known: bool

    @property
    def units(self) -> int:
        """Number of randomised units."""
        return int(self.stratum.size)

    @property
    def strata(self) -> int:
        """Number of strata."""
        return int(self.stratum.max()) + 1

    @property
    def authorities(self) -> int:
        """Number of authorities."""
        return int(self.authority.max()) + 1

    @property
    def row_stratum(self) -> Whole:
        """Number of each row's stratum, shape (J,)."""
        return np.asarray(self.stratum[self.unit_of])

    @property
    def single(self) -> bool:
        """Whether each row is a randomised unit."""
        return self.unit_of.size == self.stratum.size


def sites_of(protocol: Protocol, enrolment: Enrolment | None = None) -> Sites:
    """Gather who would be drawn.

    Parameters
    ----------
    protocol
        Declares stages, strata and scheme, and under `design.power` and `design.planned` the
        numbers for a trial without a register: units are spread evenly over authorities and
        phases, and all are of one size. A trial with its own outcome table brings its strata
        with it; here they are the authorities planned.
    enrolment
        Who can be drawn; None for the numbers planned.

    Raises
    ------
    ProblemsError
        No units planned, or units that cannot be placed.

    Examples
    --------
    >>> from equipoise.design.protocol import load_protocol, template
    >>> sites = sites_of(load_protocol(template("dsl-primary")))
    >>> sites.units, sites.authorities
    (1198, 12)
    """
    if enrolment is None:
        units = _planned(protocol)
        known = protocol.design.power.members is not None
        return _gathered(protocol, units, {u.unit: [u.pupils] for u in units}, {}, known)
    if protocol.primary.level == "school":
        rows: dict[str, list[int]] = {}
        for school in enrolment.schools:
            rows.setdefault(school.unit, []).append(school.pupils)
    else:
        rows = {unit.unit: [unit.pupils] for unit in enrolment.units}
    return _gathered(protocol, enrolment.units, rows, enrolment.covariates, True)


def _planned(protocol: Protocol) -> list[Unit]:
    assumed, planned = protocol.design.power, protocol.design.planned
    units = planned_units(protocol)
    count = 1 if planned is None else min(planned.authorities, units)
    population = protocol.design.population
    phases = ("all",) if population is None else population.phases
    sizes = [1.0] * units
    if assumed.members is not None:
        sizes = list(planned_rolls(units, assumed.members, assumed.members_cv or 0.0))
    made = []
    for i, size in enumerate(sizes):
        name, phase = f"{i + 1:06d}", phases[(i // count) % len(phases)]
        made.append(Unit(name, (name,), f"{i % count + 1:03d}", phase, round(size)))
    return made


def _gathered(
    protocol: Protocol,
    units: Sequence[Unit],
    rows: Mapping[str, Sequence[int]],
    covariates: Mapping[str, Mapping[str, Value]],
    known: bool,
) -> Sites:
    """Place units stage by stage, and put those of a stratum together."""
    staged = protocol.design.stages.by is not None
    placed: list[tuple[str, str, Unit, tuple[str, ...]]] = []
    for stage in sorted({u.la_code for u in units}) if staged else ["all"]:
        some = [u for u in units if not staged or u.la_code == stage]
        found = _placed(protocol, some, covariates)
        placed += [
            (stage, label, unit, values)
            for unit, label, values in zip(some, found.strata, found.covariates, strict=True)
        ]
    placed.sort(key=lambda row: (row[0], row[1], row[2].unit))
    roster = Roster.build(
        [unit.unit for _, _, unit, _ in placed],
        [label for _, label, _, _ in placed],
        stages=[stage for stage, _, _, _ in placed],
        covariates=declared_scheme(protocol).values([values for _, _, _, values in placed]),
    )
    sizes = [rows[unit.unit] for _, _, unit, _ in placed]
    return Sites(
        roster=roster,
        stratum=_numbered([row[:2] for row in placed]),
        authority=_numbered([unit.la_code for _, _, unit, _ in placed]),
        unit_of=np.repeat(np.arange(len(placed)), [len(size) for size in sizes]),
        members=np.asarray([n for size in sizes for n in size], dtype=np.float64),
        known=known,
    )


def _placed(
    protocol: Protocol, units: Sequence[Unit], covariates: Mapping[str, Mapping[str, Value]]
) -> Placed:
    if not protocol.brings_table:
        return place_units(protocol, units, covariates)
    strata = bool(protocol.design.scheme.strata)
    return Placed(tuple(u.la_code if strata else "all" for u in units), ((),) * len(units))


def _numbered(labels: Sequence[object]) -> Whole:
    """Number labels in the order in which they come."""
    position = {label: k for k, label in enumerate(dict.fromkeys(labels))}
    return np.asarray([position[label] for label in labels], dtype=np.int64)
