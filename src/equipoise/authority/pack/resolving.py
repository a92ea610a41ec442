"""Resolving: records as typed to rows of numbers and short codes, one after another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date

from equipoise.authority.pack.texts import Meaning, Texts
from equipoise.authority.readers import Profile, Record
from equipoise.authority.rules import Definitions, RecordWriter, RowStore, Value, keyed_hash
from equipoise.authority.schools import Resolution, SchoolResolver
from equipoise.authority.vocabulary import (
    AMBIGUOUS,
    UNMAPPED,
    Vocabulary,
    match_actions,
    match_outcome,
    outcome_of_flags,
)

#: Is shown each record that is not set aside, the code of its source, and what its texts mean
#: (the columns of ``records`` from ``source_text`` on).
Tap = Callable[[Record, str, tuple[Value, ...]], None]

#: So many names on so many days are remembered; then they are forgotten, so memory stays flat.
MOST_REMEMBERED = 50_000
_UNDECIDED = (AMBIGUOUS, UNMAPPED)
#: Outcomes of resolving an organisation that leave nothing to look at.
_SETTLED = ("matched", "not-a-school")


class Resolving:
    """The state of resolving an extract: its distinct texts, and what they mean.

    Parameters
    ----------
    profile, definitions
        What the authority says, and what counts as a school's contact.
    sources, outcomes, reasons
        The vocabularies on the day of the extract. Reasons are looked at only where the
        definitions ask for any.
    resolver
        The authority's schools.

    Attributes
    ----------
    sources, reasons
        The distinct labels.
    outcomes
        The distinct outcomes, each with whether it is a list of next actions.
    organisations
        The organisations as typed in contacts of schools that could not be resolved.
    forms
        How many rows of a month have a contact number of so many characters, all of them digits
        or not: (202409, 10, True).
    """

    def __init__(
        self,
        profile: Profile,
        definitions: Definitions,
        *,
        sources: Vocabulary,
        outcomes: Vocabulary,
        reasons: Vocabulary,
        resolver: SchoolResolver,
    ) -> None:
        codes = definitions.source_codes

        def source(label: str, number: int) -> Meaning:
            match = sources.match(label)
            # Open between codes none of which counts (a midwife or a hospital) is clear enough.
            counts = not match.candidates or not set(codes).isdisjoint(match.candidates)
            unclear = match.code in _UNDECIDED and counts
            return Meaning(number, match, match.code in codes, unclear)

        def outcome(key: tuple[str, bool], number: int) -> Meaning:
            label, listed = key
            match = (match_actions if listed else match_outcome)(outcomes, label)
            return Meaning(number, match)

        self.vocabulary = outcomes
        self.sources = Texts[str](source)
        self.outcomes = Texts[tuple[str, bool]](outcome)
        self.reasons = Texts[str](lambda label, number: Meaning(number, reasons.match(label)))
        self.organisations: dict[str, int] = {}
        self._looks_at_reasons = bool(definitions.reasons)
        self._open_cases = profile.open_cases
        self._resolver = resolver
        self._resolved: dict[tuple[str, int], Resolution] = {}
        self._flags: dict[tuple[str, ...], str] = {}
        self._months: dict[int, int] = {}
        self.forms: Counter[tuple[int, int, bool]] = Counter()

    def write(self, records: Iterable[Record], store: RowStore, tap: Tap | None = None) -> None:
        """Resolve records and put them into a store, whose key hides their identifiers."""
        writer = RecordWriter(store)
        hide_contact = keyed_hash(store.key, "contact")
        hide_child = keyed_hash(store.key, "child")
        hide_content = keyed_hash(store.key, "content")
        forms = self.forms
        for record in records:
            day = record.day
            if record.aside or day is None:
                writer.add_aside(record.file, record.sheet, record.row, record.aside)
                continue
            month, number = self._month(day), record.contact_id
            meant = self._meant(record, day)
            if tap is not None:
                tap(record, self.sources[record.source].match.code, meant)
            forms[month, len(number), number.isdigit()] += 1
            writer.add(
                (
                    record.file,
                    record.sheet,
                    record.row,
                    "",
                    hide_contact(number),
                    hide_child(record.child_id),
                    hide_content(record.content()),
                    day,
                    month,
                    record.decided,
                    *meant,
                )
            )
        writer.close()

    def _meant(self, record: Record, day: int) -> tuple[Value, ...]:
        """Return what a record's texts mean: the columns from ``source_text`` on."""
        flags, implied = record.flags, record.implied
        source = self.sources[record.source]
        organisation, urn, resolution = None, None, ""
        if source.by_school:
            resolved = self._resolve(record.organisation, day)
            resolution, urn = resolved.status, resolved.urn
            if resolution not in _SETTLED:
                organisation = self.organisations.setdefault(
                    record.organisation, len(self.organisations)
                )
        label = None
        if flags is None:
            meant = self.outcomes[record.outcome, record.listed]
            label, outcome = meant.number, implied or meant.match.code
        else:
            outcome = implied or self._of_flags(flags)
        cause, reason = None, ""
        if self._looks_at_reasons:
            caused = self.reasons[record.reason or ""]
            cause, reason = caused.number, caused.match.code
        flagged = self._open_cases == "flagged"
        open_case = (flagged and record.open_case is True) or outcome == "EXISTING"
        return (
            source.number,
            organisation,
            label,
            cause,
            source.by_school,
            source.unclear,
            None if urn is None else int(urn),
            resolution,
            open_case and self._open_cases != "unknown",
            flagged and record.open_case is None,
            source.by_school and implied == "NFA",
            record.decided_unreadable,
            outcome,
            reason,
        )

    def _resolve(self, organisation: str, day: int) -> Resolution:
        key = (organisation, day)
        found = self._resolved.get(key)
        if found is None:
            if len(self._resolved) >= MOST_REMEMBERED:
                self._resolved.clear()
            found = self._resolver.resolve(organisation, date.fromordinal(day))
            self._resolved[key] = found
        return found

    def _of_flags(self, flags: tuple[str, ...]) -> str:
        if flags not in self._flags:
            self._flags[flags] = outcome_of_flags(flags)
        return self._flags[flags]

    def _month(self, day: int) -> int:
        month = self._months.get(day)
        if month is None:
            on = date.fromordinal(day)
            month = self._months[day] = on.year * 100 + on.month
        return month
