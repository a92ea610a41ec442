"""The pack, and the road of rows: made on the authority's machine."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli.asking import counted
from equipoise.cli.messages import say
from equipoise.cli.options import (
    Engine,
    Folder,
    LinkPeople,
    Rows,
    need_engine,
    need_trial_extra,
    open_trial,
)

if TYPE_CHECKING:
    from equipoise.authority.pack import Sheet
    from equipoise.workspace.steps.extracts import Asked

Extract = Annotated[
    list[Path],
    typer.Argument(metavar="FOLDER|FILES", help="The extract's folder, or its files."),
]
Trial = Annotated[
    Path, typer.Option("--trial", metavar="ROSTER", help="The roster that the trial handed out.")
]
ProfileFile = Annotated[
    Path | None,
    typer.Option("--profile", metavar="FILE", help="Default: profile.json beside the extract."),
]
Yes = Annotated[bool, typer.Option("--yes", help="Ask nothing: what leaves was agreed before.")]
Sign = Annotated[
    Path | None,
    typer.Option("--sign", metavar="KEY", help="The signing key, or the folder of keys."),
]
Version = Annotated[
    int | None, typer.Option("--version", min=1, help="Default: from a name like 350.v2.sealed")
]
TrialKey = Annotated[
    str | None,
    typer.Option(
        "--key", metavar="DIGITS", help="The trial key's digits as told by telephone; checked."
    ),
]


def add_to(contacts: typer.Typer) -> None:
    """Add the commands."""
    for name, command in (
        ("roster", roster),
        ("keys", keys),
        ("pack", pack),
        ("rows", rows),
    ):
        contacts.command(name)(command)


def roster(
    folder: Folder,
    authority: Annotated[str, typer.Option("--authority", metavar="CODE", help="For whom.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Default: FOLDER-requests/CODE/roster.json."),
    ] = None,
) -> None:
    """Write what an authority packs for: its schools without arms, windows, definitions, the key.

    Example: equipoise contacts roster trials/dsl-primary --authority 350 --out 350.json
    """
    trial = open_trial(folder)
    from equipoise.authority.pack import fingerprint, roster_digests
    from equipoise.core.base import write_atomic
    from equipoise.reporting.tables import marked_name
    from equipoise.workspace.steps.declared import roster_of
    from equipoise.workspace.steps.request_facts import PACKING
    from equipoise.workspace.steps.requests import packing_roster, requests_folder

    head = trial.protocol.trial
    made = roster_of(trial, authority)
    name = marked_name(PACKING, head.simulated)
    target = out or requests_folder(trial) / authority / name
    write_atomic(target, packing_roster(trial, authority))
    if head.simulated:
        say("SIMULATED DATA, NOT FINDINGS")
    say(
        f"{made.name} ({made.authority}): {counted(len(made.schools), 'school')}, "
        f"{counted(len(made.windows), 'window')}, definitions "
        + ", ".join(declared.name for declared in made.declared)
    )
    for part, digest in roster_digests(made).items():
        say(f"  {part}: {digest[:16]}")
    say(f"The trial key's digits, to read out by telephone: {fingerprint(made.trial_key)}")
    if not made.signing_keys:
        say("The protocol declares no signing key of this authority: its packs cannot be proved.")
    say(f"wrote {target}")


def keys(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Where the authority's keys lie.")
    ],
) -> None:
    """Make the authority's keys where they are missing: one signs packs, one hides children.

    Neither ever leaves this computer. Keep a copy of the folder in a safe place: with another key
    the same child would get another pseudonym.

    Example: equipoise contacts keys our-keys
    """
    need_trial_extra()
    from equipoise.authority.pack import fingerprint
    from equipoise.workspace.folder.authority_keys import HMAC, SIGNING, make_authority_keys
    from equipoise.workspace.folder.randomness import SystemSecrets

    pair = make_authority_keys(folder, SystemSecrets())
    public = pair.public.hex()
    say(f"{folder / SIGNING} signs packs; {folder / HMAC} hides children in rows.")
    say("Lodge the public half of the signing key with the evaluator, and read out its digits:")
    say(f"  {public}")
    say(f"  digits: {fingerprint(public)}")


def pack(
    extract: Extract,
    trial: Trial,
    out: Annotated[Path, typer.Option("--out", metavar="PACK", help="Such as 350.v1.sealed.")],
    profile: ProfileFile = None,
    sign: Sign = None,
    key: TrialKey = None,
    definitions: Annotated[
        list[str] | None,
        typer.Option(
            "--definitions", metavar="NAME", help="Count only these beside the trial's own."
        ),
    ] = None,
    number: Version = None,
    people: LinkPeople = None,
    engine: Rows = Engine.DUCKDB,
    yes: Yes = False,
) -> None:
    """Count what the trial declared and seal it, after showing what leaves this computer.

    Nothing is sent. Two pages are written beside the pack: what leaves, and a statement for the
    information-governance lead. The pack itself is written only once you agree.

    Example: equipoise contacts pack extract --trial roster.json --sign our-keys --out 350.v1.sealed
    """
    need_engine(engine)
    need_trial_extra()
    from equipoise.authority.quality import linkage_lines
    from equipoise.workspace.folder.randomness import SystemSecrets
    from equipoise.workspace.steps import packing

    made = packing.packing(
        _asked(extract, trial, profile, key, engine, people),
        out=out,
        sign=sign,
        names=definitions or (),
        number=number,
    )
    pages = packing.write_pages(made)
    say(made.leaves.text())
    for line in linkage_lines(made.pack.quality.linkage):
        say(line)
    for page in pages:
        say(f"wrote {page} (stays here)")
    if sign is None:
        say("Not signed: nothing will show that it is yours. --sign names your key.")
    if not _agreed(yes):
        say("Nothing was packed.")
        raise typer.Exit(1)
    say(f"wrote {packing.write_pack(made, SystemSecrets())}")


def rows(
    extract: Extract,
    trial: Trial,
    hmac: Annotated[
        Path, typer.Option("--hmac", metavar="KEY", help="The HMAC key, or the folder of keys.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Such as 350.rows.v1.sealed.")],
    profile: ProfileFile = None,
    sign: Sign = None,
    key: TrialKey = None,
    number: Version = None,
    people: LinkPeople = None,
    engine: Rows = Engine.DUCKDB,
    yes: Yes = False,
) -> None:
    """Write the extract as pseudonymised rows, sealed, for an evaluator's secure environment.

    Every number of a child or contact becomes HMAC-SHA-256 under your key, which stays here. The
    rows are personal data: the file is encrypted to the trial's key, and only its holder can open
    it. The evaluator takes it in with contacts receive.

    Example: equipoise contacts rows extract --trial roster.json --hmac our-keys --out 350.sealed
    """
    need_engine(engine)
    need_trial_extra()
    from equipoise.workspace.folder.randomness import SystemSecrets
    from equipoise.workspace.steps.row_files import write_rows

    def agree(leaves: Sheet) -> bool:
        say(leaves.text())
        return _agreed(yes)

    asked = _asked(extract, trial, profile, key, engine, people)
    made = write_rows(
        asked,
        key=hmac,
        out=out,
        secrets=SystemSecrets(),
        agree=agree,
        sign=sign,
        number=number,
    )
    if made is None:
        say("No rows were written.")
        raise typer.Exit(1)
    for page in made.pages:
        say(f"wrote {page} (stays here)")
    if sign is None:
        say("Not signed: nothing will show that it is yours. --sign names your key.")
    say(f"wrote {made.file}")
    say(
        f"{counted(made.rows, 'row')}. The evaluator takes the file in: equipoise contacts receive."
    )


def _asked(
    extract: list[Path],
    roster: Path,
    profile: Path | None,
    key: str | None,
    engine: Engine,
    people: float | None,
) -> Asked:
    from equipoise.workspace.steps.extracts import Asked

    return Asked(tuple(extract), roster, profile, key, engine, people)


def _agreed(yes: bool) -> bool:
    """Ask whether to go on; the end of the input is no."""
    if yes:
        return True
    sys.stdout.write("May this leave? yes or no: ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().casefold() in ("y", "yes")
