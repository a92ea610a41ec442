"""Streams: named, repeatable, and of the distributions that they say."""

from __future__ import annotations

import math
from statistics import fmean, pvariance

import pytest

from equipoise.simulate.streams import Stream, running, tilt

N = 20_000


def test_words_decide_the_numbers() -> None:
    first = [Stream(1, "a", "b").uniform() for _ in range(2)]
    assert first[0] == first[1]
    others = {
        Stream(1, "a", "c").uniform(),
        Stream(1, "ab").uniform(),
        Stream(2, "a", "b").uniform(),
    }
    assert len({first[0], *others}) == 4


@pytest.mark.parametrize("mean", [0.3, 4.0, 75.0])
def test_poisson_has_its_mean_and_variance(mean: float) -> None:
    stream = Stream(1, "poisson")
    draws = [stream.poisson(mean) for _ in range(N)]
    error = math.sqrt(mean / N)
    assert abs(fmean(draws) - mean) < 4 * error
    assert pvariance(draws) == pytest.approx(mean, rel=0.06)


@pytest.mark.parametrize("shape", [0.35, 1.0, 6.0])
def test_gamma_has_its_mean_and_variance(shape: float) -> None:
    stream = Stream(1, "gamma")
    draws = [stream.gamma(shape) for _ in range(N)]
    assert abs(fmean(draws) - shape) < 4 * math.sqrt(shape / N)
    assert pvariance(draws) == pytest.approx(shape, rel=0.12)


def test_beta_has_its_mean_and_variance() -> None:
    stream = Stream(1, "beta")
    draws = [stream.beta(0.7, 5.0) for _ in range(N)]
    assert fmean(draws) == pytest.approx(0.7, abs=0.006)
    assert pvariance(draws) == pytest.approx(0.7 * 0.3 / 6.0, rel=0.06)


def test_weighted_and_shuffled() -> None:
    stream = Stream(1, "weighted")
    draws = [stream.weighted("ab", running((1.0, 3.0))) for _ in range(N)]
    assert draws.count("b") / N == pytest.approx(0.75, abs=0.013)
    assert sorted(stream.shuffled(range(9))) == list(range(9))


def test_tilt_moves_log_odds() -> None:
    moved = tilt(0.4, 0.7)
    assert math.log(moved / (1 - moved)) - math.log(0.4 / 0.6) == pytest.approx(0.7)
