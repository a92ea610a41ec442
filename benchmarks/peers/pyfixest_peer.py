"""pyfixest: CRV3 by its fast way (indicators of authorities, none absorbed) and its ritest."""

import os

from session import Answer, needs, serve, table_of

needs("pyfixest")

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import pyfixest  # noqa: E402

# The jackknife as published; pyfixest would multiply it by two more factors.
PLAIN = pyfixest.ssc(k_adj=False, G_adj=False)


def pupils():
    """Give the rows of the linear model."""
    names = ("score", "treated", "baseline", "authority", "school")
    return pd.DataFrame(table_of("pupils", *names))


def schools():
    """Give the means of schools."""
    return pd.DataFrame(table_of("schools"))


def crv3(data) -> Answer:
    """Fit by least squares with the cluster jackknife; df are clusters less one."""
    fit = pyfixest.feols(
        "score ~ treated + baseline + C(authority)", data, vcov={"CRV3": "school"}, ssc=PLAIN
    )
    return _treated(fit)


def cr1(data) -> Answer:
    """Fit by least squares with CRV1, authorities absorbed."""
    cluster = {"CRV1": "school"}
    only_clusters = pyfixest.ssc(k_adj=False, G_adj=True)
    model = "score ~ treated + baseline | authority"
    fit = pyfixest.feols(model, data, vcov=cluster, ssc=only_clusters)
    return _treated(fit)


def draws(data) -> Answer:
    """Redraw the treatment (without strata: it has none) and compare t; gives p."""
    fit = pyfixest.feols("score ~ treated + baseline + C(authority)", data, vcov="hetero")
    found = fit.ritest(
        "treated",
        reps=int(os.environ["BENCH_DRAWS"]),
        type="randomization-c",
        rng=np.random.default_rng(1),
    )
    return found["Pr(>|t|)"], None, None


def _treated(fit) -> Answer:
    return fit.coef()["treated"], fit.se()["treated"], None


serve(
    "pyfixest",
    {"cr3": (pupils, crv3), "cr1": (pupils, cr1), "draws-covariate": (schools, draws)},
)
