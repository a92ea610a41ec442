"""Changes after the lock: amendments field by field, corrections by two, the draw untouched."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from equipoise.workspace.steps.stranger.lines import canonical_json, need, sha256

CORRECTIONS_FILE = "results/corrections.json"
OF_ENTRY = ("stage", "by")
#: Of the keys of a thing in a list, the one that names it.
NAMES = ("id", "code")


def differences(old: Any, new: Any, place: str = "") -> Iterator[dict[str, Any]]:
    """List what differs between two trees of JSON, field by field, in order of place.

    Things in lists are told apart by their id or code. What was not there before, or is there no
    longer, is null; a tree is given as its canonical JSON.
    """
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            yield from differences(old.get(key), new.get(key), f"{place}.{key}" if place else key)
    elif (before := named(old)) is not None and (after := named(new)) is not None:
        for name in sorted(before.keys() | after.keys()):
            yield from differences(before.get(name), after.get(name), f"{place}[{name}]")
        both = [name for name in before if name in after]
        again = [name for name in after if name in before]
        if both != again:
            yield {"place": f"{place} (order)", "old": shown(both), "new": shown(again)}
    elif old != new:
        yield {"place": place, "old": shown(old), "new": shown(new)}


def named(value: Any) -> dict[str, Any] | None:
    """Return a list of things by their names; None for anything else."""
    if not isinstance(value, list):
        return None
    for key in NAMES:
        if all(isinstance(one, dict) and isinstance(one.get(key), str) for one in value):
            found = {one[key]: one for one in value}
            return found if len(found) == len(value) else None
    return None


def shown(value: Any) -> str | None:
    """Return a value as canonical JSON, text as it is, and null for nothing."""
    return value if value is None or isinstance(value, str) else canonical_json(value)


def prove_amendments(
    versions: list[Mapping[str, str]], entries: list[dict[str, Any]]
) -> list[tuple[str, str]]:
    """Prove that each version is the one that was signed, and its changes those that were listed.

    A version holds the ``design`` and, once the plan was fixed, the ``plan``.
    """
    fixing = [e for e in entries if e["name"] in ("lock", "sap-lock", "amend")]
    need(len(fixing) == len(versions), "versions: not one for each lock and amendment")
    said: list[tuple[str, str]] = []
    before: Mapping[str, str] = {}
    for entry, version in zip(fixing, versions, strict=True):
        line, facts = entry["seq"] + 1, entry["facts"]
        digests = {part: sha256(text.encode("utf-8")) for part, text in version.items()}
        signed = {"design": facts["meaning"]} if entry["name"] != "sap-lock" else {}
        if entry["name"] == "sap-lock":
            signed["plan"] = facts["meaning"]
        elif facts.get("plan") is not None:
            signed["plan"] = facts["plan"]
        same = all(digests.get(part) == digest for part, digest in signed.items())
        need(same, f"line {line}: the version is not the one that was signed")
        if entry["name"] == "amend":
            two = len(set(entry["by"])) > 1
            need(two, f"line {line}: an amendment that two people did not sign")
            changes = [
                change
                for part in sorted(signed)
                for change in differences(json.loads(before[part]), json.loads(version[part]))
            ]
            need(changes and changes == facts["changes"], f"line {line}: other changes than listed")
            words = f"{len(changes)} change{'s' * (len(changes) != 1)} from version to version"
            state = f"the trial was {facts['phase']}"
            said.append(("holds", f"amendment in line {line}: {words}, by two people; {state}"))
        before = {**before, **version}
    return said


def prove_corrections(
    text: str, entries: list[dict[str, Any]], committed: Mapping[str, dict[str, Any]]
) -> list[tuple[str, str]]:
    """Prove that every correction is of drawn schools and by two, and that none is left out."""
    said: list[tuple[str, str]] = []
    signed: list[dict[str, Any]] = []
    urns = {urn for made in committed.values() for one in made["roster"] for urn in one["urns"]}
    digest = ""
    for entry in entries:
        if entry["name"] != "correct":
            continue
        line, facts = entry["seq"] + 1, entry["facts"]
        two = len(set(entry["by"])) > 1
        need(two, f"line {line}: a correction that two people did not sign")
        need(set(facts["urns"]) <= urns, f"line {line}: a correction of a school never drawn")
        signed.append({**facts, **{name: entry[name] for name in OF_ENTRY}})
        digest = entry["writes"][CORRECTIONS_FILE]
        schools = ", ".join(facts["urns"])
        rest = f"by the rule {facts['rule']}: {facts['effect']}; the draw stays as it was"
        said.append(("holds", f"correction in line {line}: {facts['kind']} ({schools}), {rest}"))
    if not signed:
        return said
    need(sha256(text.encode("utf-8")) == digest, "corrections: not the list that was signed")
    listed = json.loads(text)["data"]["corrections"]
    need(listed == signed, "corrections: other corrections than the ledger holds")
    return said
