"""Counter-based numbers: published outputs, distributions, and independence of order."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from equipoise.statistics.estimation import EstimationError
from equipoise.statistics.estimation.streams import Stream


def test_uniforms_are_the_outputs_of_splitmix64() -> None:
    # The first outputs of splitmix64.c seeded with 1234567, to 53 bits.
    published = [6457827717110365317, 3203168211198807973]
    found = Stream(1234567).uniforms(2)
    np.testing.assert_array_equal(found, [((x >> 11) + 0.5) / 2**53 for x in published])


@pytest.mark.parametrize(
    ("numbers", "law"),
    [
        (Stream.of_seed(7).uniforms(20_000), stats.uniform),
        (Stream.of_seed(7).normals(20_000), stats.norm),
        (
            np.array([Stream.of_seed(7).branch(i).chi_squared(9) for i in range(5_000)]),
            stats.chi2(9),
        ),
    ],
    ids=["uniform", "normal", "chi squared"],
)
def test_numbers_follow_their_law(numbers: np.ndarray, law: object) -> None:
    assert stats.kstest(numbers, law.cdf).pvalue > 0.01  # type: ignore[attr-defined]


def test_branches_are_unrelated() -> None:
    stream = Stream.of_seed(0)
    block = np.stack([stream.branch(i).normals(2_000) for i in range(6)])
    apart = np.asarray(np.corrcoef(block))[~np.eye(6, dtype=bool)]
    assert np.abs(apart).max() < 4 / np.sqrt(2_000)


@pytest.mark.parametrize("seed", [-1, 1 << 64, 1.5, True, "1"])
def test_what_is_no_seed_is_refused(seed: object) -> None:
    with pytest.raises(EstimationError, match="seed"):
        Stream.of_seed(seed)  # type: ignore[arg-type]
