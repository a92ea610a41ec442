"""The size reckoned again: the planned spread gives the planned size, a larger one more units."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from equipoise.design.power import Assumptions, Seen, assumptions_of, seen_of, size_again
from equipoise.design.protocol import load_protocol, template


def seen(sd: float) -> Seen:
    return Seen("outcome", 160, 0, sd, 0.9 * sd, 0.8 * sd, 1.2 * sd, True, None)


@pytest.fixture
def assumed(text: str) -> Assumptions:
    planned = text.replace("{icc: null,", "{units: 160,")
    return assumptions_of(load_protocol(planned.encode()))


def test_the_planned_spread_gives_the_planned_size(assumed: Assumptions) -> None:
    found = size_again(assumed, seen(12 * sqrt(0.7)), title="t")
    assert found.sd_left_planned == pytest.approx(12 * sqrt(0.7), rel=1e-12)
    assert found.units_again == found.units_planned
    assert found.mde_again == pytest.approx(found.mde_planned, rel=1e-12)


def test_it_is_so_for_a_size_by_a_correlation_too() -> None:
    """Its error says what the unit's own standard deviation is."""
    clusters = assumptions_of(load_protocol(template("own-outcomes")))
    found = size_again(clusters, seen(32 * sqrt(0.2 + 0.8 / 17)), title="t")
    assert found.sd_planned == pytest.approx(32 * sqrt(0.2 + 0.8 / 17), rel=1e-12)
    assert found.units_again == found.units_planned


def test_twice_the_spread_needs_four_times_the_units(assumed: Assumptions) -> None:
    once, twice = (size_again(assumed, seen(sd), title="t") for sd in (6.0, 12.0))
    assert once.units_again is not None
    assert twice.units_again == pytest.approx(4 * once.units_again, rel=0.01)
    assert twice.mde_again == pytest.approx(2 * once.mde_again, rel=1e-12)
    for found in (once, twice):
        ends = [found.units_lower, found.units_adjusted, found.units_again, found.units_upper]
        known = [units for units in ends if units is not None]
        assert len(known) == 4
        assert known == sorted(known)


def test_baseline_values_are_explained_as_declared(assumed: Assumptions) -> None:
    raw = replace(seen(12.0), what="baseline", explained=False)
    found = size_again(assumed, raw, title="t")
    assert found.sd_left == pytest.approx(12 * sqrt(0.7), rel=1e-12)
    assert found.units_again == found.units_planned


def test_rows_that_share_a_unit_count_as_their_mean() -> None:
    """The spread of the units' means, from rows of which five share each unit."""
    draws, units = np.random.default_rng(8), 2000
    place = np.repeat(np.arange(units), 5)
    between = draws.normal(scale=sqrt(0.2), size=units)
    values = between[place] + draws.normal(scale=sqrt(0.8), size=place.size)
    found = seen_of(
        values, np.zeros_like(place), place, None, what="outcome", missing=0, effect=0.0, share=0.5
    )
    assert found.icc == pytest.approx(0.2, abs=0.03)
    means = np.bincount(place, values) / 5
    assert found.sd_left == pytest.approx(means.std(ddof=1), rel=0.02)
    alone = seen_of(
        values[::5], np.zeros(units, int), np.arange(units), None,
        what="outcome", missing=0, effect=0.5, share=0.5,
    )  # fmt: skip
    assert alone.icc is None
    assert alone.sd_left_adjusted < alone.sd_left == pytest.approx(1.0, rel=0.05)
