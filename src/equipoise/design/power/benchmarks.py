"""Benchmarks of the field, with their sources, and the warnings that they give."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from equipoise.core.base import Column, read_csv


@dataclass(frozen=True)
class Benchmark:
    """A figure of the field; `low` and `high` bound its middle half where that is known."""

    id: str
    value: float
    low: float | None
    high: float | None
    what: str
    source: str


@dataclass(frozen=True)
class PowerWarning:
    """A number of this trial that is unusual in its field.

    Attributes
    ----------
    code
        ``icc-low``, ``icc-high``, ``effect-large``, ``mde-large``, ``few-clusters`` or
        ``small-strata``.
    value
        This trial's number.
    benchmark
        The field's.
    what, source
        What the benchmark is, and where it is from.
    """

    code: str
    value: float
    benchmark: float
    what: str
    source: str

    def sentence(self) -> str:
        """Return the warning as one line.

        Examples
        --------
        >>> PowerWarning("few-clusters", 12, 31.5, "school trials", "a paper").sentence()
        'Few units: 12 here, against 31.5, school trials (a paper).'
        """
        return (
            f"{_HEADS[self.code]}: {self.value:.3g} here, against {self.benchmark:g}, "
            f"{self.what} ({self.source})."
        )


_HEADS = {
    "icc-low": "A low correlation, so a hopeful size",
    "icc-high": "A high correlation",
    "effect-large": "The margin M is large in standard deviations",
    "mde-large": "Only a large effect can be found",
    "few-clusters": "Few units",
    "small-strata": "Strata with a single unit",
}


@cache
def benchmarks() -> dict[str, Benchmark]:
    """Return the shipped benchmarks by id.

    Examples
    --------
    >>> benchmarks()["effect"].value
    0.2
    """
    table = read_csv(
        files(__package__).joinpath("benchmarks.csv").read_bytes(),
        [
            Column("id"),
            Column("value", "number"),
            Column("low", "number", blank=True),
            Column("high", "number", blank=True),
            Column("what"),
            Column("source"),
        ],
        file="benchmarks.csv",
    )
    return {row["id"]: Benchmark(**row) for row in table.rows}


def warnings_of(
    *, icc: float | None, margin_sd: float, mde_sd: float, units: int, single: int
) -> tuple[PowerWarning, ...]:
    """Compare a trial with the field.

    Parameters
    ----------
    icc
        Assumed correlation, or None.
    margin_sd, mde_sd
        M and the smallest detectable effect in standard deviations of the outcome.
    units
        Units to be drawn.
    single
        Strata with one unit only.
    """
    marks = benchmarks()
    found: list[PowerWarning] = []

    def warn(code: str, value: float, mark: Benchmark, against: float) -> None:
        found.append(PowerWarning(code, value, against, mark.what, mark.source))

    effect, clusters = marks["effect"], marks["clusters"]
    found.extend(correlation_warnings(icc))
    if margin_sd >= effect.value:
        warn("effect-large", margin_sd, effect, effect.value)
    if mde_sd >= effect.value:
        warn("mde-large", mde_sd, effect, effect.value)
    if clusters.low is not None and units < clusters.low:
        warn("few-clusters", units, clusters, clusters.low)
    if single:
        found.append(
            PowerWarning(
                "small-strata",
                single,
                0,
                "strata that tell nothing of the effect within them",
                "design.scheme.strata",
            )
        )
    return tuple(found)


def correlation_warnings(icc: float | None) -> tuple[PowerWarning, ...]:
    """Compare a correlation, assumed or implied, with the middle half of the field's.

    Examples
    --------
    >>> [one.code for one in correlation_warnings(0.2)], correlation_warnings(0.03)
    (['icc-high'], ())
    """
    school = benchmarks()["school-icc"]
    if icc is not None and school.low is not None and icc < school.low:
        return (PowerWarning("icc-low", icc, school.low, school.what, school.source),)
    if icc is not None and school.high is not None and icc > school.high:
        return (PowerWarning("icc-high", icc, school.high, school.what, school.source),)
    return ()
