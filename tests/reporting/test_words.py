"""Every sentence follows its fields, and nothing but its fields."""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import brief_perturb as perturb
import brief_samples as samples

import equipoise.reporting
from equipoise.design.protocol import fixed as declared
from equipoise.reporting.tables import Bound, Parts
from equipoise.reporting.words import (
    CLASSES,
    DECISIONS,
    BriefInputs,
    annex_tables,
    class_words,
    sentences,
)
from equipoise.statistics.estimation.conclusions import ConclusionCode

SOURCES = (
    "impact", "decision", "flow", "summary", "power", "balance", "surveys", "dose", "costs",
    "themes", "provenance",
)  # fmt: skip
FLOOR = Path(equipoise.reporting.__file__).parent
WORDED = sorted(FLOOR.glob("words/*.py")) + sorted(
    path for path in FLOOR.glob("tables/*.py") if path.name not in ("formats.py", "fields.py")
) + [
    FLOOR / "documents" / "brief.py", FLOOR / "documents" / "programme.py",
    FLOOR / "figures" / "pictures.py", FLOOR / "figures" / "together.py",
]  # fmt: skip


FIELD = re.compile(r"^\.?(tau2(_lower|_upper)?|[ir]2)$")
"""Names of fields that end in a digit."""


def pieces(inputs: BriefInputs) -> dict[str, Parts]:
    """Every sentence, and every cell, caption and note of every table, by its name."""
    found: dict[str, Parts] = {one.id: one.parts for one in sentences(inputs)}
    for view in annex_tables(inputs.writer()):
        found[f"{view.id}/caption"] = view.caption
        for place, parts in enumerate((*view.columns, *view.notes)):
            found[f"{view.id}/around/{place}"] = parts
        for place, row in enumerate(view.rows):
            for column, entry in enumerate(row):
                found[f"{view.id}/{place}/{column}"] = entry.parts
    return found


def text(parts: Parts | None) -> str | None:
    return None if parts is None else "".join(part.text for part in parts)


def names(parts: Parts | None) -> set[str]:
    found: set[str] = set()
    for part in parts or ():
        if isinstance(part, Bound):
            found |= {part.field, *part.also}
    return found


def test_sentences_have_names_of_their_own() -> None:
    ids = [one.id for one in sentences(samples.inputs())]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", WORDED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_numeral_in_any_template(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    prose = {
        id(node.value) for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }  # fmt: skip
    held = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        and id(node) not in prose and re.search(r"\d", FIELD.sub("", node.value))
    ]  # fmt: skip
    assert [text for text in held if text != "utf-8"] == []


@pytest.mark.parametrize("source", SOURCES)
def test_a_changed_field_changes_its_sentences_and_no_other(source: str) -> None:
    inputs = samples.inputs()
    before = pieces(inputs)
    quoted = 0
    for path, old, new in perturb.trials(getattr(inputs, source)):
        altered = perturb.replaced(getattr(inputs, source), path, new)
        after = pieces(replace(inputs, **{source: altered}))
        leaf = f"{source}:{path}"
        for name in before.keys() | after.keys():
            one, two = before.get(name), after.get(name)
            if text(one) != text(two):
                assert leaf in names(one) | names(two), (leaf, name, text(one), text(two))
            shown = any(
                isinstance(part, Bound) and part.field == leaf and part.value == old
                and not part.also and re.search(r"\d", part.text)
                for part in one or ()
            )  # fmt: skip
            if shown and not isinstance(old, (str, bool)):
                quoted += 1
                assert text(one) != text(two), (leaf, name, text(one))
    assert quoted > 0 or source == "provenance"


def test_swapping_two_outcomes_swaps_their_sentences() -> None:
    inputs = samples.inputs()
    impact = inputs.impact
    by_id = {one.outcome: one for one in impact.outcomes}
    numbers = ("estimate", "lower", "upper", "p", "conclusion")

    def taking(mine: Any, other: Any) -> Any:
        return replace(mine, **{name: getattr(other, name) for name in numbers})

    one, two = by_id["nfa_share"], by_id["wellbeing"]
    swapped = {"nfa_share": taking(one, two), "wellbeing": taking(two, one)}
    outcomes = tuple(swapped.get(each.outcome, each) for each in impact.outcomes)
    after = pieces(replace(inputs, impact=replace(impact, outcomes=outcomes)))
    assert "0.4 percentage points higher" in str(text(after["finding.nfa_share.difference"]))
    assert "1.8 points lower" in str(text(after["finding.wellbeing.difference"]))


def test_a_flipped_sign_turns_the_words_and_the_class() -> None:
    inputs = samples.inputs()
    first = inputs.impact.outcomes[0]
    turned = replace(
        first, estimate=-first.estimate, lower=-first.upper, upper=-first.lower,
        conclusion="no_worthwhile_benefit_harm_not_ruled_out",
    )  # fmt: skip
    impact = replace(inputs.impact, outcomes=(turned, *inputs.impact.outcomes[1:]))
    before, after = pieces(inputs), pieces(replace(inputs, impact=impact))
    assert "1.2 fewer pupils per 1,000" in str(text(before["first.finding"]))
    assert "2.6 fewer to 0.2 more" in str(text(before["first.finding"]))
    assert "1.2 more pupils per 1,000" in str(text(after["first.finding"]))
    assert "0.2 fewer to 2.6 more" in str(text(after["first.finding"]))
    assert str(text(before["means.out.harm"])).endswith("is ruled out.")
    assert str(text(after["means.out.harm"])).endswith("is not ruled out.")
    assert str(text(after["means.out.benefit"])).endswith("is ruled out.")
    assert text(before["headline"]) != text(after["headline"])


def test_every_class_and_decision_has_words() -> None:
    assert set(CLASSES) == set(get_args(ConclusionCode))
    for code in get_args(declared.Conclusion):
        assert class_words(code).badge
    otherwise = declared.Decision.model_fields["otherwise"].annotation
    assert set(get_args(otherwise)) == set(DECISIONS)


@pytest.mark.parametrize("code", get_args(ConclusionCode))
def test_no_class_says_no_impact_and_every_class_keeps_its_range(code: str) -> None:
    inputs = samples.inputs()
    first = replace(inputs.impact.outcomes[0], conclusion=code)
    impact = replace(inputs.impact, outcomes=(first, *inputs.impact.outcomes[1:]))
    said = {one.id: one.text for one in sentences(replace(inputs, impact=impact))}
    whole = " ".join(said.values()).lower()
    assert "no impact" not in whole
    assert said["headline"][0].isupper()
    assert class_words(code).badge in said["conclusion.class"]
    assert "2.6 fewer to 0.2 more" in said["means.range"]
    assert "ruled out" in said["means.out.benefit"]


def test_small_p_values_are_said_to_be_small() -> None:
    result = next(v for v in annex_tables(samples.inputs().writer()) if v.id == "results")
    assert any(cell.text == "less than 0.001" for row in result.rows for cell in row)


def test_a_trial_without_programme_data_still_reads() -> None:
    bare = samples.inputs(
        summary=None, power=None, balance=None, surveys=None, dose=None, costs=None, themes=None
    )
    ids = {one.id for one in sentences(bare)}
    assert "cost.none" in ids
    assert not any(name.startswith("dose.") for name in ids)
