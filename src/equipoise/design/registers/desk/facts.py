"""Facts: what the enrolment desk keeps of authorities and schools, and in which form."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from equipoise.core.base import Column, Problems, shape_of

Level = Literal["authority", "school"]
_ANSWERS = ("yes", "no")
#: What Excel makes of every day in a CSV that it saves; day and month could be either.
_DAY_FIRST = re.compile(r"\d{1,2}/\d{1,2}/\d{2,4}")
_BY_EXCEL = "Excel writes days so in a CSV: fill in the .xlsx instead, or format them as yyyy-mm-dd"

#: What may be needed before a school can be committed; `data_sharing` is its authority's.
REQUIREMENTS: dict[str, str] = {
    "eligible": "eligibility not confirmed",
    "agreement": "no signed agreement",
    "data_sharing": "no data sharing agreement with the authority",
    "privacy_notice": "no privacy notice sent",
    "opt_outs": "opt-outs not counted",
    "baseline": "no baseline",
    "named_dsl": "no named safeguarding lead",
}
#: What is needed unless the protocol says otherwise.
DEFAULT_REQUIRES = tuple(name for name in REQUIREMENTS if name != "opt_outs")


@dataclass(frozen=True)
class Fact:
    """One thing that the desk knows.

    Attributes
    ----------
    name
        Its heading in every file.
    title
        What it means, in words.
    levels
        Whether authorities or schools have it, or both.
    column
        What a cell may hold.
    """

    name: str
    title: str
    levels: tuple[Level, ...]
    column: Column

    @property
    def free(self) -> bool:
        """Whether a cell may hold other words than those of a list: a person's id."""
        return self.column.kind == "text" and not self.column.values

    @property
    def offered(self) -> tuple[str, ...]:
        """The words that a list offers; none for days and counts."""
        return _ANSWERS if self.free else self.column.values or ()

    def expected(self) -> str:
        """Say in words what a cell must hold."""
        ids = "yes, no or a person's id in design/dsls.csv"
        return ids if self.free else self.column.expected()

    def read(self, text: str, *, file: str, place: str, problems: Problems) -> Any:
        """Turn a cell's text into its value; blank, or what does not fit, is None.

        Of words that do not fit only the shape is shown: somebody may have typed a name.
        """
        if not text:
            return None
        small = text.lower()
        try:
            return self.column.read(small if small in self.offered else text)
        except ValueError:
            problems.add(
                file=file,
                place=place,
                found=shape_of(text) if any(map(str.isalpha, text)) else repr(text),
                expected=self.expected(),
                remedy=_BY_EXCEL if self._from_excel(text) else "correct the cell",
            )
            return None

    def _from_excel(self, text: str) -> bool:
        return self.column.kind == "date" and _DAY_FIRST.fullmatch(text) is not None


@cache
def reasons(kind: Literal["not_eligible", "declined"]) -> dict[str, str]:
    """Return the reasons that may be given, from code to words.

    Examples
    --------
    >>> reasons("declined")["no-answer"]
    'no answer'
    """
    data = (files(__package__) / "data" / "reasons.json").read_bytes()
    listed: dict[str, str] = json.loads(data)[kind]
    return listed


def _day(name: str, title: str, *levels: Level) -> Fact:
    return Fact(name, title, levels, Column(name, "date", blank=True))


def _choice(name: str, title: str, values: tuple[str, ...], *levels: Level) -> Fact:
    return Fact(name, title, levels, Column(name, blank=True, values=values))


#: In the order of the files.
FACTS: tuple[Fact, ...] = (
    _day("approached", "day on which it was first asked", "authority", "school"),
    _choice("eligible", "whether it is eligible", _ANSWERS, "school"),
    _choice("not_eligible", "why not, where it is not", tuple(reasons("not_eligible")), "school"),
    _day("agreement", "day on which the agreement was signed", "authority", "school"),
    _day("data_sharing", "day on which the data sharing agreement was signed", "authority"),
    _day("privacy_notice", "day on which the privacy notice was sent", "school"),
    Fact(
        "opt_outs",
        "how many pupils' families opted out: a count, no names",
        ("school",),
        Column("opt_outs", "integer", blank=True, minimum=0),
    ),
    _day("baseline", "day on which the baseline was done", "school"),
    Fact(
        "named_dsl",
        "whether a safeguarding lead is named: yes, no or the id in design/dsls.csv, no name",
        ("school",),
        Column("named_dsl", blank=True),
    ),
    _choice("declined", "why it declined, where it did", tuple(reasons("declined")), "authority",
            "school"),
)  # fmt: skip
BY_NAME: dict[str, Fact] = {fact.name: fact for fact in FACTS}


def facts_of(level: Level) -> tuple[Fact, ...]:
    """Return the facts of authorities or of schools, in the order of the files."""
    return tuple(fact for fact in FACTS if level in fact.levels)
