"""glmm (a Rust engine): formulas, Satterthwaite's degrees of freedom with every linear fit."""

from session import Answer, needs, serve, table_of

needs("glmm")

import glmm  # noqa: E402
import numpy as np  # noqa: E402


def pupils():
    """Give the columns of the linear model; text makes a factor."""
    d = table_of("pupils", "score", "treated", "baseline", "authority", "school")
    return {**d, "authority": _labels(d["authority"]), "school": _labels(d["school"])}


def schools():
    """Give the columns of the count models."""
    d = table_of("schools")
    own = {"school": _labels(d["school"]), "authority": _labels(d["authority"])}
    return {**d, **own, "others": d["roll"] - d["events"], "log_roll": np.log(d["roll"])}


def visits():
    """Give the columns of the negative binomial model."""
    d = table_of("visits")
    own = {"school": _labels(d["school"]), "authority": _labels(d["authority"])}
    return {**d, **own, "log_roll": np.log(d["roll"])}


def _labels(codes):
    names = np.char.add("g", np.char.zfill(np.arange(int(codes.max()) + 1).astype(str), 4))
    return names[codes]


def linear(reml: bool):
    """Fit the random-intercept model."""

    def run(data) -> Answer:
        fit = glmm.fit(data, "score ~ treated + baseline + authority + (1 | school)", reml=reml)
        return _treated(fit)

    return run


def counts(formula: str, family: str, nodes: int = 1):
    """Fit a count model by Laplace's approximation or by quadrature."""

    def run(data) -> Answer:
        return _treated(glmm.fit(data, formula, family, nagq=nodes))

    return run


def _treated(fit) -> Answer:
    at = list(fit.names).index("treated")
    df = None if fit.coef_df is None else fit.coef_df[at]
    return fit.beta[at], fit.se[at], df


MODEL = " ~ treated + authority + (1 | school)"

serve(
    "glmm",
    {
        "reml": (pupils, linear(reml=True)),
        "ml": (pupils, linear(reml=False)),
        "binomial": (schools, counts("cbind(events, others)" + MODEL, "binomial")),
        "binomial-9": (schools, counts("cbind(events, others)" + MODEL, "binomial", 9)),
        "poisson": (schools, counts("events" + MODEL + " + offset(log_roll)", "poisson")),
        "negbin": (visits, counts("visits" + MODEL + " + offset(log_roll)", "negativebinomial")),
    },
)
