"""Design parameters: sources, what packs add to them, and that nobody can be told from it."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from equipoise.core.base import ProblemsError
from equipoise.design.power import (
    KINDS,
    added,
    autocorrelation,
    library,
    library_bytes,
    rate_spread,
    read_library,
)
from equipoise.statistics.estimation import EstimationError


def test_every_parameter_says_where_it_is_from() -> None:
    for one in library():
        assert one.source.strip()
        assert one.kind in KINDS
        if one.basis == "source":
            assert re.search(r"doi |\w\.(uk|com|gov)", one.source), one.source
        if one.basis == "from-memory":
            assert "look it up" in one.source
        if one.low is not None and one.high is not None:
            assert one.low <= one.value <= one.high
            assert one.range
    assert len({one.id for one in library()}) == len(library())


def test_the_field_s_correlation_is_that_of_the_benchmarks() -> None:
    from equipoise.design.power import benchmarks

    (found,) = (one for one in library() if one.id == "school-icc-health")
    mark = benchmarks()["school-icc"]
    assert (found.value, found.low, found.high) == (mark.value, mark.low, mark.high)


def test_a_library_is_written_and_read() -> None:
    data = library_bytes(library())
    assert read_library(data, "own.csv") == library()
    assert data == library_bytes(reversed(library()))


def test_a_parameter_measured_again_takes_its_old_place() -> None:
    old = library()[:3]
    again = replace(old[1], value=0.5)
    held = added(old, [again])
    assert len(held) == 3
    assert [one.value for one in held if one.id == again.id] == [0.5]


def test_a_faulty_library_is_refused_whole() -> None:
    data = library_bytes(library()[:2]).replace(b"icc,", b"height,").replace(b"0.063", b"many")
    with pytest.raises(ProblemsError) as caught:
        read_library(data, "own.csv")
    assert len(caught.value.problems) >= 2


def test_a_planted_spread_is_found() -> None:
    """Rates with a variation of 0.4 and a steadiness of 0.8, over many schools."""
    draws, schools = np.random.default_rng(3), 4000
    rolls = draws.integers(60, 600, schools)
    z = draws.multivariate_normal([0, 0], [[1, 0.8], [0.8, 1]], schools)
    true = 0.02 * np.clip(1 + 0.4 * z, 0.01, None)
    first, second = (draws.binomial(rolls, true[:, i]).tolist() for i in (0, 1))
    found = rate_spread(first, rolls.tolist())
    assert found.rate == pytest.approx(0.02, rel=0.03)
    assert found.cv == pytest.approx(0.4, abs=0.02)
    assert found.cv_low < found.cv < found.cv_high
    assert autocorrelation(first, second, rolls.tolist()) == pytest.approx(0.8, abs=0.06)


def test_an_authority_s_own_view_is_the_same() -> None:
    """The light set's estimate, which has no interval, is its twin."""
    from equipoise.authority.quality import spread_of

    events, rolls = [3, 9, 14, 2, 30, 8] * 3, [120, 250, 400, 90, 610, 180] * 3
    twin, found = spread_of(events, rolls), rate_spread(events, rolls)
    assert (found.rate, found.cv, found.icc) == pytest.approx((twin.rate, twin.cv, twin.icc))


def test_chance_alone_gives_no_variation() -> None:
    draws = np.random.default_rng(5)
    rolls = [300] * 3000
    counts = [draws.binomial(300, 0.02, 3000).tolist() for _ in range(2)]
    assert rate_spread(counts[0], rolls).cv < 0.12
    steady = [6] * 12
    assert autocorrelation(steady, steady, [300] * 12) is None


@pytest.mark.parametrize(("schools", "events"), [(9, 50), (40, 0)])
def test_from_few_schools_or_events_nothing_is_taken(schools: int, events: int) -> None:
    with pytest.raises(EstimationError):
        rate_spread([events] * schools, [200] * schools)
