"""The validation of the draw at 1 % of its draws, and that it sees a draw that is wrong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from validation.draws import enumerated, part
from validation.draws.compared import compared, unit_keys
from validation.draws.declared import FALSE_ALARM, SCHEMES, UNEQUAL
from validation.draws.enumerated import differing, small_strata
from validation.draws.exact import chances

NAMED = {one.name: one for one in SCHEMES}


def test_one_hundredth_of_it_passes() -> None:
    section, passed = part(0.01)
    assert passed and "Outcome: as required." in section
    assert section.count("| holds |") == len(SCHEMES)


@pytest.mark.parametrize("name", ["stratified", "minimisation, three arms"])
def test_keys_that_favour_a_unit_are_seen(name: str) -> None:
    drawn = NAMED[name]
    size = sum(map(len, drawn.stages.values()))
    keys = unit_keys(400, [f"{900_001 + i}" for i in range(size)])
    fair = compared(drawn, keys)
    assert fair.least * fair.comparisons > FALSE_ALARM
    # The first unit is always the first in line, with one key; the others stay as they are.
    keys[:, 0] = np.uint64(5)
    assert compared(drawn, keys).least * fair.comparisons < FALSE_ALARM


def test_another_declared_share_is_seen() -> None:
    """A draw of 3:2 that was declared as 363:236 differs in every small stratum."""
    one = next(d for d in small_strata() if len(d.stages["all"]) == 3 and d.shares == UNEQUAL)
    assert enumerated.enumerated(one) == chances(one)
    other = replace(one, shares={"usual": 363, "new": 236})
    assert enumerated.enumerated(one) != chances(other)


def test_a_minimisation_of_another_coin_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    tiny = next(iter(enumerated.tiny_minimisations()))
    other = replace(tiny, scheme=replace(tiny.scheme, chance="3/4"))
    assert enumerated.minimised(tiny) == chances(tiny) != chances(other)
    monkeypatch.setattr(enumerated, "chances", lambda one: None)
    assert len(differing(0.01)[1]) == 4
