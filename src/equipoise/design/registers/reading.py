"""Reading: the design folder's tables, every problem of every file at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from equipoise.core.base import Column, Problems, ProblemsError, Table, read_csv
from equipoise.design.registers.gias import from_gias, is_gias
from equipoise.design.registers.records import Alias, Dsl, Link, Roll, School, Term
from equipoise.design.registers.registers import Registers

REGISTER = "design/register.csv"
ROLLS = "design/rolls.csv"
DSLS = "design/dsls.csv"
LINKS = "design/school-links.csv"
NAMES = "design/school-names.csv"
TERMS = "design/term-dates.csv"
COVARIATES = "design/covariates.csv"
_REQUIRED = (REGISTER, ROLLS, DSLS)
_EMPTY = Table((), (), ())
_WHAT = {
    REGISTER: "the schools: urn, school_name, la_code, la_name, phase, status, opened, closed",
    ROLLS: "their pupils on census days: urn, date, pupils",
    DSLS: "their safeguarding leads: person_id, urn, role, from, to",
}


def _open_date(name: str) -> Column:
    return Column(name, "date", blank=True)


_COLUMNS: dict[str, tuple[Column, ...]] = {
    REGISTER: (
        Column("urn"),
        Column("school_name"),
        Column("la_code"),
        Column("la_name"),
        Column("phase"),
        Column("status"),
        Column("opened", "date", required=False, blank=True),
        Column("closed", "date", required=False, blank=True),
    ),
    ROLLS: (Column("urn"), Column("date", "date"), Column("pupils", "integer", minimum=0)),
    DSLS: (
        Column("person_id"),
        Column("urn"),
        Column("role", values=("lead", "deputy")),
        Column("from", "date"),
        _open_date("to"),
    ),
    LINKS: (
        Column("urn_from"),
        Column("urn_to"),
        Column("on", "date"),
        Column("kind", values=("successor", "predecessor", "merged", "renamed")),
    ),
    NAMES: (Column("urn"), Column("name"), _open_date("from"), _open_date("to")),
    TERMS: (
        Column("la_code"),
        Column("term"),
        Column("first_day", "date"),
        Column("last_day", "date"),
    ),
    # Its other columns are the trial's own.
    COVARIATES: (Column("urn"),),
}
_UNIQUE: dict[str, tuple[str, ...]] = {
    ROLLS: ("urn", "date"),
    DSLS: ("person_id", "urn", "from"),
    LINKS: ("urn_from", "urn_to"),
    TERMS: ("la_code", "term"),
    COVARIATES: ("urn",),
}
#: Columns that must be in order where both are given, by file.
_ORDER: dict[str, tuple[str, str]] = {
    REGISTER: ("opened", "closed"),
    DSLS: ("from", "to"),
    NAMES: ("from", "to"),
    TERMS: ("first_day", "last_day"),
}


def read_registers(read: Callable[[str], bytes | None]) -> Registers:
    """Read the tables of the design folder.

    Parameters
    ----------
    read
        Gives the bytes of a path relative to the trial folder, or None where there is no such
        file. register.csv may be a download of the national register.

    Returns
    -------
    Registers
        Schools, rolls, leads, links and terms.

    Raises
    ------
    ProblemsError
        With every problem: missing files, columns and cells that do not fit, a URN twice, a
        school in two authorities, rows about schools that are not in the register, dates out
        of order.
    """
    problems = Problems()
    tables = {file: _table(read, file, problems) for file in _COLUMNS}
    for file, (first, last) in _ORDER.items():
        _check_order(tables[file], file, first, last, problems)
    schools = _schools(tables[REGISTER], tables[NAMES], problems)
    known = {row["urn"] for row in tables[REGISTER].rows}
    if known:
        for file in (ROLLS, DSLS, NAMES, COVARIATES):
            _check_known(tables[file], file, known, problems)
    problems.raise_if_any()
    return Registers(
        schools=schools,
        rolls=_sorted(Roll(r["urn"], r["date"], r["pupils"]) for r in tables[ROLLS].rows),
        dsls=_sorted(
            Dsl(r["person_id"], r["urn"], r["role"], r["from"], r["to"]) for r in tables[DSLS].rows
        ),
        links=_sorted(
            Link(r["urn_from"], r["urn_to"], r["on"], r["kind"]) for r in tables[LINKS].rows
        ),
        terms=_sorted(
            Term(r["la_code"], r["term"], r["first_day"], r["last_day"]) for r in tables[TERMS].rows
        ),
        covariates={
            name: {r["urn"]: r[name] for r in tables[COVARIATES].rows if r[name]}
            for name in tables[COVARIATES].columns
            if name != "urn"
        },
    )


def _sorted(records: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(sorted(records, key=lambda record: repr(record)))


def _table(read: Callable[[str], bytes | None], file: str, problems: Problems) -> Table:
    data = read(file)
    if data is None:
        if file in _REQUIRED:
            problems.add(
                file=file,
                place="whole file",
                found="no such file",
                expected=_WHAT[file],
                remedy="put the file there; `equipoise new` and `simulate` show its shape",
            )
        return _EMPTY
    try:
        if file == REGISTER and is_gias(data):
            data = from_gias(data, file=file)
        return read_csv(
            data,
            _COLUMNS[file],
            file=file,
            unique=_UNIQUE.get(file, ()),
            extra="keep" if file == COVARIATES else "refuse",
        )
    except ProblemsError as error:
        problems.extend(error.problems)
        return _EMPTY


def _check_order(table: Table, file: str, first: str, last: str, problems: Problems) -> None:
    for row, line in zip(table.rows, table.lines, strict=True):
        begin, end = row[first], row[last]
        if begin is not None and end is not None and begin > end:
            problems.add(
                file=file,
                place=f"line {line}, column {last}",
                found=end.isoformat(),
                expected=f"a date on or after {first}, {begin}",
                remedy="correct one of the two dates",
            )


def _check_known(table: Table, file: str, known: set[str], problems: Problems) -> None:
    for row, line in zip(table.rows, table.lines, strict=True):
        if row["urn"] not in known:
            problems.add(
                file=file,
                place=f"line {line}, column urn",
                found=row["urn"],
                expected=f"a URN that stands in {REGISTER}",
                remedy="add the school to the register, or correct the URN",
            )


def _schools(register: Table, names: Table, problems: Problems) -> tuple[School, ...]:
    aliases: dict[str, list[Alias]] = {}
    for row in names.rows:
        aliases.setdefault(row["urn"], []).append(Alias(row["name"], row["from"], row["to"]))
    first: dict[str, tuple[int, str]] = {}
    titles: dict[str, tuple[int, str]] = {}
    schools: list[School] = []
    for row, line in zip(register.rows, register.lines, strict=True):
        _check_school(row, line, first, titles, problems)
        schools.append(
            School(
                urn=row["urn"],
                name=row["school_name"],
                la_code=row["la_code"],
                la_name=row["la_name"],
                phase=row["phase"].lower(),
                status=row["status"].lower(),
                opened=row["opened"],
                closed=row["closed"],
                aliases=tuple(aliases.get(row["urn"], ())),
            )
        )
    if not register.rows and register.columns:
        problems.add(
            file=REGISTER,
            place="whole file",
            found="no school",
            expected="a row for each school",
            remedy="add the schools of the taking-part authorities",
        )
    return tuple(sorted(schools, key=lambda school: school.urn))


def _check_school(
    row: Any,
    line: int,
    first: dict[str, tuple[int, str]],
    titles: dict[str, tuple[int, str]],
    problems: Problems,
) -> None:
    urn, la_code = row["urn"], row["la_code"]

    def add(column: str, found: str, expected: str, remedy: str) -> None:
        problems.add(
            file=REGISTER,
            place=f"line {line}, column {column}",
            found=found,
            expected=expected,
            remedy=remedy,
        )

    if not (urn.isascii() and urn.isdigit() and len(urn) == 6):
        add("urn", repr(urn), "a URN of six digits", "correct the URN")
    if urn in first:
        before, other = first[urn]
        if other == la_code:
            add(
                "urn",
                f"the URN {urn} again (first on line {before})",
                "each school only once",
                "remove the row that does not belong",
            )
        else:
            add(
                "la_code",
                f"school {urn} in authority {la_code} and, on line {before}, in {other}",
                "each school in one authority",
                "keep the row of the authority that it lies in",
            )
    first.setdefault(urn, (line, la_code))
    named, title = titles.setdefault(la_code, (line, row["la_name"]))
    if title != row["la_name"]:
        add(
            "la_name",
            f"{row['la_name']!r} for authority {la_code}",
            f"{title!r}, its name on line {named}",
            "give each authority one name",
        )


def columns_of(file: str) -> Sequence[str]:
    """Return the headings of a file of the design folder, for those who write one.

    Examples
    --------
    >>> columns_of(ROLLS)
    ('urn', 'date', 'pupils')
    """
    return tuple(column.name for column in _COLUMNS[file])
