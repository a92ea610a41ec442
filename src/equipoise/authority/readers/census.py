"""The children-in-need census, 2017 to 2026: a child at a time, every row accounted for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from equipoise.authority.readers.census_cells import (
    LONGEST_TEXT,
    CensusCells,
    cell_text,
    short,
)
from equipoise.authority.readers.census_fields import census_fields, census_years
from equipoise.authority.readers.census_rows import (
    CENSUS_KINDS,
    CENSUS_REASONS,
    Assessment,
    CensusChild,
    CensusHeader,
    Enquiry,
    Episode,
    ProtectionPlan,
)
from equipoise.authority.readers.markup import Records, lines_of_records
from equipoise.authority.readers.raw import Raw
from equipoise.authority.readers.sheets import refused
from equipoise.core.base import shape_of

_ASSESSMENTS, _ENQUIRIES, _PLANS = CENSUS_KINDS[2:]
_AUTHORISED = "AssessmentAuthorisationDate"
_KIND_OF = {
    "Assessments": _ASSESSMENTS,
    "Section47": _ENQUIRIES,
    "ChildProtectionPlans": _PLANS,
}


class CensusReader:
    """A return of the children-in-need census.

    Children come one after another and none is held, but for the numbers by which a child that
    stands twice is noticed; the time taken grows with the file and no faster. They are good only
    once the last was taken without an error: a file that cannot be read to its end is refused
    whole.

    Parameters
    ----------
    raw, file
        The file, and its name for the messages.

    Attributes
    ----------
    account
        What became of the rows; complete after the last child.
    """

    def __init__(self, raw: Raw, file: str) -> None:
        self._raw = raw
        self._file = file
        self._header: CensusHeader | None = None
        self._cells = CensusCells()
        self._ids: set[str] = set()
        self.account = self._cells.account

    @property
    def header(self) -> CensusHeader:
        """Year and authority, once the first child was taken."""
        if self._header is None:
            raise ValueError("the header is known once the first child was read")
        return self._header

    def children(self) -> Iterator[CensusChild]:
        """Yield every child that is kept.

        Raises
        ------
        ProblemsError
            Where the file is no census, of a year that is not known, damaged, cut off, or
            declares entities. Values are shown by shape only (rule 13).
        """
        records = Records(self._raw, self._file, root="Message", holder="Children", record="Child")
        for element in records:
            if self._header is None:
                self._header = self._of_header(records.others)
                self._cells.fields = census_fields(self._header.year)
            self._cells.child += 1
            child = self._child(element)
            if child is not None:
                yield child
        if self._header is None:
            raise refused(
                self._file, "no child", "a census of at least one child", "export it again"
            )
        self.account.check()

    def notes(self) -> tuple[str, ...]:
        """Return what was set aside or remarked on, each with the first place; for her screen.

        The lines are found by a second pass over the file, made only where there is something
        to say.
        """
        account = self.account
        said: list[tuple[str, str | tuple[str, str]]] = [
            (f"{rows:,} {kind} set aside: {CENSUS_REASONS[reason]}", (kind, reason))
            for (kind, reason), rows in sorted(account.aside.items())
        ]
        said += [(f"{words}: {rows:,} times", words) for words, rows in sorted(
            account.remarks.items()
        )]  # fmt: skip
        if not said:
            return ()
        firsts = frozenset(account.first[key] for _, key in said)
        lines = lines_of_records(self._raw, "Child", firsts)
        return tuple(
            f"{words} (first: child {account.first[key]:,}, which begins on line "
            f"{lines[account.first[key]]:,})"
            for words, key in said
        )

    def _of_header(self, others: list[Element]) -> CensusHeader:
        header = next((element for element in others if element.tag == "Header"), None)
        details = None if header is None else header.find("CollectionDetails")
        kind = "" if details is None else (details.findtext("Collection") or "").strip()
        year = "" if details is None else (details.findtext("Year") or "").strip()
        first, last = census_years()
        if kind not in ("", "CIN"):
            raise refused(
                self._file,
                f"a return of another collection ({shape_of(kind)})",
                "Collection CIN in the header",
                "choose the children-in-need census",
            )
        if not re.fullmatch(r"\d{4}", year) or not first <= int(year) <= last:
            found = f"Year {year}" if re.fullmatch(r"\d{4}", year) else "no year in the header"
            raise refused(
                self._file,
                found,
                f"a census whose header stands first and gives a Year of {first} to {last}",
                "export the return with its header",
            )
        authority = (header.findtext("Source/LEA") or "").strip() if header is not None else ""
        return CensusHeader(int(year), authority if re.fullmatch(r"\d{3}", authority) else "")

    def _child(self, element: Element) -> CensusChild | None:
        self._cells.texts(element)  # only for what does not belong there
        identifiers = element.findall("ChildIdentifiers")
        if len(identifiers) > 1:
            self.account.remark("ChildIdentifiers stands twice in one Child", self._cells.child)
        found = self._cells.texts(identifiers[0]) if identifiers else {}
        child_id = found.get("LAchildID", "")
        details = element.findall("CINdetails")
        if not child_id or len(child_id) > LONGEST_TEXT:
            reason = "no-child-id" if not child_id else "long-child-id"
            self.account.set_aside("children", reason, self._cells.child)
            for one in details:
                self._leave(one)
            return None
        if child_id in self._ids:
            self.account.remark("the child stands in the file more than once", self._cells.child)
        self._ids.add(child_id)
        self.account.keep("children")
        episodes = [self._episode(number, one) for number, one in enumerate(details, start=1)]
        return CensusChild(
            self._cells.child,
            child_id,
            short(found.get("UPN", "")),
            short(found.get("FormerUPN", "")),
            self._cells.code("UPNunknown", found.get("UPNunknown", "")),
            self._cells.sex(found),
            tuple(episode for episode in episodes if episode is not None),
        )

    def _leave(self, details: Element) -> None:
        """Set aside an episode of a child that is set aside, and all that stands in it."""
        self.account.set_aside("episodes", "within-set-aside", self._cells.child)
        for part in details:
            if part.tag in _KIND_OF:
                self.account.set_aside(_KIND_OF[part.tag], "within-set-aside", self._cells.child)

    def _episode(self, number: int, details: Element) -> Episode | None:
        found = self._cells.texts(details)
        parts = {name: details.findall(name) for name in _KIND_OF}
        referred = self._cells.begun("episodes", found.get("CINreferralDate", ""))
        if referred is None:
            for name, elements in parts.items():
                self.account.set_aside(
                    _KIND_OF[name], "within-set-aside", self._cells.child, len(elements)
                )
            return None
        return Episode(
            number,
            referred,
            self._cells.code("ReferralSource", found.get("ReferralSource", "")),
            self._cells.code("PrimaryNeedCode", found.get("PrimaryNeedCode", "")),
            self._cells.answer("ReferralNFA", found.get("ReferralNFA", "")),
            self._cells.day("CINclosureDate", found.get("CINclosureDate", "")),
            self._cells.code("ReasonForClosure", found.get("ReasonForClosure", "")),
            self._cells.day("DateOfInitialCPC", found.get("DateOfInitialCPC", "")),
            tuple(filter(None, map(self._assessment, parts["Assessments"]))),
            tuple(filter(None, map(self._enquiry, parts["Section47"]))),
            tuple(filter(None, map(self._plan, parts["ChildProtectionPlans"]))),
        )

    def _assessment(self, element: Element) -> Assessment | None:
        found = self._cells.texts(element)
        started = self._cells.begun(_ASSESSMENTS, found.get("AssessmentActualStartDate", ""))
        if started is None:
            return None
        factors = element.find("FactorsIdentifiedAtAssessment")
        codes = () if factors is None else tuple(cell_text(factor) for factor in factors)
        return Assessment(
            started,
            self._cells.day(_AUTHORISED, found.get(_AUTHORISED, "")),
            tuple(self._cells.code("AssessmentFactors", code) for code in codes),
        )

    def _enquiry(self, element: Element) -> Enquiry | None:
        found = self._cells.texts(element)
        started = self._cells.begun(_ENQUIRIES, found.get("S47ActualStartDate", ""))
        if started is None:
            return None
        return Enquiry(
            started,
            self._cells.day("DateOfInitialCPC", found.get("DateOfInitialCPC", "")),
            self._cells.answer("ICPCnotRequired", found.get("ICPCnotRequired", "")),
        )

    def _plan(self, element: Element) -> ProtectionPlan | None:
        found = self._cells.texts(element)
        started = self._cells.begun(_PLANS, found.get("CPPstartDate", ""))
        if started is None:
            return None
        return ProtectionPlan(
            started,
            self._cells.day("CPPendDate", found.get("CPPendDate", "")),
            self._cells.code("CategoryOfAbuse", found.get("InitialCategoryOfAbuse", "")),
            self._cells.code("CategoryOfAbuse", found.get("LatestCategoryOfAbuse", "")),
        )
