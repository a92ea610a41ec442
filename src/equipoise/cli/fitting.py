"""One model of any table, no trial folder needed: fit."""

from __future__ import annotations

import time
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from equipoise.cli.messages import Progress, say, say_json, show_table, warn
from equipoise.cli.options import AsJson, need_trial_extra
from equipoise.cli.tables import BAD_INPUT, Alpha, Data, need_file, p_value

if TYPE_CHECKING:
    from equipoise.statistics.models import FitReport

NOT_CONVERGED = 1

SILENT = 2.0
"""Seconds between two lines of progress, and before the first."""


def add_to(application: typer.Typer) -> None:
    """Add the command."""
    application.command()(fit)


class Model(StrEnum):
    """Models of `fit`."""

    OLS = "ols"
    LMM = "lmm"
    BINOMIAL = "binomial"
    POISSON = "poisson"
    NEGBIN = "negbin"
    BETABINOMIAL = "betabinomial"
    GEE = "gee"


class Family(StrEnum):
    """Families of gee."""

    GAUSSIAN = "gaussian"
    BINOMIAL = "binomial"
    POISSON = "poisson"


class Average(StrEnum):
    """Whom an effect is the average over."""

    PUPILS = "pupil-average"
    SCHOOLS = "school-average"


def fit(
    data: Data,
    outcome: Annotated[str, typer.Option("--outcome", metavar="Y", help="The outcome's column.")],
    treatment: Annotated[
        str,
        typer.Option(
            "--treatment", metavar="T", help="Arms (first in sort order: control) or a number."
        ),
    ],
    cluster: Annotated[
        str, typer.Option("--cluster", metavar="SCHOOL", help="What was randomised, or blocks.")
    ],
    model: Annotated[Model, typer.Option("--model", help="The model.")],
    strata: Annotated[
        str | None, typer.Option("--strata", metavar="A,B", help="Strata of the draw.")
    ] = None,
    covariates: Annotated[
        str | None, typer.Option("--covariates", metavar="X1,X2", help="Known before the draw.")
    ] = None,
    trials: Annotated[
        str | None, typer.Option("--trials", metavar="N", help="What the outcome is out of.")
    ] = None,
    level: Annotated[
        str | None,
        typer.Option("--level", metavar="AUTHORITY", help="What clusters lie in: an intercept."),
    ] = None,
    weights: Annotated[
        str | None, typer.Option("--weights", metavar="W", help="Weights of rows, above zero.")
    ] = None,
    reference: Annotated[
        str | None, typer.Option("--reference", metavar="LABEL", help="The control arm.")
    ] = None,
    arm: Annotated[
        str | None,
        typer.Option("--arm", metavar="LABEL", help="The arm compared, of three or more."),
    ] = None,
    estimand: Annotated[
        Average | None, typer.Option("--estimand", help="Whom the effect is averaged over.")
    ] = None,
    family: Annotated[
        Family | None,
        typer.Option("--family", help="Of gee; else binomial for 0/1 or trials, or gaussian."),
    ] = None,
    se: Annotated[
        str | None,
        typer.Option(
            "--se", help="ols: cr0, cr1, cr1s, cr2, cr3, hc2, hc3. gee: robust, md, kc, fg."
        ),
    ] = None,
    df: Annotated[
        str | None,
        typer.Option(
            "--df", help="satterthwaite, kenward-roger (lmm), clusters (ols), g-p (gee), design, z."
        ),
    ] = None,
    quadrature: Annotated[
        int, typer.Option("--quadrature", help="Nodes for counts; 1 is Laplace's approximation.")
    ] = 1,
    permutations: Annotated[
        int, typer.Option("--permutations", metavar="N", help="Draws of a permutation test.")
    ] = 0,
    bootstrap: Annotated[
        int,
        typer.Option("--bootstrap", metavar="N", help="Draws: wild for ols, else parametric."),
    ] = 0,
    alpha: Alpha = 0.05,
    seed: Annotated[int, typer.Option("--seed", help="Of permutations and bootstrap.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Fit one model to a table of pupils or schools.

    With --trials the outcome is a number of events out of N: linear models take events over N,
    poisson and negbin take log N as offset. Exit code 0: fitted; 1: not converged; 2: refused.

    Example: equipoise fit schools.csv --outcome events --trials roll --treatment arm
    --cluster school --strata authority --model binomial --json
    """
    need_trial_extra()
    from equipoise.statistics.estimation import ConvergenceError, EstimationError
    from equipoise.statistics.models import FitSpecification, fit_file

    try:
        spec = FitSpecification(
            outcome=outcome,
            treatment=treatment,
            cluster=cluster,
            model=model.value,
            strata=_listed(strata),
            covariates=_listed(covariates),
            trials=trials,
            level=level,
            weights=weights,
            reference=reference,
            arm=arm,
            estimand=None if estimand is None else estimand.value,
            family=None if family is None else family.value,
            error=se,
            df=df,
            quadrature=quadrature,
            permutations=permutations,
            bootstrap=bootstrap,
            alpha=alpha,
            seed=seed,
        )
        need_file(data)
        report = fit_file(data, spec, tell=_Reading(data.name))
    except ConvergenceError as error:
        if as_json:
            say_json(_not_converged(model.value, str(error)))
        warn(f"Not converged: {error}")
        raise typer.Exit(NOT_CONVERGED) from None
    except EstimationError as error:
        warn(f"Refused: {error}")
        raise typer.Exit(BAD_INPUT) from None
    if as_json:
        say_json(_fit_json(report))
    else:
        _say_fit(report)


def _listed(text: str | None) -> tuple[str, ...]:
    """Split names at commas."""
    return () if text is None else tuple(name.strip() for name in text.split(",") if name.strip())


class _Reading:
    """Says how far reading a large file is: after two seconds, and every two seconds."""

    def __init__(self, name: str) -> None:
        self._name, self._say = name, Progress()
        self._due = time.monotonic() + SILENT

    def __call__(self, part: float) -> None:
        """Take note that so much was read, from 0 to 1."""
        if time.monotonic() < self._due:
            return
        self._due = time.monotonic() + SILENT
        done = f"{100 * part:.0f} % of {self._name} read" if part < 1 else "all read; fitting"
        self._say(done)


def _fit_json(report: FitReport) -> dict[str, Any]:
    """Arrange a report for a program to read."""
    from dataclasses import asdict

    spec = report.specification
    plain = asdict(report)
    del plain["specification"], plain["lower"], plain["upper"], plain["coefficients"]
    plain["ci"] = [report.lower, report.upper]
    plain |= {"model": spec.model, "outcome": spec.outcome, "treatment": spec.treatment}
    plain |= {"cluster": spec.cluster, "level": spec.level, "alpha": spec.alpha, "seed": spec.seed}
    plain["quadrature"] = spec.quadrature
    plain["coefficients"] = {
        part.name: {
            "estimate": part.estimate,
            "se": part.se,
            "df": part.df,
            "ci": [part.lower, part.upper],
            "p": part.p,
        }
        for part in report.coefficients
    }
    return plain


def _not_converged(model: str, why: str) -> dict[str, Any]:
    """Arrange what is left to say where no numbers may be given."""
    empty = "estimate se df ci p marginal df_design icc icc_scale loglik n n_trials clusters"
    plain: dict[str, Any] = dict.fromkeys(empty.split())
    plain |= {"model": model, "converged": False, "warnings": [why]}
    return plain | {"variance": {}, "coefficients": {}}


_SCALES = {
    "gaussian": "",
    "binomial": " (log odds)",
    "poisson": " (log rate)",
    "negative-binomial": " (log rate)",
}


def _say_fit(report: FitReport) -> None:
    """Print a report as sentences and a table."""
    spec = report.specification
    level = f"{100 * (1 - spec.alpha):g} %"
    trials = "" if report.n_trials is None else f", {report.n_trials:,} trials"
    strata = "" if report.strata == 1 else f", {report.strata} strata"
    say(f"{spec.model} of {spec.outcome} on {spec.treatment}, clusters {spec.cluster}")
    say(f"  {report.n:,} rows{trials} in {report.clusters:,} clusters{strata}")
    for note in report.notes:
        say(f"  {note}")
    df = "z" if report.df is None else f"{report.df:.1f} degrees of freedom ({report.df_method})"
    say(f"  Estimate{_SCALES[report.family]}: {report.estimate:.6g}, error {report.se:.4g}")
    say(
        f"    {level} interval {report.lower:.6g} to {report.upper:.6g}, {p_value(report.p)}; "
        f"{report.error} error, {df}"
    )
    if report.df_design is not None:
        say(f"    degrees of freedom of the design: {report.df_design}")
    say(f"    what it is an average over: {report.estimand}")
    if report.marginal is not None:
        part = report.marginal
        if part.reference is not None and part.arm is not None:
            say(
                f"  Predicted ({part.average}): {report.reference} {part.reference:.6g}, "
                f"{report.arm} {part.arm:.6g}"
            )
        low, high = part.difference_ci
        say(f"    difference {part.difference:.6g}, {level} interval {low:.6g} to {high:.6g}")
        if part.ratio is not None and part.ratio_ci is not None:
            low, high = part.ratio_ci
            say(f"    ratio {part.ratio:.4g}, {level} interval {low:.4g} to {high:.4g}")
    if report.icc is not None:
        say(f"  Intra-cluster correlation ({report.icc_scale} scale): {report.icc:.4g}")
    for name, value in report.variance.items():
        if value is not None:
            say(f"  Variance, {name}: {value:.6g}")
    if report.loglik is not None:
        say(f"  Log-likelihood: {report.loglik:.6f}")
    for what, found in (("Permutation", report.permutation), ("Bootstrap", report.bootstrap)):
        if found is not None:
            every = "all " if found.exact else ""
            p = "" if found.p is None else f", {p_value(found.p)}"
            ci = "" if found.ci is None else f", {level} {found.ci[0]:.6g} to {found.ci[1]:.6g}"
            say(f"  {what}: {found.kind}; {every}{found.draws:,} draws{p}{ci}")
    heads = ("coefficient", "estimate", "error", "df", "p")
    show_table(
        heads,
        [
            (
                part.name,
                f"{part.estimate:.6g}",
                f"{part.se:.4g}",
                "z" if part.df is None else f"{part.df:.1f}",
                p_value(part.p).removeprefix("p ").removeprefix("= "),
            )
            for part in report.coefficients
        ],
    )
    for warning in report.warnings:
        say(f"  Note: {warning}")
