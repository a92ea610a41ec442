"""Parameters: the library of design parameters, and what a trial's packs add to it."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from equipoise.core.base import Problem, ProblemsError, read_bytes, write_atomic
from equipoise.design.power import (
    FEWEST_SCHOOLS,
    Parameter,
    ParameterKind,
    RateSpread,
    added,
    autocorrelation,
    library,
    library_bytes,
    rate_spread,
    read_library,
)
from equipoise.design.protocol import Protocol
from equipoise.evaluation.outcomes import column_of
from equipoise.reporting.tables import SIMULATED
from equipoise.statistics.estimation import EstimationError
from equipoise.workspace.folder import TrialFolder
from equipoise.workspace.steps.again import pooled_set

__all__ = ["held_parameters", "measured_parameters", "parameters_added"]


def held_parameters(own: Path | None = None) -> tuple[Parameter, ...]:
    """Return the shipped parameters, and those of the user's own file behind them.

    Raises
    ------
    ProblemsError
        An own file that is not there, or cannot be read.
    """
    if own is None:
        return library()
    return (*library(), *_own(own))


def parameters_added(folder: TrialFolder, own: Path, *, least: int) -> tuple[Parameter, ...]:
    """Measure a trial's parameters and add them to the user's own file.

    Returns
    -------
    tuple of Parameter
        Those that were added.

    Raises
    ------
    ProblemsError
        Too few schools, no data, or an own file that cannot be read.
    """
    fresh = measured_parameters(folder, least=least)
    held = _own(own) if own.is_file() else ()
    write_atomic(own, library_bytes(added(held, fresh)))
    return fresh


def measured_parameters(folder: TrialFolder, *, least: int) -> tuple[Parameter, ...]:
    """Measure rates, their variation and its steadiness, by phase and over all arms together.

    No school or authority is named, nothing is taken from fewer schools than `least`, and no arm
    is known to what is read.

    Parameters
    ----------
    folder
        The trial; its analysis set.
    least
        The fewest schools that a parameter may come from: 10 or more.

    Raises
    ------
    ProblemsError
        Where `least` is smaller, the primary outcome is no rate of pupils, or too few schools have
        what is measured.
    """
    if least < FEWEST_SCHOOLS:
        raise _too_few("--least", str(least), f"{FEWEST_SCHOOLS} or more")
    protocol, schools = folder.protocol, pooled_set(folder).schools
    measure = protocol.primary.measure
    if measure.type != "rate" or measure.denominator != "pupils" or measure.numerator is None:
        raise _too_few("the primary outcome", f"a {measure.type}", "a rate of pupils")
    found: list[Parameter] = []
    for phase in sorted(schools["phase"].drop_nulls().unique().to_list()) or [None]:
        rows = schools if phase is None else schools.filter(pl.col("phase") == phase)
        found.extend(_of_phase(protocol, rows, phase, measure.numerator, least))
    if not found:
        raise _too_few(
            "schools with counts and a roll",
            f"fewer than {least} of each phase, or hardly an event",
            f"{least} schools or more of one phase",
        )
    return tuple(found)


def _of_phase(
    protocol: Protocol, schools: pl.DataFrame, phase: str | None, count: str, least: int
) -> list[Parameter]:
    windows = [
        window
        for window in protocol.design.periods.windows
        if column_of(count, window.id) in schools.columns
    ]
    names = [column_of(count, window.id) for window in windows]
    whole = schools.drop_nulls([*names, "pupils"]).filter(pl.col("pupils") > 0)
    if whole.height < least or not names:
        return []
    simulated = protocol.trial.simulated
    members = whole["pupils"].to_list()
    found: list[Parameter] = []

    def add(kind: ParameterKind, window: int, value: float, low: float | None, high: float | None,
            what: str) -> None:  # fmt: skip
        span = windows[window]
        authorities = whole["la_code"].n_unique()
        source = (
            f"trial {protocol.trial.id}, {whole.height} schools in {authorities} authorities, "
            "over all arms"
        )
        found.append(
            Parameter(
                id=f"{protocol.trial.id}-{kind}-{phase or 'all'}-{span.id}",
                kind=kind,
                phase=phase,
                value=round(value, 6),
                low=None if low is None else round(low, 6),
                high=None if high is None else round(high, 6),
                range=None if low is None else "95 % interval",
                what=what,
                basis="simulated" if simulated else "measured",
                valid_from=span.start,
                valid_to=span.end,
                source=f"{SIMULATED}: {source}" if simulated else source,
            )
        )

    spreads: list[RateSpread | None] = []
    for place, name in enumerate(names):
        try:
            spread = rate_spread(whole[name].cast(pl.Int64).to_list(), members)
        except EstimationError:
            spreads.append(None)
            continue
        spreads.append(spread)
        of = f"pupils with {count} in the window {windows[place].id}"
        add("base-rate", place, spread.rate, None, None, f"{of}, per pupil on the roll")
        add("cv", place, spread.cv, spread.cv_low, spread.cv_high,
            f"coefficient of variation of schools' true rates of {of}")  # fmt: skip
        add("icc", place, spread.icc, None, None, f"correlation of two pupils of a school: {of}")
    if len(spreads) > 1 and spreads[0] is not None and spreads[1] is not None:
        first, second = (whole[name].cast(pl.Int64).to_list() for name in names[:2])
        steady = autocorrelation(first, second, members)
        if steady is not None:
            add("autocorrelation", 1, steady, None, None,
                f"correlation of schools' true rates of {count} in the windows {windows[0].id} "
                f"and {windows[1].id}")  # fmt: skip
    return found


def _own(path: Path) -> tuple[Parameter, ...]:
    data = read_bytes(path, file=path.name, remedy="name a library that parameters wrote")
    return read_library(data, path.name)


def _too_few(place: str, found: str, expected: str) -> ProblemsError:
    return ProblemsError(
        [Problem("design parameters", place, found, expected, "take in more packs first")]
    )
