"""The proof: what a stranger finds in a public record, in plain words."""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import json
import re
import sys
from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import gcd
from typing import Any

from equipoise.workspace.steps.stranger.changes import prove_amendments, prove_corrections
from equipoise.workspace.steps.stranger.chosen import (
    Before,
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
    committed: dict[str, Entry] = {}
    for entry in entries:
        if entry["name"] == "commit":
            stage = entry["stage"]
            made = prove_commitment(record["commitments"], design, entry)
            prove_place(made, committed, entries[: entry["seq"]])
            committed[stage] = made
            units = len(committed[stage]["roster"])
            words = f"roster ({units} units), scheme, seed hash and event are those committed"
            said.append(("holds", f"stage {stage}: {words} in line {entry['seq'] + 1}"))
    said += prove_draw(record, design, entries, committed)
    if any(entry["name"] == "amend" for entry in entries):
        said += prove_amendments(record["versions"], entries)
    said += prove_corrections(record["corrections"], entries, committed)
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
        ("rule of looking back", made["declared"]["looks_back"] == looking_back(locked["scheme"])),
    ):
        need(holds, f"stage {stage}: the {words} is not the one committed")
    return made


def prove_place(made: Entry, committed: Mapping[str, Entry], before: list[Entry]) -> None:
    """Prove that no school stands in two stages, and at which stages a stage looks back."""
    stage, urns = made["stage"], [urn for one in made["roster"] for urn in one["urns"]]
    urns += [one["urn"] for one in made["joined"]]
    known = {urn for other in committed.values() for one in other["roster"] for urn in one["urns"]}
    need(len(set(urns)) == len(urns), f"stage {stage}: a school stands in it twice")
    need(not known.intersection(urns), f"stage {stage}: a school stands in another stage too")
    need(made["late_of"] in (None, *committed), f"stage {stage}: late joiners of no stage")
    drawn = [entry["stage"] for entry in before if entry["name"] == "randomise"]
    fixed = ("stage", "roster_digest", "seed_hash")
    wanted = [{name: committed[one][name] for name in fixed} for one in drawn]
    looks_back = made["declared"]["looks_back"]
    words = f"stage {stage}: it does not look back at the stages drawn before it, as declared"
    need(made["earlier"] == (wanted if looks_back else []), words)


def looking_back(scheme: Record) -> bool:
    """Return whether the locked scheme looks back; a key that is not used is not written."""
    return bool(scheme.get("looks_back", False))


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
        said += prove_ahead(design, entries, stage, seen)
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
    done: dict[str, dict[str, str]] = {}
    for stage, facts in drawn.items():
        made, seed = committed[stage], bytes.fromhex(opened[-1]["facts"]["seeds"][stage])
        need(sha256(seed) == made["seed_hash"], f"stage {stage}: the seed is not the one committed")
        earlier = [(committed[one["stage"]], done[one["stage"]]) for one in made["earlier"]]
        arms = done[stage] = repeated(made, seed, facts["event_value"], earlier)
        units = ((one, urn) for one in made["roster"] for urn in one["urns"])
        wanted = sorted([stage, u, o["unit"], o["stratum"], arms[o["unit"]]] for o, u in units)
        same = wanted == [row for row in rows if row[0] == stage]
        need(same, f"stage {stage}: the arms are not those that seed and event give")
    stages = f"{len(drawn)} stage{'s' if len(drawn) > 1 else ''}"
    words = f"{len(rows)} schools in {stages} have the arms that seed and event give"
    return [*said, ("holds", f"draw repeated: {words}")]


def prove_ahead(design: Record, entries: list[Entry], stage: str, seen: str) -> Said:
    """Prove that a stage's event was not known when the stage was committed."""
    fixed = next(e["at"][:10] for e in entries if (e["name"], e["stage"]) == ("commit", stage))
    if seen >= fixed:
        return []
    words = f"stage {stage}: the event of {seen} was before the commitment on {fixed}"
    need(design["trial"]["simulated"], f"{words}: its value could be known")
    return [("open", f"{words}; in a simulated trial time is invented")]


def repeated(
    made: Record, seed: bytes, event_value: str, earlier: Sequence[tuple[Record, dict[str, str]]]
) -> dict[str, str]:
    """Repeat the draw of one stage, given the arms of those that it looks back at."""
    secret = seed + hashlib.sha256(event_value.encode("utf-8")).digest()
    keys = {}
    for one in made["roster"]:
        message = canonical_json([made["trial"], made["stage"], one["unit"]]).encode("utf-8")
        keys[one["unit"]] = int.from_bytes(hmac.digest(secret, message, "sha256")[:8], "big")
    position = {one["arm"]: k for k, one in enumerate(made["shares"])}
    before: Before = [
        (values_of(stage, one), position[arms[one["unit"]]])
        for stage, arms in earlier
        for one in stage["roster"]
    ]
    arms = drawn_by(made, keys, before)
    return {unit: made["shares"][k]["arm"] for unit, k in arms.items()}


def drawn_by(made: Record, keys: Keys, before: Before) -> Arms:
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
        return draw_minimised(keys, weights, balanced, rule, before)
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
    rows = [values_of(made, unit) for unit in units]
    for k, covariate in enumerate(made["declared"]["covariates"]):
        found.append((covariate["weight"], [row[k] for row in rows]))
    return found


def values_of(made: Record, unit: Record) -> Values:
    """Return the covariates of a unit, numbers exact."""
    kinds = [one["kind"] for one in made["declared"]["covariates"]]
    given = zip(kinds, unit["covariates"], strict=True)
    return [Fraction(text) if kind == "number" else text for kind, text in given]


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
