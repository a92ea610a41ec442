"""The beginning: a folder with a protocol to edit, and the keys of those it names."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any

from equipoise.core.base import Problem, ProblemsError, write_atomic
from equipoise.core.ledger import OutOfTurnError
from equipoise.design.protocol import (
    load_programme,
    load_protocol,
    programme_template,
    programme_templates,
    set_values,
    templates,
)
from equipoise.design.protocol import template as template_bytes
from equipoise.workspace.folder import PROTOCOL, KeyPair, TrialFolder
from equipoise.workspace.steps.programme_file import PROGRAMME
from equipoise.workspace.steps.samples import sample_outcomes


def begin(path: Path, *, template: str, sample: bool = False) -> tuple[str, ...]:
    """Make a trial folder.

    Parameters
    ----------
    path
        A folder that holds no trial yet; made if it is not there.
    template
        Name of the protocol to begin with.
    sample
        Whether to put an invented outcome table beside a protocol that brings its own.

    Returns
    -------
    tuple of str
        The files written.

    Raises
    ------
    ProblemsError
        Where there is a trial already, or no such template.
    """
    for name in (PROTOCOL, PROGRAMME):
        if (path / name).exists():
            raise _refused(name, "one already", "none in the folder", "choose another folder")
    if template in programme_templates() and not sample:
        return _begin_programme(path, template)
    if template not in templates():
        known = ", ".join([*templates(), *programme_templates()])
        raise _refused("--template", repr(template), f"one of {known}", "choose one of them")
    files = {PROTOCOL: _protocol(template, path.resolve().name)}
    if sample:
        if template != "own-outcomes":
            raise _refused(
                "--sample",
                f"the template {template}",
                "the template own-outcomes",
                "make simulated data for it with: equipoise simulate FOLDER --roster",
            )
        # Invented numbers are never shown without the mark of simulated data.
        files[PROTOCOL] = set_values(files[PROTOCOL], {("trial", "simulated"): True})
        files["outcomes/outcomes.csv"] = sample_outcomes()
    for name, data in files.items():
        write_atomic(path / name, data)
    return tuple(files)


def _protocol(template: str, name: str) -> bytes:
    """Return a template for a folder of a name: no two trials share their teams' open folders."""
    data = template_bytes(template)
    if load_protocol(data, PROTOCOL).delivery_dir is None:
        return data
    return set_values(data, {("delivery_dir",): f"../{name}-delivery"})


def _begin_programme(path: Path, template: str) -> tuple[str, ...]:
    """Make a programme's folder, with a folder for each of its trials."""
    data = programme_template(template)
    files = {PROGRAMME: data}
    for member in load_programme(data, PROGRAMME).trials:
        name = PurePosixPath(member.folder).name
        files[f"{member.folder}/{PROTOCOL}"] = _protocol(member.id, name)
    for name, content in files.items():
        write_atomic(path / name, content)
    return tuple(files)


def _refused(file: str, found: str, expected: str, remedy: str) -> ProblemsError:
    return ProblemsError([Problem(file, "whole file", found, expected, remedy)])


def make_keys(folder: TrialFolder) -> tuple[str, ...]:
    """Make the keys that the protocol lacks; write public halves into trial.yaml.

    Parameters
    ----------
    folder
        The trial, not yet locked.

    Returns
    -------
    tuple of str
        Whose keys were made.
    """
    if folder.standing().trial != "draft":
        raise OutOfTurnError("the trial is locked; its keys can no longer be changed")
    changes: dict[tuple[str | int, ...], Any] = {}
    made = []
    for index, person in enumerate(folder.protocol.people):
        if person.signing_key is None:
            pair = KeyPair.make("signing", person.id, folder.secrets)
            folder.keys.write(person.id, pair)
            changes["people", index, "signing_key"] = pair.public.hex()
            made.append(person.id)
    for name in ("see", "delivery", "trial"):
        holder = getattr(folder.protocol.keys, name)
        if holder is not None and holder.public is None:
            pair = KeyPair.make("sealing", name, folder.secrets)
            folder.keys.write(name, pair)
            changes["keys", name, "public"] = pair.public.hex()
            made.append(f"{name} ({holder.holder})")
    if changes:
        data = set_values(folder.protocol_bytes(), changes)
        write_atomic(folder.path / PROTOCOL, data)
        folder.forget_protocol()
    return tuple(made)
