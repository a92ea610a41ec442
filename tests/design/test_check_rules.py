"""Checks, imputation and several tests in the protocol: what is refused, in one sentence."""

from __future__ import annotations

import pytest

from equipoise.design.protocol import load_protocol

MISSING = "  missing: {outcome: complete-cases"


def checking(text: str, check: str) -> str:
    assert text.count(MISSING) == 1
    return text.replace(MISSING, f"  checks:\n    - {{id: one, {check}}}\n{MISSING}")


@pytest.mark.parametrize(
    "check",
    [
        "outcome: nfa_pupils, kind: inversion",
        "outcome: nfa_pupils, kind: inversion-ratio, draws: 999",
        "outcome: nfa_pupils, kind: worst-case",
        "outcome: wellbeing, kind: worst-case, range: [7.0, 35.0]",
        "outcome: wellbeing, kind: tipping-point, shifts: [-5.0, 5.0]",
        "outcome: wellbeing, kind: lee-bounds",
    ],
)
def test_checks_that_can_be_run_are_accepted(text, check) -> None:
    (found,) = load_protocol(checking(text, check).encode()).plan.checks
    assert found.id == "one"


REFUSED = [
    ("outcome: nfa_share, kind: inversion", "a share is compared as sum over sum"),
    ("outcome: wellbeing, kind: inversion-ratio", "inversion-ratio of a score; expected a rate"),
    ("outcome: wellbeing, kind: worst-case", "between what the outcome can lie"),
    ("outcome: wellbeing, kind: worst-case, range: [35.0, 7.0]", "the lower number first"),
    ("outcome: wellbeing, kind: lee-bounds, range: [7.0, 35.0]", "a range of worst-case alone"),
    ("outcome: wellbeing, kind: tipping-point", "shifts to look at"),
    ("outcome: wellbeing, kind: inversion, shifts: [1.0]", "shifts of a tipping-point"),
    ("outcome: wellbeing, kind: lee-bounds, draws: 9", "50 or more"),
    ("outcome: nothing, kind: inversion", "the id of an outcome"),
]


@pytest.mark.parametrize(("check", "words"), REFUSED)
def test_checks_that_make_no_sense_are_refused(text, sentences, check, words) -> None:
    (said,) = sentences(checking(text, check))
    assert words in said


def test_three_arms_have_no_inversion(text, sentences) -> None:
    arm = "    - {id: supervision, title: supervision, share: 1, intervention: true}\n"
    assert text.count(arm) == 1
    more = text.replace(arm, arm + arm.replace("id: supervision", "id: groups"))
    (said,) = sentences(checking(more, "outcome: nfa_pupils, kind: inversion"))
    assert "inversion with 3 arms; expected two arms" in said


def test_imputation_is_of_least_squares(text, sentences) -> None:
    changed = text.replace("outcome: complete-cases", "outcome: multiple-imputation")
    assert load_protocol(changed.encode()).plan.missing.imputations == 20
    mixed = changed.replace("dsl: {model: ols, error: cr2", "dsl: {model: lmm, error: reml")
    mixed = mixed.replace("average: dsl-average", "average: precision-weighted")
    (said,) = sentences(mixed)
    assert "multiple-imputation with the model lmm of wellbeing" in said


def test_checks_are_part_of_the_plan_and_not_of_the_design(text) -> None:
    plain = load_protocol(text.encode())
    checked = load_protocol(checking(text, "outcome: nfa_pupils, kind: inversion").encode())
    assert plain.meaning("design") == checked.meaning("design")
    assert plain.meaning("plan") != checked.meaning("plan")
