"""The pack itself: exact counts by school and window, and what qualifies them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

from equipoise.authority.pack.maps import MapUse
from equipoise.authority.quality import Quality, WindowQuality, linkage_of, together
from equipoise.authority.rules import Definitions, LinkageCount, SchoolCount, Window, left_out
from equipoise.core.base import Problems, ProblemsError
from equipoise.core.results import decode_result, encode_result, result

#: What cannot exceed what, in a school's counts.
_AT_MOST = (
    ("children", "contacts"),
    ("nfa_contacts_strict", "nfa_contacts_advice"),
    ("nfa_contacts_advice", "nfa_contacts_early_help"),
    ("nfa_contacts_early_help", "contacts"),
    ("nfa_any_strict", "nfa_any_advice"),
    ("nfa_any_advice", "nfa_any_early_help"),
    ("nfa_any_early_help", "children"),
    ("nfa_any_strict", "nfa_contacts_strict"),
    ("nfa_all_strict", "nfa_first_strict"),
    ("nfa_first_strict", "nfa_any_strict"),
    ("referral_any", "children"),
    ("s47_first", "referral_any"),
    ("recontact_after_nfa", "nfa_any_strict"),
    ("pending", "contacts"),
    ("unmapped", "contacts"),
    ("csa_any", "children"),
    ("decided_known", "clock_started"),
    ("decided_within_limit", "decided_known"),
)
_AT_MOST_FAMILIES = tuple(
    pair
    for pair in _AT_MOST
    if pair not in (("children", "contacts"), ("nfa_any_strict", "nfa_contacts_strict"))
)


@result("authority.pack", version=4)
@dataclass(frozen=True)
class Pack:
    """What an authority sends: exact, and so always sealed to the trial's key.

    Attributes
    ----------
    authority, name, system
        Which authority, and its case system.
    extract_date, covers_from, covers_to
        When the extract was made, and which dates of contact it holds.
    definitions, windows
        What was counted.
    counts
        One entry for every school of the authority and window, zeros included.
    quality
        What is missing or unclear.
    maps
        Which labels were read as which code.
    vocabularies
        From each vocabulary's name to its version.
    digests
        From each file's part (profile, contacts, labels, schools) to its SHA-256.
    """

    authority: str
    name: str
    system: str
    extract_date: date
    covers_from: date
    covers_to: date
    definitions: Definitions
    windows: tuple[Window, ...]
    counts: tuple[SchoolCount, ...]
    quality: Quality
    maps: tuple[MapUse, ...]
    vocabularies: dict[str, str]
    digests: dict[str, str]


def pack_bytes(
    pack: Pack, *, trial: str, simulated: bool, inputs: Mapping[str, str] | None = None
) -> bytes:
    """Write a pack as one line of canonical JSON, not sealed.

    Parameters
    ----------
    pack
        The pack.
    trial, simulated
        The trial's id, and whether it is simulated: both stand in every result (rule 1).
    inputs
        Digests of what it was made from; the pack's own by default.
    """
    return encode_result(
        pack, trial=trial, simulated=simulated, inputs=pack.digests if inputs is None else inputs
    )


def parse_pack(data: bytes, file: str = "pack.json") -> Pack:
    """Read a pack and check that its numbers agree with each other.

    Parameters
    ----------
    data
        The unsealed bytes.
    file
        The file's name for the messages.

    Raises
    ------
    ProblemsError
        Where it is no pack, or with everything in it that cannot be.
    """
    problems = Problems()
    try:
        pack = decode_result(data).data
    except (ValueError, RecursionError):
        pack = None
    if not isinstance(pack, Pack):
        problems.add(
            file=file,
            place="whole file",
            found="something that is not a pack",
            expected="a pack as `pack_bytes` writes it, of a version known here",
            remedy="ask the authority to send it again",
        )
        raise ProblemsError(tuple(problems))
    check_pack(pack, file, problems)
    problems.raise_if_any()
    return pack


def check_pack(pack: Pack, file: str, problems: Problems) -> None:
    """Note everything in a pack that cannot be: its numbers have to agree with each other."""
    _check_counts(pack, file, problems)
    _check_quality(pack, file, problems)


def _check_counts(pack: Pack, file: str, problems: Problems) -> None:
    windows = {window.id for window in pack.windows}
    seen = Counter((count.urn, count.window) for count in pack.counts)
    urns = {urn for urn, _ in seen}
    if set(seen) != {(urn, window) for urn in urns for window in windows} or not urns:
        _add(
            problems,
            file,
            "counts",
            "schools or windows left out",
            "every school in every declared window",
        )
    if any(times > 1 for times in seen.values()):
        _add(problems, file, "counts", "a school and window twice", "each only once")
    names = [field.name for field in fields(SchoolCount)][2:]
    out = left_out(pack.definitions)
    # A family's contact is one, and each of its children is counted.
    most = _AT_MOST if pack.definitions.siblings == "each" else _AT_MOST_FAMILIES
    for count in pack.counts:
        place = f"school {count.urn}, window {count.window}"
        for name in names:
            number = getattr(count, name)
            if (number is None) != (name in out):
                words = "not declared" if number is not None else "left out"
                _add(problems, file, place, f"{name} {words}", "the counts of the definitions")
            elif number is not None and number < 0:
                _add(problems, file, place, f"{name} below zero", "a count of 0 or more")
        for small, large in most:
            if (getattr(count, small) or 0) > (getattr(count, large) or 0):
                _add(problems, file, place, f"{small} above {large}", f"at most {large}")


def _check_quality(pack: Pack, file: str, problems: Problems) -> None:
    quality = pack.quality
    aside = sum(reason.rows for reason in quality.set_aside)
    if quality.rows_kept + aside != quality.rows_read:
        _add(
            problems,
            file,
            "quality",
            "rows that do not add up",
            "rows read = rows kept + rows set aside",
        )
    placed = Counter[str]()
    for count in pack.counts:
        placed[count.window] += count.contacts + (count.siblings or 0)
        placed[count.window] += count.open_case + count.repeats
    for window in quality.windows:
        lost = _lost(pack, window)
        if (
            placed[window.window] > window.school_contacts
            if lost is None
            else placed[window.window] + lost != window.school_contacts
        ):
            _add(
                problems,
                file,
                f"quality, window {window.window}",
                "school contacts that do not add up",
                "contacts of all schools, set aside, unresolved and of no school",
            )

        linked = together(quality.linkage, window.window)
        if linked is not None and linked.contacts != window.school_contacts:
            _add(
                problems,
                file,
                f"quality, window {window.window}",
                "linkage to rolls that does not add up",
                "every contact of a school linked or lost",
            )
    for one in quality.linkage:
        if linkage_of(
            LinkageCount(one.window, one.outcome, how, number) for how, number in one.by.items()
        ) != (one,):
            place = f"quality, linkage of {one.outcome} in {one.window}"
            _add(problems, file, place, "numbers that do not add up", "contacts by how linked")


def _lost(pack: Pack, window: WindowQuality) -> int | None:
    """Return how many contacts of schools count for none; None where that is not told.

    The windows of the quality report are by the school of the trial's own definitions; others may
    count by the other school.
    """
    quality, school = pack.quality, pack.definitions.school
    if school == quality.school:
        return window.school_contacts_unresolved + window.not_school
    if school != "attended":
        return None
    linked = together(quality.linkage, window.window)
    return window.school_contacts if linked is None else window.school_contacts - linked.linked


def _add(problems: Problems, file: str, place: str, found: str, expected: str) -> None:
    problems.add(
        file=file,
        place=place,
        found=found,
        expected=expected,
        remedy="ask the authority to make the pack again",
    )
