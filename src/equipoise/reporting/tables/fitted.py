"""Tables of models that are not least squares, and of what a choosing scheme does to chances."""

from __future__ import annotations

from equipoise.reporting.tables.effects import SOURCE, outcome_paths, unit
from equipoise.reporting.tables.fields import Bound
from equipoise.reporting.tables.formats import NONE, WITHHELD, Writer
from equipoise.reporting.tables.results import WITHHELD_NOTE, hidden_arms
from equipoise.reporting.tables.views import Cell, TableView, capital, cell, table

MODELS = {
    "ols": "least squares, each row counting once",
    "wls": "weighted least squares",
    "ratio": "sum over sum, linearised",
    "lmm": "linear mixed model, a random intercept for each cluster",
    "binomial": "binomial mixed model, a random intercept for each cluster",
    "poisson": "Poisson mixed model with the log of the roll, a random intercept for each cluster",
    "negbin": "negative-binomial mixed model with the log of the roll, a random intercept for "
    "each cluster",
    "betabinomial": "beta-binomial model",
    "gee": "generalised estimating equations, alike in clusters",
}
"""Code of a model to words."""

ERRORS = {
    "reml": "model-based, restricted likelihood",
    "hessian": "from the likelihood's curvature",
    "robust": "robust, uncorrected",
    "md": "robust, Mancl and DeRouen",
    "kc": "robust, Kauermann and Carroll",
    "fg": "robust, Fay and Graubard",
}
"""Code of an error to words; the others are known by their names."""


def model_words(writer: Writer, path: str) -> Bound:
    """Return the kind of model of an outcome in words."""
    code = str(writer.fields.value(SOURCE, path))
    return writer.choice(SOURCE, path, MODELS.get(code, code))


def error_words(writer: Writer, path: str) -> Bound:
    """Return the error of an outcome's model in words."""
    code = str(writer.fields.value(SOURCE, path))
    return writer.choice(SOURCE, path, ERRORS.get(code, code))


def marginal_table(writer: Writer) -> TableView | None:
    """Both arms as models other than least squares predict them, and the ratio of the two."""
    paths = [p for p in outcome_paths(writer) if writer.fields.has(SOURCE, f"{p}.marginal")]
    if not paths:
        return None
    rows = []
    for path in paths:
        base = f"{path}.marginal"
        rows.append(
            [
                cell(
                    capital(writer.plain(SOURCE, f"{path}.title")),
                    " (",
                    writer.plain(SOURCE, f"{path}.arm"),
                    ")",
                ),
                cell(unit(writer, path)),
                cell(writer.plain(SOURCE, f"{base}.average")),
                _mean(writer, path, "reference_mean"),
                _mean(writer, path, "arm_mean"),
                cell(writer.rate(SOURCE, f"{path}.estimate")),
                _ratio(writer, path),
                _correlation(writer, base),
            ]
        )
    return table(
        "marginal",
        "Both arms as the model predicts them for all that were analysed",
        [
            "Outcome",
            "Unit",
            "Averaged over",
            "Reference arm",
            "Other arm",
            "Difference",
            "Ratio",
            "Correlation within clusters",
        ],
        rows,
        numeric=range(3, 8),
        notes=[
            "Every row is predicted twice, once in each arm, and the predictions are averaged; "
            "so the effect stands in natural units although the model works on another scale. "
            "The model itself weighs by precision.",
            WITHHELD_NOTE,
        ],
    )


def _mean(writer: Writer, path: str, name: str) -> Cell:
    """Return a predicted mean, withheld where counts are small enough to be worked out from it."""
    here = f"{path}.marginal.{name}"
    if hidden_arms(writer, path):
        return cell(_withheld(writer, path, here))
    return cell(writer.rate(SOURCE, here))


def _withheld(writer: Writer, path: str, here: str) -> Bound:
    arms = writer.fields.keys(SOURCE, f"{path}.means")
    also = [f"{SOURCE}:{path}.means.{arm}.{n}" for arm in arms for n in ("events", "members")]
    return Bound(SOURCE, here, WITHHELD, None, tuple(also))


def _ratio(writer: Writer, path: str) -> Cell:
    """Return a ratio; with the difference beside it, it gives both means away."""
    base = f"{path}.marginal"
    if not writer.fields.has(SOURCE, f"{base}.ratio"):
        return cell(writer.choice(SOURCE, f"{base}.ratio", NONE))
    if hidden_arms(writer, path):
        return cell(_withheld(writer, path, f"{base}.ratio"))
    return cell(
        writer.two(SOURCE, f"{base}.ratio"),
        " (",
        writer.two(SOURCE, f"{base}.ratio_lower"),
        " to ",
        writer.two(SOURCE, f"{base}.ratio_upper"),
        ")",
    )


def _correlation(writer: Writer, base: str) -> Cell:
    if not writer.fields.has(SOURCE, f"{base}.icc"):
        return cell(writer.choice(SOURCE, f"{base}.icc", NONE))
    return cell(
        writer.three(SOURCE, f"{base}.icc"),
        " (",
        writer.plain(SOURCE, f"{base}.icc_scale"),
        ")",
    )


def chances_table(writer: Writer) -> TableView | None:
    """What a scheme that chooses among draws does to the chances of units and pairs."""
    if not writer.fields.has("chances"):
        return None
    rows = []
    for stage in writer.fields.keys("chances", "stages"):
        base = f"stages.{stage}"
        for arm in writer.fields.keys("chances", f"{base}.arms"):
            here = f"{base}.arms.{arm}"
            rows.append(
                [
                    cell(writer.plain("chances", f"{base}.stage")),
                    cell(writer.plain("chances", f"{here}.arm")),
                    cell(writer.two("chances", f"{here}.share")),
                    cell(
                        writer.two("chances", f"{here}.lowest"),
                        " to ",
                        writer.two("chances", f"{here}.highest"),
                    ),
                    cell(
                        writer.two("chances", f"{base}.lowest"),
                        " to ",
                        writer.two("chances", f"{base}.highest"),
                        " (",
                        writer.two("chances", f"{base}.declared"),
                        ")",
                    ),
                    cell(
                        writer.count("chances", f"{base}.always"),
                        "; ",
                        writer.count("chances", f"{base}.never"),
                    ),
                    cell(
                        writer.count("chances", f"{base}.often"),
                        "; ",
                        writer.count("chances", f"{base}.seldom"),
                    ),
                    cell(
                        writer.count("chances", f"{base}.distinct"),
                        " of ",
                        writer.count("chances", f"{base}.draws"),
                    ),
                ]
            )
    return table(
        "chances",
        "What the scheme does to the chances of units",
        [
            "Stage",
            "Arm",
            "Declared share",
            "Chance of a unit, lowest to highest",
            "Chance of a pair in one arm, lowest to highest (if each were drawn alone)",
            "Pairs always together; never",
            "Pairs much more often together than declared; much less",
            "Different draws",
        ],
        rows,
        numeric=range(2, 8),
        notes=[
            "Looked at before any draw, over all allocations or over simulated ones; nothing here "
            "depends on the arms that were drawn. Much more often: at least half way from the "
            "declared chance to always; much less: at most half of it.",
        ],
    )
