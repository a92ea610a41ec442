"""Receiving: a pack, or rows, taken in by the evaluator and held against the version before."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from equipoise.authority.pack import (
    PRIMARY,
    Changed,
    CountedTwice,
    Pack,
    changes,
    counted_twice,
    fingerprint,
    recounted,
    window_totals,
)
from equipoise.authority.readers import raw_digest
from equipoise.core.base import Problem, Problems, ProblemsError
from equipoise.workspace.folder import TrialFolder
from equipoise.workspace.folder.engine import engine_named
from equipoise.workspace.steps.declared import definitions_of, roster_of
from equipoise.workspace.steps.row_files import write_large
from equipoise.workspace.steps.sent import Opened, code_of, opened_pack
from equipoise.workspace.steps.sent_rows import ROWS_NAME, opened_rows, rows_code_of, unsealed_rows
from equipoise.workspace.steps.shelves import Shelf
from equipoise.workspace.steps.stages import registers_in

#: Once the analysis set is frozen nothing more comes in.
_OPEN = ("draft", "locked", "sap-locked")
#: Before this state nobody may see an outcome of after the draw.
_SEEN = "sap-locked"


@dataclass(frozen=True)
class Received:
    """A pack, or rows, that were taken in.

    Attributes
    ----------
    kind, rows
        ``pack`` or ``rows``; how many rows there are, None for a pack.
    code, name
        Whose it is.
    file
        Where it is kept, from the trial folder.
    new
        False where this version was held already: nothing was written then.
    number
        Its version as the authority counts them; None for a pack that says none.
    extract_date, covers_from, covers_to
        When the extract was made, and which dates of contact it holds.
    signature
        How far its signature goes, in words.
    definitions, left_out
        The definitions that it holds counts for, and the declared ones that it does not.
    previous
        The version it is compared with, from the trial folder; None for the first.
    changed
        What changed since; None for the first, and before the sap-lock.
    schools_changed
        How many schools' counts changed; this may be seen before the sap-lock too.
    totals
        Each count summed over the schools, by window and name; empty before the sap-lock.
    twice
        The bound on children known to two authorities, by window; empty before the sap-lock.
    notes
        What should be known.
    """

    kind: str
    rows: int | None
    code: str
    name: str
    file: str
    new: bool
    number: int | None
    extract_date: date
    covers_from: date
    covers_to: date
    signature: str
    definitions: tuple[str, ...]
    left_out: tuple[str, ...]
    previous: str | None
    changed: Changed | None
    schools_changed: int | None
    totals: dict[tuple[str, str], int]
    twice: dict[str, CountedTwice]
    notes: tuple[str, ...]


def receive(folder: TrialFolder, path: Path, *, older: bool = False) -> Received:
    """Take a pack or rows in, keep them as the next version, and say what changed.

    Ingest reads the last version of each authority and records all of them in the ledger. Rows
    stay sealed in the authority's folder.

    Parameters
    ----------
    folder
        The trial folder; the trial's private key must be at hand.
    path
        The file as the authority sent it.
    older
        Whether it may become the version that counts though its extract, or its number, is older
        than that of the version held.

    Raises
    ------
    ProblemsError
        Where the trial is frozen, the file does not open, was signed otherwise than declared, or
        was made for another roster or other definitions; or rows do not add up; or it is older
        than what is held. Nothing is written then.
    """
    folder.settle()
    state = folder.standing().trial
    if state not in _OPEN:
        raise _frozen(state)
    taken = _taken(folder, path)
    opened, code, shelf = taken.opened, taken.code, taken.shelf
    held = shelf.held(folder)
    latest = max(held, default=0)
    same = [number for number, name in held.items() if _same(folder.path / name, path)]
    if not same and latest and _opened_alike(folder, shelf, held[latest], opened):
        same = [latest]  # sealed anew, and otherwise the same
    number = same[0] if same else latest + 1
    name = shelf.name(number)
    earlier = [n for n in held if n < number]
    before, notes = None, [*_notes(folder, opened, number), *_beside(folder, taken)]
    if same and number < latest:
        notes.append(f"version {latest} was received after it, and is the one that counts")
    if earlier:
        former, note = shelf.readable(folder, held[max(earlier)])
        notes += [note] if note else []
        if former is not None:
            before = former.sent.pack
            notes += _signed_otherwise(former, opened)
            if not same and not older:
                _refuse_older(path.name, former, opened)
    seen = state == _SEEN
    if not seen:
        notes.append("counts are shown from the sap-lock on: until then only whether they changed")
    compared = None if before is None else changes(before, opened.sent.pack)
    if not same:
        write_large(folder.path / name, path)
    return Received(
        kind=shelf.kind,
        rows=taken.rows,
        code=code,
        name=opened.sent.pack.name,
        file=name,
        new=not same,
        number=None if opened.sent.sending is None else opened.sent.sending.number,
        extract_date=opened.sent.pack.extract_date,
        covers_from=opened.sent.pack.covers_from,
        covers_to=opened.sent.pack.covers_to,
        signature=opened.signature_words(),
        definitions=_counted(folder, taken),
        left_out=_left_out(folder, taken),
        previous=held[max(earlier)] if earlier else None,
        changed=compared if seen else None,
        schools_changed=None if compared is None else len(compared.urns),
        totals=window_totals(opened.sent.pack) if seen else {},
        twice=_twice(folder, opened.sent.pack) if seen else {},
        notes=tuple(notes),
    )


@dataclass(frozen=True)
class _Taken:
    """What a file turned out to be."""

    opened: Opened
    shelf: Shelf
    rows: int | None

    @property
    def code(self) -> str:
        return self.shelf.code


def _taken(folder: TrialFolder, path: Path) -> _Taken:
    """Open a file, whichever it is; rows are counted anew, so that they are known to add up."""
    _need_file(path)
    schools = registers_in(folder).schools
    codes = sorted({school.la_code for school in schools})
    code = rows_code_of(folder, path, codes)
    if code is None:
        data = path.read_bytes()
        code = code_of(folder, data, codes, path.name)
        opened = opened_pack(folder, data, code=code, name=path.name)
        return _Taken(opened, Shelf("pack", code), None)
    opened, rows = opened_rows(folder, path, code=code, name=path.name)
    definitions, windows = definitions_of(folder.protocol)
    with tempfile.TemporaryDirectory(prefix="equipoise-") as place, engine_named("duckdb") as count:
        files = unsealed_rows(folder, path, rows, code=code, name=path.name, into=Path(place))
        recounted(files, schools, definitions, windows, count)
    return _Taken(opened, Shelf("rows", code), rows.tally.rows)


def _need_file(path: Path) -> None:
    if not path.is_file():
        found = "a folder" if path.is_dir() else "no such file"
        remedy = "name the file that the authority sent"
        raise ProblemsError([Problem(path.name, "whole file", found, "a file", remedy)])


def _same(one: Path, other: Path) -> bool:
    """Return whether two files hold the same bytes."""
    return one.stat().st_size == other.stat().st_size and raw_digest(one) == raw_digest(other)


def _opened_alike(folder: TrialFolder, shelf: Shelf, name: str, opened: Opened) -> bool:
    """Return whether a version that is held says the same, signature included."""
    held, _ = shelf.readable(folder, name)
    return held is not None and held.sent == opened.sent


def _signed_otherwise(before: Opened, now: Opened) -> list[str]:
    """Say where the signature is not that of the version before."""
    if before.sent.key is None or before.sent.key == now.sent.key:
        return []
    if now.sent.key is None:
        return ["the version before was signed and this one is not: ask whether it is theirs"]
    key = fingerprint(before.sent.key)
    return [f"the version before was signed with another key ({key}): ask whether it is theirs"]


def _refuse_older(name: str, before: Opened, now: Opened) -> None:
    """Refuse what is older than the version held: it would become the one that counts."""
    problems = Problems()

    def add(place: str, found: str, expected: str) -> None:
        problems.add(
            file=name,
            place=place,
            found=found,
            expected=expected,
            remedy="is it the right file? If it is, take it in with --older",
        )

    made, held = now.sent.pack.extract_date, before.sent.pack.extract_date
    if made < held:
        add("extract made on", made.isoformat(), f"{held} or later, as in the version held")
    numbers = [one.sent.sending and one.sent.sending.number for one in (now, before)]
    if None not in numbers and (numbers[0] or 0) < (numbers[1] or 0):
        add("version", f"{numbers[0]}", f"{numbers[1]} or later, as in the version held")
    problems.raise_if_any()


def _beside(folder: TrialFolder, taken: _Taken) -> list[str]:
    """Say what else of the authority lies in the trial, for ingest reads one road of each."""
    here = [name.rpartition("/")[2] for name in folder.files(f"authority/{taken.code}/")]
    if taken.shelf.kind == "rows":
        if not all(ROWS_NAME.fullmatch(name) for name in here):
            raise _two_roads(taken.code)
        packs = Shelf("pack", taken.code).held(folder)
        return ["packs of this authority are held too: ingest reads the rows"] if packs else []
    if here:
        return [f"authority/{taken.code} holds rows: ingest reads those while they are there"]
    return []


def _notes(folder: TrialFolder, opened: Opened, number: int) -> list[str]:
    sending, pack = opened.sent.sending, opened.sent.pack
    notes = []
    if sending is not None and sending.number != number:
        notes.append(f"the authority calls it version {sending.number}; it is kept as v{number}")
    if sending is None:
        notes.append("it does not say from which roster it was made; its schools, windows and "
                     "definitions are those of the trial")  # fmt: skip
    elif sending.protocol != roster_of(folder, pack.authority).protocol:
        notes.append(
            "the protocol has changed since its roster was made, in nothing that is counted"
        )
    notes += [
        f"window {window} is not covered whole" for window in pack.quality.windows_not_covered
    ]
    if pack.quality.first_month_short or pack.quality.last_month_short:
        notes.append("the first or last month is short: the extract may be cut off")
    return notes


def _counted(folder: TrialFolder, taken: _Taken) -> tuple[str, ...]:
    """Name the definitions that were counted; from rows the evaluator counts all."""
    if taken.shelf.kind == "rows":
        return tuple(one.name for one in roster_of(folder, taken.code).declared)
    sending = taken.opened.sent.sending
    return (PRIMARY, *(other.name for other in (() if sending is None else sending.others)))


def _left_out(folder: TrialFolder, taken: _Taken) -> tuple[str, ...]:
    declared = [one.name for one in roster_of(folder, taken.code).declared]
    return tuple(name for name in declared if name not in _counted(folder, taken))


def _twice(folder: TrialFolder, pack: Pack) -> dict[str, CountedTwice]:
    """Bound, by window, the children that are counted in two authorities whose packs are held."""
    packs = [pack]
    for code in sorted({s.la_code for s in registers_in(folder).schools} - {pack.authority}):
        for shelf in (Shelf("rows", code), Shelf("pack", code)):
            held = shelf.held(folder)
            if held:
                other, _ = shelf.readable(folder, held[max(held)])
                packs += [] if other is None else [other.sent.pack]
                break
    children = {one.authority: window_totals(one) for one in packs}
    return {
        window.id: counted_twice(
            {code: totals.get((window.id, "children"), 0) for code, totals in children.items()}
        )
        for window in pack.windows
    }


def _two_roads(code: str) -> ProblemsError:
    return ProblemsError(
        [
            Problem(
                f"authority/{code}",
                "whole folder",
                "other files of this authority",
                "an empty folder, or rows that were received",
                "decide by which road its contacts come, and take the other files out",
            )
        ]
    )


def _frozen(state: str) -> ProblemsError:
    return ProblemsError(
        [
            Problem(
                "the trial",
                "its state",
                state,
                "a trial that is not frozen: " + ", ".join(_OPEN),
                "what comes after the freeze is a correction, not a new version",
            )
        ]
    )
