"""Parameters: nonsense is refused, all of it at once, and everything has bounds."""

from __future__ import annotations

from dataclasses import fields

import pytest

from equipoise.core.base import ProblemsError
from equipoise.simulate import Scenario
from equipoise.simulate.bounds import BOUNDS


def test_every_nonsense_value_is_named_at_once() -> None:
    with pytest.raises(ProblemsError) as caught:
        Scenario(schools=-1, nfa_share=1.4, school_log_sd=float("nan"), effect_by="luck")
    places = {problem.place for problem in caught.value.problems}
    assert places == {
        "parameter schools",
        "parameter nfa_share",
        "parameter school_log_sd",
        "parameter effect_by",
    }


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"schools": 5, "authorities": 2}, "parameter schools"),
        ({"smallest_pupils": 900, "largest_pupils": 100}, "parameter smallest_pupils"),
        ({"nfa_share": 0.9, "advice_share": 0.9}, "parameter nfa_share"),
    ],
)
def test_values_that_do_not_fit_each_other(change: dict[str, int], place: str) -> None:
    with pytest.raises(ProblemsError) as caught:
        Scenario(**change)  # type: ignore[arg-type]
    assert [problem.place for problem in caught.value.problems] == [place]


def test_every_number_has_bounds_that_its_default_keeps() -> None:
    numbers = {f.name for f in fields(Scenario) if f.type in ("int", "float")}
    assert numbers == set(BOUNDS)
