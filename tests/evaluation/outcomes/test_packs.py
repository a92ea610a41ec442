"""From packs to counts: what an authority counted arrives, what it did not is no zero."""

from types import SimpleNamespace

import pytest

from equipoise.authority.rules import SchoolCount
from equipoise.evaluation.outcomes.packs import _counts


def pack(csa_any):
    row = SchoolCount("900001", "year", *range(17), csa_any)
    return SimpleNamespace(authority="900", counts=(row,), quality=SimpleNamespace(windows=()))


@pytest.mark.parametrize("number", [0, 4])
def test_counts_by_reason_arrive(number):
    (row,) = _counts(pack(number), (), ("contacts", "repeats", "csa_any")).schools
    assert row.counts == {"contacts": 0, "repeats": 16, "csa_any": number}


def test_a_count_that_was_not_made_is_left_out_and_not_zero():
    (row,) = _counts(pack(None), (), ("contacts", "csa_any")).schools
    assert row.counts == {"contacts": 0}


def test_counts_by_another_definition_arrive_under_its_name():
    other = SimpleNamespace(name="a-month-apart", counts=pack(7).counts)
    found = _counts(pack(None), (other,), ("contacts",))
    (row,) = found.others["a-month-apart"]
    assert (row.urn, row.window, row.counts) == ("900001", "year", {"contacts": 0})
