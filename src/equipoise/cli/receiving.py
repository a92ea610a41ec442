"""Receiving: what an authority sent is taken in by the evaluator, and compared with before."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli.asking import counted
from equipoise.cli.messages import say, say_json, show_table
from equipoise.cli.options import AsJson, Folder, open_trial

if TYPE_CHECKING:
    from equipoise.workspace.steps.receiving import Received

#: So many changed counts are listed; --json gives all.
_SHOWN = 40


def add_to(contacts: typer.Typer) -> None:
    """Add the command."""
    contacts.command()(receive)


def receive(
    sent: Annotated[Path, typer.Argument(metavar="PACK", help="The file that was sent.")],
    folder: Folder,
    older: Annotated[
        bool, typer.Option("--older", help="Take it in though it is older than what is held.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take in an authority's pack or rows: open, check, compare with the version before, keep.

    One for another roster or other definitions is refused, and it is said which. Every version is
    kept, packs as packs/CODE.vN.sealed, rows (still sealed) as authority/CODE/rows.vN.sealed;
    ingest reads the last one and records all of them.

    Example: equipoise contacts receive 350.v2.sealed trials/dsl-primary
    """
    trial = open_trial(folder)
    from equipoise.workspace.steps.receiving import receive as take_in

    found = take_in(trial, sent, older=older)
    if as_json:
        say_json(_plain(found, simulated=trial.protocol.trial.simulated))
        return
    if trial.protocol.trial.simulated:
        say("SIMULATED DATA, NOT FINDINGS")
    _show(found)


def _show(found: Received) -> None:
    kept = "kept as" if found.new else "held already as"
    say(f"{found.name} ({found.code}): {kept} {found.file}")
    if found.rows is not None:
        say(f"  {counted(found.rows, 'row')}, which add up to the account that came with them")
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
        "kind": found.kind,
        "rows": found.rows,
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
