"""SplitMix64: published outputs, and that the two twins are one."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from equipoise.statistics.schemes import (
    further_number,
    further_numbers,
    splitmix64,
    splitmix64_array,
    uniform_keys,
)

# Outputs of splitmix64.c seeded with 1234567, as printed in public test vectors.
PUBLISHED = [
    6457827717110365317,
    3203168211198807973,
    9817491932198370423,
    4593380528125082431,
    16408922859458223821,
]
KEY = st.integers(min_value=0, max_value=2**64 - 1)


def test_further_numbers_are_the_published_outputs() -> None:
    assert [further_number(1234567, c) for c in range(1, 6)] == PUBLISHED


@given(KEY)
def test_the_array_twin_gives_the_same_number(state: int) -> None:
    assert splitmix64_array(np.array([state], dtype=np.uint64)).tolist() == [splitmix64(state)]


@given(KEY, st.integers(min_value=1, max_value=2**20))
def test_the_array_twin_gives_the_same_further_number(key: int, count: int) -> None:
    found = further_numbers(np.array([key], np.uint64), np.array([count], np.uint64))
    assert found.tolist() == [further_number(key, count)]


@given(st.integers(), st.integers(min_value=0, max_value=2**64 - 2))
def test_a_draw_depends_on_its_number_alone(seed: int, draw: int) -> None:
    key = further_number(seed % 2**64, (draw + 1) % 2**64)
    assert uniform_keys(seed, [draw], 2).tolist() == [[further_number(key, i) for i in (1, 2)]]


def test_keys_are_uniform_to_the_eye_of_a_bit_count() -> None:
    keys = uniform_keys(1, range(200), 500)
    share = [
        (int(((keys >> np.uint64(bit)) & np.uint64(1)).sum()) / keys.size) for bit in range(64)
    ]
    # 100,000 keys: five standard errors are 0.008.
    assert max(abs(part - 0.5) for part in share) < 0.008
    assert np.unique(keys).size == keys.size
