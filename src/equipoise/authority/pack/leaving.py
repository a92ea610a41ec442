"""The parts of what leaves: files, counts, definitions, quality and digests, each as a section."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from equipoise.authority.pack.comparing import window_totals
from equipoise.authority.pack.maps import LEAST_SEEN
from equipoise.authority.pack.pack import Pack
from equipoise.authority.pack.roster import PRIMARY, Handed, fingerprint
from equipoise.authority.pack.sending import Sending
from equipoise.authority.pack.sheet import Section
from equipoise.authority.quality import Quality, outcome_words
from equipoise.authority.rules import SchoolCount
from equipoise.core.results import to_plain

NEVER = (
    "No row about a child, no number of a child or a contact, no name, date of birth, pupil "
    "number, postcode or address, no name of an organisation as typed, no free text, no name of "
    "a file or a sheet. The files that were read stay where they are and are not changed."
)


@dataclass(frozen=True)
class Outgoing:
    """A file that is to leave.

    Attributes
    ----------
    name
        Its name.
    size
        Its bytes.
    holds
        What it is, in words.
    """

    name: str
    size: int
    holds: str


def file_section(handed: Handed, files: Sequence[Outgoing], signed: str | None) -> Section:
    """Say which files leave, how they are sealed and who signed them."""
    words = (
        "encrypted to the trial's key "
        f"{fingerprint(handed.roster.trial_key)} (X25519, ChaCha20-Poly1305), padded so that its "
        "size says little"
    )
    by = f"; signed with the key {fingerprint(signed)}" if signed else "; not signed"
    return Section(
        "Files",
        f"For the trial {handed.trial}, {words}{by}. Nothing is sent by this program: "
        "a person sends it.",
        ("file", "bytes", "what it is"),
        tuple((file.name, f"{file.size:,}", file.holds) for file in files),
    )


def counted_columns(pack: Pack) -> tuple[tuple[str, ...], ...]:
    """Return each column of the counts, with its cells that are not zero and its sum."""
    rows: list[tuple[str, ...]] = [
        ("urn", "", "the school's public number"),
        ("window", "", "the period's name"),
    ]
    for field in fields(SchoolCount)[2:]:
        numbers = [getattr(count, field.name) for count in pack.counts]
        if None in numbers:
            continue
        rows.append(
            (field.name, f"{sum(1 for n in numbers if n):,}", f"{sum(numbers):,}"),
        )
    return tuple(rows)


def definition_sections(handed: Handed, pack: Pack, sending: Sending) -> tuple[Section, ...]:
    """Say by which declared definitions was counted, and what each of the others gives."""
    counted = {other.name for other in sending.others}
    main = next(d.name for d in handed.roster.declared if d.definitions == pack.definitions)
    alone = (
        ""
        if main == PRIMARY
        else " The files of this authority cannot give the trial's own definitions: the counts "
        f"are by {main}, and are never put together with counts by others."
    )
    rows = [
        (
            declared.name,
            declared.definitions.open_cases,
            str(declared.definitions.repeat_days),
            declared.definitions.school,
            outcome_words(declared.definitions.outcome, declared.definitions.referral_within_days),
            declared.definitions.siblings,
            declared.definitions.same_day,
            "counted" if declared.name in {main, *counted} else "left out",
        )
        for declared in handed.roster.declared
    ]
    return (
        Section(
            "Definitions",
            "Each counted with no further action in any, all or the first contact, strict (no "
            f"further action only), with advice, and with early help.{alone}",
            (
                "name",
                "open cases",
                "repeat days",
                "school",
                "outcomes",
                "siblings",
                "same day",
                "",
            ),
            tuple(rows),
        ),
        *(
            Section(
                f"Totals by {other.name}",
                "",
                ("window", "contacts", "children", "children with no further action, any"),
                _by_window(pack, other.counts),
            )
            for other in sending.others
        ),
    )


def _by_window(pack: Pack, counts: Sequence[SchoolCount]) -> tuple[tuple[str, ...], ...]:
    rows = []
    for window in pack.windows:
        here = [count for count in counts if count.window == window.id]
        names = ("contacts", "children", "nfa_any_strict")
        rows.append(
            (window.id, *(f"{sum(getattr(count, name) for count in here):,}" for name in names))
        )
    return tuple(rows)


def totals_section(pack: Pack) -> Section:
    """Sum the counts of the schools, window by window."""
    totals = window_totals(pack)
    names = ("contacts", "children", "nfa_any_strict", "referral_any", "pending", "unmapped")
    return Section(
        "Totals by window",
        "Sums over all schools. Windows are never added.",
        ("window", "from", "to", *names),
        tuple(
            (
                window.id,
                window.start.isoformat(),
                window.end.isoformat(),
                *(f"{totals.get((window.id, name), 0):,}" for name in names),
            )
            for window in pack.windows
        ),
    )


def quality_section(quality: Quality) -> Section:
    """List every value of the quality report, whatever it holds: none may leave unsaid."""
    return Section("Quality report", "", ("what", "value"), tuple(_flat("", to_plain(quality))))


def _flat(name: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from _flat(f"{name} {key}".strip().replace("_", " "), part)
    elif isinstance(value, list):
        for place, part in enumerate(value, start=1):
            first = next(iter(part.values()), place) if isinstance(part, Mapping) else place
            yield from _flat(f"{name}, {first}", part)
    elif isinstance(value, float):
        yield name, f"{value:.4g}"
    else:
        yield name, f"{value:,}" if type(value) is int else str(value)


def maps_section(pack: Pack) -> Section:
    """List which words were read as which code, those that may leave."""
    return Section(
        "Words read as codes",
        f"Words leave only if they were seen {LEAST_SEEN} times or more and have not the pattern "
        "of a name; the rest is a count.",
        ("field", "words", "code", "how", "rows"),
        tuple(
            (
                use.field,
                f"({use.labels} not shown)" if use.label is None else use.label,
                use.code,
                use.method,
                f"{use.rows:,}",
            )
            for use in pack.maps
        ),
    )


def digests_section(pack: Pack, sending: Sending, version: str) -> Section:
    """Say from which files, vocabularies and roster it was made, by digest."""
    return Section(
        "Digests and versions",
        "SHA-256 of the files that were read. A digest shows whether a file is the same; "
        "it cannot be turned back into the file.",
        ("what", "value"),
        (
            (version, str(sending.number)),
            ("extract made on", pack.extract_date.isoformat()),
            ("covers", f"{pack.covers_from} to {pack.covers_to}"),
            ("case system", pack.system),
            *sorted(pack.digests.items()),
            *sorted(pack.vocabularies.items()),
            ("protocol", sending.protocol),
            *((f"roster, {part}", digest) for part, digest in sending.roster.items()),
        ),
    )
