"""The proof: what a stranger finds in a public record, in plain words."""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import json
import re
import sys
from collections.abc import Mapping
from fractions import Fraction
from math import gcd
from typing import Any

from equipoise.workspace.steps.stranger.chosen import (
    Covariates,
    Values,
    draw_again,
    draw_constrained,
    draw_minimised,
    scorer,
)
from equipoise.workspace.steps.stranger.lines import (
    NotProvedError,
    canonical_json,
    need,
    prove_lines,
    prove_receipts,
    sha256,
)
from equipoise.workspace.steps.stranger.seats import (
    Arms,
    Keys,
    draw_simple,
    draw_stratified,
    every_allocation,
)

Entry = dict[str, Any]
Record = Mapping[str, Any]
Said = list[tuple[str, str]]
ARMS_FILE = "frozen/allocation.csv"


def prove(record: Record, receipts: list[str]) -> Said:
    """Prove a record: say what holds and what is open; refuse the first thing that fails."""
    design, lines = json.loads(record["design"]), record["ledger"]
    keys = {one["id"]: one["signing_key"] for one in design["people"] if one["signing_key"]}
    entries, signatures = prove_lines(lines, keys)
    words = f"{len(lines)} lines follow from one another, in canonical form"
    said = [("holds", f"chain: {words}; {signatures} signatures are good")]
    said.append(prove_design(record["design"], entries))
    committed = {}
    for entry in entries:
        if entry["name"] == "commit":
            stage = entry["stage"]
            committed[stage] = prove_commitment(record["commitments"], design, entry)
            units = len(committed[stage]["roster"])
            words = f"roster ({units} units), scheme, seed hash and event are those committed"
            said.append(("holds", f"stage {stage}: {words} in line {entry['seq'] + 1}"))
    said += prove_draw(record, design, entries, committed)
    said.append(("holds" if receipts else "open", prove_receipts(lines, receipts)))
    return said


def prove_design(text: str, entries: list[Entry]) -> tuple[str, str]:
    """Compare the design, which names people's keys, with what was locked."""
    fixed = [e for e in entries if e["name"] in ("lock", "amend") and "meaning" in e["facts"]]
    if not fixed:
        return "open", "design: nothing is locked yet"
    same = sha256(text.encode("utf-8")) == fixed[-1]["facts"]["meaning"]
    need(same, "design: not the one that was locked")
    words = "design: keys, arms and scheme are those fixed in line"
    return "holds", f"{words} {fixed[-1]['seq'] + 1}"


def prove_commitment(commitments: Mapping[str, str], design: Record, entry: Entry) -> Entry:
    """Prove that a stage's roster, scheme, seed hash and event are those committed."""
    stage, facts = entry["stage"], entry["facts"]
    text = commitments.get(stage, "")
    same = sha256(text.encode("utf-8")) == entry["writes"].get(f"results/commitment-{stage}.json")
    need(same, f"stage {stage}: the commitment is not the one that was signed")
    made: Entry = json.loads(text)["data"]
    roster = [
        [one["unit"], one["urns"], one["stratum"], one["pupils"]]
        + ([one["covariates"]] if one["covariates"] else [])
        for one in made["roster"]
    ]
    event, locked = made["event"], design["design"]
    shares = in_parts([(one["arm"], one["share"]) for one in made["shares"]])
    declared = in_parts([(one["id"], one["share"]) for one in locked["arms"]])
    for words, holds in (
        ("trial", (made["trial"], made["stage"]) == (design["trial"]["id"], stage)),
        ("roster", sha256(canonical_json(roster).encode("utf-8")) == facts["roster_digest"]),
        ("seed hash", made["seed_hash"] == facts["seed_hash"]),
        ("event's source", event["source"] == facts["event_source"]),
        ("event's round", event["round"] == facts["event_round"]),
        ("event's date", event["not_before"] == facts["not_before"]),
        ("set of arms", shares == declared),
        ("scheme", made["declared"]["type"] == locked["scheme"]["type"]),
        ("remainder", made["declared"]["remainder"] == locked["scheme"]["remainder"]),
    ):
        need(holds, f"stage {stage}: the {words} is not the one committed")
    return made


def in_parts(shares: list[tuple[str, Any]]) -> list[tuple[str, Fraction]]:
    """Return arms with their parts of the whole."""
    whole = sum(Fraction(str(share)) for _, share in shares)
    return [(arm, Fraction(str(share)) / whole) for arm, share in shares]


def prove_draw(
    record: Record, design: Record, entries: list[Entry], committed: Mapping[str, Entry]
) -> Said:
    """Repeat the draw of every stage, once the seeds are public; say what to ask of whom."""
    if design["design"]["scheme"]["draw"] == "external":
        return [("open", "draw: drawn elsewhere, not proved")]
    drawn = {entry["stage"]: entry["facts"] for entry in entries if entry["name"] == "randomise"}
    if not drawn:
        return [("open", "draw: nothing is drawn yet")]
    said = []
    for stage, facts in drawn.items():
        need(stage in committed, f"stage {stage}: drawn without a commitment")
        event, seen = committed[stage]["event"], facts["event_date"]
        need(seen >= event["not_before"], f"stage {stage}: {seen} is before the event's own date")
        where = f"{event['source']}, {event['round']}, not before {event['not_before']}"
        said.append(("ask", f"stage {stage}: whether {where}, published {facts['event_value']}"))
    opened = [entry for entry in entries if entry["name"] == "unblind"]
    if not opened:
        words = "draw committed, not yet repeatable: the seeds are sealed until unblinding"
        return [*said, ("open", words)]
    same = sha256(record["arms"].encode("utf-8")) == opened[-1]["writes"].get(ARMS_FILE)
    need(same, "draw: the arms are not those that were opened")
    rows = sorted(list(csv.reader(io.StringIO(record["arms"])))[1:])
    need(all(row[0] in drawn for row in rows), "draw: arms of a stage that was never drawn")
    for stage, facts in drawn.items():
        made, seed = committed[stage], bytes.fromhex(opened[-1]["facts"]["seeds"][stage])
        need(sha256(seed) == made["seed_hash"], f"stage {stage}: the seed is not the one committed")
        arms = repeated(made, seed, facts["event_value"])
        units = ((one, urn) for one in made["roster"] for urn in one["urns"])
        wanted = sorted([stage, u, o["unit"], o["stratum"], arms[o["unit"]]] for o, u in units)
        same = wanted == [row for row in rows if row[0] == stage]
        need(same, f"stage {stage}: the arms are not those that seed and event give")
    stages = f"{len(drawn)} stage{'s' if len(drawn) > 1 else ''}"
    words = f"{len(rows)} schools in {stages} have the arms that seed and event give"
    return [*said, ("holds", f"draw repeated: {words}")]


def repeated(made: Record, seed: bytes, event_value: str) -> dict[str, str]:
    """Repeat the draw of one stage: the arm of each unit."""
    secret = seed + hashlib.sha256(event_value.encode("utf-8")).digest()
    keys = {}
    for one in made["roster"]:
        message = canonical_json([made["trial"], made["stage"], one["unit"]]).encode("utf-8")
        keys[one["unit"]] = int.from_bytes(hmac.digest(secret, message, "sha256")[:8], "big")
    arms = drawn_by(made, keys)
    return {unit: made["shares"][k]["arm"] for unit, k in arms.items()}


def drawn_by(made: Record, keys: Keys) -> Arms:
    """Draw by the committed scheme."""
    rule = made["declared"]
    shares = [one["share"] for one in made["shares"]]
    weights = tuple(share // gcd(*shares) for share in shares)
    strata = {one["unit"]: one["stratum"] for one in made["roster"]}
    kind, remainder = rule["type"], rule["remainder"]
    if kind == "simple":
        return draw_simple(keys, weights)
    if kind == "complete":
        return draw_stratified(keys, dict.fromkeys(strata, ""), weights, remainder)
    if kind == "stratified":
        return draw_stratified(keys, strata, weights, remainder)
    if kind == "pairs":
        return draw_stratified(keys, strata, (1,) * len(weights), "systematic")
    balanced = covariates_of(made)
    if kind == "minimisation":
        return draw_minimised(keys, weights, balanced, rule)
    score = scorer(balanced, weights, rule["metric"])

    def base(candidate: Keys) -> Arms:
        return draw_stratified(candidate, strata, weights, remainder)

    def every() -> list[Arms]:
        return every_allocation(strata, weights, remainder)

    if kind == "constrained":
        return draw_constrained(keys, base, every, score, rule)
    need(kind == "rerandomisation", f"a scheme called {kind}, which this file does not know")
    return draw_again(keys, base, score, rule)


def covariates_of(made: Record) -> Covariates:
    """Return each covariate's weight and its values, units in order of identifier."""
    units = sorted(made["roster"], key=lambda one: str(one["unit"]))
    found = []
    for k, covariate in enumerate(made["declared"]["covariates"]):
        texts = [unit["covariates"][k] for unit in units]
        values: Values = [Fraction(t) if covariate["kind"] == "number" else t for t in texts]
        found.append((covariate["weight"], values))
    return found


def tell(record: Record, arguments: list[str]) -> int:
    """Print what was proved; return 0, or 1 where something does not hold, 2 for wrong words."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    receipts = re.findall(r"\b[0-9a-f]{64}\b", " ".join(arguments).lower())
    if ["--receipt", ""] * len(receipts) != [a if a.startswith("-") else "" for a in arguments]:
        print("usage: python3 -I -S FILE.py [--receipt HEAD] ...: heads of 64 hexadecimal digits")
        return 2
    print(f"Public record of the trial {record['trial']}, by equipoise {record['version']}")
    print(f"{record['mark']}\n" * bool(record["mark"]), end="")
    try:
        for verdict, sentence in prove(record, receipts):
            print(f"{verdict:6} {sentence}")
    except NotProvedError as error:
        print(f"fails  {error}\nNOT proved.")
        return 1
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        print(f"fails  the record cannot be read: {type(error).__name__} {error}\nNOT proved.")
        return 1
    print("Proved as far as said. What is to be asked only the source of the event can answer.")
    return 0
