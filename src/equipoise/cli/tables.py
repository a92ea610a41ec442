"""What the commands on any table share: the file, the level of intervals, p values in words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

BAD_INPUT = 2

Data = Annotated[
    Path, typer.Argument(metavar="DATA", help="A CSV file (empty or NA is missing) or Parquet.")
]
Alpha = Annotated[float, typer.Option("--alpha", help="One minus the level of the intervals.")]


def need_file(data: Path) -> None:
    """Refuse a missing file in the words of every other command."""
    from equipoise.core.base import Problem, ProblemsError

    if data.is_file():
        return
    found = "a folder" if data.is_dir() else "no such file"
    remedy = "correct the name in the command"
    raise ProblemsError([Problem(str(data), "whole file", found, "a CSV or Parquet file", remedy)])


def p_value(value: float) -> str:
    """Write a p value; the tails of t are no measure of evidence below 0.0001."""
    return "p < 0.0001" if value < 1e-4 else f"p = {value:.4f}"
