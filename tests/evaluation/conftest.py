"""Small trials, made by hand: a protocol changed at named places, and the tables that fit it."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from ruamel.yaml import YAML

from equipoise.design.protocol import Protocol, load_protocol, template
from equipoise.evaluation.outcomes import AnalysisSet, AuthorityCounts, SchoolCounts, SchoolFacts
from equipoise.evaluation.outcomes.assembly import assemble

Changes = Mapping[tuple[str | int, ...], Any]


@dataclass(frozen=True)
class Unit:
    unit: str
    urns: tuple[str, ...]
    stratum: str
    pupils: int


@dataclass(frozen=True)
class Stage:
    stage: str
    roster: tuple[Unit, ...]


@dataclass(frozen=True)
class Answer:
    person_id: str
    urn: str
    score: float | None
    answered_on: date = date(2025, 6, 10)


@dataclass(frozen=True)
class Wave:
    instrument: str
    wave: str
    rows: tuple[Answer, ...]


_READ: dict[str, Protocol] = {}


def changed(name: str, changes: Changes) -> Protocol:
    """Return a template changed at named places; the same changes are read once."""
    asked = f"{name}: {sorted(changes.items(), key=repr)!r}"
    if asked not in _READ:
        _READ[asked] = _changed(name, changes)
    return _READ[asked]


def _changed(name: str, changes: Changes) -> Protocol:
    yaml = YAML()
    tree = yaml.load(template(name))
    for path, value in changes.items():
        place = tree
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value
    stream = io.BytesIO()
    yaml.dump(tree, stream)
    return load_protocol(stream.getvalue())


@pytest.fixture(scope="session")
def dsl_primary() -> Callable[[Changes], Protocol]:
    return lambda changes=None: changed("dsl-primary", changes or {})


@pytest.fixture(scope="session")
def own_outcomes() -> Callable[[Changes], Protocol]:
    return lambda changes=None: changed("own-outcomes", changes or {})


def school_set(
    protocol: Protocol,
    rows: Sequence[Mapping[str, Any]],
    scores: Sequence[Wave] = (),
) -> AnalysisSet:
    """Assemble rows of ``urn, la, stratum, pupils`` with counts ``<name>_<window>``.

    Counts under another definition, ``<name>_<window>@<id>``, are the same where none are given; a
    row's ``left_out`` names definitions by which its authority did not count.
    """
    stages: dict[str, dict[str, list[Mapping[str, Any]]]] = {}
    for row in rows:
        stages.setdefault(row["la"], {}).setdefault(row.get("unit", row["urn"]), []).append(row)
    rosters = [
        Stage(
            la,
            tuple(
                Unit(
                    unit,
                    tuple(r["urn"] for r in part),
                    part[0]["stratum"],
                    sum(r["pupils"] for r in part),
                )
                for unit, part in units.items()
            ),
        )
        for la, units in stages.items()
    ]
    facts = [SchoolFacts(r["urn"], r["la"], "primary", r["pupils"]) for r in rows]
    windows = [w.id for w in protocol.design.periods.windows]
    by_urn = {row["urn"]: row for row in rows}
    packs = []
    for la in stages:
        counted = [
            SchoolCounts(
                row["urn"],
                window,
                {name: row.get(f"{name}_{window}", 0) for name in protocol.counts},
            )
            for row in rows
            if row["la"] == la and not row.get("no_data")
            for window in windows
        ]
        others = {
            contact.id: [
                SchoolCounts(
                    one.urn,
                    one.window,
                    {
                        name: by_urn[one.urn].get(f"{name}_{one.window}@{contact.id}", count)
                        for name, count in one.counts.items()
                    },
                )
                for one in counted
            ]
            for contact in protocol.contact_variants
            if not any(row["la"] == la and contact.id in row.get("left_out", ()) for row in rows)
        }
        packs.append(AuthorityCounts(la, counted, dict.fromkeys(windows, 2), {}, others))
    return assemble(protocol, rosters, facts, packs, scores)


@pytest.fixture(scope="session")
def make_school_set() -> Callable[..., AnalysisSet]:
    return school_set


def trial_rows(schools: int = 48, seed: int = 7) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Make a trial of two authorities and two sizes, arms by turns within strata."""
    import numpy as np

    rng = np.random.default_rng(seed)
    rows, arms = [], {}
    for i in range(schools):
        la, size = ("900", "901")[i % 2], ("small", "large")[(i // 2) % 2]
        urn = str(900001 + i)
        pupils = int(rng.integers(60, 200) if size == "small" else rng.integers(201, 600))
        row: dict[str, Any] = {"urn": urn, "la": la, "stratum": f"{la}/{size}", "pupils": pupils}
        rate = rng.gamma(8, 1 / 8) * 0.06
        for window in ("baseline", "outcome"):
            children = int(rng.binomial(pupils, rate))
            nfa = int(rng.binomial(children, 0.5))
            row |= {
                f"children_{window}": children,
                f"contacts_{window}": children + int(rng.integers(0, 3)),
                f"nfa_any_strict_{window}": nfa,
                f"nfa_any_advice_{window}": nfa + int(rng.integers(0, 2)),
                f"nfa_any_early_help_{window}": nfa + int(rng.integers(1, 3)),
                f"nfa_all_strict_{window}": nfa // 2,
                f"nfa_first_strict_{window}": max(nfa - 1, 0),
                f"nfa_contacts_strict_{window}": nfa,
                f"referral_any_{window}": int(rng.binomial(children, 0.3)),
                f"s47_first_{window}": int(rng.binomial(children, 0.1)),
                f"recontact_after_nfa_{window}": int(rng.binomial(nfa, 0.2)),
            }
        rows.append(row)
        arms[urn] = ("usual", "supervision")[(i // 4) % 2]
    return rows, arms


@pytest.fixture(scope="session")
def hand_trial() -> tuple[list[dict[str, Any]], dict[str, str]]:
    return trial_rows()


def wellbeing(rows: Sequence[Mapping[str, Any]]) -> tuple[Wave, Wave]:
    """Make two leads in every school, some without a baseline."""
    import numpy as np

    rng = np.random.default_rng(21)
    before, after = [], []
    for row in rows:
        school = rng.normal(0, 1)
        for k in range(2):
            person = f"{row['urn']}-{k}"
            base = 22 + school + rng.normal(0, 2)
            if rng.random() < 0.8:
                before.append(Answer(person, row["urn"], round(base, 2)))
            if rng.random() < 0.85:
                after.append(Answer(person, row["urn"], round(base + rng.normal(0, 2), 2)))
    return (
        Wave("swemwbs", "baseline", tuple(before)),
        Wave("swemwbs", "endline", tuple(after)),
    )


@pytest.fixture(scope="session")
def make_wellbeing() -> Callable[..., tuple[Wave, Wave]]:
    return wellbeing


@pytest.fixture(scope="session")
def analysed(
    dsl_primary: Callable[..., Protocol],
    hand_trial: tuple[list[dict[str, Any]], dict[str, str]],
) -> tuple[Protocol, AnalysisSet, dict[str, str]]:
    """The whole small trial: protocol, analysis set, arms."""
    quick = {("plan", "models", name, "permutations"): 99 for name in ("default", "dsl")}
    protocol = dsl_primary(quick)
    rows, arms = hand_trial
    return protocol, school_set(protocol, rows, wellbeing(rows)), arms


@pytest.fixture(scope="session")
def make_trial_rows() -> Callable[..., tuple[list[dict[str, Any]], dict[str, str]]]:
    return trial_rows
