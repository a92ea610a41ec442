"""Tables of other models, chances, checks and compliance: what is printed, and what is withheld."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import brief_samples as samples

from equipoise.design.randomisation import ArmChance, ChancesResult, StageChances
from equipoise.evaluation.analysis import (
    ArmCharacteristic,
    Characteristic,
    CharacteristicsResult,
)
from equipoise.evaluation.analysis.types import (
    ArmCompliance,
    CheckResult,
    ComplianceResult,
    ComplierEffect,
    MarginalMeans,
)
from equipoise.reporting.tables import (
    TableView,
    chances_table,
    characteristics_table,
    checks_table,
    compliance_table,
    marginal_table,
    models_table,
    results_table,
)
from equipoise.reporting.tables.fields import Bound, Words

MEANS = MarginalMeans(
    "pupil-average", 24.61, 22.15, 0.9, 0.71, 1.14, -0.105, "log", 0.0312, "latent-log"
)


def shown(view: TableView) -> list[list[str]]:
    return [["".join(part.text for part in one.parts) for one in row] for row in view.rows]


def with_primary(**changes):
    inputs = samples.inputs(simulated=True)
    first, *rest = inputs.impact.outcomes
    impact = replace(inputs.impact, outcomes=(replace(first, **changes), *rest))
    return replace(inputs, impact=impact)


def test_models_are_named_in_words() -> None:
    words = {"poisson": "Poisson mixed model", "gee": "generalised estimating equations",
             "betabinomial": "beta-binomial model", "wls": "weighted least squares"}  # fmt: skip
    first = with_primary().impact.outcomes[0]
    for code, said in words.items():
        model = replace(first.model, model=code, error="hessian")
        row = shown(models_table(with_primary(model=model).writer()))[0]
        assert said in row[1]
        assert row[2] == "from the likelihood's curvature"


def test_both_arms_and_their_ratio_are_printed() -> None:
    view = marginal_table(with_primary(marginal=MEANS).writer())
    (row,) = shown(view)
    assert row[2:] == [
        "pupil-average", "24.6", "22.2", "−1.2", "0.90 (0.71 to 1.14)", "0.031 (latent-log)",
    ]  # fmt: skip
    assert marginal_table(with_primary().writer()) is None


def test_predicted_means_and_ratio_are_withheld_with_small_counts() -> None:
    first = with_primary().impact.outcomes[0]
    few = tuple(replace(mean, events=3.0) for mean in first.means)
    (row,) = shown(marginal_table(with_primary(marginal=MEANS, means=few).writer()))
    assert row[3] == row[4] == row[6] == "withheld"


def test_chances_are_printed_by_stage_and_arm() -> None:
    stage = StageChances(
        "900", 12, (ArmChance("usual", 0.6, 0.55, 0.64), ArmChance("supervision", 0.4, 0.36, 0.45)),
        12, 0.52, 0.11, 0.93, 0, 2, 1, 5, 2000, 612, False, 0.011, 0.011,
    )  # fmt: skip
    inputs = replace(samples.inputs(simulated=True), chances=ChancesResult("constrained", (stage,)))
    rows = shown(chances_table(inputs.writer()))
    assert rows[0] == ["900", "usual", "0.60", "0.55 to 0.64", "0.11 to 0.93 (0.52)", "0; 2",
                       "1; 5", "612 of 2,000"]  # fmt: skip
    assert chances_table(samples.inputs(simulated=True).writer()) is None


def test_the_arms_before_the_start_are_printed_and_few_children_withheld() -> None:
    def row(name: str, unit: str, events: float | None) -> Characteristic:
        arms = (
            ArmCharacteristic("usual", "usual practice", 280.26, 147.0, None, 73, 0, 390.0),
            ArmCharacteristic("supervision", "supervision", 270.5, 130.4, -0.071, 47, 2, events),
        )
        return Characteristic(name, name, unit, "schools", arms)

    pupils = row("pupils", "", None)
    pupils = replace(pupils, arms=(replace(pupils.arms[0], events=None), pupils.arms[1]))
    found = CharacteristicsResult("t", (pupils, row("nfa", "per 1,000", 3.0)), 0.071)
    inputs = replace(samples.inputs(simulated=True), characteristics=found)
    rows = shown(characteristics_table(inputs.writer()))
    assert rows[0] == ["Pupils", "", "usual practice", "280.26", "147.00", "–", "0"]
    assert rows[1] == ["Pupils", "", "supervision", "270.50", "130.40", "−0.07", "2"]
    # Three children in one arm: no mean of either is printed, the difference in SDs is.
    assert [row[3:6] for row in rows[2:]] == [
        ["withheld", "withheld", "–"], ["withheld", "withheld", "−0.07"]
    ]  # fmt: skip
    assert characteristics_table(samples.inputs(simulated=True).writer()) is None


def test_checks_show_an_estimate_or_bounds() -> None:
    inputs = samples.inputs(simulated=True)
    checks = (
        CheckResult("a", "nfa_pupils", "supervision", "inversion", -1.2, -2.6, None, None, None,
                    0.08, 999, 0, None),
        CheckResult("b", "nfa_pupils", "supervision", "worst-case", None, -9.0, 6.0, -7.5, 4.5,
                    None, 0, 8, None),
        CheckResult("c", "nfa_pupils", "supervision", "tipping-point", -1.2, -2.6, 0.2, None, None,
                    0.08, 20, 3, 4.25),
        CheckResult("d", "nfa_pupils", "supervision", "inversion-ratio", 0.95, 0.88, 1.02, None,
                    None, 0.2, 999, 0, None),
    )  # fmt: skip
    inputs = replace(inputs, impact=replace(inputs.impact, checks=checks))
    rows = shown(checks_table(inputs.writer()))
    assert [row[3] for row in rows] == ["−1.2", "−7.5 to 4.5", "−1.2", "0.95"]
    assert [row[4] for row in rows] == ["−2.6 to –", "−9.0 to 6.0", "−2.6 to 0.2", "0.88 to 1.02"]
    # A count of schools or leads without an outcome may be small; it is withheld like any other.
    assert [row[6] for row in rows] == ["0", "8", "fewer than 6", "0"]
    assert rows[2][7] == "4.2" and rows[0][7] == "–"
    assert checks_table(samples.inputs(simulated=True).writer()) is None


def test_three_effects_of_the_dose_with_the_assumption_in_words() -> None:
    effects = tuple(
        ComplierEffect(dose, -2.0, 1.1, 40.0, -4.2, 0.2, 0.52, 0.04, 169.0, "effects from -4 to 1")
        for dose in ("any", "intended", "per unit")
    )
    result = ComplianceResult(
        "nfa_pupils", "pupils with a contact", samples.PER_THOUSAND, 1, 6, "sessions",
        (ArmCompliance("supervision", effects, (), 118, 116),), "Assignment works alone.", 0.95,
    )  # fmt: skip
    view = compliance_table(replace(samples.inputs(simulated=True), compliance=result).writer())
    rows = shown(view)
    assert [row[1] for row in rows] == [
        "any (1 sessions or more)", "the intended amount (6 sessions or more)",
        "each unit (sessions)",
    ]  # fmt: skip
    assert rows[0][2:] == ["−2.0", "−4.2 to 0.2", "0.52", "169.0", "effects from -4 to 1"]
    assert "".join(part.text for part in view.notes[0]) == "Assignment works alone."


def test_an_adjusted_p_stands_beside_the_others_only_where_it_was_declared() -> None:
    badge = str
    plain = results_table(with_primary().writer(), badge)
    adjusted = results_table(with_primary(p_adjusted=0.031).writer(), badge)
    assert len(adjusted.columns) == len(plain.columns) + 1
    assert shown(adjusted)[0][-2] == "0.031" and shown(adjusted)[1][-2] == "–"


def test_no_numeral_in_them_is_loose() -> None:
    """Every digit that is printed is bound to a field."""
    view = marginal_table(with_primary(marginal=MEANS).writer())
    parts = [p for row in view.rows for one in row for p in one.parts]
    assert not [p for p in parts if isinstance(p, Words) and re.search(r"\d", p.text)]
    assert any(isinstance(p, Bound) for p in parts)
