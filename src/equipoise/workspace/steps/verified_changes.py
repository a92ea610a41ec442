"""Amendments and corrections as verify sees them: made again from what is kept."""

from __future__ import annotations

from datetime import date

from equipoise.core.base import ProblemsError, sha256_hex
from equipoise.core.ledger import Chain, Entry
from equipoise.core.results import decode_result
from equipoise.design.protocol import load_protocol
from equipoise.design.randomisation import Correction, effect_of
from equipoise.workspace.folder import PROTOCOL, TrialFolder, fixed_text, fixings
from equipoise.workspace.steps.amendments import changes_between
from equipoise.workspace.steps.corrections import CORRECTIONS, corrections_of, drawn_schools
from equipoise.workspace.steps.findings import Finding

#: Computations that rest on the protocol's design and plan.
_COMPUTED = ("ingest", "analyse-blind", "analyse", "report")


def change_findings(folder: TrialFolder, chain: Chain) -> list[Finding]:
    """Return what can be said of every amendment, and of the corrections together.

    Parameters
    ----------
    folder
        The trial folder.
    chain
        Its ledger; of a damaged one the part that could be proved.
    """
    found = []
    before = None
    for entry in fixings(chain.entries):
        if entry.name == "amend" and before is not None:
            found.append(_amendment(folder, before, entry))
        before = entry
    found += _older(chain.entries)
    # Of a damaged ledger only a part can be read: it accuses no other file.
    if not chain.problems and any(entry.name == "correct" for entry in chain.entries):
        found.append(_corrections(folder, chain.entries))
    return found


def _older(entries: tuple[Entry, ...]) -> list[Finding]:
    """Name what was computed before the last amendment and not since."""
    last = {entry.name: entry.seq for entry in entries}
    amended = last.get("amend")
    if amended is None:
        return []
    older = [name for name in _COMPUTED if last.get(name, amended) < amended]
    words = f"computed under the version before line {amended + 1}, and not since"
    return [Finding("amendment", "open", f"{', '.join(older)}: {words}")] if older else []


def _amendment(folder: TrialFolder, before: Entry, entry: Entry) -> Finding:
    place = f"line {entry.seq + 1}"
    try:
        old, new = (load_protocol(fixed_text(folder, e), PROTOCOL) for e in (before, entry))
    except ProblemsError as error:
        return Finding("amendment", "fails", f"{place}: {error.problems[0].sentence()}")
    facts = entry.facts
    planned = facts.get("plan") is not None
    good = (
        len(set(entry.by)) > 1
        and facts.get("meaning") == sha256_hex(new.meaning("design"))
        and (not planned or facts["plan"] == sha256_hex(new.meaning("plan")))
        and facts.get("changes") == changes_between(old, new, planned=planned)
    )
    if not good:
        words = "the version, its changes or its signers are not as they were recorded"
        return Finding("amendment", "fails", f"{place}: {words}")
    count = len(facts["changes"])
    changes = f"{count} change{'s' if count != 1 else ''}"
    state = "after unblinding" if facts["phase"] == "unblinded" else "before unblinding"
    words = f"{changes} made again from both versions, {state} ({facts['phase']}), by two people"
    return Finding("amendment", "holds", f"{place}: version {facts['version']}, {words}")


def _corrections(folder: TrialFolder, entries: tuple[Entry, ...]) -> Finding:
    try:
        signed = corrections_of(entries)
        held = decode_result((folder.path / CORRECTIONS).read_bytes()).data.corrections
        drawn = drawn_schools(folder)
    except (OSError, ValueError, KeyError, TypeError, ProblemsError) as error:
        lines = str(error).splitlines() or [type(error).__name__]
        return Finding("corrections", "fails", f"they cannot be read: {lines[-1].strip()}")
    if tuple(held) != signed:
        words = f"{CORRECTIONS} holds other corrections than the ledger"
        return Finding("corrections", "fails", words)
    for correction in signed:
        schools = [drawn[urn] for urn in correction.urns if urn in drawn]
        if len(schools) != len(correction.urns) or len(set(correction.by)) < 2:
            words = f"of {', '.join(correction.urns)}: schools never drawn, or signed by one"
            return Finding("corrections", "fails", words)
        effect = effect_of(
            correction.kind,
            correction.rule,
            schools,
            effective=_since(correction),
            blind=_was_blind(folder, correction),
        )
        if (effect.name, effect.set_aside, effect.into) != (
            correction.effect,
            correction.set_aside,
            correction.into,
        ):
            words = f"of {', '.join(correction.urns)}: the rule does something else"
            return Finding("corrections", "fails", words)
    count = f"{len(signed)} correction{'s' if len(signed) != 1 else ''}"
    aside = len({urn for correction in signed for urn in correction.set_aside})
    kept = "every school stays as drawn" if not aside else f"{aside} schools not analysed alone"
    words = f"{count} by two people each, made again from rosters and rules; {kept}"
    return Finding("corrections", "holds", words)


def _since(correction: Correction) -> date | None:
    return None if correction.effective is None else date.fromisoformat(correction.effective)


def _was_blind(folder: TrialFolder, correction: Correction) -> bool:
    people = {person.id: person.blind for person in folder.protocol.people}
    return correction.phase != "unblinded" and all(people.get(p, False) for p in correction.by)
