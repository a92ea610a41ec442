"""wildboottest: the fast algorithm for type 11 (restricted, Rademacher), in parallel."""

import os

from session import Answer, dummies, needs, serve, table_of

needs("wildboottest", "statsmodels")

import numpy as np  # noqa: E402
import statsmodels.api as sm  # noqa: E402
from wildboottest.wildboottest import wildboottest  # noqa: E402


def pupils():
    """Give outcome, named design and groups."""
    import pandas as pd

    d = table_of("pupils", "score", "treated", "baseline", "authority", "school")
    indicators = dummies(d["authority"])
    design = pd.DataFrame(indicators, columns=[f"a{i}" for i in range(indicators.shape[1])])
    design["baseline"], design["treated"] = d["baseline"], d["treated"]
    return pd.Series(d["score"]), design, pd.Series(d["school"])


def wild(data) -> Answer:
    """Bootstrap the t of the treatment; gives p."""
    y, design, groups = data
    found = wildboottest(
        sm.OLS(y, design),
        param="treated",
        cluster=groups,
        B=int(os.environ["BENCH_DRAWS"]),
        bootstrap_type="11",
        seed=1,
        parallel=True,
        show=False,
    )
    return float(np.asarray(found["p-value"])[0]), None, None


serve("wildboottest", {"wild": (pupils, wild)})
