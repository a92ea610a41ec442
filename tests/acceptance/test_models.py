"""Planned models of every kind, from the locked protocol to the brief."""

from __future__ import annotations

import json

from equipoise.core.base import FixedClock, write_atomic
from equipoise.design.protocol import template
from equipoise.simulate import Scenario
from equipoise.workspace.folder import KeyRing, RehearsalSecrets, TrialFolder
from equipoise.workspace.steps.rehearsal import rehearse
from equipoise.workspace.steps.simulated import roster
from equipoise.workspace.steps.verification import verify
from tests.rehearsed import NAME

SCHOOLS = Scenario(schools=32, authorities=2, seed=8, exact_name=1.0, twin_names=0)
MODELS = """\
    counts: {model: poisson, error: hessian, permutations: 99}
    over: {model: negbin, error: hessian, permutations: 0}
    marginal: {model: gee, error: kc, permutations: 0}
"""
CHECKS = """\
  checks:
    - {id: inversion, outcome: contacts, kind: inversion, draws: 199}
    - {id: inversion-ratio, outcome: contacts, kind: inversion-ratio, draws: 199}
    - {id: wild, outcome: contacts, kind: wild-bootstrap, draws: 199}
"""
SENSITIVITY = """\
    - {id: overdispersed, tier: 2, outcome: nfa_pupils, change: {model: over}}
    - {id: marginal, tier: 2, outcome: nfa_pupils, change: {model: marginal}}
"""


def protocol() -> bytes:
    text = template(NAME).decode("utf-8")
    start, end = text.index("  planned:\n"), text.index("  disclosure:")
    text = text[:start] + text[end:]
    text = text.replace("share: 726", "share: 1").replace("share: 472", "share: 1")
    average = "        average: pupil-average    # pupil-average | school-average\n"
    text = text.replace(average, "        average: precision-weighted\n", 1)
    text = text.replace("      direction: lower            #", "      model: counts\n"
                        "      direction: lower            #", 1)  # fmt: skip
    text = text.replace("average: dsl-average", "average: precision-weighted", 1)
    start, end = text.index("    dsl: {model: ols"), text.index("  sensitivity:\n")
    text = f"{text[:start]}    dsl: {{model: lmm, error: reml, permutations: 99}}\n{text[end:]}"
    text = text.replace("  sensitivity:\n", f"{MODELS}  sensitivity:\n{SENSITIVITY}", 1)
    text = text.replace("costs:\n", f"{CHECKS}costs:\n", 1)
    text = text.replace("multiplicity: none-one-primary", "multiplicity: max-t-secondary", 1)
    return text.replace("permutations: 999", "permutations: 99").encode("utf-8")


def test_counts_mixed_models_and_estimating_equations_in_one_trial(tmp_path):
    path = tmp_path / NAME
    write_atomic(path / "trial.yaml", protocol())
    folder = TrialFolder(
        path, keys=KeyRing((tmp_path / "keys",)), secrets=RehearsalSecrets(SCHOOLS.seed)
    )
    folder.clock = FixedClock.parse("2021-01-04")
    roster(folder, SCHOOLS, truth=tmp_path / "truth")
    lines = list(rehearse(folder, truth=tmp_path / "truth"))
    assert lines[-1].entry.name == "publish"
    assert verify(folder, [line.digest() for line in lines]).consistent
    blind = json.loads((path / "results/blind.json").read_bytes())["data"]
    assert blind["ran"] == blind["models"]
    impact = json.loads((path / "results/impact.json").read_bytes())["data"]
    outcomes = impact["outcomes"]
    primary = outcomes[0]
    assert [one["kind"] for one in impact["checks"]] == [
        "inversion", "inversion-ratio", "wild-bootstrap",
    ]  # fmt: skip
    assert all((o["p_adjusted"] is not None) is (o["role"] == "secondary") for o in outcomes)
    (taken,) = json.loads((path / "results/compliance.json").read_bytes())["data"]["arms"]
    assert [effect["dose"] for effect in taken["effects"]] == ["any", "intended", "per unit"]
    assert primary["model"]["model"] == "poisson"
    assert primary["estimand"]["label"] == "precision-weighted"
    assert primary["df"] <= primary["df_design"]
    assert {v["id"] for v in primary["sensitivity"]} >= {"overdispersed", "marginal"}
    assert outcomes[-1]["model"]["model"] == "lmm"
    page = (path / "report/SIMULATED-DATA-NOT-FINDINGS-brief.html").read_text(encoding="utf-8")
    assert "Poisson mixed model with the log of the roll" in page
    assert "linear mixed model, a random intercept for each cluster" in page
    for words in (
        "Both arms as the model predicts them",
        "differences that re-drawn allocations do not reject",
        "restricted wild bootstrap of clusters",
        "p adjusted for several outcomes",
        "What it did for those who took it up because they were offered it",
    ):
        assert words in page
