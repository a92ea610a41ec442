"""Each estimator on very many schools: ten pupils each, 150 authorities."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation import (
    ClusterMoments,
    CountFamily,
    ErrorKind,
    GeeError,
    MixedModel,
    fit_beta_binomial,
    fit_gee,
    fit_generalised_mixed,
    fit_linear,
    fit_linear_moments,
    fit_mixed,
    ratio_difference,
    wild_bootstrap,
)

Array = NDArray[np.float64]

PUPILS = 10
AUTHORITIES = 150


@dataclass(frozen=True)
class Schools:
    """Very many schools, and their pupils.

    Attributes
    ----------
    school, score, treated
        Of each pupil, shape (10 J,).
    authority, arm, roll, events
        Of each school, shape (J,).
    """

    school: NDArray[np.int64]
    score: Array
    treated: Array
    authority: NDArray[np.int64]
    arm: Array
    roll: Array
    events: Array

    @classmethod
    def make(cls, count: int) -> Schools:
        """Make them; the same numbers each time."""
        rng = np.random.default_rng([5, count])
        number = np.arange(count)
        arm = (number // AUTHORITIES % 2).astype(np.float64)
        own = rng.normal(0, 0.4, count)
        roll = rng.integers(50, 900, count).astype(np.float64)
        events = rng.binomial(roll.astype(int), 1 / (1 + np.exp(4.2 + 0.15 * arm - own)))
        school = np.repeat(number, PUPILS)
        score = (0.08 * arm + own)[school] + rng.normal(size=school.size)
        return cls(
            school,
            score,
            arm[school],
            number % AUTHORITIES,
            arm,
            roll,
            events.astype(np.float64),
        )

    @property
    def design(self) -> Array:
        """Constant and treatment of each school, shape (J, 2)."""
        return np.column_stack([np.ones(self.arm.size), self.arm])

    @property
    def number(self) -> NDArray[np.int64]:
        """Whose row it is, shape (J,)."""
        return np.arange(self.arm.size)

    def moments(self) -> ClusterMoments:
        """Sum the pupils."""
        columns = {"score": self.score, "treated": self.treated}
        authority = {"authority": self.authority[self.school]}
        return ClusterMoments.from_rows(columns, self.school, levels=authority)


@dataclass(frozen=True)
class Estimator:
    """What is run, and its words."""

    words: str
    run: Callable[[Schools], object]


def _mixed(schools: Schools) -> object:
    model = MixedModel("score", ("treated",), strata="authority")
    return fit_mixed(schools.moments(), model)


def _linear(error: ErrorKind, schools: Schools) -> object:
    moments = schools.moments()
    strata = moments.levels["authority"]
    return fit_linear_moments(moments, "score", ["treated"], strata=strata, error=error)


def _by_school(schools: Schools) -> object:
    rate = 1000 * schools.events / schools.roll
    return fit_linear(rate, schools.arm[:, None], strata=schools.authority, error="hc2")


def _counts(family: CountFamily, schools: Schools) -> object:
    given = {"trials": schools.roll} if family == "binomial" else {"offset": np.log(schools.roll)}
    number = schools.number
    return fit_generalised_mixed(schools.events, schools.design, number, family=family, **given)


def _two_levels(schools: Schools) -> object:
    return fit_generalised_mixed(
        schools.events,
        schools.design,
        schools.number,
        family="binomial",
        trials=schools.roll,
        level=schools.authority,
    )


def _beta_binomial(schools: Schools) -> object:
    return fit_beta_binomial(schools.events, schools.design, schools.number, trials=schools.roll)


def _gee(error: GeeError, schools: Schools) -> object:
    number, roll = schools.number, schools.roll
    return fit_gee(
        schools.events, schools.design, number, family="binomial", trials=roll, error=error
    )


def _ratio(schools: Schools) -> object:
    return ratio_difference(schools.events, schools.roll, schools.arm, strata=schools.authority)


def _wild(schools: Schools) -> object:
    rate = schools.events / schools.roll
    return wild_bootstrap(rate, schools.design, 1, schools.number, draws=999, seed=1)


ESTIMATORS = {
    "lmm": Estimator("REML with Satterthwaite df, from rows", _mixed),
    "cr2": Estimator("CR2 with Satterthwaite df, from rows", partial(_linear, "cr2")),
    "cr3": Estimator("CR3 with Satterthwaite df, from rows", partial(_linear, "cr3")),
    "hc2": Estimator("HC2 with Satterthwaite df, a row per school", _by_school),
    "binomial": Estimator("binomial, Laplace", partial(_counts, "binomial")),
    "binomial-levels": Estimator("binomial, schools in authorities, Laplace", _two_levels),
    "poisson": Estimator("Poisson, Laplace", partial(_counts, "poisson")),
    "negbin": Estimator(
        "negative binomial, one count a school", partial(_counts, "negative-binomial")
    ),
    "beta-binomial": Estimator("beta-binomial", _beta_binomial),
    "gee-robust": Estimator("GEE from k of n, robust", partial(_gee, "robust")),
    "gee-md": Estimator("GEE from k of n, Mancl and DeRouen", partial(_gee, "md")),
    "gee-kc": Estimator("GEE from k of n, Kauermann and Carroll", partial(_gee, "kc")),
    "gee-fg": Estimator("GEE from k of n, Fay and Graubard", partial(_gee, "fg")),
    "ratio": Estimator("difference of two ratios of sums", _ratio),
    "wild": Estimator("wild bootstrap, 999 draws, with interval", _wild),
}
