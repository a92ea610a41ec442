"""Census cells: dates, codes and answers of the census, and what is remarked on them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from xml.etree.ElementTree import Element

from equipoise.authority.readers.census_fields import CensusFields, census_fields, census_years
from equipoise.authority.readers.census_rows import CensusAccount
from equipoise.core.base import shape_of

#: A number of a child, a code or a date that is longer is none.
LONGEST_TEXT = 200
_MOST_REMEMBERED = 50_000
_MOST_SHAPES = 200
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:\d{2}|T[\d:.]+(?:Z|[+-]\d{2}:\d{2})?)?")
_ANSWERS = {"1": True, "true": True, "0": False, "false": False}
#: Elements that hold elements.
_HOLDERS = frozenset(
    {
        "ChildIdentifiers",
        "ChildCharacteristics",
        "CINdetails",
        "Assessments",
        "CINPlanDates",
        "Section47",
        "ChildProtectionPlans",
        "FactorsIdentifiedAtAssessment",
        "Reviews",
    }
)
_SEX = {"1": "M", "2": "F", "0": "U", "9": "U"}


class CensusCells:
    """The cells of one census, read as those of its year.

    Attributes
    ----------
    account
        What became of the rows, and what was remarked on.
    fields
        What a census of the year may hold: set once the year is known.
    child
        The number of the child in hand.
    """

    def __init__(self) -> None:
        self.account = CensusAccount()
        self.fields: CensusFields = census_fields(census_years()[1])
        self.child = 0
        self._days: dict[str, int | None] = {}
        self._shapes: set[tuple[str, str]] = set()

    def begun(self, kind: str, text: str) -> int | None:
        """Return the day on which a row began, or set the row aside."""
        day = self._days.get(text) if text in self._days else self._read_day(text)
        if day is None:
            reason = "unreadable-date" if text else "no-date"
            self.account.set_aside(kind, reason, self.child)
        else:
            self.account.keep(kind)
        return day

    def day(self, name: str, text: str) -> int | None:
        """Return a day of a row that is kept with or without it."""
        if not text:
            return None
        day = self._days.get(text) if text in self._days else self._read_day(text)
        if day is None:
            self.account.remark(f"{name} is not a date", self.child)
        return day

    def _read_day(self, text: str) -> int | None:
        found = _DAY.fullmatch(text)
        day: int | None = None
        if found is not None:
            try:
                day = date.fromisoformat(found[1]).toordinal()
            except ValueError:
                day = None
        if len(self._days) >= _MOST_REMEMBERED:
            self._days.clear()
        self._days[text] = day
        return day

    def code(self, name: str, text: str) -> str:
        """Return a code as it stands, remarking on one that is not of this year or of none."""
        if not text or text in self.fields.valid[name]:
            return text
        fields = self.fields
        if text in fields.known[name]:
            self.account.remark(f"{name} {text} is no code of {fields.year}", self.child)
            return text
        self.account.remark(f"{name} is no code ({self._shape(name, text)})", self.child)
        return short(text)

    def answer(self, name: str, text: str) -> bool | None:
        """Return yes or no; None where neither, which is remarked on."""
        answer = _ANSWERS.get(text)
        if answer is None:
            found = "blank" if not text else "neither 0 nor 1"
            self.account.remark(f"{name} is {found}", self.child)
        return answer

    def sex(self, found: Mapping[str, str]) -> str:
        """Return ``M``, ``F`` or ``U``, from either of the two elements that there have been."""
        if "Sex" in found:
            return self.code("Sex", found["Sex"]) or "U"
        code = self.code("GenderCurrent", found.get("GenderCurrent", ""))
        return _SEX.get(code, "U")

    def _shape(self, name: str, text: str) -> str:
        """Return the shape of a value; of many different ones only the first are told apart."""
        shape = shape_of(short(text))
        if (name, shape) in self._shapes or len(self._shapes) < _MOST_SHAPES:
            self._shapes.add((name, shape))
            return shape
        return "other shapes"

    def texts(self, element: Element) -> dict[str, str]:
        """Return the texts of the parts of an element, but of those that hold parts themselves.

        A part that does not belong there, stands twice or holds what it should not is remarked on;
        of two the first is taken.
        """
        allowed = self.fields.elements[element.tag]
        found: dict[str, str] = {}
        for part in element:
            tag = part.tag
            if tag not in allowed:
                self.unknown(tag)
            elif tag in _HOLDERS:
                continue
            elif tag in found:
                self.account.remark(f"{tag} stands twice in one {element.tag}", self.child)
            else:
                found[tag] = cell_text(part)
                if len(part):
                    self.account.remark(f"{tag} holds other elements", self.child)
        return found

    def unknown(self, tag: str) -> None:
        """Remark on an element that the census does not have."""
        words = f"an element that the census does not have ({self._shape('element', tag)})"
        self.account.remark(words, self.child)


def cell_text(element: Element) -> str:
    """Return the text of an element, without the blanks around it."""
    text = element.text
    return "" if text is None else text.strip()


def short(text: str) -> str:
    """Return the beginning of a text that is longer than any cell."""
    return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT]
