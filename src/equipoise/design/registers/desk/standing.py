"""Standing: how far each school has come, and what it lacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from equipoise.design.registers.desk.desk import Desk, Known
from equipoise.design.registers.desk.facts import REQUIREMENTS, reasons
from equipoise.design.registers.enrolment import Enrolment

State = Literal["not-approached", "not-eligible", "declined", "incomplete", "complete", "committed"]
#: Where a school that was approached can stand, and in what words.
STATES: dict[State, str] = {
    "not-approached": "not approached",
    "not-eligible": "not eligible",
    "declined": "declined",
    "incomplete": "enrolment not complete",
    "complete": "complete, not drawn",
    "committed": "committed",
}
#: What holds a school back that lacks nothing itself.
SHARED = "shared"
_SHARED_WORDS = "shares a safeguarding lead with a school that is not complete"
#: What is to be known of a complete school that comes after the draw of such a lead's school.
DRAWN = "shares a safeguarding lead with a school that is drawn already"


@dataclass(frozen=True)
class SchoolStanding:
    """Where a school stands.

    Attributes
    ----------
    urn, la_code
        The school and its authority.
    state
        One of `STATES`.
    reason
        Why it is not eligible or declined, what it lacks first, or for a complete one that it
        shares a lead with a drawn one; else blank.
    missing
        All that it lacks: names of `REQUIREMENTS`, or ``shared``.
    agreed
        Whether its agreement is signed.
    """

    urn: str
    la_code: str
    state: State
    reason: str = ""
    missing: tuple[str, ...] = ()
    agreed: bool = False

    def words(self) -> str:
        """Say where the school stands, and why.

        Examples
        --------
        >>> SchoolStanding("900001", "900", "declined", "no answer").words()
        'declined: no answer'
        """
        return f"{STATES[self.state]}{': ' if self.reason else ''}{self.reason}"


@dataclass(frozen=True)
class AuthorityStanding:
    """How many schools of an authority have come how far.

    The counts but `not_approached` are of schools that were approached:
    approached = not_eligible + declined + incomplete + complete + committed.

    Attributes
    ----------
    la_code, la_name
        The authority.
    approached, eligible, agreed
        Schools that came so far or farther, whatever became of them.
    not_eligible, declined, incomplete, complete, committed
        Schools that stand there now.
    not_approached
        Eligible schools of the register that were not approached.
    missing
        From what is missing to the URNs of the schools that lack it.
    """

    la_code: str
    la_name: str
    approached: int
    eligible: int
    agreed: int
    not_eligible: int
    declined: int
    incomplete: int
    complete: int
    committed: int
    not_approached: int
    missing: Mapping[str, tuple[str, ...]]


def lacking(desk: Desk, urn: str, la_code: str, requires: Sequence[str]) -> tuple[str, ...]:
    """Return what a school lacks of what is needed, in the order of `REQUIREMENTS`.

    Examples
    --------
    >>> lacking(Desk({"900001": {"eligible": "yes"}}), "900001", "900", ("eligible", "baseline"))
    ('baseline',)
    """
    known = desk.known("school", urn)
    own = desk.known("authority", la_code)
    return tuple(
        name
        for name in REQUIREMENTS
        if name in requires and (own if name == "data_sharing" else known).get(name) in (None, "no")
    )


def left_before(
    desk: Desk, register: Enrolment, place: Mapping[str, str], committed: Collection[str]
) -> dict[str, SchoolStanding]:
    """Return the schools that were approached and are out, or were never approached.

    Parameters
    ----------
    desk
        What is known.
    register
        Who is eligible by the register.
    place
        From URN to code of the authority, of every school.
    committed
        URNs of committed schools: none of them is out.
    """
    outside = {e.urn: e.reason for e in register.excluded}
    known = {school.urn for school in register.schools}
    found: dict[str, SchoolStanding] = {}
    for urn in sorted(known | set(desk.schools)):
        if urn in committed or urn not in place:
            continue
        state, reason = _out(desk, urn, place[urn], outside.get(urn))
        if state is not None:
            agreed = "agreement" in desk.known("school", urn)
            found[urn] = SchoolStanding(urn, place[urn], state, reason, agreed=agreed)
    return found


def _out(desk: Desk, urn: str, la_code: str, outside: str | None) -> tuple[State | None, str]:
    row: Known = desk.known("school", urn)
    if "approached" not in row:
        return "not-approached", ""
    if row.get("eligible") == "no":
        return "not-eligible", reasons("not_eligible").get(row.get("not_eligible", ""), "")
    if outside is not None:
        return "not-eligible", outside
    if "declined" in row:
        return "declined", reasons("declined")[row["declined"]]
    if "declined" in desk.known("authority", la_code):
        return "declined", "its authority declined"
    return None, ""


def standings(
    desk: Desk,
    out: Mapping[str, SchoolStanding],
    remaining: Enrolment,
    committed: Collection[str],
    requires: Sequence[str],
    place: Mapping[str, str],
) -> tuple[SchoolStanding, ...]:
    """Return where every school stands, in order of URN.

    Parameters
    ----------
    desk
        What is known.
    out
        Schools that are out, as `left_before` found them.
    remaining
        The enrolment of all others and of those not approached, in the units in which they would
        be drawn.
    committed
        URNs of committed schools.
    requires
        What is needed.
    place
        From URN to code of the authority, of every school.
    """
    found = dict(out)
    for unit in remaining.units:
        own = {urn: lacking(desk, urn, place[urn], requires) for urn in unit.urns}
        drawn = any(urn in committed for urn in unit.urns)
        new = [urn for urn in unit.urns if urn not in committed]
        whole = not any(own[urn] or urn in out for urn in new)
        for urn in unit.urns:
            if urn in out:
                continue
            agreed = "agreement" in desk.known("school", urn)
            if urn in committed:
                found[urn] = SchoolStanding(urn, place[urn], "committed", agreed=agreed)
            elif whole:
                reason = DRAWN if drawn else ""
                found[urn] = SchoolStanding(urn, place[urn], "complete", reason, agreed=agreed)
            else:
                missing = own[urn] or (SHARED,)
                reason = words_of(missing[0])
                found[urn] = SchoolStanding(urn, place[urn], "incomplete", reason, missing, agreed)
    for urn in committed:
        found.setdefault(urn, SchoolStanding(urn, place.get(urn, ""), "committed"))
    return tuple(found[urn] for urn in sorted(found))


def words_of(missing: str) -> str:
    """Say what a school lacks."""
    return _SHARED_WORDS if missing == SHARED else REQUIREMENTS[missing]


def by_authority(
    schools: Iterable[SchoolStanding], names: Mapping[str, str]
) -> tuple[AuthorityStanding, ...]:
    """Count schools by authority, in order of code; authorities without any are left out."""
    groups: dict[str, list[SchoolStanding]] = {}
    for school in schools:
        groups.setdefault(school.la_code, []).append(school)
    return tuple(_counted(code, names.get(code, ""), groups[code]) for code in sorted(groups))


def _counted(code: str, name: str, schools: Sequence[SchoolStanding]) -> AuthorityStanding:
    count = Counter(school.state for school in schools)
    approached = len(schools) - count["not-approached"]
    missing: dict[str, list[str]] = {}
    for school in schools:
        for lack in school.missing:
            missing.setdefault(lack, []).append(school.urn)
    eligible = [s for s in schools if s.state not in ("not-approached", "not-eligible")]
    return AuthorityStanding(
        la_code=code,
        la_name=name,
        approached=approached,
        eligible=len(eligible),
        agreed=sum(s.agreed or s.state in ("complete", "committed") for s in eligible),
        not_eligible=count["not-eligible"],
        declined=count["declined"],
        incomplete=count["incomplete"],
        complete=count["complete"],
        committed=count["committed"],
        not_approached=count["not-approached"],
        missing={n: tuple(missing[n]) for n in (*REQUIREMENTS, SHARED) if n in missing},
    )
