"""mixedlm (Python with a Rust core): lme4's formulas; Satterthwaite's degrees of freedom asked."""

from session import Answer, needs, serve, table_of

needs("mixedlm", "pandas")

import mixedlm  # noqa: E402
import pandas as pd  # noqa: E402


def frame(name: str, *columns: str):
    """Give a table as a data frame, school and authority as categories."""
    d = pd.DataFrame(table_of(name, *columns))
    for column in ("school", "authority"):
        d[column] = d[column].astype("category")
    return d


def pupils():
    """Give the rows of the linear model."""
    return frame("pupils", "score", "treated", "baseline", "authority", "school")


def schools():
    """Give the counts of the binomial model."""
    return frame("schools")


def reml(data) -> Answer:
    """Fit the random-intercept model by REML."""
    return _treated(mixedlm.lmer("score ~ treated + baseline + authority + (1 | school)", data))


def binomial(data) -> Answer:
    """Fit the binomial random-intercept model by Laplace's approximation."""
    formula = "events / roll ~ treated + authority + (1 | school)"
    return _treated(mixedlm.glmer(formula, data, family=mixedlm.families.Binomial()))


def _treated(fit) -> Answer:
    shown = fit.tidy()
    row = shown[shown["term"] == "treated"].iloc[0]
    return row["estimate"], row["std.error"], row.get("df")


serve("mixedlm", {"reml": (pupils, reml), "binomial": (schools, binomial)})
