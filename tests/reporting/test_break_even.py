"""Break-even in the brief: every number bound, the words those of the verdict."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import brief_samples as samples

from equipoise.evaluation.synthesis import BreakEvenResult
from equipoise.reporting.tables import Words
from equipoise.reporting.words import break_even, sentences

FOUND = BreakEvenResult(
    "nfa_pupils", "pupils per 1,000 on the roll", "ruled-out", "ruled-out", "ruled-out", True,
    16.6, 9.0, 39.4, -2.6, 5.6, 0.95, 85_000, 19_000, 269.5, "2021-22", "made up", True, 16.5,
)  # fmt: skip


def said(found: BreakEvenResult | None) -> str:
    inputs = samples.inputs(break_even=found)
    return " ".join(sentence.text for sentence in break_even(inputs.writer()))


def test_it_stands_in_the_brief_once() -> None:
    whole = [sentence.id for sentence in sentences(samples.inputs(break_even=FOUND))]
    assert sum(name.startswith("break-even.") for name in whole) == 4
    assert said(None) == ""


def test_no_number_stands_loose() -> None:
    for sentence in break_even(samples.inputs(break_even=FOUND).writer()):
        loose = "".join(part.text for part in sentence.parts if isinstance(part, Words))
        assert not any(letter.isdigit() for letter in loose)


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        ("ruled-out", "rule out an effect as large as that"),
        ("reached", "show an effect at least as large as that"),
        ("open", "neither show nor rule out"),
    ],
)
def test_the_words_follow_the_verdict(verdict: str, words: str) -> None:
    assert words in said(replace(FOUND, verdict=verdict))


def test_what_is_assumed_and_not_firm_is_said() -> None:
    assert "partly assumed" in said(FOUND)
    assert "partly assumed" not in said(replace(FOUND, assumed=False))
    assert "whichever of the declared costs" in said(FOUND)
    assert "would be said otherwise" in said(replace(FOUND, firm=False))
    assert "as it was spent" not in said(replace(FOUND, effect_as_spent=None))
    assert "£850 for a school and £190 for an event" in said(FOUND)
