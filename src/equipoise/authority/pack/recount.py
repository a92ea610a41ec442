"""Recount: pseudonymised rows back to the same pack, every count made anew from them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from equipoise.authority.pack.pack import Pack, parse_pack
from equipoise.authority.pack.rows import ACCOUNT, COLUMNS, ROWS
from equipoise.authority.readers import Raw, open_raw, raw_bytes, raw_digest, raw_size
from equipoise.authority.rules import (
    AuthorityCounts,
    Definitions,
    RecordWriter,
    RowEngine,
    RowStore,
    Window,
    added,
    count_records,
    keyed_hash,
)
from equipoise.authority.schools import RosterSchool, known_names
from equipoise.authority.vocabulary import AMBIGUOUS, UNMAPPED
from equipoise.core.base import Problem, Problems, ProblemsError, shape_of

#: After so many problems of rows.csv reading stops: a file made by hand has one on every line.
MOST_PROBLEMS = 20
_PSEUDONYM = re.compile(r"[0-9a-f]{64}")
_CODE = re.compile(r"[A-Z0-9][A-Z0-9_]{0,39}")
_FLAG = re.compile(r"[01]")
_RESOLUTIONS = ("", "matched", "ambiguous", "unmatched", "blank", "not-a-school")
_LINE = 2_000
_REMEDY = "let the authority make its rows again: equipoise contacts rows"
#: Reasons for which rows are set aside only once all rows are known.
_COPIES = ("double-export", "conflicting-copy")


@dataclass(frozen=True)
class _Row:
    contact: str
    child: str
    content: str
    day: date
    decided: date | None
    source: str
    urn: int | None
    resolution: str
    flags: tuple[bool, bool, bool, bool]
    outcome: str
    reason: str


def recounted(
    files: Mapping[str, Raw],
    schools: Iterable[RosterSchool],
    definitions: Definitions,
    windows: Sequence[Window],
    engine: RowEngine,
) -> Pack:
    """Build the pack of one authority from its pseudonymised rows.

    Labels, notes and what was set aside while reading come from the account beside the rows;
    every count of it is made anew from the rows and has to agree.

    Parameters
    ----------
    files
        rows.csv and rows.json.
    schools, definitions, windows, engine
        As for `build_pack`.

    Raises
    ------
    ProblemsError
        Where a file is missing or another than `row_writer` and `pack_bytes` wrote, was made for
        other schools, definitions or windows, or does not add up.
    """
    for name in (ROWS, ACCOUNT):
        if name not in files:
            raise _refused(name, "no such file", "rows.csv and rows.json together")
    pack = parse_pack(raw_bytes(files[ACCOUNT]), ACCOUNT)
    urns = tuple(sorted({name.urn for name in known_names(schools, pack.authority)}))
    _same_trial(pack, urns, definitions, windows)
    with engine.store(raw_size(files[ROWS])) as store:
        rows = _fill(store, files[ROWS], definitions, frozenset(int(urn) for urn in urns))
        ((kept, *_),) = added("tallies", store.ask("tallies", {}))
        counts = count_records(store, urns, windows, definitions, pack.extract_date)
    _same_sums(pack, rows, int(kept or 0), counts)
    return replace(
        pack,
        counts=counts.schools,
        digests={"rows": raw_digest(files[ROWS]), "account": raw_digest(files[ACCOUNT])},
    )


def _same_trial(
    pack: Pack, urns: tuple[str, ...], definitions: Definitions, windows: Sequence[Window]
) -> None:
    """Refuse rows that were made for another roster or for other definitions."""
    problems = Problems()
    for place, same in (
        ("definitions", pack.definitions == definitions),
        ("windows", pack.windows == tuple(windows)),
        ("schools", {count.urn for count in pack.counts} == set(urns)),
    ):
        if not same:
            problems.add(
                file=ACCOUNT,
                place=place,
                found="others than the trial declares",
                expected="those of the roster that the trial hands out now",
                remedy="send the authority the roster again, and let it make its rows again",
            )
    problems.raise_if_any()


def _fill(store: RowStore, raw: Raw, definitions: Definitions, urns: frozenset[int]) -> int:
    """Put the rows into a store; return how many there are."""
    writer = RecordWriter(store)
    hidden = [keyed_hash(store.key, purpose) for purpose in ("contact", "child", "content")]
    count = 0
    for line, row in _rows(raw, urns):
        count += 1
        open_case, unrecorded, absence, unreadable = row.flags
        writer.add(
            (
                *(1, 1, line, ""),
                *(
                    hide(text)
                    for hide, text in zip(
                        hidden, (row.contact, row.child, row.content), strict=True
                    )
                ),
                row.day.toordinal(),
                row.day.year * 100 + row.day.month,
                None if row.decided is None else row.decided.toordinal(),
                *(None, None, None, None),
                row.source in definitions.source_codes,
                row.source in (AMBIGUOUS, UNMAPPED),
                row.urn,
                row.resolution,
                *(open_case, unrecorded, absence, unreadable),
                row.outcome,
                row.reason,
            )
        )
    writer.close()
    return count


def _rows(raw: Raw, urns: frozenset[int]) -> Iterator[tuple[int, _Row]]:
    """Yield each row with its line; raise with what is wrong after the last, or after too many."""
    problems: list[Problem] = []
    with open_raw(raw) as stream:
        lines = csv.reader(_ascii_lines(stream, problems))
        if tuple(next(lines, ())) != COLUMNS:
            raise _refused(ROWS, "other headings", "the headings " + ", ".join(COLUMNS))
        for cells in lines:
            try:
                yield lines.line_num, _row(cells, lines.line_num, urns)
            except ProblemsError as error:
                problems.extend(error.problems)
            if len(problems) >= MOST_PROBLEMS:
                break
    if problems:
        raise ProblemsError(problems)


def _ascii_lines(stream: io.BytesIO | io.BufferedReader, problems: list[Problem]) -> Iterator[str]:
    """Yield lines that are plain and short: nothing else is ever written there."""
    number = 0
    while data := stream.readline(_LINE):
        number += 1
        if not data.isascii() or b'"' in data or b"\0" in data or not data.endswith(b"\n"):
            problems.append(
                Problem(
                    ROWS,
                    f"line {number}",
                    "a line that was cut off, or holds other than codes",
                    "codes, dates and numbers",
                    _REMEDY,
                )
            )
            return
        yield data.decode("ascii")


def _row(cells: Sequence[str], line: int, urns: frozenset[int]) -> _Row:
    if len(cells) != len(COLUMNS):
        found = f"{len(cells)} cells"
        raise _refused(ROWS, found, f"{len(COLUMNS)} cells", place=f"line {line}")
    problems = Problems()
    values = dict(zip(COLUMNS, cells, strict=True))

    def check(name: str, fits: bool, expected: str) -> None:
        if not fits:
            place = f"line {line}, column {name}"
            found = shape_of(values[name])
            problems.add(file=ROWS, place=place, found=found, expected=expected, remedy=_REMEDY)

    for name in ("contact", "child", "content"):
        check(name, bool(_PSEUDONYM.fullmatch(values[name])), "64 hexadecimal digits")
    for name in ("open_case", "open_unrecorded", "by_absence", "decided_unreadable"):
        check(name, bool(_FLAG.fullmatch(values[name])), "1 or 0")
    check("source", bool(_CODE.fullmatch(values["source"])), "a code")
    check("outcome", bool(_CODE.fullmatch(values["outcome"])), "a code")
    check("reason", not values["reason"] or bool(_CODE.fullmatch(values["reason"])), "a code")
    check("resolution", values["resolution"] in _RESOLUTIONS, "one of the known words")
    urn = int(values["urn"]) if values["urn"].isdigit() else None
    check("urn", not values["urn"] or urn in urns, "a school of the roster")
    day, decided = _day(values["day"]), _day(values["decided"])
    check("day", day is not None, "a date like 2024-09-16")
    check("decided", not values["decided"] or decided is not None, "a date like 2024-09-16")
    problems.raise_if_any()
    if day is None:
        raise AssertionError("a day without a problem is a day")
    return _Row(
        contact=values["contact"],
        child=values["child"],
        content=values["content"],
        day=day,
        decided=decided,
        source=values["source"],
        urn=urn,
        resolution=values["resolution"],
        flags=(
            values["open_case"] == "1",
            values["open_unrecorded"] == "1",
            values["by_absence"] == "1",
            values["decided_unreadable"] == "1",
        ),
        outcome=values["outcome"],
        reason=values["reason"],
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _same_sums(pack: Pack, rows: int, kept: int, counts: AuthorityCounts) -> None:
    """Refuse rows that do not give the numbers of their account."""
    quality = pack.quality
    aside = sum(r.rows for r in quality.set_aside if r.reason not in _COPIES)
    totals = [
        (w.window, w.contacts, w.school_contacts, w.school_contacts_unresolved, w.not_school)
        for w in quality.windows
    ]
    recounted_totals = [
        (w.window, w.contacts, w.school_contacts, w.school_contacts_unresolved, w.not_school)
        for w in counts.windows
    ]
    problems = Problems()
    for place, same in (
        ("rows", rows == quality.rows_read - aside),
        ("rows kept", kept == quality.rows_kept),
        ("counts of schools", counts.schools == pack.counts),
        ("totals of windows", recounted_totals == totals),
    ):
        if not same:
            problems.add(
                file=ROWS,
                place=place,
                found=f"others than {ACCOUNT} says",
                expected=f"rows that add up to {ACCOUNT}",
                remedy=_REMEDY,
            )
    problems.raise_if_any()


def _refused(file: str, found: str, expected: str, *, place: str = "whole file") -> ProblemsError:
    return ProblemsError([Problem(file, place, found, expected, _REMEDY)])
