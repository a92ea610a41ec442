"""Receiving: a pack taken in by the evaluator, held against the trial and the version before."""

from __future__ import annotations

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
    window_totals,
)
from equipoise.core.base import Problem, ProblemsError, read_bytes, write_atomic
from equipoise.workspace.folder import TrialFolder
from equipoise.workspace.steps.declared import roster_of
from equipoise.workspace.steps.sent import PACK_NAME, Opened, code_of, opened_pack
from equipoise.workspace.steps.stages import registers_in

#: Once the analysis set is frozen nothing more comes in.
_OPEN = ("draft", "locked", "sap-locked")
#: Before this state nobody may see an outcome of after the draw.
_SEEN = "sap-locked"


@dataclass(frozen=True)
class Received:
    """A pack that was taken in.

    Attributes
    ----------
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


def receive(folder: TrialFolder, path: Path) -> Received:
    """Take a pack in, keep it as the next version, and say what changed.

    Ingest reads the last version of each authority and records all of them in the ledger.

    Parameters
    ----------
    folder
        The trial folder; the trial's private key must be at hand.
    path
        The pack as the authority sent it.

    Raises
    ------
    ProblemsError
        Where the trial is frozen, the file does not open, was signed otherwise than declared, or
        was made for another roster or other definitions. Nothing is written then.
    """
    folder.settle()
    state = folder.standing().trial
    if state not in _OPEN:
        raise _frozen(state)
    data = read_bytes(path, file=path.name, remedy="name the file that the authority sent")
    codes = sorted({school.la_code for school in registers_in(folder).schools})
    code = code_of(folder, data, codes, path.name)
    opened = opened_pack(folder, data, code=code, name=path.name)
    held = _versions(folder, code)
    versions = {number: (folder.path / name).read_bytes() for number, name in held.items()}
    same = [number for number, content in versions.items() if content == data]
    number = same[0] if same else max(held, default=0) + 1
    name = f"packs/{code}.v{number}.sealed"
    earlier = [n for n in held if n < number]
    before, notes = None, [*_notes(folder, opened, number)]
    if earlier:
        before, note = _readable(folder, versions[max(earlier)], code, held[max(earlier)])
        notes += [note] if note else []
    if before is not None and opened.sent.pack.extract_date < before.extract_date:
        notes.append(
            f"its extract was made on {opened.sent.pack.extract_date}, before that of the version "
            f"held ({before.extract_date}): is it the right file?"
        )
    seen = state == _SEEN
    if not seen:
        notes.append("counts are shown from the sap-lock on: until then only whether they changed")
    compared = None if before is None else changes(before, opened.sent.pack)
    if not same:
        write_atomic(folder.path / name, data)
    return Received(
        code=code,
        name=opened.sent.pack.name,
        file=name,
        new=not same,
        number=None if opened.sent.sending is None else opened.sent.sending.number,
        extract_date=opened.sent.pack.extract_date,
        covers_from=opened.sent.pack.covers_from,
        covers_to=opened.sent.pack.covers_to,
        signature=opened.signature_words(),
        definitions=_counted(opened),
        left_out=_left_out(folder, opened, code),
        previous=held[max(earlier)] if earlier else None,
        changed=compared if seen else None,
        schools_changed=None if compared is None else len(compared.urns),
        totals=window_totals(opened.sent.pack) if seen else {},
        twice=_twice(folder, opened.sent.pack) if seen else {},
        notes=tuple(notes),
    )


def _versions(folder: TrialFolder, code: str) -> dict[int, str]:
    """Return the versions of an authority's pack by their number."""
    matches = [match for name in folder.files("packs/") if (match := PACK_NAME.fullmatch(name))]
    return {int(match["number"]): match[0] for match in matches if match["code"] == code}


def _readable(
    folder: TrialFolder, data: bytes, code: str, name: str
) -> tuple[Pack | None, str | None]:
    """Return the earlier version, or None and why it cannot be compared."""
    try:
        return opened_pack(folder, data, code=code, name=name).sent.pack, None
    except ProblemsError as error:
        places = ", ".join(problem.place for problem in error.problems)
        return None, f"{name} was made for another roster or definitions ({places}): not compared"


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


def _counted(opened: Opened) -> tuple[str, ...]:
    sending = opened.sent.sending
    return (PRIMARY, *(other.name for other in (() if sending is None else sending.others)))


def _left_out(folder: TrialFolder, opened: Opened, code: str) -> tuple[str, ...]:
    declared = [one.name for one in roster_of(folder, code).declared]
    return tuple(name for name in declared if name not in _counted(opened))


def _twice(folder: TrialFolder, pack: Pack) -> dict[str, CountedTwice]:
    """Bound, by window, the children that are counted in two authorities whose packs are held."""
    packs = [pack]
    for code in sorted({s.la_code for s in registers_in(folder).schools} - {pack.authority}):
        held = _versions(folder, code)
        if held:
            last = held[max(held)]
            other, _ = _readable(folder, (folder.path / last).read_bytes(), code, last)
            packs += [] if other is None else [other]
    children = {one.authority: window_totals(one) for one in packs}
    return {
        window.id: counted_twice(
            {code: totals.get((window.id, "children"), 0) for code, totals in children.items()}
        )
        for window in pack.windows
    }


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
