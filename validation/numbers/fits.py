"""Every model of `equipoise fit` beside R's, case by case of the oracle `public`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from equipoise.statistics.models import FitReport, FitSpecification, fit_table
from validation.numbers.comparison import (
    COUNTS,
    ERROR,
    LINEAR,
    LOGLIK,
    PARAMETER,
    Comparison,
    Fit,
    oracle,
)
from validation.numbers.tables import public_table, source_of

Case = dict[str, Any]
TUPLES = ("strata", "covariates")
TOLERANCES = {"ols": LINEAR, "lmm": PARAMETER, "gee": PARAMETER}


def cases() -> list[Case]:
    """Give the cases: a table, options and R's answers."""
    found: list[Case] = oracle("public")["cases"]
    return found


def specification(case: Case) -> FitSpecification:
    """Turn the options of a case into a specification."""
    given = dict(case["options"])
    for name in TUPLES:
        value = given.get(name, ())
        given[name] = (value,) if isinstance(value, str) else tuple(value)
    given["error"] = given.pop("se", None)
    return FitSpecification(**given)


def words(case: Case) -> str:
    """Write a case as it would be typed."""
    options = dict(case["options"])
    model, outcome, treatment = (options.pop(name) for name in ("model", "outcome", "treatment"))
    rest = []
    for name, value in options.items():
        if (name, value) == ("quadrature", 1):
            continue
        rest.append(f"--{name} {','.join(value) if isinstance(value, list) else value}")
    return f"{model} {outcome} on {treatment} {' '.join(rest)}"


def compare(case: Case) -> list[Comparison]:
    """Fit a case and compare what each R function gave."""
    report = fit_table(public_table(case["table"]), specification(case))
    found = [one for answer in case["answers"] for one in _of_answer(case, report, answer)]
    answer = case["answers"][0]
    said = _fit(case, answer)
    counted = [
        said.compare("rows", report.n, answer["n"], 0.0),
        said.compare("clusters", report.clusters, answer["clusters"], 0.0),
    ]
    return [*counted, *found]


def _fit(case: Case, answer: Case) -> Fit:
    version = oracle("public")["packages"][answer["package"]]
    function = f"{answer['package']} {version} {answer['with']}"
    return Fit(source_of(case["table"]), words(case), function)


def _of_answer(case: Case, report: FitReport, answer: Case) -> Iterator[Comparison]:
    said = _fit(case, answer)
    tolerance = TOLERANCES.get(report.specification.model, COUNTS)
    yield from _coefficients(report, answer, tolerance, said)
    for name, value in answer.get("variance", {}).items():
        ours = report.variance[name]
        assert ours is not None
        # Searches end near zero, and not at it.
        scale = max(value, tolerance)
        yield said.compare(f"variance {name}", ours, value, tolerance, scale=scale)
    if "dispersion" in answer:
        assert report.dispersion is not None
        yield said.relative("dispersion", report.dispersion, answer["dispersion"], tolerance)
    if "icc" in answer:
        assert report.icc is not None
        yield said.compare("working correlation", report.icc, answer["icc"], tolerance)
    if "loglik" in answer:
        assert report.loglik is not None
        yield said.compare(
            "log-likelihood", report.loglik, answer["loglik"], LOGLIK, one_sided=True
        )
    if "marginal" in answer:
        yield from _marginal(report, answer["marginal"], tolerance, said)


def _coefficients(
    report: FitReport, answer: Case, tolerance: float, said: Fit
) -> Iterator[Comparison]:
    """Compare the treatment's coefficient, then the worst of the others."""
    known = {part.name: part for part in report.coefficients}
    others: dict[str, list[Comparison]] = {"coefficient": [], "error": [], "df": []}
    for k, name in enumerate(answer["names"]):
        part = known[name]
        wanted = name == answer["wanted"]
        label = "" if wanted else f" of {name}"
        beta = answer["beta"][k]
        # A share of the coefficient, or of its error where that is greater.
        scale = max(abs(beta), part.se)
        made = {
            "coefficient": said.compare(
                f"coefficient{label}", part.estimate, beta, tolerance, scale=scale
            )
        }
        if "se" in answer:
            made["error"] = said.relative(f"error{label}", part.se, answer["se"][k], ERROR)
        if "df" in answer:
            assert part.df is not None
            made["df"] = said.relative(f"df{label}", part.df, answer["df"][k], ERROR)
        if wanted:
            yield from made.values()
        else:
            for kind, one in made.items():
                others[kind].append(one)
    for several in others.values():
        if several:
            yield max(several, key=lambda one: abs(one.difference))


def _marginal(report: FitReport, answer: Case, tolerance: float, said: Fit) -> Iterator[Comparison]:
    found = report.marginal
    assert found is not None
    said = said.by(f"{said.function}, integrate, delta method")
    for name, ours in (("reference", found.reference), ("arm", found.arm)):
        assert ours is not None
        yield said.relative(f"predicted, {name}", ours, answer[name], tolerance)
    yield said.compare(
        "predicted difference",
        found.difference,
        answer["difference"],
        tolerance,
        scale=max(abs(answer["difference"]), found.difference_se),
    )
    yield said.relative(
        "error of the predicted difference", found.difference_se, answer["difference_se"], ERROR
    )
