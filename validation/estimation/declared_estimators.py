"""The estimators of the grid, declared with it (see `declared`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from validation.estimation.declared import BOOTSTRAP, CLOSED, ITERATIVE, SLOW

Target = Literal["school", "pupil", "log-ratio", "test", "conditional", "marginal", "limit"]


@dataclass(frozen=True)
class Estimator:
    """A way to an interval or to a p value.

    Attributes
    ----------
    name
        What the tables call it.
    words
        The same in words.
    group
        The estimators that run together.
    target
        Its estimand; ``test`` has only a p value. ``conditional`` and ``marginal`` log odds
        ratios, and ``limit``, become the estimator's own limit where they are not defined.
    replicates
        Trials at a fraction of one.
    warning
        A warning example: known to be wrong somewhere, shown so that nobody has to believe it.
    default
        Whether the product takes it unless told otherwise.
    exact
        A test that is exact under the sharp null hypothesis.
    """

    name: str
    words: str
    group: str
    target: Target
    replicates: int
    warning: bool = False
    default: bool = False
    exact: bool = False


ESTIMATORS = (
    Estimator(
        "school hc2",
        "school rates, HC2, Satterthwaite",
        "linear",
        "school",
        CLOSED,
        default=True,
    ),
    Estimator("school hc3", "school rates, HC3, Satterthwaite", "linear", "school", CLOSED),
    Estimator("school cr1", "school rates, CR1, t on G - 1", "linear", "school", CLOSED, True),
    Estimator(
        "pupil cr2",
        "weighted by roll, CR2, Satterthwaite",
        "linear",
        "pupil",
        CLOSED,
        default=True,
    ),
    Estimator("pupil cr3", "weighted by roll, CR3, Satterthwaite", "linear", "pupil", CLOSED),
    Estimator("pupil cr1", "weighted by roll, CR1, t on G - 1", "linear", "pupil", CLOSED, True),
    Estimator("pupil cr0 z", "weighted by roll, CR0, z", "linear", "pupil", CLOSED, True),
    Estimator("sums", "sum over sum, linearised difference", "linear", "pupil", CLOSED),
    Estimator("sums ratio", "sum over sum, linearised log ratio", "linear", "log-ratio", CLOSED),
    Estimator(
        "dummies hc2",
        "stratum indicators without inverse shares, HC2",
        "strata",
        "school",
        CLOSED,
        True,
    ),
    Estimator("pooled hc2", "strata left out, HC2", "strata", "school", CLOSED, True),
    Estimator("ancova hc2", "baseline as covariate, HC2", "baseline", "school", CLOSED),
    Estimator(
        "lin hc2",
        "baseline (and strata) interacted with the arm, HC2",
        "baseline",
        "school",
        CLOSED,
    ),
    Estimator(
        "lmm satterthwaite", "mixed linear model, Satterthwaite", "mixed", "limit", ITERATIVE
    ),
    Estimator(
        "lmm satterthwaite capped",
        "the same, df at most the design's",
        "mixed",
        "limit",
        ITERATIVE,
        default=True,
    ),
    Estimator("lmm kr", "mixed linear model, Kenward-Roger", "mixed", "limit", ITERATIVE),
    Estimator("lmm kr capped", "the same, df at most the design's", "mixed", "limit", ITERATIVE),
    Estimator(
        "lmm as average",
        "mixed linear model, capped, read as the pupil-average",
        "mixed",
        "pupil",
        ITERATIVE,
        True,
    ),
    Estimator(
        "binomial t",
        "binomial random intercept, Laplace, t on design df",
        "counts",
        "conditional",
        ITERATIVE,
        default=True,
    ),
    Estimator("binomial z", "the same, z", "counts", "conditional", ITERATIVE, True),
    Estimator(
        "poisson t",
        "Poisson random intercept, Laplace, t on design df",
        "counts",
        "limit",
        ITERATIVE,
        default=True,
    ),
    Estimator("poisson z", "the same, z", "counts", "limit", ITERATIVE, True),
    Estimator("betabinomial t", "beta-binomial, t on design df", "counts", "limit", ITERATIVE),
    Estimator("betabinomial z", "the same, z", "counts", "limit", ITERATIVE, True),
    Estimator(
        "gee robust z", "GEE exchangeable, robust, z", "gee", "marginal", ITERATIVE, True, True
    ),
    Estimator("gee md", "GEE, Mancl-DeRouen, t on G - p", "gee", "marginal", ITERATIVE),
    Estimator("gee kc", "GEE, Kauermann-Carroll, t on G - p", "gee", "marginal", ITERATIVE),
    Estimator("gee fg", "GEE, Fay-Graubard, t on G - p", "gee", "marginal", ITERATIVE),
    Estimator(
        "permutation",
        "studentised permutation, school-average",
        "permutation",
        "test",
        ITERATIVE,
        default=True,
        exact=True,
    ),
    Estimator(
        "permutation pupils",
        "studentised permutation, pupil-average",
        "permutation",
        "test",
        ITERATIVE,
        exact=True,
    ),
    Estimator(
        "permutation raw",
        "permutation of the raw difference",
        "permutation",
        "test",
        ITERATIVE,
        True,
        exact=True,
    ),
    Estimator("wild rademacher", "restricted wild bootstrap, Rademacher", "wild", "school", SLOW),
    Estimator("wild webb", "restricted wild bootstrap, Webb", "wild", "school", SLOW),
    Estimator(
        "negative binomial t",
        "negative-binomial random intercept, Laplace, t on design df",
        "negative-binomial",
        "limit",
        SLOW,
    ),
    Estimator(
        "bootstrap",
        "binomial random intercept, parametric bootstrap, percentile",
        "bootstrap",
        "conditional",
        BOOTSTRAP,
    ),
)
