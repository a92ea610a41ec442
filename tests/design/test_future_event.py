"""An event steers nothing only where it was still to come, and one alone, at the commitment."""

from __future__ import annotations

from datetime import date

import pytest

from equipoise.design.randomisation import DeclaredEvent, event_fault, steerable
from equipoise.design.randomisation.future import UNNAMED_ROUND

EVENT = DeclaredEvent("drand", "round 4711", "2024-09-16")


@pytest.mark.parametrize(
    ("event", "places"),
    [
        (EVENT, []),
        (DeclaredEvent("drand", "round 4711", "2024-09-09"), ["--not-before"]),
        (DeclaredEvent("drand", UNNAMED_ROUND, "2024-09-16"), ["--event-round"]),
        (DeclaredEvent("drand", UNNAMED_ROUND, "2020-09-16"), ["--not-before", "--event-round"]),
    ],
)
def test_what_somebody_could_choose_is_named(event: DeclaredEvent, places: list[str]) -> None:
    assert [one.place for one in steerable(event, "350", date(2024, 9, 10))] == places


@pytest.mark.parametrize(
    ("committed", "seen", "words"),
    [
        (date(2024, 9, 10), date(2024, 9, 16), None),
        (date(2024, 9, 16), date(2024, 9, 16), None),
        (date(2024, 9, 10), date(2024, 9, 15), "the earliest that was committed"),
        (date(2024, 9, 18), date(2024, 9, 17), "the value could be known"),
    ],
)
def test_a_recorded_event_came_after_its_commitment(
    committed: date, seen: date, words: str | None
) -> None:
    fault = event_fault(EVENT, committed, seen)
    assert fault is None if words is None else words in str(fault)
