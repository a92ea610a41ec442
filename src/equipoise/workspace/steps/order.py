"""The order of steps: what is done, what is due, and who does it."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.core.base import Problem, Problems, ProblemsError
from equipoise.core.ledger import STEPS
from equipoise.workspace.folder import ROLES, TrialFolder, is_current, signatures_of
from equipoise.workspace.steps.stages import OUTCOMES, REGISTER, drawing_stages, is_external

#: Beginnings of the paths that a computation reads whole.
INPUTS: dict[str, tuple[str, ...]] = {
    "ingest": ("authority/", "outcomes/surveys/", "packs/"),
    "analyse-blind": ("results/corrections.json",),
    "analyse": ("frozen/", "results/corrections.json"),
    "report": ("results/",),
}

#: What follows for a stage once it is committed, by its state.
_FOLLOWS = {"committed": "randomise", "randomised": "reveal"}


@dataclass(frozen=True)
class Due:
    """The next step of a trial.

    Attributes
    ----------
    name
        The act or computation, or what has to be there before the first act.
    kind
        act, computation, preparation: what a person does before the lock, or enrolment: what has
        to be on the enrolment desk before the first commitment.
    stage
        The stage of the draw, for stage acts.
    who
        Ids of the people who can give the act; empty for a computation.
    signatures
        How many must sign.
    command
        What to type.
    """

    name: str
    kind: str
    stage: str | None
    who: tuple[str, ...]
    signatures: int
    command: str


def next_step(folder: TrialFolder, shown: str = "FOLDER") -> Due | None:
    """Return what is due next, or None where the trial is reported.

    Parameters
    ----------
    folder
        The trial folder.
    shown
        The folder as it should stand in the command.

    Raises
    ------
    ProblemsError
        Where protocol or ledger cannot be read.
    """
    now = folder.standing()
    if now.trial == "draft":
        return _preparing(folder, shown) or _due(folder, "lock", None, shown)
    if now.trial == "locked" and _size_is_due(folder):
        return _due(folder, "power", None, shown)
    if now.trial == "locked":
        enrolling = _enrolling(folder, now.stages, shown)
        return enrolling or _due(folder, *_drawing(folder, now.stages), shown)
    if now.trial == "sap-locked":
        for stage, state in sorted(now.stages.items()):
            if state in _FOLLOWS:
                return _due(folder, _FOLLOWS[state], stage, shown)
        if _waits_for_collection(folder):
            return _due(folder, "simulate-collect", None, shown)
        for name in ("ingest", "analyse-blind"):
            if not is_current(folder, name, INPUTS[name]):
                return _due(folder, name, None, shown)
        return _due(folder, "freeze", None, shown)
    if now.trial == "frozen":
        # A correction or an amendment after the freeze: the plan runs blind once more.
        blind = is_current(folder, "analyse-blind", INPUTS["analyse-blind"])
        return _due(folder, "unblind" if blind else "analyse-blind", None, shown)
    if now.trial == "unblinded":
        for name in ("analyse", "report"):
            if not is_current(folder, name, INPUTS[name]):
                return _due(folder, name, None, shown)
        return _due(folder, "publish", None, shown)
    return None


def _preparing(folder: TrialFolder, shown: str) -> Due | None:
    """Return what has to be there before the lock and is not, or None."""
    protocol = folder.protocol
    if protocol.brings_table:
        if not (folder.path / OUTCOMES).is_file() and is_external(folder):
            return Due(
                f"the table {OUTCOMES}", "preparation", None, (), 0, f"equipoise check {shown}"
            )
    elif protocol.trial.simulated and folder.last("simulate-roster") is None:
        return _due(folder, "simulate-roster", None, shown)
    elif not (folder.path / REGISTER).is_file():
        name = f"the schools in {REGISTER}"
        return Due(name, "preparation", None, (), 0, f"equipoise check {shown}")
    holders = (protocol.keys.see, protocol.keys.delivery, protocol.keys.trial)
    keyless = any(person.signing_key is None for person in protocol.people)
    if keyless or any(holder is not None and holder.public is None for holder in holders):
        return Due("keys", "preparation", None, (), 0, f"equipoise keys {shown}")
    return None


def _size_is_due(folder: TrialFolder) -> bool:
    """Return whether the trial's size is to be reckoned, and the protocol says enough for it."""
    design, reckoned = folder.protocol.design, folder.last("power")
    amended = folder.last("amend")
    if reckoned is not None and (amended is None or amended.seq < reckoned.seq):
        return False
    return design.population is not None or design.power.units is not None


def possible_acts(folder: TrialFolder) -> tuple[str, ...]:
    """Return every act that may be given now, stage acts with their stages.

    Examples of entries: ``amend``, ``correct (stage 350, 351)``.
    """
    now, found = folder.standing(), []
    for step in STEPS.values():
        if step.kind != "act" or now.trial not in step.states:
            continue
        if not step.stage_states:
            found.append(step.name)
            continue
        stages = sorted({*drawing_stages(folder), *now.stages})
        able = [stage for stage in stages if now.stage(stage) in step.stage_states]
        if able:
            found.append(f"{step.name} (stage {', '.join(able)})")
    return tuple(found)


def _enrolling(folder: TrialFolder, stages: dict[str, str], shown: str) -> Due | None:
    """Return that schools have to be enrolled first, where a desk has none complete yet."""
    if stages or is_external(folder) or drawing_stages(folder):
        return None
    command = f"equipoise enrol {shown} --status"
    return Due("of a first complete school", "enrolment", None, (), 0, command)


def _drawing(folder: TrialFolder, stages: dict[str, str]) -> tuple[str, str | None]:
    """Return the next step between lock and sap-lock, and its stage."""
    # Stages of late joiners are known to the ledger alone, and come after the others.
    for stage in dict.fromkeys((*drawing_stages(folder), *sorted(stages))):
        state = stages.get(stage, "enrolled")
        if state == "enrolled":
            return "commit", stage
        if state in _FOLLOWS:
            return _FOLLOWS[state], stage
    if _waits_for_collection(folder):
        return "simulate-collect", None
    return "sap-lock", None


def _waits_for_collection(folder: TrialFolder) -> bool:
    """Return whether a simulated trial is drawn and nothing was collected yet."""
    if not folder.protocol.trial.simulated or folder.protocol.brings_table:
        return False
    stages = folder.standing().stages
    drawn = all(stages.get(s) in ("randomised", "revealed") for s in drawing_stages(folder))
    return drawn and folder.last("simulate-collect") is None


def _due(folder: TrialFolder, name: str, stage: str | None, shown: str) -> Due:
    kind = STEPS[name].kind
    roles = ROLES.get(name, ())
    who = tuple(p.id for p in folder.protocol.people if p.role in roles)
    two = signatures_of(folder, name) == 2
    signatures = (2 if two else 1) if kind == "act" else 0
    return Due(name, kind, stage, who, signatures, _command(folder, name, stage, who, two, shown))


def _command(
    folder: TrialFolder, name: str, stage: str | None, who: tuple[str, ...], two: bool, shown: str
) -> str:
    verb = {
        "analyse-blind": "analyse",
        "simulate-collect": "simulate",
        "simulate-roster": "simulate",
    }.get(name, name)
    words = ["equipoise", verb, shown]
    if name == "analyse-blind":
        words.append("--blind")
    if name.startswith("simulate-"):
        words.append(f"--{name.removeprefix('simulate-')}")
    if stage is not None:
        words += ["--stage", stage]
    if name == "randomise":
        words += ["--event-value", "VALUE", "--event-source", "URL"]
    if who:
        words += ["--by", who[0]]
        others = [p.id for p in folder.protocol.people if p.id != who[0]]
        if two and others:
            words += ["--by", others[0]]
    return " ".join(words)


def guard(folder: TrialFolder, name: str) -> None:
    """Refuse an act whose conditions beyond the state are not met.

    Raises
    ------
    ProblemsError
        ``freeze`` before every committed stage is randomised or before the analysis set is
        current; ``unblind`` before a blind run of what was frozen; ``publish`` before the report
        is current.
    """
    problems = Problems()
    needs = {
        "freeze": ("ingest",),
        "unblind": ("analyse-blind",),
        "publish": ("analyse", "report"),
    }.get(name, ())
    if name == "freeze":
        problems.extend(_undrawn(folder))
    for step in needs:
        if not is_current(folder, step, INPUTS[step]):
            done = folder.last(step) is not None
            command = _command(folder, step, None, (), False, "FOLDER")
            problems.add(
                file="ledger.jsonl",
                place=f"before {name}",
                found=f"{step} of other files than these" if done else f"no {step}",
                expected=f"{step} of the files as they are",
                remedy=f"give the command: {command}",
            )
    if problems:
        raise ProblemsError(problems)


def _undrawn(folder: TrialFolder) -> list[Problem]:
    if is_external(folder):
        return []
    now = folder.standing()
    if not now.stages:
        return [_stage_problem("no stage drawn", "at least one stage drawn")]
    return [
        _stage_problem(f"stage {stage} committed, not drawn", "every committed stage drawn")
        for stage, state in sorted(now.stages.items())
        if state == "committed"
    ]


def _stage_problem(found: str, expected: str) -> Problem:
    return Problem(
        "ledger.jsonl", "before freeze", found, expected, "give the act randomise for it first"
    )
