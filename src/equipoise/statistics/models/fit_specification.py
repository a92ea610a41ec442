"""What `fit_table` is asked for: columns, model, error, degrees of freedom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from equipoise.statistics.estimation import EstimationError

FitModel = Literal["ols", "lmm", "binomial", "poisson", "negbin", "betabinomial", "gee"]
FitFamily = Literal["gaussian", "binomial", "poisson"]
Estimand = Literal["pupil-average", "school-average"]

ERRORS: dict[str, tuple[str, ...]] = {
    "ols": ("cr0", "cr1", "cr1s", "cr2", "cr3", "hc2", "hc3"),
    "gee": ("robust", "md", "kc", "fg"),
}
"""Errors of each model, by name; the others have one, ``model``."""

FREEDOMS: dict[str, tuple[str, ...]] = {
    "ols": ("satterthwaite", "clusters", "design", "z"),
    "lmm": ("satterthwaite", "kenward-roger", "design", "z"),
    "gee": ("z", "g-p", "design"),
}
"""Degrees of freedom of each model, the default first; of the others ``design``, then ``z``."""

WITH_LEVEL = ("lmm", "binomial", "poisson", "negbin")
WITH_QUADRATURE = ("binomial", "poisson", "negbin")
WITH_WEIGHTS = ("ols", "lmm", "gee")
WITH_BOOTSTRAP = ("ols", "lmm", "binomial", "poisson", "negbin")


@dataclass(frozen=True)
class FitSpecification:
    """A model of one outcome, of rows in clusters.

    Attributes
    ----------
    outcome, treatment, cluster
        Columns. A treatment of text is a set of arms, the first in sort order the control; a
        treatment of numbers is taken as it is.
    model
        ``ols``, ``lmm``, ``binomial``, ``poisson``, ``negbin``, ``betabinomial`` or ``gee``.
    strata
        Columns whose combinations enter as indicators.
    covariates
        Columns of numbers, or of labels, which become indicators.
    trials
        Column of the number that the outcome is out of. Linear models then take outcome over
        trials, models of counts take its logarithm as offset.
    level
        Column of the units that clusters lie in, for a random intercept of their own.
    weights
        Column of weights above zero: whom the average is over (``ols``), precision (``lmm``) or
        of each row (``gee``).
    reference
        The label of the control; None takes the first in sort order.
    arm
        The label whose effect is `estimate`; None takes the first that is not the control.
    estimand
        ``pupil-average`` or ``school-average``; None leaves rows as they are.
    family
        Of ``gee``; None takes binomial with trials or a 0/1 outcome, else gaussian.
    error, df
        None takes the model's default (rules 6): CR2, or HC2 for a row per cluster, with
        Satterthwaite for ``ols``; Satterthwaite for ``lmm``; the design's for counts; the robust
        error and z for ``gee``, clusters less columns (``g-p``) for its corrected errors.
    quadrature
        Nodes; 1 is Laplace's approximation.
    permutations, bootstrap
        Draws; 0 for none.
    alpha
        One minus the level of intervals.
    seed
        Of permutations and bootstrap.

    Raises
    ------
    EstimationError
        Options that the model does not have, or that contradict each other.

    Examples
    --------
    >>> FitSpecification("rate", "arm", "school", "ols").freedom
    'satterthwaite'
    >>> FitSpecification("y", "arm", "school", "gee", error="kc").freedom
    'g-p'
    """

    outcome: str
    treatment: str
    cluster: str
    model: FitModel
    strata: tuple[str, ...] = ()
    covariates: tuple[str, ...] = ()
    trials: str | None = None
    level: str | None = None
    weights: str | None = None
    reference: str | None = None
    arm: str | None = None
    estimand: Estimand | None = None
    family: FitFamily | None = None
    error: str | None = None
    df: str | None = None
    quadrature: int = 1
    permutations: int = 0
    bootstrap: int = 0
    alpha: float = 0.05
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        _one_of("model", self.model, get_args(FitModel))
        _one_of("error (--se)", self.error, ERRORS.get(self.model, ("model",)))
        _one_of("degrees of freedom (--df)", self.df, self._freedoms())
        _one_of("estimand", self.estimand, get_args(Estimand))
        _one_of("family", self.family, get_args(FitFamily))
        for option, used, models in (
            ("--level", self.level is not None, WITH_LEVEL),
            ("--quadrature", self.quadrature != 1, WITH_QUADRATURE),
            ("--weights", self.weights is not None, WITH_WEIGHTS),
            ("--bootstrap", self.bootstrap > 0, WITH_BOOTSTRAP),
            ("--family", self.family is not None, ("gee",)),
        ):
            if used and self.model not in models:
                raise EstimationError(
                    f"Model {self.model} does not take {option}; it is for {', '.join(models)}."
                )
        if not 0 < self.alpha < 1:
            raise EstimationError("Alpha must lie between 0 and 1.")
        if not 1 <= self.quadrature <= 100:
            raise EstimationError("Quadrature takes from 1 (Laplace) to 100 nodes.")
        if self.permutations < 0 or self.bootstrap < 0:
            raise EstimationError("Numbers of permutations and bootstrap draws cannot be below 0.")
        if not 0 <= self.seed < 2**64:
            raise EstimationError("The seed must be a whole number from 0 to 2^64 - 1.")
        # Trials and weights may be one column, and may be covariates or strata too: size is.
        parts = [self.outcome, self.treatment, *self.strata, *self.covariates]
        twice = {name for name in parts if parts.count(name) > 1}
        twice |= {self.outcome, self.treatment} & {self.trials, self.weights}
        if twice:
            raise EstimationError(f"Columns play more than one part: {', '.join(sorted(twice))}.")
        if self.cluster in (self.outcome, self.treatment, self.level):
            raise EstimationError(f"Columns play more than one part: {self.cluster}.")

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the table that are used, each once."""
        named = [self.outcome, self.treatment, self.cluster, *self.strata, *self.covariates]
        named += [name for name in (self.trials, self.level, self.weights) if name is not None]
        return tuple(dict.fromkeys(named))

    @property
    def freedom(self) -> str:
        """The degrees of freedom, the default put in."""
        if self.df is not None:
            return self.df
        if self.model == "gee" and self.error not in (None, "robust"):
            return "g-p"
        return self._freedoms()[0]

    def _freedoms(self) -> tuple[str, ...]:
        return FREEDOMS.get(self.model, ("design", "z"))


def _one_of(what: str, value: str | None, known: tuple[str, ...]) -> None:
    if value is not None and value not in known:
        raise EstimationError(f"There is no {what} {value!r} here; there is {', '.join(known)}.")
