"""Commitments and draw as verify sees them: repeated where the seeds are public."""

from __future__ import annotations

from equipoise.core.base import ProblemsError
from equipoise.core.ledger import Chain, Entry
from equipoise.core.results import decode_result
from equipoise.design.randomisation import Allocation, roster_digest
from equipoise.workspace.folder import TrialFolder
from equipoise.workspace.folder.vault import ALLOCATION, holds_see_key
from equipoise.workspace.steps.drawing import repeated_stages
from equipoise.workspace.steps.events import recorded_faults
from equipoise.workspace.steps.findings import Finding, Verdict
from equipoise.workspace.steps.opening import ARMS, events_of, external_problem, opened_rows
from equipoise.workspace.steps.stages import commitment_file, is_external, open_allocations


def commitment_findings(folder: TrialFolder, chain: Chain) -> list[Finding]:
    """Compare each stage's commitment with what its act recorded."""
    found = []
    for entry in chain.entries:
        if entry.name != "commit" or entry.stage is None:
            continue
        problem = _commitment_problem(folder, entry)
        verdict: Verdict = "holds" if problem is None else "fails"
        words = problem or "roster, strata, scheme, seed hash and event are those committed"
        found.append(Finding("commitment", verdict, f"stage {entry.stage}: {words}"))
    return found


def _commitment_problem(folder: TrialFolder, entry: Entry) -> str | None:
    path = folder.path / commitment_file(entry.stage or "")
    try:
        commitment = decode_result(path.read_bytes()).data
    except (OSError, ValueError) as error:
        return f"the commitment cannot be read ({error})"
    if roster_digest(commitment.roster) != entry.facts.get("roster_digest"):
        return "the roster is not the one committed"
    if commitment.seed_hash != entry.facts.get("seed_hash"):
        return "the seed's hash is not the one committed"
    return None


def event_findings(folder: TrialFolder, chain: Chain) -> list[Finding]:
    """Name every draw whose event was not to come when its stage was committed."""
    # Time is invented in a simulated trial.
    verdict: Verdict = "open" if folder.protocol.trial.simulated else "fails"
    return [
        Finding("event", verdict, f"stage {stage}: {fault}")
        for stage, fault in recorded_faults(chain.entries).items()
    ]


def draw_finding(folder: TrialFolder, chain: Chain) -> Finding:
    """Repeat every stage's draw where the seeds are public; else say what is open."""
    unblinded = [e for e in chain.entries if e.name == "unblind"]
    if is_external(folder):
        return _external_draw(folder, unblinded)
    values = events_of(chain.entries)
    if not values:
        return Finding("draw", "open", "nothing is drawn yet")
    if not unblinded:
        return _sealed_draw(folder)
    try:
        seeds = {s: bytes.fromhex(v) for s, v in unblinded[-1].facts["seeds"].items()}
        data = (folder.path / ARMS).read_bytes()
        opened = opened_rows(data)
        made = {
            stage: decode_result((folder.path / commitment_file(stage)).read_bytes()).data
            for stage in values
        }
        for stage, again in repeated_stages(chain.entries, made, seeds).items():
            if again.rows != opened.get(stage):
                return Finding("draw", "fails", f"stage {stage}: the arms are not those drawn")
    except (OSError, ValueError, KeyError) as error:
        return Finding("draw", "fails", f"the draw cannot be repeated: {_first_line(error)}")
    units = sum(len(rows) for rows in opened.values())
    stages = f"{len(values)} stage{'s' if len(values) != 1 else ''}"
    words = f"draw repeated: {units} schools in {stages} have the arms that seed and event give"
    return Finding("draw", "holds", words)


def _first_line(error: Exception) -> str:
    lines = str(error).splitlines()
    return lines[-1] if lines else type(error).__name__


def _sealed_draw(folder: TrialFolder) -> Finding:
    if not holds_see_key(folder):
        return Finding("draw", "open", "draw committed, not yet repeatable: the seeds are sealed")
    try:
        held = open_allocations(folder, (folder.path / ALLOCATION).read_bytes())
    except (OSError, ProblemsError) as error:
        return Finding("draw", "fails", f"{ALLOCATION} does not open: {_first_line(error)}")
    words = f"{len(held)} sealed stages open with the see-key; the seeds are not yet revealed"
    return Finding("draw", "open", f"draw committed, not yet repeatable in public: {words}")


def _external_draw(folder: TrialFolder, unblinded: list[Entry]) -> Finding:
    words = "drawn elsewhere, not proved"
    if not unblinded:
        return Finding("draw", "open", words)
    try:
        rows = opened_rows((folder.path / ARMS).read_bytes())
        held = [Allocation(stage, tuple(found)) for stage, found in rows.items()]
        problem = external_problem(folder, held, bytes.fromhex(unblinded[-1].facts["salt"]))
    except (OSError, ValueError, KeyError) as error:
        return Finding("draw", "fails", f"{words}; the arms cannot be read: {_first_line(error)}")
    if problem is not None:
        return Finding("draw", "fails", f"{words}; the arms are not those taken in")
    return Finding("draw", "open", f"{words}; the arms are those taken in at ingest")
