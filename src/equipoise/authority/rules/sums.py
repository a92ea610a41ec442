"""Sums: counting in an engine, always in 64 bits, so that every engine gives the same number."""

from __future__ import annotations

from typing import Any

#: Codes that say nothing.
UNCLEAR = ("MISSING", "UNMAPPED", "AMBIGUOUS")


def number(condition: Any) -> Any:
    """Count the rows for which a condition holds; null where there is no row."""
    return condition.ifelse(1, 0).cast("int64").sum().cast("int64")


def number_or_zero(condition: Any) -> Any:
    """Count like `number`; 0, not null, where there is no row at all."""
    return number(condition).fill_null(0).cast("int64")


def total(column: Any) -> Any:
    """Add a column up."""
    return column.sum().cast("int64")
