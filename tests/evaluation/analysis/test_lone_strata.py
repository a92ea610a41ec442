"""Strata that were drawn into one arm: set aside, counted, and no reason to stop."""

from __future__ import annotations

import polars as pl

from equipoise.design.protocol import load_protocol, template
from equipoise.evaluation.analysis.describe import dropped_rows
from equipoise.evaluation.analysis.rows import lone_units, settled, with_arms

ROSTER = pl.DataFrame(
    {
        "unit": ["a", "b", "c", "d", "e"],
        "stage": ["900", "900", "900", "901", "901"],
        "stratum": ["x", "x", "y", "x", "x"],
    }
)
ARMS = {"a": "usual", "b": "supervision", "c": "supervision", "d": "usual", "e": "usual"}


def rows() -> pl.DataFrame:
    """One row a unit; that of e has no outcome."""
    present = pl.Series("present", [True, True, True, True, False])
    return ROSTER.with_columns(present, present.alias("analysed"))


def test_a_stratum_is_told_from_its_namesake_in_another_stage() -> None:
    assert lone_units(ROSTER, ARMS) == {"c", "d", "e"}
    assert lone_units(ROSTER, ARMS | {"e": "supervision"}) == {"c"}


def test_their_rows_are_not_analysed_and_are_counted_by_arm() -> None:
    left = settled(with_arms(rows(), ARMS), lone_units(ROSTER, ARMS))
    assert left.filter(pl.col("analysed"))["unit"].to_list() == ["a", "b"]
    found = dropped_rows(load_protocol(template("dsl-primary")), left, None)
    assert [(d.arm, d.reason, d.rows, d.units) for d in found] == [
        ("usual", "outcome missing", 1, 1),
        ("usual", "stratum without both arms", 1, 1),
        ("supervision", "stratum without both arms", 1, 1),
    ]
