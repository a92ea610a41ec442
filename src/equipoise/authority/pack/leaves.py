"""Leaves: the page that says what leaves this computer, and the statement for its governance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from equipoise.authority.pack.comparing import window_totals
from equipoise.authority.pack.maps import LEAST_SEEN
from equipoise.authority.pack.pack import Pack
from equipoise.authority.pack.roster import Handed, fingerprint
from equipoise.authority.pack.rows import COLUMNS, MEANING
from equipoise.authority.pack.sending import Sending
from equipoise.authority.pack.sheet import Section, Sheet
from equipoise.authority.quality import Quality
from equipoise.authority.rules import SchoolCount
from equipoise.core.results import to_plain

_NEVER = (
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


def pack_leaves(
    handed: Handed, pack: Pack, sending: Sending, file: Outgoing, *, signed: str | None
) -> Sheet:
    """Say what leaves in a pack: every file, every column, every count.

    Parameters
    ----------
    handed
        The roster for which it was made.
    pack, sending
        What is in it.
    file
        The one file.
    signed
        The public key that signs it, or None.
    """
    return Sheet(
        f"What leaves this computer: {pack.name} ({pack.authority})",
        handed.simulated,
        (
            _file_section(handed, [file], signed, sealed=True),
            Section(
                "Counts",
                f"{len(pack.counts):,} lines, one for each school and window, of "
                f"{len(pack.windows)} windows and "
                f"{len({count.urn for count in pack.counts})} schools, exact; and as many again "
                f"for each of {len(sending.others)} other declared definitions of a new contact.",
                ("column", "cells that are not zero", "sum over schools"),
                _columns(pack),
            ),
            *_definition_sections(handed, pack, sending),
            _totals_section(pack),
            _quality_section(pack.quality),
            _maps_section(pack),
            Section(
                "Digests and versions",
                "SHA-256 of the files that were read. A digest shows whether a file is the same; "
                "it cannot be turned back into the file.",
                ("what", "value"),
                (
                    ("version of this pack", str(sending.number)),
                    ("extract made on", pack.extract_date.isoformat()),
                    ("covers", f"{pack.covers_from} to {pack.covers_to}"),
                    ("case system", pack.system),
                    *sorted(pack.digests.items()),
                    *sorted(pack.vocabularies.items()),
                    ("protocol", sending.protocol),
                    *((f"roster, {part}", digest) for part, digest in sending.roster.items()),
                ),
            ),
            Section("What does not leave", _NEVER),
        ),
    )


def rows_leave(handed: Handed, pack: Pack, files: Sequence[Outgoing], rows: int) -> Sheet:
    """Say what leaves as pseudonymised rows.

    Parameters
    ----------
    handed
        The roster for which they were made.
    pack
        The account that goes with them.
    files
        The files.
    rows
        How many rows there are.
    """
    return Sheet(
        f"What leaves this computer as rows: {pack.name} ({pack.authority})",
        handed.simulated,
        (
            _file_section(handed, files, None, sealed=False),
            Section(
                "Rows",
                f"{rows:,} rows, one for each child in each contact of any source, each row "
                "personal data under a pseudonym: whoever holds the authority's HMAC key can find "
                "the child again. The key does not leave.",
                ("column", "what it holds"),
                tuple((name, MEANING[name]) for name in COLUMNS),
            ),
            _totals_section(pack),
            _quality_section(pack.quality),
            _maps_section(pack),
            Section(
                "What does not leave",
                "No number of a child or a contact as the authority knows it, no name, date of "
                "birth, pupil number, postcode or address, no name of an organisation as typed, "
                "no free text, no name of a file or a sheet, not the HMAC key.",
            ),
        ),
    )


def statement(handed: Handed, pack: Pack, sending: Sending | None, file: Outgoing) -> Sheet:
    """Return one page for the authority's information-governance lead."""
    schools = len({count.urn for count in pack.counts})
    packed = sending is not None
    what = (
        f"Counts of contacts by school and period: {schools} schools, {len(pack.windows)} "
        "periods, exact, small numbers included; a report of what is missing; which words were "
        f"read as which code, words only if seen {LEAST_SEEN} times or more and without the "
        "pattern of a name."
        if packed
        else "Contacts as rows, every identifier replaced by HMAC-SHA-256 under a key that stays "
        "with the authority; dates, codes and school numbers as they are."
    )
    kind = (
        "Small counts can point to a child, so the file is treated as confidential and is never "
        "called anonymous. It is encrypted to the trial's key: nobody else can open it."
        if packed
        else "The rows are personal data (pseudonymised). They go by a secure transfer into the "
        "evaluator's secure environment and nowhere else."
    )
    return Sheet(
        f"Statement for the information-governance lead: {pack.name}",
        handed.simulated,
        (
            Section(
                "The trial",
                f"{handed.roster.title} ({handed.trial}). The data were asked for by the trial's "
                "data specification; its protocol has the digest "
                f"{handed.roster.protocol[:16]}.",
            ),
            Section(
                "What is sent",
                f"{what} One file: {file.name}." if packed else f"{what} {file.holds}.",
            ),
            Section("What it is", kind),
            Section("What is not sent", _NEVER if packed else "No identifier, no name, no text."),
            Section(
                "Who can open it",
                f"The holder of the trial's key, {fingerprint(handed.roster.trial_key)}. Compare "
                "these digits with the trial by telephone before the first pack is sent."
                if packed
                else "The evaluator's analysts in the secure environment.",
            ),
            Section(
                "What the software did",
                "It ran on this computer, read the extract, counted, and wrote these files. It "
                "used no network. What will be published is suppressed by the trial's rules for "
                "small numbers.",
            ),
        ),
    )


def _file_section(
    handed: Handed, files: Sequence[Outgoing], signed: str | None, *, sealed: bool
) -> Section:
    words = (
        "encrypted to the trial's key "
        f"{fingerprint(handed.roster.trial_key)} (X25519, ChaCha20-Poly1305), padded so that its "
        "size says little"
        if sealed
        else "not encrypted: move them only by a secure transfer"
    )
    by = f"; signed with the key {fingerprint(signed)}" if signed else ""
    unsigned = "" if signed or not sealed else "; not signed"
    return Section(
        "Files",
        f"For the trial {handed.trial}, {words}{by}{unsigned}. Nothing is sent by this program: "
        "a person sends it.",
        ("file", "bytes", "what it is"),
        tuple((file.name, f"{file.size:,}", file.holds) for file in files),
    )


def _columns(pack: Pack) -> tuple[tuple[str, ...], ...]:
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


def _definition_sections(handed: Handed, pack: Pack, sending: Sending) -> tuple[Section, ...]:
    counted = {other.name for other in sending.others}
    rows = [
        (
            declared.name,
            declared.definitions.open_cases,
            str(declared.definitions.repeat_days),
            declared.definitions.school,
            "counted" if place == 0 or declared.name in counted else "left out",
        )
        for place, declared in enumerate(handed.roster.declared)
    ]
    return (
        Section(
            "Definitions",
            "Each counted with no further action in any, all or the first contact, strict (no "
            "further action only), with advice, and with early help.",
            ("name", "open cases", "repeat days", "school", ""),
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


def _totals_section(pack: Pack) -> Section:
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


def _quality_section(quality: Quality) -> Section:
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


def _maps_section(pack: Pack) -> Section:
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
