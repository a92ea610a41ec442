"""Volumes: what an authority's other files count by month, beside its extract of contacts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from equipoise.cli.messages import say, say_json, show_table
from equipoise.cli.options import AsJson

if TYPE_CHECKING:
    from equipoise.authority.quality import FileVolumes, MonthCounts, VolumeShare

#: Beyond so many months only those are shown in which something is counted.
_MOST_MONTHS = 120


def add_to(contacts: typer.Typer) -> None:
    """Add the command."""
    contacts.command("volumes")(volumes)


def volumes(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...", help="Annex A workbook, census XML, ssd_contacts, ssd_cin_episodes"
        ),
    ],
    against: Annotated[
        Path | None,
        typer.Option("--against", metavar="FOLDER", help="An extract: profile.json and its file."),
    ] = None,
    differ: Annotated[
        float,
        typer.Option("--differ", min=0.0, max=1.0, help="The share by which months may differ."),
    ] = 0.05,
    as_json: AsJson = False,
) -> None:
    """Count contacts, referrals and enquiries by month in files that authorities have anyway.

    Says what each file can and cannot give. With --against each month's contacts are held against
    those of an extract. Small numbers are shown: this is for the authority's own screen.

    Example: equipoise contacts volumes annex-a.xlsx census.xml --against extract
    """
    from equipoise.authority.quality import volume_shares
    from equipoise.core.base import Problem, ProblemsError
    from equipoise.workspace.folder.volumes import extract_volumes, file_volumes

    problems: list[Problem] = []
    found: list[FileVolumes] = []
    extract = None
    for path in files:
        try:
            found.append(file_volumes(path))
        except ProblemsError as error:
            problems.extend(error.problems)
    if against is not None:
        try:
            extract = extract_volumes(against)
        except ProblemsError as error:
            problems.extend(error.problems)
    if problems:
        raise ProblemsError(problems)
    shares = [() if extract is None else volume_shares(one, extract, differ) for one in found]
    if as_json:
        pairs = zip(files, found, shares, strict=True)
        say_json([_json(path, one, held) for path, one, held in pairs])
        return
    for path, one, held in zip(files, found, shares, strict=True):
        _say_file(path, one)
        if extract is not None:
            _say_shares(held, differ)
        say()
    say("These are counts of children's records, small ones too: keep them on this machine.")


def _say_file(path: Path, one: FileVolumes) -> None:
    from equipoise.authority.readers import gives_words, other_files

    file = next(known for known in other_files() if known.id == one.kind)
    say(f"{path.name}: {file.title}")
    for rows in one.rows:
        say(f"  {rows.title}: {rows.read:,} rows read, {rows.kept:,} kept")
        for reason, count in rows.set_aside:
            say(f"    set aside: {count:,} ({reason})")
    for note in one.notes:
        say(f"  note: {note}")
    for event, count in one.outside.items():
        say(f"  outside the days that the file covers, and not below: {count:,} {event}")
    _say_months(one)
    say("  What this file can give:")
    titles = _titles()
    for judged in file.outcomes:
        say(f"    {titles[judged.outcome]}: {gives_words(judged.gives)}. {judged.why}")


def _say_months(one: FileVolumes) -> None:
    months = one.months()
    if len(months) > _MOST_MONTHS:
        months = tuple(month for month in months if month.totals)
    if not one.events or not months:
        say("  nothing to count by month")
        return
    heads = ["month"]
    for event in one.events:
        heads += [event, "by schools"] if _by_source(event) else [event]
    show_table(tuple(heads), [_line(one, month) for month in months])
    if not all(month.whole for month in months):
        say("  * the file covers a part of the month")


def _line(one: FileVolumes, month: MonthCounts) -> tuple[str, ...]:
    from equipoise.authority.quality import SCHOOLS, month_name

    cells = [month_name(month.month) + ("" if month.whole else "*")]
    for event in one.events:
        cells.append(f"{month.totals.get(event, 0):,}")
        if _by_source(event):
            cells.append(f"{month.groups.get((event, SCHOOLS), 0):,}")
    return tuple(cells)


def _by_source(event: str) -> bool:
    return event in ("contacts", "referrals")


def _say_shares(shares: tuple[VolumeShare, ...], differ: float) -> None:
    from equipoise.authority.quality import month_name

    if not shares:
        say("  Nothing to hold the extract against: no contacts in this file, or no day in both.")
        return
    say(f"  The extract beside this file (marked where they differ by more than {differ:.0%}):")
    show_table(
        ("month", "what", "file", "extract", "share", ""),
        [
            (
                month_name(one.month),
                one.what,
                f"{one.in_file:,}",
                f"{one.in_extract:,}",
                "" if one.share is None else f"{one.share:.0%}",
                "differs" if one.differs else "",
            )
            for one in shares
        ],
    )


def _titles() -> dict[str, str]:
    from equipoise.authority.readers import counted_outcomes

    return {kind.id: kind.title for kind in counted_outcomes()}


def _json(path: Path, one: FileVolumes, shares: tuple[VolumeShare, ...]) -> dict[str, Any]:
    return {
        "file": path.name,
        "kind": one.kind,
        "rows": [
            {
                "list": rows.title,
                "read": rows.read,
                "kept": rows.kept,
                "set_aside": dict(rows.set_aside),
            }
            for rows in one.rows
        ],
        "outside": dict(one.outside),
        "notes": list(one.notes),
        "months": [
            {
                "month": month.month,
                "whole": month.whole,
                "totals": dict(month.totals),
                "groups": {
                    event: {group: n for (of, group), n in month.groups.items() if of == event}
                    for event in month.totals
                },
            }
            for month in one.months()
            if month.totals
        ],
        "against": [
            {
                "month": share.month,
                "what": share.what,
                "file": share.in_file,
                "extract": share.in_extract,
                "differs": share.differs,
            }
            for share in shares
        ],
    }
