"""ritest-python: draws within strata, both cores, with numba where it is installed."""

import os

from session import Answer, needs, serve, table_of

needs("ritest", "pandas")

import pandas as pd  # noqa: E402
from ritest import ritest  # noqa: E402


def schools():
    """Give the means of schools."""
    return pd.DataFrame(table_of("schools"))


def draws(formula: str):
    """Redraw the treatment within authorities and compare the coefficient; gives p."""

    def run(data) -> Answer:
        found = ritest(
            df=data,
            permute_var="treated",
            formula=formula,
            stat="treated",
            reps=int(os.environ["BENCH_DRAWS"]),
            strata="authority",
            ci_mode="none",
            n_jobs=-1,
            seed=1,
        )
        return found.pval, None, None

    return run


serve(
    "ritest-python",
    {
        "draws": (schools, draws("baseline ~ treated + C(authority)")),
        "draws-covariate": (schools, draws("score ~ treated + baseline + C(authority)")),
    },
)
