"""Trials made by hand, as a programme takes them."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from equipoise.design.protocol import load_programme
from equipoise.evaluation.analysis import CommonEffect, LogRatio, analyse
from equipoise.evaluation.synthesis import (
    CommonOutcomeRow,
    CommonOutcomeRows,
    TrialEvidence,
)
from equipoise.evaluation.synthesis.definitions import declared_for

PROGRAMME = {
    "equipoise_programme": 1,
    "programme": {"id": "p", "title": "P", "question": "Does it?", "simulated": True},
    "trials": [
        {"id": name, "folder": name, "title": f"Trial {name}"} for name in ("one", "two", "three")
    ],
    "groups": [{"id": "later", "title": "later trials", "trials": ["two", "three"]}],
    "pools": [
        {
            "id": "nfa_pupils",
            "title": "pupils with a new contact that led to no further action",
            "measure": {"numerator": "nfa_any_strict", "per": 1000, "baseline": "baseline"},
            "direction": "lower",
            "margin": {"benefit": 2.0, "harm": 2.0, "reason": "assumed"},
            "trials": ["one", "two", "three"],
        }
    ],
    "panels": [
        {
            "id": "contacts",
            "title": "new contacts",
            "reason": "stands beside",
            "members": [
                {"trial": "one", "outcome": "contacts"},
                {"trial": "two", "outcome": "contacts"},
            ],
        }
    ],
    "sequence": {"pool": "nfa_pupils"},
    "costs": [{"mode": "one-to-one", "trials": ["one", "two"]}],
    "decision": {
        "pool": "nfa_pupils",
        "continue_if": ["worthwhile-benefit", "benefit-size-unclear"],
        "stop_if": ["no-worthwhile-effect", "harm-that-matters"],
    },
    "context": {"published": ["dsl-supervision"]},
}


@pytest.fixture(scope="session")
def make_programme():
    """Return a function: the programme above, with keys changed."""
    return lambda **changes: load_programme(json.dumps({**PROGRAMME, **changes}).encode())


@pytest.fixture(scope="session")
def common(make_programme):
    return make_programme().pools[0]


@pytest.fixture(scope="session")
def make_trial(dsl_primary, make_trial_rows, make_school_set):
    """Return a function: a small analysed trial, as wanted; the same one is analysed once."""
    made: dict[str, TrialEvidence] = {}

    def make(name: str, **wanted: Any) -> TrialEvidence:
        asked = f"{name}: {sorted(wanted.items())!r}"
        if asked not in made:
            made[asked] = analysed(name, **wanted)
        return made[asked]

    def analysed(
        name: str,
        *,
        seed: int = 7,
        year: int = 2021,
        authorities: tuple[str, str] = ("900", "901"),
        first_urn: int = 900001,
        changes: Any = None,
    ) -> TrialEvidence:
        quick = {("plan", "models", m, "permutations"): 99 for m in ("default", "dsl")}
        periods = ("design", "periods")
        calendar = {
            (*periods, "roll_date"): f"{year}-05-20",
            (*periods, "delivery"): {"from": f"{year}-10-01", "to": f"{year + 1}-07-21"},
            (*periods, "windows"): [
                {"id": "baseline", "from": f"{year - 1}-10-01", "to": f"{year}-07-21"},
                {"id": "outcome", "from": f"{year}-10-01", "to": f"{year + 1}-07-21"},
            ],
            (*periods, "waves"): [
                {"id": "baseline", "from": f"{year}-06-10", "to": f"{year}-07-19"},
                {"id": "endline", "from": f"{year + 1}-06-09", "to": f"{year + 1}-07-18"},
            ],
            (*periods, "pending_cut_off"): f"{year + 1}-09-30",
            ("design", "scheme", "event", "not_before"): f"{year}-09-16",
            ("registration", "protocol_date"): f"{year}-06-03",
            ("trial", "id"): name,
            ("trial", "simulated"): True,
        }
        protocol = dsl_primary({**quick, **calendar, **(changes or {})})
        rows, given = make_trial_rows(seed=seed)
        named = dict(zip(("900", "901"), authorities, strict=True))
        arms = {}
        for row in rows:
            arm = given[row["urn"]]
            row["la"] = named[row["la"]]
            row["stratum"] = row["la"] + row["stratum"][3:]
            row["urn"] = str(int(row["urn"]) - 900001 + first_urn)
            arms[row["urn"]] = arm
        # Scores are not needed, and a protocol without them analyses faster.
        plain = protocol.model_copy(
            update={
                "design": protocol.design.model_copy(
                    update={
                        "outcomes": tuple(o for o in protocol.design.outcomes if o.level != "dsl")
                    }
                )
            }
        )
        data = make_school_set(plain, rows)
        return TrialEvidence(plain, analyse(plain, data, arms), data, arms)

    return make


@pytest.fixture(scope="session")
def one_trial(make_trial):
    return make_trial("one")


@pytest.fixture(scope="session")
def make_rows(one_trial, common):
    """Return a function: rows of a common outcome with effects as given."""

    def make(effects, *, safe: Any = True) -> CommonOutcomeRows:
        outcome = declared_for(common, one_trial.protocol)
        rows = []
        for number, (difference, ratio) in enumerate(effects, start=1):
            # What pooling asks of a trial, and no more.
            evidence = SimpleNamespace(
                id=f"t{number}",
                title=f"Trial {number}",
                impact=SimpleNamespace(safe=safe[number - 1] if isinstance(safe, list) else safe),
            )
            effect = CommonEffect(
                estimate=difference[0],
                se=difference[1],
                df=60.0,
                reference_rate=20.0,
                intervention_rate=20.0 + difference[0],
                ratio=None if ratio is None else LogRatio(*ratio),
                schools=100,
                units=100,
                notes=(),
            )
            rows.append(CommonOutcomeRow(evidence, outcome, 294, effect))
        return CommonOutcomeRows(common, tuple(rows), ())

    return make


@pytest.fixture(scope="session")
def with_impact():
    """Return a function: the same trial with findings changed."""

    def change(trial: TrialEvidence, **changes: Any) -> TrialEvidence:
        return replace(trial, impact=replace(trial.impact, **changes))

    return change
