"""What an authority declares about its schools and their pupils, beside names and labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from equipoise.authority.readers import Raw, raw_bytes
from equipoise.authority.schools import (
    CHILDREN_FILES,
    ROLL_FILES,
    UPN_FILES,
    Domains,
    History,
    KnownName,
    Linking,
    PeopleLinker,
    Rolls,
    TableAccount,
    declared_history,
    linked_people,
    one_of,
    read_domains,
    read_links,
    read_roll,
    read_upns,
)
from equipoise.core.base import Problems, ProblemsError

#: Files of an authority's folder, beside those of roll and numbers.
DOMAINS, LINKS = "domains.csv", "school-links.csv"


@dataclass(frozen=True)
class SchoolFacts:
    """What is known about the schools of an authority beside their names.

    Attributes
    ----------
    history
        When they were open and who followed whom, where links are declared.
    domains
        Their e-mail domains, where any are declared.
    linking
        The rolls, where the school attended is looked for.
    """

    history: History | None = None
    domains: Domains | None = None
    linking: Linking | None = None


def school_facts(
    files: Mapping[str, Raw],
    names: Sequence[KnownName],
    *,
    attended: bool | None,
    people: PeopleLinker | None = None,
) -> SchoolFacts:
    """Read what an authority declares about its schools.

    Parameters
    ----------
    files
        By name: domains.csv, school-links.csv, roll.csv or .xlsx, upns.csv or .xlsx, and
        children.csv or .xlsx where `people` is given; each only where there is one.
    names
        The names of the authority's schools.
    attended, people
        As for `prepared`.

    Raises
    ------
    ProblemsError
        With every problem of every file; and where there is no roll and one is needed.
    """
    problems = Problems()
    urns = {name.urn for name in names}
    history: History | None = None
    pairs: tuple[tuple[str, str], ...] = ()
    try:
        links = read_links(_small(files, LINKS), urns)
        history = declared_history(links, names)
    except ProblemsError as error:
        problems.extend(error.problems)
    try:
        pairs = read_domains(_small(files, DOMAINS), urns)
    except ProblemsError as error:
        problems.extend(error.problems)
    linking = None
    try:
        roll = one_of(files, ROLL_FILES)
    except ProblemsError as error:
        problems.extend(error.problems)
        problems.raise_if_any()
        raise
    if attended and not roll:
        problems.add(
            file=ROLL_FILES[0],
            place="whole file",
            found="no such file",
            expected="the rolls of the schools, since contacts are counted by the school attended",
            remedy="put the roll into the authority's folder: UPN, URN, date of entry, of leaving",
        )
    if roll and attended is not False:
        try:
            linking = _linking(files, roll, urns, history, people)
        except ProblemsError as error:
            problems.extend(error.problems)
    problems.raise_if_any()
    return SchoolFacts(history, Domains(pairs, history) if pairs else None, linking)


def _linking(
    files: Mapping[str, Raw],
    roll: str,
    urns: set[str],
    history: History | None,
    people: PeopleLinker | None,
) -> Linking:
    problems = Problems()
    accounts: list[TableAccount] = []
    rolls = Rolls(())
    numbers: Mapping[str, Sequence[str]] = {}
    try:
        spells, account = read_roll(files[roll], roll)
        rolls = Rolls(spells)
        accounts.append(account)
    except ProblemsError as error:
        problems.extend(error.problems)
    if name := one_of(files, UPN_FILES):
        try:
            numbers, account = read_upns(files[name], name)
            accounts.append(account)
        except ProblemsError as error:
            problems.extend(error.problems)
    details: Mapping[str, str] = {}
    name = one_of(files, CHILDREN_FILES)
    if people is not None and not name:
        problems.add(
            file=CHILDREN_FILES[0],
            place="whole file",
            found="no such file",
            expected="what is known of the children, since they are to be linked by it",
            remedy="put it into the authority's folder, or leave out --link-people",
        )
    if people is not None and name:
        try:
            details, account = linked_people(files[name], name, files[roll], roll, people)
            accounts.append(account)
        except ProblemsError as error:
            problems.extend(error.problems)
    problems.raise_if_any()
    return Linking(rolls, numbers, urns, history=history, details=details, accounts=accounts)


def _small(files: Mapping[str, Raw], name: str) -> bytes | None:
    return raw_bytes(files[name]) if name in files else None
