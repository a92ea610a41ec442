"""The order of steps: what is done, what is due, and who does it."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.core.base import Problem, Problems, ProblemsError
from equipoise.core.ledger import STEPS, standing
from equipoise.workspace.folder import ROLES, TrialFolder, is_current
from equipoise.workspace.steps.stages import drawing_stages, is_external

#: Beginnings of the paths that a computation reads whole.
INPUTS: dict[str, tuple[str, ...]] = {
    "ingest": ("authority/", "outcomes/surveys/", "packs/"),
    "analyse-blind": (),
    "analyse": ("frozen/",),
    "report": ("results/",),
}


@dataclass(frozen=True)
class Due:
    """The next step of a trial.

    Attributes
    ----------
    name
        The act or computation.
    kind
        act or computation.
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
    now = standing(folder.whole_chain().entries)
    if now.trial == "draft":
        return _due(folder, "lock", None, shown)
    if now.trial == "locked":
        return _due(folder, *_drawing(folder, now.stages), shown)
    if now.trial == "sap-locked":
        for name in ("ingest", "analyse-blind"):
            if not is_current(folder, name, INPUTS[name]):
                return _due(folder, name, None, shown)
        return _due(folder, "freeze", None, shown)
    if now.trial == "frozen":
        return _due(folder, "unblind", None, shown)
    if now.trial == "unblinded":
        for name in ("analyse", "report"):
            if not is_current(folder, name, INPUTS[name]):
                return _due(folder, name, None, shown)
        return _due(folder, "publish", None, shown)
    return None


def _drawing(folder: TrialFolder, stages: dict[str, str]) -> tuple[str, str | None]:
    """Return the next step between lock and sap-lock, and its stage."""
    simulated, brings_table = folder.protocol.trial.simulated, folder.protocol.brings_table
    follows = {"enrolled": "commit", "committed": "randomise", "randomised": "reveal"}
    for stage in drawing_stages(folder):
        state = stages.get(stage, "enrolled")
        if state in follows:
            return follows[state], stage
    if simulated and not brings_table and folder.last("simulate-collect") is None:
        return "simulate-collect", None
    return "sap-lock", None


def _due(folder: TrialFolder, name: str, stage: str | None, shown: str) -> Due:
    kind = STEPS[name].kind
    roles = ROLES.get(name, ())
    who = tuple(p.id for p in folder.protocol.people if p.role in roles)
    two = name in folder.protocol.design.scheme.two_signatures
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
