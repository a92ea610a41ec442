"""Suppression: what is hidden stays hidden, checked by enumeration."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.core.disclosure import audit, suppress

tables = st.integers(1, 3).flatmap(
    lambda columns: st.lists(
        st.lists(st.integers(0, 12), min_size=columns, max_size=columns), min_size=1, max_size=3
    )
)


def test_small_counts_go_and_zero_stays() -> None:
    shown = suppress([[1, 5, 0, 6, 100]])
    assert shown.cells[0] == (None, None, 0, 6, 100, 112)
    assert shown.secondary == 0


def test_a_single_small_count_takes_another_with_it() -> None:
    shown = suppress([[3, 20, 40]])
    assert shown.cells[0] == (None, None, 40, 63)
    assert (shown.suppressed, shown.secondary) == (4, 2)  # in the row and in its total line


def test_a_small_sum_of_suppressed_counts_takes_another_with_it() -> None:
    # 2 + 3 = 5 would itself be a small count, found by subtraction.
    assert suppress([[2, 3, 9, 50]]).cells[0] == (None, None, None, 50, 64)


@settings(max_examples=200, deadline=None)
@given(tables)
def test_no_suppressed_count_can_be_worked_out(counts: list[list[int]]) -> None:
    shown = suppress(counts)
    assert audit(shown.cells) == ()
    for i, row in enumerate(counts):
        for j, value in enumerate(row):
            cell = shown.cells[i][j]
            assert cell is None or (cell == value and not 0 < value < 6)


def possible(cells: tuple[tuple[int | None, ...], ...], top: int) -> list[tuple[int, ...]]:
    """Enumerate every table of one row that fits what is shown."""
    row, total = cells[0][:-1], cells[0][-1]
    ranges = [range(top + 1) if v is None else [v] for v in row]
    return [c for c in product(*ranges) if total is None or sum(c) == total]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=2, max_size=3))
def test_a_reader_who_tries_every_table_finds_no_small_count(counts: list[int]) -> None:
    cells = suppress([counts]).cells
    fits = possible(cells, 40)
    for j, value in enumerate(counts):
        if 0 < value < 6:
            assert len({fit[j] for fit in fits}) > 1


def test_the_audit_finds_what_is_given_away() -> None:
    assert audit([[None, 20, 23]]) == ((0, 0),)
    assert audit([[None, 1, 5], [None, 2, 6], [8, 3, 11]]) == ((0, 0), (1, 0))


def test_a_looser_bound_is_refused() -> None:
    with pytest.raises(ValueError, match="never published"):
        suppress([[1]], smallest=3)
