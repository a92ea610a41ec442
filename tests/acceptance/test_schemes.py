"""Every kind of scheme from the protocol to the results: drawn, repeated, analysed."""

from __future__ import annotations

import csv
import io
import json
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from equipoise.core.base import FixedClock, csv_bytes, write_atomic
from equipoise.core.ledger import Line
from equipoise.design.protocol import template
from equipoise.simulate import Scenario
from equipoise.workspace.folder import KeyRing, RehearsalSecrets, TrialFolder
from equipoise.workspace.steps import acts, stage_acts
from equipoise.workspace.steps.rehearsal import rehearse
from equipoise.workspace.steps.simulated import roster
from equipoise.workspace.steps.verification import verify
from tests.rehearsed import NAME, Walk, contents

FEW = Scenario(schools=24, authorities=2, seed=3, exact_name=1.0, twin_names=0)
#: Enough that three arms have schools in every subgroup.
MORE = replace(FEW, schools=44)
_STRATA = """\
    strata:
      - {variable: la_code}
      - {variable: pupils, cut: median-within-stage}
    remainder: systematic
"""
_TYPE = "    type: stratified\n"
_MEALS = "{variable: free_meals}"
SCHEMES = {
    "simple": ("    type: simple\n", ""),
    "complete": ("    type: complete\n", "    remainder: fixed\n"),
    "remainders over strata": (_TYPE, _STRATA.replace("systematic", "strata")),
    "pairs": (
        f"    type: pairs\n    odd: join\n    balance: [{{variable: pupils}}, {_MEALS}]\n",
        "",
    ),
    "minimisation": (
        "    type: minimisation\n    chance: 4/5\n    balance:\n"
        "      - {variable: pupils, cut: median-within-stage, weight: 2}\n"
        "      - {variable: faith, kind: label}\n",
        "",
    ),
    "constrained": (
        "    type: constrained\n    candidates: 100\n    accept: 1/10\n"
        f"    balance: [{{variable: pupils}}, {_MEALS}, {{variable: faith, kind: label}}]\n",
        "",
    ),
    "rerandomisation": (
        "    type: rerandomisation\n    accept: 1/10\n    metric: mahalanobis\n"
        f"    balance: [{{variable: pupils}}, {_MEALS}]\n",
        _STRATA,
    ),
}


def protocol(kind: str, shares: tuple[int, int] = (1, 1)) -> bytes:
    """Return the template with another scheme, equal shares and few permutations."""
    text = template(NAME).decode("utf-8")
    start, end = text.index("  planned:\n"), text.index("  disclosure:")
    text = text[:start] + text[end:]
    for old, share in zip(("share: 726", "share: 472"), shares, strict=True):
        text = text.replace(old, f"share: {share}")
    head, strata = SCHEMES[kind]
    text = text.replace(_TYPE, head, 1).replace(_STRATA, strata, 1)
    return text.replace("permutations: 999", "permutations: 99").encode("utf-8")


def covariates(folder: TrialFolder) -> bytes:
    """Make up two columns for every school of the register: a share and a label."""
    rng = random.Random("covariates")
    text = (folder.path / "design" / "register.csv").read_text(encoding="utf-8")
    rows = [
        (row["urn"], f"{rng.uniform(2, 60):.1f}", rng.choice(("yes", "no", "no")))
        for row in csv.DictReader(io.StringIO(text))
    ]
    return csv_bytes(("urn", "free_meals", "faith"), rows)


def begin(
    out: Path, kind: str, shares: tuple[int, int] = (1, 1), scenario: Scenario = FEW
) -> TrialFolder:
    path = out / NAME
    write_atomic(path / "trial.yaml", protocol(kind, shares))
    folder = TrialFolder(
        path, keys=KeyRing((out / "keys",)), secrets=RehearsalSecrets(scenario.seed)
    )
    folder.clock = FixedClock.parse("2021-01-04")
    roster(folder, scenario, truth=out / "truth")
    write_atomic(path / "design" / "covariates.csv", covariates(folder))
    return folder


def result(walk: Walk, name: str) -> dict:
    return json.loads((walk.trial / f"results/{name}.json").read_bytes())["data"]


def drawn(walk: Walk) -> list[dict[str, str]]:
    text = (walk.trial / "frozen/allocation.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def walked(folder: TrialFolder, truth: Path, last: str, stage: str | None = None) -> list[Line]:
    """Rehearse up to a step; the brief takes longest and is of one kind no other than of all."""
    lines = []
    for line in rehearse(folder, truth=truth):
        lines.append(line)
        if (line.entry.name, line.entry.stage) == (last, stage):
            break
    return lines


@pytest.mark.parametrize("kind", sorted(SCHEMES))
def test_from_protocol_to_results(kind, tmp_path):
    folder = begin(tmp_path, kind)
    lines = walked(folder, tmp_path / "truth", "publish" if kind == "constrained" else "analyse")
    assert lines[-1].entry.name in ("publish", "analyse")
    walk = Walk(tmp_path)
    found = verify(walk.folder(), [line.digest() for line in lines])
    assert found.consistent
    draw = next(one for one in found.findings if one.subject == "draw")
    assert draw.verdict == "holds", draw.words
    blind = result(walk, "blind")
    assert blind["ran"] == blind["models"] > 0
    primary = result(walk, "impact")["outcomes"][0]
    assert 0 < primary["p_permutation"] <= 1 and primary["permutations"] == 99
    kept = result(walk, "commitment-900")
    assert kept["declared"]["type"] == kept["scheme"].split(";")[0]
    names = {"pupils", "free_meals", "faith=no"}
    assert names <= {row["id"] for row in result(walk, "balance")["rows"]}
    if kind == "pairs":
        _each_pair_is_parted(walk)
    choosing = kept["declared"]["type"] in ("minimisation", "constrained", "rerandomisation")
    assert (walk.trial / "results/chances.json").is_file() is choosing
    if choosing:
        _chances_are_those_declared(walk)


def _each_pair_is_parted(walk: Walk) -> None:
    arms: dict[tuple[str, str], Counter] = {}
    for row in drawn(walk):
        arms.setdefault((row["stage"], row["stratum"]), Counter())[row["arm"]] += 1
    assert all("/pair " in stratum for _, stratum in arms)
    units = {(r["stage"], r["stratum"], r["unit"]) for r in drawn(walk)}
    sizes = Counter((stage, stratum) for stage, stratum, _ in units)
    assert set(sizes.values()) <= {2, 3}
    assert all(len(arms[pair]) == 2 for pair in sizes)


def _chances_are_those_declared(walk: Walk) -> None:
    stages = result(walk, "chances")["stages"]
    assert [stage["stage"] for stage in stages] == ["900", "901"]
    for stage in stages:
        for arm in stage["arms"]:
            # Equal shares: exchanging the arms' names changes nothing, so half exactly. Of the
            # extremes over a dozen units 5 standard errors are passed once in 100,000 runs.
            assert arm["share"] == 0.5
            assert abs(arm["lowest"] - 0.5) < 5 * 0.5 / stage["draws"] ** 0.5
            assert abs(arm["highest"] - 0.5) < 5 * 0.5 / stage["draws"] ** 0.5
        assert stage["lowest"] < stage["declared"] <= stage["highest"] + 0.1
        assert stage["distinct"] > 1


@pytest.mark.parametrize("kind", ["minimisation", "constrained"])
def test_unequal_shares_are_weighted_by_the_chances_of_units(kind, tmp_path):
    folder = begin(tmp_path, kind, (2, 1))
    lines = walked(folder, tmp_path / "truth", "analyse")
    assert verify(folder, [line.digest() for line in lines]).consistent
    model = result(Walk(tmp_path), "impact")["outcomes"][0]["model"]
    assert model["weights"] == "pupils x inverse-chance"


@pytest.mark.parametrize("kind", ["complete", "minimisation"])
def test_three_arms_of_unequal_shares(kind, tmp_path):
    folder = begin(tmp_path, kind, (3, 2), MORE)
    path = folder.path / "trial.yaml"
    text = path.read_text(encoding="utf-8")
    arm = "    - {id: supervision, title: supervision, share: 2, intervention: true}\n"
    assert text.count(arm) == 1
    third = "    - {id: groups, title: supervision in groups, share: 2, intervention: true}\n"
    path.write_text(text.replace(arm, arm + third), encoding="utf-8")
    folder.forget_protocol()
    lines = walked(folder, tmp_path / "truth", "analyse")
    assert verify(folder, [line.digest() for line in lines]).consistent
    walk = Walk(tmp_path)
    assert {row["arm"] for row in drawn(walk)} == {"usual", "supervision", "groups"}
    outcomes = result(walk, "impact")["outcomes"]
    assert [o["arm"] for o in outcomes[:2]] == ["supervision", "groups"]
    weights = "inverse-chance" if kind == "minimisation" else "inverse-realised-share"
    assert outcomes[0]["model"]["weights"] == f"pupils x {weights}"


@pytest.mark.parametrize("kind", ["pairs", "constrained"])
def test_a_scheme_that_cannot_draw_is_refused_before_the_lock(kind, tmp_path, command):
    folder = begin(tmp_path, kind)
    path = folder.path / "design" / "covariates.csv"
    rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(rows[:-1]), encoding="utf-8")
    said = command("check", folder.path, keys=tmp_path / "keys")
    assert said.code == 2
    assert "no value of school" in said.err and "design/covariates.csv, column" in said.err
    with pytest.raises(Exception, match="no value of school"):
        acts.lock(folder, by=["statistician", "sponsor"])
    flat = [line.split(",") for line in rows]
    path.write_text("".join(f"{urn},20,{faith}" for urn, _, faith in flat[1:])
                    .join((rows[0], "")), encoding="utf-8")  # fmt: skip
    said = command("check", folder.path, keys=tmp_path / "keys")
    assert "A covariate that has one value only cannot be balanced" in said.err


@pytest.mark.parametrize("kind", ["constrained", "pairs", "minimisation"])
def test_with_the_arms_swapped_no_readable_byte_of_a_draw_is_another(kind, tmp_path, monkeypatch):
    """As tests/acceptance/test_blind.py: with covariates, chances, stages that look back.

    One scheme is walked to the freeze; what the others leave behind ends with their draws.
    """
    from tests.acceptance.test_blind import EQUAL, exchanged, readable

    last, stage = ("freeze", None) if kind == "constrained" else ("reveal", "901")
    walks = []
    for name in ("one", "two"):
        if name == "two":
            # A stage that looks back draws the stages before it again, as they were.
            monkeypatch.setattr(stage_acts, "draw", exchanged(stage_acts.draw))
        folder = begin(tmp_path / name, kind, scenario=EQUAL)
        if kind == "minimisation":
            path = folder.path / "trial.yaml"
            text = path.read_text(encoding="utf-8")
            text = text.replace("    chance: 4/5\n", "    chance: 4/5\n    looks_back: true\n")
            write_atomic(path, text.encode("utf-8"))
            folder.forget_protocol()
        walked(folder, tmp_path / name / "truth", last, stage)
        walks.append(Walk(tmp_path / name))
    names = sorted(contents(walks[0].trial))
    assert names == sorted(contents(walks[1].trial))
    assert ("results/chances.json" in names) is (kind != "pairs")
    assert {"results/balance.json", "allocation.sealed"} <= set(names)
    assert ("frozen/roster.parquet" in names) is (last == "freeze")
    assert [n for n in names if readable(walks[0], n) != readable(walks[1], n)] == []
    assert (
        contents(walks[0].trial)["allocation.sealed"]
        != contents(walks[1].trial)["allocation.sealed"]
    )
