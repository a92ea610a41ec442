"""The analysis set as files: Parquet and JSON with the same bytes each time."""

from __future__ import annotations

import io
from collections.abc import Mapping

import polars as pl

from equipoise.evaluation.outcomes.types import AnalysisSet, AnalysisSetSummary

__all__ = ["TABLES", "analysis_set_files", "read_analysis_set"]

TABLES = ("schools", "dsls", "roster")
"""Names of the tables; each is frozen as ``<name>.parquet``."""


def analysis_set_files(data: AnalysisSet) -> dict[str, bytes]:
    """Write the tables as Parquet.

    Returns
    -------
    dict of str to bytes
        ``schools.parquet``, ``dsls.parquet`` and ``roster.parquet``. The same tables give the same
        bytes with one version of Polars: rows and columns are in a fixed order.
    """
    found = {}
    for name in TABLES:
        stream = io.BytesIO()
        frame: pl.DataFrame = getattr(data, name)
        frame.write_parquet(stream, compression="zstd", compression_level=3, statistics=False)
        found[f"{name}.parquet"] = stream.getvalue()
    return found


def read_analysis_set(files: Mapping[str, bytes], summary: AnalysisSetSummary) -> AnalysisSet:
    """Read the tables that `analysis_set_files` wrote.

    Raises
    ------
    KeyError
        A table that is absent.
    """
    tables = {name: pl.read_parquet(io.BytesIO(files[f"{name}.parquet"])) for name in TABLES}
    return AnalysisSet(tables["schools"], tables["dsls"], tables["roster"], summary)
