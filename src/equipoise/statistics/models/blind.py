"""Pseudo-arms for the blind run: drawn afresh from the declared scheme, never the real ones."""

from __future__ import annotations

import polars as pl

from equipoise.statistics.models.prepared import randomised_units
from equipoise.statistics.models.specification import ModelSpecification
from equipoise.statistics.schemes import Scheme, uniform_keys

BLIND_DRAW = (1 << 64) - 2
"""The number of the blind draw: far from those of the permutation test, so never one of them."""


def draw_blind(
    table: pl.DataFrame, spec: ModelSpecification, scheme: Scheme, seed: int
) -> pl.DataFrame:
    """Give a table pseudo-arms from its scheme.

    Every planned model can then be run before unblinding. The real arms are neither needed nor
    read: a column of that name is replaced.

    Parameters
    ----------
    table
        As for `fit`, with or without the arm column.
    spec
        Its strata, stage, cluster and unit say what is drawn, its treatment where the arms go.
    scheme
        The declared scheme.
    seed
        Of the pseudo-draw.

    Returns
    -------
    polars.DataFrame
        The table with column `spec.treatment`.

    Raises
    ------
    EstimationError
        As `fit`, of the columns that place a unit.

    Examples
    --------
    >>> from equipoise.statistics.schemes import StratifiedScheme
    >>> spec = ModelSpecification("rate", "arm", "usual", unit="urn")
    >>> scheme = StratifiedScheme.from_shares({"new": 1, "usual": 1})
    >>> table = pl.DataFrame({"urn": ["a", "b"], "rate": [1.0, 2.0]})
    >>> sorted(draw_blind(table, spec, scheme, seed=1)["arm"].to_list())
    ['new', 'usual']
    """
    randomised = randomised_units(table, spec)
    keys = uniform_keys(seed, [BLIND_DRAW], randomised.roster.size)
    drawn = scheme.assign_many(randomised.roster, keys)[0][randomised.unit]
    arms = [scheme.arms[position] for position in drawn]
    return table.with_columns(pl.Series(spec.treatment, arms, dtype=pl.String))
