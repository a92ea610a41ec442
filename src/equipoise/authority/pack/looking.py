"""Looking: what an extract holds and what of it is unclear, for the analyst's own screen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from equipoise.authority.pack.build import extract_quality
from equipoise.authority.pack.prepare import Prepared, prepared
from equipoise.authority.quality import OutcomeLinkage, Quality, Unclear, linkage_of
from equipoise.authority.readers import REASONS, Account, Raw
from equipoise.authority.rules import (
    TOLD,
    Definitions,
    RowEngine,
    SQLiteEngine,
    Window,
    count_linkage,
    count_records,
)
from equipoise.authority.schools import PeopleLinker, RosterSchool, TableAccount
from equipoise.authority.vocabulary import AMBIGUOUS, UNMAPPED, Match

_UNDECIDED = (AMBIGUOUS, UNMAPPED)
_RESOLUTION_WORDS = {
    "ambiguous": "more than one school of the roster fits: say which in schools.csv",
    "unmatched": "no school of the roster fits: say which, or not-a-school, in schools.csv",
    "blank": "no school is named: say which in schools.csv, if the record shows it",
}


@dataclass(frozen=True)
class Look:
    """What was found in an extract. Holds what was typed, so it must not leave the authority.

    Attributes
    ----------
    account
        What became of its rows.
    unclear
        What could not be decided, in the order of the files.
    linkage
        What linking the contacts of schools to rolls gave over the whole extract, by outcome;
        empty where there is no roll.
    tables
        What became of the rows of roll and numbers.
    quality
        The quality report that a pack of these windows would hold; None where no windows were
        asked for.
    """

    account: Account
    unclear: tuple[Unclear, ...]
    linkage: tuple[OutcomeLinkage, ...] = ()
    tables: tuple[TableAccount, ...] = ()
    quality: Quality | None = None


def look(
    files: Mapping[str, Raw],
    schools: Iterable[RosterSchool],
    definitions: Definitions,
    engine: RowEngine | None = None,
    windows: Sequence[Window] = (),
    *,
    people: PeopleLinker | None = None,
) -> Look:
    """Read an extract and list the rows that could not be decided.

    Parameters
    ----------
    files, schools, definitions
        As for `build_pack`.
    engine
        What looks through the rows; by default SQLite in memory.
    windows
        The periods of the quality report; without any there is none.
    people
        As for `build_pack`.

    Raises
    ------
    ProblemsError
        With every problem of every file.
    """
    attended = True if definitions.school == "attended" else None
    with prepared(
        files,
        schools,
        definitions,
        engine or SQLiteEngine(),
        attended=attended,
        people=people,
    ) as extract:
        found = sorted(
            _unclear(extract), key=lambda u: (u.file, u.sheet, u.row, u.field, u.found, u.why)
        )
        quality = _quality(extract, definitions, windows) if windows else None
        if extract.tables is None:
            return Look(extract.account, tuple(found), quality=quality)
        profile = extract.profile
        whole = Window("extract", profile.covers_from, profile.covers_to)
        linkage = count_linkage(extract.store.ask, [whole], definitions, profile.extract_date)
        return Look(extract.account, tuple(found), linkage_of(linkage), extract.tables, quality)


def unclear(
    files: Mapping[str, Raw],
    schools: Iterable[RosterSchool],
    definitions: Definitions,
    engine: RowEngine | None = None,
) -> tuple[Unclear, ...]:
    """List the rows that could not be decided, as `look` finds them."""
    return look(files, schools, definitions, engine).unclear


def _quality(extract: Prepared, definitions: Definitions, windows: Sequence[Window]) -> Quality:
    counts = count_records(
        extract.store,
        extract.urns,
        windows,
        definitions,
        extract.profile.extract_date,
        extract.span,
    )
    return extract_quality(extract, counts, windows, definitions)


def _unclear(extract: Prepared) -> Iterator[Unclear]:
    """Yield a line for each thing about a row that is unclear."""
    texts = extract.texts
    organisations = list(texts.organisations)
    for answer in extract.rows("unclear_rows"):
        row = dict(zip(TOLD, answer, strict=True))
        file, sheet, number = (int(row[name] or 0) for name in ("file", "sheet", "row"))
        if row["aside"]:
            words = f"set aside: {REASONS[str(row['aside'])]}"
            yield Unclear(sheet, number, "row", "", words, file)
            continue
        notes: list[tuple[str, str, str]] = []
        if row["unclear_source"]:
            source = texts.sources.typed[_number(row["source_text"])]
            notes.append(("source", source[0], _label_words(texts.sources[source].match)))
        if row["by_school"]:
            # The rest matters for contacts by schools.
            if row["resolution"] in _RESOLUTION_WORDS:
                typed = organisations[_number(row["organisation_text"])]
                why = _RESOLUTION_WORDS[str(row["resolution"])]
                notes.append(("organisation", typed, why))
            if row["outcome"] in _UNDECIDED:
                key = texts.outcomes.typed[_number(row["outcome_text"])]
                words = _label_words(texts.outcomes[key].match)
                words += ", a line for each action" if key[1] else ""
                notes.append(("outcome", key[0], words))
            if row["reason"] in _UNDECIDED:
                reason = texts.reasons.typed[_number(row["reason_text"])]
                notes.append(("reason", reason[0], _label_words(texts.reasons[reason].match)))
            if row["decided_unreadable"]:
                notes.append(("decision date", "", "not a date: correct it in the record"))
            if row["open_unrecorded"]:
                words = "not recorded: counted as if the case was closed"
                notes.append(("open case", "", words))
        for field, typed, why in notes:
            yield Unclear(sheet, number, field, typed, why, file)


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError("an engine lost the number of a text")
    return value


def _label_words(match: Match) -> str:
    if match.candidates:
        return f"could be {' or '.join(match.candidates)}: say which in labels.csv"
    return "means none of the codes for sure: say which in labels.csv"
