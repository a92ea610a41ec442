"""statsmodels: MixedLM (no degrees of freedom) and GEE, both from arrays.

BFGS, its default for a mixed model, is right here; its L-BFGS stops at a variance of zero.
"""

from session import Answer, dummies, needs, serve, table_of

needs("statsmodels")

import numpy as np  # noqa: E402
import statsmodels.api as sm  # noqa: E402


def pupils():
    """Give outcome, design and groups of the linear model."""
    d = table_of("pupils", "score", "treated", "baseline", "authority", "school")
    design = np.column_stack([dummies(d["authority"]), d["treated"], d["baseline"]])
    return d["score"], design, d["school"]


def reml(data) -> Answer:
    """Fit the random-intercept model by REML."""
    y, design, groups = data
    fit = sm.MixedLM(y, design, groups).fit(reml=True, method="bfgs")
    return fit.fe_params[-2], fit.bse_fe[-2], None


def events():
    """Give outcome, design and groups of the marginal model."""
    d = table_of("pupils", "event", "treated", "authority", "school")
    return d["event"], np.column_stack([dummies(d["authority"]), d["treated"]]), d["school"]


def gee(kind: str):
    """Fit the marginal model with one of its errors."""

    def run(data) -> Answer:
        y, design, groups = data
        model = sm.GEE(
            y,
            design,
            groups,
            family=sm.families.Binomial(),
            cov_struct=sm.cov_struct.Exchangeable(),
        )
        fit = model.fit(cov_type=kind)
        return fit.params[-1], fit.bse[-1], None

    return run


serve(
    "statsmodels",
    {
        "reml": (pupils, reml),
        "gee": (events, gee("robust")),
        "gee-md": (events, gee("bias_reduced")),
    },
)
