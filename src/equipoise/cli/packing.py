"""The pack: made on the authority's machine, taken in by the evaluator; and the road of rows."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli.asking import counted
from equipoise.cli.messages import say, say_json, show_table
from equipoise.cli.options import (
    AsJson,
    Engine,
    Folder,
    Rows,
    need_engine,
    need_trial_extra,
    open_trial,
)

if TYPE_CHECKING:
    from equipoise.authority.pack import Sheet
    from equipoise.workspace.steps.extracts import Asked
    from equipoise.workspace.steps.receiving import Received

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
TrialKey = Annotated[
    str | None,
    typer.Option(
        "--key", metavar="DIGITS", help="The trial key's digits as told by telephone; checked."
    ),
]
#: So many changed counts are listed; --json gives all.
_SHOWN = 40


def add_to(contacts: typer.Typer) -> None:
    """Add the commands."""
    for name, command in (
        ("roster", roster),
        ("keys", keys),
        ("pack", pack),
        ("rows", rows),
        ("receive", receive),
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
    from equipoise.authority.pack import fingerprint, roster_bytes, roster_digests
    from equipoise.core.base import write_atomic
    from equipoise.reporting.tables import marked_name
    from equipoise.workspace.steps.declared import roster_of
    from equipoise.workspace.steps.requests import requests_folder

    head = trial.protocol.trial
    made = roster_of(trial, authority)
    name = marked_name("roster.json", head.simulated)
    target = out or requests_folder(trial) / authority / name
    write_atomic(target, roster_bytes(made, trial=head.id, simulated=head.simulated))
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
    sign: Annotated[
        Path | None,
        typer.Option("--sign", metavar="KEY", help="The signing key, or the folder of keys."),
    ] = None,
    key: TrialKey = None,
    definitions: Annotated[
        list[str] | None,
        typer.Option(
            "--definitions", metavar="NAME", help="Count only these beside the trial's own."
        ),
    ] = None,
    number: Annotated[
        int | None, typer.Option("--version", min=1, help="Default: from a name like 350.v2.sealed")
    ] = None,
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
    from equipoise.workspace.folder.randomness import SystemSecrets
    from equipoise.workspace.steps import packing

    made = packing.packing(
        _asked(extract, trial, profile, key, engine),
        out=out,
        sign=sign,
        names=definitions or (),
        number=number,
    )
    pages = packing.write_pages(made)
    say(made.leaves.text())
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
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="For rows.csv, rows.json.")],
    profile: ProfileFile = None,
    key: TrialKey = None,
    engine: Rows = Engine.DUCKDB,
    yes: Yes = False,
) -> None:
    """Write the extract as pseudonymised rows, for an evaluator's secure environment.

    Every number of a child or contact becomes HMAC-SHA-256 under your key, which stays here. The
    rows are personal data and are not encrypted: move them by a secure transfer only.

    Example: equipoise contacts rows extract --trial roster.json --hmac our-keys --out rows/350
    """
    need_engine(engine)
    need_trial_extra()
    from equipoise.workspace.steps.row_files import write_rows

    def agree(leaves: Sheet) -> bool:
        say(leaves.text())
        return _agreed(yes)

    asked = _asked(extract, trial, profile, key, engine)
    made = write_rows(asked, key=hmac, out=out, agree=agree)
    if made is None:
        say("No rows were written.")
        raise typer.Exit(1)
    for page in made.pages:
        say(f"wrote {page} (stays here)")
    for file in made.files:
        say(f"wrote {file}")
    say(f"{counted(made.rows, 'row')}. The evaluator puts both files into authority/CODE/.")


def receive(
    sent: Annotated[Path, typer.Argument(metavar="PACK", help="The file that was sent.")],
    folder: Folder,
    as_json: AsJson = False,
) -> None:
    """Take in an authority's pack: open, check, compare with the version before, keep it.

    A pack for another roster or other definitions is refused, and it is said which. Every version
    is kept as packs/CODE.vN.sealed; ingest reads the last one and records all of them.

    Example: equipoise contacts receive 350.v2.sealed trials/dsl-primary
    """
    trial = open_trial(folder)
    from equipoise.workspace.steps.receiving import receive as take_in

    found = take_in(trial, sent)
    if as_json:
        say_json(_plain(found, simulated=trial.protocol.trial.simulated))
        return
    if trial.protocol.trial.simulated:
        say("SIMULATED DATA, NOT FINDINGS")
    _show(found)


def _asked(
    extract: list[Path], roster: Path, profile: Path | None, key: str | None, engine: Engine
) -> Asked:
    from equipoise.workspace.steps.extracts import Asked

    return Asked(tuple(extract), roster, profile, key, engine)


def _agreed(yes: bool) -> bool:
    """Ask whether to go on; the end of the input is no."""
    if yes:
        return True
    sys.stdout.write("May this leave? yes or no: ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().casefold() in ("y", "yes")


def _show(found: Received) -> None:
    kept = "kept as" if found.new else "held already as"
    say(f"{found.name} ({found.code}): {kept} {found.file}")
    say(f"  extract of {found.extract_date}, contacts of {found.covers_from} to {found.covers_to}")
    say(f"  {found.signature}")
    say(f"  definitions: {', '.join(found.definitions)}")
    if found.left_out:
        say(f"  declared but left out: {', '.join(found.left_out)}")
    for note in found.notes:
        say(f"  note: {note}")
    if found.previous is None:
        say("The first version: nothing to compare with.")
    else:
        schools = counted(found.schools_changed or 0, "school")
        say(f"Since {found.previous}: counts of {schools} changed.")
    if found.changed is not None:
        _show_changes(found)
    if found.totals:
        names = ("contacts", "children", "nfa_any_strict", "pending", "unmapped")
        windows = sorted({window for window, _ in found.totals})
        say("Totals over all schools:")
        show_table(
            ("window", *names),
            [
                (window, *(str(found.totals.get((window, name), 0)) for name in names))
                for window in windows
            ],
        )
    for window, bound in sorted(found.twice.items()):
        say(f"{window}: {bound.sentence()}")


def _show_changes(found: Received) -> None:
    changed = found.changed
    if changed is None:
        return
    if changed.schools:
        rows = [
            (one.urn, one.window, one.count, _number(one.before), _number(one.after))
            for one in changed.schools[:_SHOWN]
        ]
        show_table(("school", "window", "count", "before", "now"), rows)
        if len(changed.schools) > _SHOWN:
            say(f"  and {len(changed.schools) - _SHOWN} more: --json lists all")
    for total in changed.totals:
        say(f"  {total.window}, {total.count}: {total.before} before, {total.after} now")
    for line in changed.quality:
        say(f"  {line}")


def _number(value: int | None) -> str:
    return "-" if value is None else str(value)


def _plain(found: Received, *, simulated: bool) -> dict[str, object]:
    """Return it as plain values."""
    changed = found.changed
    return {
        "simulated": simulated,
        **({"mark": "SIMULATED DATA, NOT FINDINGS"} if simulated else {}),
        "authority": found.code,
        "name": found.name,
        "file": found.file,
        "new": found.new,
        "version": found.number,
        "extract_date": found.extract_date.isoformat(),
        "covers": [found.covers_from.isoformat(), found.covers_to.isoformat()],
        "signature": found.signature,
        "definitions": list(found.definitions),
        "left_out": list(found.left_out),
        "previous": found.previous,
        "schools_changed": found.schools_changed,
        "changed": None
        if changed is None
        else {
            "schools": [one.__dict__ for one in changed.schools],
            "totals": [one.__dict__ for one in changed.totals],
            "quality": list(changed.quality),
        },
        "totals": [
            {"window": window, "count": name, "total": total}
            for (window, name), total in sorted(found.totals.items())
        ],
        "known_to_two_authorities": {
            window: {
                "counted": bound.counted,
                "distinct_at_least": bound.distinct_at_least,
                "sentence": bound.sentence(),
            }
            for window, bound in sorted(found.twice.items())
        },
        "notes": list(found.notes),
    }
