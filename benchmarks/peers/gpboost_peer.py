"""GPBoost: grouped random effects by maximum likelihood (it has no REML), default optimiser.

One thread, which its help says to try, is faster here than its default of all; the counts are
fitted to a tolerance of 1e-8, because at the default the estimate differs in the fourth digit.
"""

from session import Answer, dummies, needs, serve, table_of

needs("gpboost")

import gpboost  # noqa: E402
import numpy as np  # noqa: E402

CLOSE = {"delta_rel_conv": 1e-8}


def design_of(d, *columns: str):
    """Constant first, which GPBoost asks for, then authorities but one, then the columns."""
    own = [d[column] for column in columns]
    indicators = dummies(d["authority"])[:, 1:]
    return np.column_stack([np.ones(len(indicators)), indicators, *own])


def pupils():
    """Give outcome, design and groups of the linear model."""
    d = table_of("pupils", "score", "treated", "baseline", "authority", "school")
    return d["score"], design_of(d, "baseline", "treated"), d["school"]


def ml(data) -> Answer:
    """Fit the random-intercept model by full maximum likelihood."""
    y, design, groups = data
    model = gpboost.GPModel(group_data=groups, likelihood="gaussian", num_parallel_threads=1)
    model.fit(y=y, X=design)
    return _shown(model)


def schools():
    """Give counts, rolls, design and groups of the count models."""
    d = table_of("schools")
    return d["events"], d["roll"], design_of(d, "treated"), d["school"]


def binomial(data) -> Answer:
    """Fit the binomial random-intercept model by Laplace's approximation."""
    events, roll, design, groups = data
    model = gpboost.GPModel(
        group_data=groups, likelihood="binomial_logit", weights=roll, num_parallel_threads=1
    )
    model.fit(y=events / roll, X=design, params=CLOSE)
    return _shown(model)


def poisson(data) -> Answer:
    """Fit the Poisson random-intercept model by Laplace's approximation."""
    events, roll, design, groups = data
    model = gpboost.GPModel(group_data=groups, likelihood="poisson", num_parallel_threads=1)
    model.fit(y=events, X=design, offset=np.log(roll), params=CLOSE)
    return _shown(model)


def _shown(model) -> Answer:
    found = np.asarray(model.get_coef(std_err=True, format_pandas=False))
    found = found if found.shape[0] == 2 else found.T
    return found[0, -1], found[1, -1], None


serve(
    "gpboost",
    {"ml": (pupils, ml), "binomial": (schools, binomial), "poisson": (schools, poisson)},
)
