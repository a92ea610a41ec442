"""Before the lock: new, keys, check, schema, status."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from equipoise.cli.drawing import late_notes
from equipoise.cli.messages import say, say_json, show_table
from equipoise.cli.options import AsJson, Folder, need_trial_extra, open_trial, show_next


def add_to(application: typer.Typer) -> None:
    """Add the commands."""
    application.command()(new)
    application.command()(keys)
    application.command()(check)
    application.command()(schema)
    application.command()(status)


def new(
    folder: Folder,
    template: Annotated[
        str, typer.Option("--template", help="The protocol to begin with.")
    ] = "dsl-primary",
    sample: Annotated[
        bool,
        typer.Option("--sample", help="With own-outcomes: put an invented outcome table beside."),
    ] = False,
) -> None:
    """Make a trial folder with a protocol to edit.

    Example: equipoise new trials/north --template dsl-primary
    """
    need_trial_extra()
    from equipoise.workspace.steps.beginning import begin

    for name in begin(folder, template=template, sample=sample):
        say(f"wrote {folder / name}")
    if (folder / "programme.yaml").is_file():
        say("Next: take each trial on, beginning with: equipoise status FOLDER/TRIAL")
        say(f"  and when they are analysed: equipoise synthesise {folder}")
        return
    say(f"Next: edit {folder / 'trial.yaml'}, then: equipoise check {folder}")


def keys(folder: Folder) -> None:
    """Make the keys that the protocol lacks.

    Public halves are written into trial.yaml. Private keys go into the first folder of
    EQUIPOISE_KEYS, else into the user's configuration folder; hand each to its person. Keys are
    never replaced.

    Example: EQUIPOISE_KEYS=keys equipoise keys trials/north
    """
    trial = open_trial(folder)
    from equipoise.workspace.steps.beginning import make_keys

    made = make_keys(trial)
    for name in made:
        say(f"made a key for {name}")
    where = trial.keys.folders[0]
    say(f"{len(made)} keys made; private halves are in {where}" if made else "No key was missing.")
    if made:
        say("One desk now holds every key. In a real trial give each person their own file, and")
        say("keep none here: two signatures mean two people.")


def check(folder: Folder, as_json: AsJson = False) -> None:
    """Check protocol and registers; name every problem at once.

    Example: equipoise check trials/north
    """
    trial = open_trial(folder)
    from equipoise.workspace.steps.checking import checked

    found = checked(trial)
    if as_json:
        say_json(found.plain())
        return
    say(f"{folder / 'trial.yaml'}: sound.")
    if found.schools is not None:
        say(
            f"Registers: sound. {found.schools} eligible schools in {found.units} units and "
            f"{found.authorities} authorities; not eligible: {found.excluded}."
        )
        if found.reasons:
            show_table(("reason", "schools"), [(r, str(n)) for r, n in found.reasons])
    for note in found.notes:
        say(f"Note: {note}")
    for problem in found.before_lock:
        say(f"Before the lock: {problem.sentence()}")


def schema(
    kind: Annotated[
        str, typer.Argument(help="protocol, states, or a kind of result such as analysis.impact.")
    ] = "protocol",
) -> None:
    """Print a JSON Schema, or the diagram of states.

    The schema is of trial.yaml, or of a kind of result. An editor that is given it completes
    and checks trial.yaml while one types.

    Example: equipoise schema > trial.schema.json
    """
    need_trial_extra()
    from equipoise.workspace.steps.describing import described

    say(described(kind))


def status(folder: Folder, as_json: AsJson = False) -> None:
    """Say where the trial stands, what is next, and who does it.

    Example: equipoise status trials/north
    """
    trial = open_trial(folder)
    from equipoise.workspace.steps.drawing import late_schools
    from equipoise.workspace.steps.order import next_step, possible_acts
    from equipoise.workspace.steps.unforeseen import unrecorded

    now, due = trial.standing(), next_step(trial, str(folder))
    possible = possible_acts(trial)
    if as_json:
        value: dict[str, Any] = {"trial": trial.protocol.trial.id, "state": now.trial}
        value["simulated"] = trial.protocol.trial.simulated
        value["stages"] = now.stages
        value["possible"] = list(possible)
        value["late"] = {stage: list(urns) for stage, urns in late_schools(trial).items()}
        value["next"] = None if due is None else due.__dict__ | {"who": list(due.who)}
        say_json(value)
        return
    simulated = " (SIMULATED DATA, NOT FINDINGS)" if trial.protocol.trial.simulated else ""
    say(f"{trial.protocol.trial.title}{simulated}")
    say(f"State: {now.trial}")
    if now.stages:
        show_table(("stage", "state"), sorted(now.stages.items()))
    show_next(trial)
    for note in late_notes(trial):
        say(note)
    if possible:
        say(f"Possible acts: {'; '.join(possible)}")
    for sentence in unrecorded(trial):
        say(f"Not recorded: {sentence}")
