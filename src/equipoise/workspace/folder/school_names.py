"""Names as typed beside a register: read, matched, written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from equipoise.authority.schools import (
    NameColumns,
    Resolution,
    SchoolMatcher,
    TypedName,
    match_all,
    names_bytes,
    read_names,
    read_official,
)
from equipoise.core.base import Problem, ProblemsError, read_bytes, write_atomic


@dataclass(frozen=True)
class MatchedNames:
    """Names and what they mean.

    Attributes
    ----------
    names, found
        What was typed, and what it means, row by row.
    schools
        Schools of the register.
    strange
        Authorities as typed that the register does not have, with rows.
    """

    names: tuple[TypedName, ...]
    found: tuple[Resolution, ...]
    schools: int
    strange: tuple[tuple[str, int], ...]

    def by_status(self) -> dict[str, int]:
        """Return rows by status, in order of status."""
        return dict(sorted(Counter(answer.status for answer in self.found).items()))

    def by_method(self) -> dict[str, int]:
        """Return matched rows by method, the most frequent first."""
        counted = Counter(a.method for a in self.found if a.status == "matched")
        return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))

    def table(self, *, explain: bool) -> bytes:
        """Return the answers as CSV."""
        return names_bytes(self.names, self.found, explain=explain)


def matched_names(
    names: Path, register: Path, columns: NameColumns, tell: Callable[[str], None]
) -> MatchedNames:
    """Match a file of names with a register.

    Parameters
    ----------
    names, register
        The files.
    columns
        Headings of the names.
    tell
        Is told what is being done.

    Raises
    ------
    ProblemsError
        With the problems of both files.
    """
    problems: list[Problem] = []
    typed: tuple[TypedName, ...] = ()
    schools = None
    try:
        data = read_bytes(names, file=names.name, remedy="give the file of names")
        typed = read_names(data, columns, file=names.name)
    except ProblemsError as error:
        problems += error.problems
    try:
        data = read_bytes(register, file=register.name, remedy="give the register of schools")
        schools = read_official(data, file=register.name)
    except ProblemsError as error:
        problems += error.problems
    if problems or schools is None:
        raise ProblemsError(problems)
    matcher = SchoolMatcher(schools, tell)
    found = match_all(matcher, (name.key for name in typed), tell)
    strange = Counter(n.la for n in typed if n.la and not matcher.authorities.find(n.la))
    return MatchedNames(typed, found, len(schools), tuple(sorted(strange.items())))


def write_matched(
    matched: MatchedNames, out: Path, inputs: tuple[Path, ...], *, explain: bool
) -> None:
    """Write the answers, whole or not at all.

    Raises
    ------
    ProblemsError
        Where that would overwrite one of the inputs, or a folder.
    """
    found = "a folder" if out.is_dir() else ""
    if any(out.resolve() == path.resolve() for path in inputs):
        found = "one of the files that are read"
    if found:
        remedy = "give another name with --out"
        raise ProblemsError([Problem(out.name, "whole file", found, "a new file", remedy)])
    write_atomic(out, matched.table(explain=explain))
