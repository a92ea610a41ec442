"""The structure of a real register: how many schools of each phase an authority has.

Nothing else is taken from it. Its names are kept for one purpose: no invented school may bear
one of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from equipoise.core.base import Column, Problems, read_csv
from equipoise.simulate.streams import Stream, running

PHASES = ("primary", "secondary", "special", "nursery", "independent")

# The first pattern that fits a name gives the phase; names that fit none are shared out.
_PATTERNS = (
    (
        "special",
        r"\bspecial\b|specialist|\bpru\b|pupil referral|short stay|alternative prov|hospital",
    ),
    ("primary", r"primary|infant|junior|\bfirst\b|\bji\b|lower school|\bprep\b|preparatory"),
    ("nursery", r"nursery school|nursery$|nursery centre|children's centre"),
    (
        "secondary",
        r"\bhigh\b|secondary|grammar|upper school|college|technology|\butc\b|comprehensive"
        r"|senior|girls' school|boys' school|middle|sixth form|studio school",
    ),
    ("primary", r"c of e|\bce\b|c\.e\.|church of england|cofe|voluntary|village|catholic|\brc\b"),
)  # fmt: skip
_COMPILED = tuple((phase, re.compile(pattern)) for phase, pattern in _PATTERNS)
# State-funded schools whose name is unclear, shared out so that England's totals come near those
# of 2022/23 (about 16,800 primary, 3,450 secondary, 1,400 special and alternative); rounded.
_UNCLEAR = (("primary", 0.26), ("secondary", 0.46), ("special", 0.28))
_NO_SHARE = "z"  # no free school meals figure: the school is independent
_COLUMNS = (
    Column("urn"),
    Column("school_name", required=False),
    Column("name", required=False),
    Column("la_name", required=False),
    Column("la", required=False),
    Column("phase", required=False, blank=True),
    Column("fsm_prop", required=False, blank=True),
)


@dataclass(frozen=True)
class Structure:
    """Numbers of schools by authority and phase, in the order of the authorities' names.

    Attributes
    ----------
    authorities
        For each authority, the number of schools of each phase.
    taken
        Names of schools and authorities, in small letters, that must not be invented again.
    """

    authorities: tuple[Mapping[str, int], ...]
    taken: frozenset[str]

    def total(self, phases: Iterable[str]) -> int:
        """Return the number of schools of these phases."""
        return sum(counts.get(phase, 0) for phase in phases for counts in self.authorities)


def read_structure(data: bytes, *, file: str = "register") -> Structure:
    r"""Take the structure from a register.

    Parameters
    ----------
    data
        A CSV with the columns ``urn``, ``school_name`` or ``name``, ``la_name`` or ``la``, and,
        where there is one, ``phase``; ``fsm_prop`` of ``z`` marks an independent school.
        Further columns are left alone.
    file
        Its name for the messages.

    Raises
    ------
    ProblemsError
        If a column is missing or the file holds no school.

    Examples
    --------
    >>> found = read_structure(b"urn,name,la\n1,Some Infant School,Here\n2,A High School,Here\n")
    >>> [dict(counts) for counts in found.authorities]
    [{'primary': 1, 'secondary': 1}]
    """
    table = read_csv(data, _COLUMNS, file=file, extra="keep")
    problems = Problems()
    for names in (("school_name", "name"), ("la_name", "la")):
        if not set(names) & set(table.columns):
            problems.add(
                file=file,
                place="headings",
                found=f"neither {names[0]} nor {names[1]}",
                expected=f"a column {names[0]}",
                remedy="export the register with its names and authorities",
            )
    if not table.rows:
        problems.add(
            file=file,
            place="whole file",
            found="no school",
            expected="one school or more",
            remedy="export the register again",
        )
    problems.raise_if_any()
    counts: dict[str, Counter[str]] = {}
    taken: set[str] = set()
    for row in table.rows:
        name, authority = _either(row, "school_name", "name"), _either(row, "la_name", "la")
        taken.update((name.casefold(), authority.casefold()))
        counts.setdefault(authority, Counter())[_phase(row, name, authority)] += 1
    ordered = tuple(
        {phase: counts[name][phase] for phase in PHASES if counts[name][phase]}
        for name in sorted(counts)
    )
    return Structure(ordered, frozenset(taken))


def phase_of(name: str) -> str:
    """Return the phase that a school's name tells, blank where it tells none.

    >>> phase_of("Anytown C of E Infant School"), phase_of("The Anytown Academy")
    ('primary', '')
    """
    text = name.casefold()
    return next((phase for phase, pattern in _COMPILED if pattern.search(text)), "")


def _phase(row: Mapping[str, Any], name: str, authority: str) -> str:
    told = str(row.get("phase") or "").casefold()
    if row.get("fsm_prop") == _NO_SHARE or told == "independent":
        return "independent"
    for phase in PHASES:
        if phase in told:
            return phase
    clear = phase_of(name)
    if clear:
        return clear
    stream = Stream(0, "unclear phase", authority, name)
    return stream.weighted(_UNCLEAR, running([share for _, share in _UNCLEAR]))[0]


def _either(row: Mapping[str, Any], first: str, second: str) -> str:
    return str(row.get(first) or row.get(second) or "").strip()
