"""Public records made up for tests: a trial of two stages and unequal shares, of any scheme."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any

from equipoise.core.base import canonical, csv_bytes, sha256_hex
from equipoise.core.ledger import BEGINNING, STEPS, Entry, Line
from equipoise.core.results import encode_result
from equipoise.design.protocol import DeclaredCovariate, DeclaredScheme, load_protocol, template
from equipoise.design.randomisation import (
    ArmShare,
    Commitment,
    DeclaredEvent,
    DrawnStage,
    RosterUnit,
    draw,
    earlier_of,
    roster_digest,
    seed_hash,
)
from equipoise.workspace.folder import RehearsalSecrets
from equipoise.workspace.folder.keys import KeyPair

PEOPLE = ("sponsor", "statistician", "unblinded-statistician")
PUPILS = DeclaredCovariate("pupils", 2, "number")
MEALS = DeclaredCovariate("free_meals", 1, "number")
FAITH = DeclaredCovariate("faith", 1, "label")
CHOSEN = {"covariates": (PUPILS, MEALS, FAITH), "metric": "l2"}
SCHEMES: dict[str, DeclaredScheme] = {
    "simple": DeclaredScheme("simple"),
    "complete": DeclaredScheme("complete"),
    "complete, fixed": DeclaredScheme("complete", "fixed"),
    "stratified": DeclaredScheme("stratified"),
    "stratified, fixed": DeclaredScheme("stratified", "fixed"),
    "stratified, strata": DeclaredScheme("stratified", "strata"),
    "pairs": DeclaredScheme("pairs"),
    "minimisation": DeclaredScheme(
        "minimisation", covariates=(PUPILS, FAITH), chance="4/5", imbalance="range"
    ),
    "minimisation, variance": DeclaredScheme(
        "minimisation", covariates=(PUPILS, FAITH), chance="3/4", imbalance="variance"
    ),
    "minimisation, looking back": DeclaredScheme(
        "minimisation",
        covariates=(PUPILS, FAITH),
        chance="9/10",
        imbalance="range",
        looks_back=True,
    ),
    "constrained": DeclaredScheme("constrained", candidates=40, accept="1/5", **CHOSEN),
    "constrained, l1": DeclaredScheme(
        "constrained", "strata", **{**CHOSEN, "metric": "l1"}, candidates=40, accept="1/5"
    ),
    "constrained, all": DeclaredScheme("constrained", candidates=0, accept="1/4", **CHOSEN),
    "rerandomisation": DeclaredScheme("rerandomisation", threshold=40_000_000, tries=60, **CHOSEN),
    "rerandomisation, never": DeclaredScheme("rerandomisation", threshold=0, tries=9, **CHOSEN),
    "rerandomisation, mahalanobis": DeclaredScheme(
        "rerandomisation",
        covariates=(replace(PUPILS, weight=1), MEALS),
        metric="mahalanobis",
        threshold=10**8,
        tries=60,
    ),
}


def signing_key(person: str) -> KeyPair:
    return KeyPair.make("signing", person, RehearsalSecrets(11))


def design_of(declared: DeclaredScheme, shares: dict[str, int]) -> str:
    """Return the template's design with a scheme, arms and keys, as canonical JSON."""
    design = json.loads(load_protocol(template("dsl-primary")).meaning("design"))
    design["people"] = [
        {**one, "signing_key": signing_key(one["id"]).public.hex()}
        for one in design["people"]
        if one["id"] in PEOPLE
    ]
    design["design"]["scheme"].update(type=declared.type, remainder=declared.remainder)
    if declared.looks_back:
        design["design"]["scheme"]["looks_back"] = True
    design["design"]["arms"] = [
        {"id": arm, "share": share, "title": arm} for arm, share in shares.items()
    ]
    return canonical(design).decode("utf-8")


def stage_of(declared: DeclaredScheme, shares: dict[str, int], stage: str) -> Commitment:
    chance = random.Random(f"{declared} {stage}")
    small = declared.candidates == 0
    roster = []
    for i in range(10 if small else 14):
        name = f"{stage}{chance.randrange(100, 999)}{i:02d}"
        stratum = (
            f"pair {i // 2}" if declared.type == "pairs" else f"stratum {i % (2 if small else 3)}"
        )
        known = {
            "pupils": str(chance.randint(40, 600)) if declared.type != "minimisation" else "210",
            "free_meals": f"{chance.randint(20, 600)}/10",
            "faith": chance.choice(("yes", "no", "no", "other")),
        }
        if declared.type == "minimisation":
            known["pupils"] = chance.choice(("210", "420/2", "105"))
        values = tuple(known[one.name] for one in declared.covariates)
        urns = (name, f"{name}b") if i == 3 else (name,)
        roster.append(RosterUnit(name, urns, stratum, 100 + i, values))
    roster.sort(key=lambda one: one.unit)
    secret = RehearsalSecrets(5).take(f"seed {stage}", 32)
    return Commitment(
        trial="dsl-primary",
        stage=stage,
        roster=tuple(roster),
        shares=tuple(ArmShare(arm, share) for arm, share in shares.items()),
        scheme=declared.words(),
        code_version="0",
        seed_hash=seed_hash(secret),
        event=DeclaredEvent("a public source", f"round of {stage}", "2021-09-16"),
        roster_digest=roster_digest(roster),
        declared=declared,
    )


class Written:
    """A ledger that is being written, each line signed by those who did it."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.head = BEGINNING

    def add(self, name: str, by: tuple[str, ...] = (), **more: Any) -> None:
        entry = Entry(
            seq=len(self.lines),
            at="2021-09-16T10:00:00Z",
            kind=STEPS[name].kind,
            name=name,
            stage=more.get("stage"),
            by=by,
            reads={},
            writes=more.get("writes", {}),
            facts=more.get("facts", {}),
            prev=self.head,
        )
        line = Line(entry, {p: signing_key(p).sign(entry.message()).hex() for p in by})
        self.lines.append(line.encode().decode("utf-8"))
        self.head = line.digest()


def record_of(declared: DeclaredScheme, *, opened: bool = True, scale: int = 1) -> dict[str, Any]:
    """Draw two stages with the product and return the record, as `public_record` does."""
    shares = {"usual": 1, "new": 1} if declared.type == "pairs" else {"usual": 3, "new": 2}
    design = design_of(declared, {arm: share * scale for arm, share in shares.items()})
    ledger, commitments, rows, seeds = Written(), {}, [], {}
    done: list[DrawnStage] = []
    ledger.add("power", facts={"shares": [0.5, 1e-7, 3.0, 1e21]})
    ledger.add("lock", ("statistician",), facts={"meaning": sha256_hex(design.encode())})
    for stage in ("900", "901"):
        made = stage_of(declared, shares, stage)
        if declared.looks_back:
            made = replace(made, earlier=earlier_of([one.commitment for one in done]))
        data = encode_result(made, trial=made.trial, simulated=True, inputs={})
        commitments[stage] = data.decode("utf-8")
        ledger.add(
            "commit",
            ("unblinded-statistician",),
            stage=stage,
            writes={f"results/commitment-{stage}.json": sha256_hex(data)},
            facts={
                "seed_hash": made.seed_hash,
                "roster_digest": made.roster_digest,
                "event_source": made.event.source,
                "event_round": made.event.round,
                "not_before": made.event.not_before,
            },
        )
        seed = RehearsalSecrets(5).take(f"seed {stage}", 32)
        seeds[stage] = seed.hex()
        ledger.add(
            "randomise",
            ("unblinded-statistician", "sponsor"),
            stage=stage,
            facts={"event_value": f"value é of {stage}", "event_date": "2021-09-17"},
        )
        before = done if declared.looks_back else ()
        done.append(DrawnStage(made, draw(made, seed, f"value é of {stage}", before=before)))
        rows += [(stage, *row) for row in done[-1].allocation.rows]
    arms = csv_bytes(("stage", "urn", "unit", "stratum", "arm"), sorted(rows))
    if opened:
        ledger.add(
            "unblind",
            ("unblinded-statistician", "sponsor"),
            writes={"frozen/allocation.csv": sha256_hex(arms)},
            facts={"seeds": seeds},
        )
    return {
        "trial": "dsl-primary",
        "version": "0",
        "mark": "SIMULATED DATA, NOT FINDINGS",
        "design": design,
        "ledger": ledger.lines,
        "commitments": commitments,
        "versions": [],
        "corrections": "",
        "arms": arms.decode("utf-8") if opened else "",
    }
