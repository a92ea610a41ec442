"""Resolving: records as typed to rows of numbers and short codes, one after another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from datetime import date

from equipoise.authority.pack.texts import Meaning, Texts
from equipoise.authority.readers import Profile, Record
from equipoise.authority.rules import (
    NOT_RECORDED,
    Definitions,
    RecordWriter,
    Referrals,
    RowStore,
    Value,
    keyed_hash,
)
from equipoise.authority.schools import Domains, Linking, Resolution, SchoolResolver
from equipoise.authority.vocabulary import (
    AMBIGUOUS,
    UNMAPPED,
    DatedVocabulary,
    Match,
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
_SETTLED = ("matched", "domain", "not-a-school")


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
    domains
        The schools' declared e-mail domains, where there are any.
    linking
        Finds the school attended, where that is looked at.
    referrals
        The authority's referrals, where they are looked at.
    families
        Whether households are looked at.

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
    followed
        How many rows are of a child who was referred on that day or later.
    """

    def __init__(
        self,
        profile: Profile,
        definitions: Definitions,
        *,
        sources: DatedVocabulary,
        outcomes: DatedVocabulary,
        reasons: DatedVocabulary,
        resolver: SchoolResolver,
        domains: Domains | None = None,
        linking: Linking | None = None,
        referrals: Referrals | None = None,
        families: bool = False,
    ) -> None:
        codes = definitions.source_codes

        def source(key: tuple[str, int], number: int) -> Meaning:
            label, period = key
            match = sources.of(period).match(label)
            # Open between codes none of which counts (a midwife or a hospital) is clear enough.
            counts = not match.candidates or not set(codes).isdisjoint(match.candidates)
            unclear = match.code in _UNDECIDED and counts
            return Meaning(number, match, match.code in codes, unclear)

        def outcome(key: tuple[str, bool, int], number: int) -> Meaning:
            label, listed, period = key
            match = (match_actions if listed else match_outcome)(outcomes.of(period), label)
            return Meaning(number, match)

        def reason(key: tuple[str, int], number: int) -> Meaning:
            label, period = key
            return Meaning(number, reasons.of(period).match(label))

        self.vocabularies = (sources, outcomes, reasons)
        self.sources = Texts[tuple[str, int]](source)
        self.outcomes = Texts[tuple[str, bool, int]](outcome)
        self.reasons = Texts[tuple[str, int]](reason)
        self._periods: dict[int, tuple[int, int, int]] = {}
        self.organisations: dict[str, int] = {}
        self._looks_at_reasons = bool(definitions.reasons)
        self._open_cases = profile.open_cases
        self._recorded = profile.outcomes == "recorded"
        self._referrals, self._families = referrals, families
        self._resolver = resolver
        self._domains, self._linking = domains or Domains(()), linking
        self._resolved: dict[tuple[str, str, int], Resolution] = {}
        self._flags: dict[tuple[str, ...], str] = {}
        self._months: dict[int, int] = {}
        self.forms: Counter[tuple[int, int, bool]] = Counter()
        self.followed = 0

    def write(self, records: Iterable[Record], store: RowStore, tap: Tap | None = None) -> None:
        """Resolve records and put them into a store, whose key hides their identifiers."""
        writer = RecordWriter(store)
        hide_contact = keyed_hash(store.key, "contact")
        hide_child = keyed_hash(store.key, "child")
        hide_content = keyed_hash(store.key, "content")
        hide_family = keyed_hash(store.key, "family")
        forms = self.forms
        for record in records:
            day = record.day
            if record.aside or day is None:
                writer.add_aside(record.file, record.sheet, record.row, record.aside)
                continue
            if record.family and not self._families:
                record = record._replace(family="")
            month, number = self._month(day), record.contact_id
            meant = self._meant(record, day)
            if tap is not None:
                tap(record, self.sources[record.source, self._of_day(day)[0]].match.code, meant)
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
                    hide_family(record.family) if record.family else None,
                )
            )
        writer.close()

    def _meant(self, record: Record, day: int) -> tuple[Value, ...]:
        """Return what a record's texts mean: the columns from ``source_text`` on."""
        flags, implied = record.flags, record.implied
        sources, outcomes, reasons = self._of_day(day)
        source = self.sources[record.source, sources]
        organisation, urn, resolution = None, None, ""
        attended, linkage = None, ""
        if source.by_school:
            resolved = self._resolve(record.organisation, record.email_domain, day)
            resolution, urn = resolved.status, resolved.urn
            if resolved.method == "domain" and resolution == "matched":
                resolution = "domain"
            if self._linking is not None:
                attended, linkage = self._linking.of(record, day)
            if resolution not in _SETTLED:
                organisation = self.organisations.setdefault(
                    record.organisation, len(self.organisations)
                )
        label = None
        if not self._recorded:
            outcome = NOT_RECORDED
        elif flags is None:
            meant = self.outcomes[record.outcome, record.listed, outcomes]
            label, outcome = meant.number, implied or meant.match.code
        else:
            outcome = implied or self._of_flags(flags)
        cause, reason = None, ""
        if self._looks_at_reasons:
            caused = self.reasons[record.reason or "", reasons]
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
            attended,
            linkage,
            self._referred(record.child_id, day),
        )

    def _resolve(self, organisation: str, domain: str, day: int) -> Resolution:
        if not self._domains:
            domain = ""
        key = (organisation, domain, day)
        found = self._resolved.get(key)
        if found is None:
            if len(self._resolved) >= MOST_REMEMBERED:
                self._resolved.clear()
            on = date.fromordinal(day)
            found = self._resolver.resolve(organisation, on)
            if domain:
                found = self._domains.beside(found, domain, on)
            self._resolved[key] = found
        return found

    def _referred(self, child: str, day: int) -> int | None:
        if self._referrals is None:
            return None
        found = self._referrals.after(child, day)
        self.followed += found is not None
        return found

    def action(self, part: str, period: int) -> Match:
        """Return what one of several next actions means in a period of the outcomes."""
        return match_actions(self.vocabularies[1].of(period), part)

    def versions(self, profile: Profile, names: Collection[str]) -> dict[str, str]:
        """Return the version of each vocabulary by name, as it holds on the dates covered."""
        first, last = profile.covers_from, profile.covers_to
        return {v.name: v.version(first, last) for v in self.vocabularies if v.name in names}

    def _of_day(self, day: int) -> tuple[int, int, int]:
        """Return the periods of the vocabularies in which a day lies."""
        found = self._periods.get(day)
        if found is None:
            sources, outcomes, reasons = self.vocabularies
            found = sources.period(day), outcomes.period(day), reasons.period(day)
            self._periods[day] = found
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
