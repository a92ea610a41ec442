"""What happened: contacts about children, with their true outcome, made from potential calls."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from equipoise.simulate.calls import Call, Rates
from equipoise.simulate.changes import Change, made_by
from equipoise.simulate.facts import Span, TrialFacts
from equipoise.simulate.planted import NOTHING, Planted
from equipoise.simulate.practices import Practice
from equipoise.simulate.reasons import SEXUAL_ABUSE, reason_of
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.school_days import add_working_days
from equipoise.simulate.streams import tilt

CODES = ("NFA", "ADVICE", "EARLY_HELP", "REFERRAL", "CP_ENQUIRY", "OTHER")
SCHOOL = "2A"
_LATEST = 24  # days after which even a late decision has been made; below any settling time


@dataclass(frozen=True, slots=True)
class Event:
    """One contact about one child, as it truly was.

    `made_by` is the URN of the school that made it, blank for any other body. `repeat` marks a
    call entered a second time on its day. `name`, `label` and `entry` are uniform numbers for
    what is typed; `entered` is the outcome that the front door meant to enter, which differs
    from `outcome` only where a change of recording was planted; `standin` marks a contact of
    another body entered under "School".
    """

    la_code: str
    made_by: str
    child: str
    day: date
    order: int
    source: str
    outcome: str
    open: bool
    repeat: bool
    decided_on: date
    name: float
    label: float
    entry: float
    reason: str
    entered: str
    standin: bool = False


def outcome_of(u: float, shares: tuple[float, ...], nfa_tilt: float) -> str:
    """Return an outcome code; the tilt moves the NFA share, the others share the rest.

    >>> outcome_of(0.1, (0.4, 0.2, 0.1, 0.2, 0.05), 0.0)
    'NFA'
    >>> outcome_of(0.99, (0.4, 0.2, 0.1, 0.2, 0.05), 0.0)
    'OTHER'
    """
    nfa = tilt(shares[0], nfa_tilt)
    if u < nfa:
        return CODES[0]
    rest = (u - nfa) / (1.0 - nfa) * (1.0 - shares[0])
    for code, share in zip(CODES[1:], shares[1:], strict=False):
        if rest < share:
            return code
        rest -= share
    return CODES[-1]


@dataclass(frozen=True)
class Ground:
    """What decides the end of an authority's calls.

    Attributes
    ----------
    practice
        What the authority counts as a contact.
    rates
        By URN, for the tilt of the NFA share.
    planted
        By URN, what is planted from the first day of delivery; nothing if absent.
    largest
        The largest effects that any school could have; further calls were drawn for them.
    changes
        By URN, what happened to schools after the draw.
    """

    practice: Practice
    rates: Mapping[str, Rates]
    planted: Mapping[str, Planted]
    largest: Planted
    changes: Mapping[str, Change]


def school_events(
    calls: Iterable[Call], ground: Ground, scenario: Scenario, facts: TrialFacts
) -> Iterator[Event]:
    """Turn one authority's potential calls into contacts.

    Parameters
    ----------
    calls
        Potential calls of all its schools; the order does not matter.
    ground
        Practice, rates, effects and changes of schools.
    scenario, facts
        Shares; dates.

    Yields
    ------
    Event
        By day. A family has one call a day at most, besides those entered twice.
    """
    opened: dict[str, list[Span]] = {}
    called: set[tuple[str, date]] = set()
    for call in sorted(calls, key=lambda c: (c.extra, c.day, c.urn, c.order)):
        family = call.family
        urn = made_by(call.urn, call.day, ground.changes)
        if urn is None or (family.key, call.day) in called:
            continue
        is_open = family.open_in_background(call.day) or any(
            spell.holds(call.day) for spell in opened.get(family.key, ())
        )
        here = ground.planted.get(urn, NOTHING) if call.day >= facts.delivery.start else NOTHING
        reason = reason_of(call.why, scenario.csa_share)
        if call.extra and (is_open or not _added(call, here, ground.largest)):
            continue
        if call.extra == "csa":
            reason = SEXUAL_ABUSE
        if is_open:
            outcome = "EXISTING"
        elif call.extra == "nfa":
            outcome = "NFA"
        else:
            tilted = ground.rates[call.urn].nfa_tilt
            outcome = outcome_of(call.outcome, scenario.outcome_shares, tilted)
        called.add((family.key, call.day))
        if outcome in ("REFERRAL", "CP_ENQUIRY"):
            lasts = -scenario.open_days * 1.44 * math.log(1.0 - call.lasts)
            closes = call.day + timedelta(days=round(lasts))
            opened.setdefault(family.key, []).append(Span("case", call.day, closes))
        if not call.extra and not is_open and _left_out(family.luck, outcome, reason, here):
            continue
        if not ground.practice.logs(outcome, is_open):
            continue
        relabelled = outcome == "NFA" and (call.entry * 53.7) % 1.0 < here.relabelled
        decided = call.day if is_open else decision_day(call.day, call.delay, scenario)
        for entry in range(2 if call.twice and not is_open else 1):
            for place, child in enumerate(family.children[: call.children]):
                yield Event(
                    la_code=ground.practice.la_code,
                    made_by=urn,
                    child=child,
                    day=call.day,
                    order=call.order * 10 + entry * 5 + place,
                    source=SCHOOL,
                    outcome=outcome,
                    open=is_open,
                    repeat=entry > 0,
                    decided_on=decided,
                    name=call.name if entry == 0 else (call.name * 7.7) % 1.0,
                    label=call.label if entry == 0 else (call.label * 7.7) % 1.0,
                    entry=call.entry,
                    reason=reason,
                    entered="ADVICE" if relabelled else outcome,
                )


def decision_day(day: date, u: float, scenario: Scenario) -> date:
    """Return when the outcome was decided: within a working day or so, a few much later."""
    if u < scenario.late_share:
        late = 3 + int(u / scenario.late_share * (_LATEST - 3))
        return day + timedelta(days=late)
    spread = (u - scenario.late_share) / (1.0 - scenario.late_share)
    return add_working_days(day, round(spread * 2.0 * scenario.decision_days))


def _left_out(luck: float, outcome: str, reason: str, here: Planted) -> bool:
    """Tell whether the effects of the school's supervision took this contact away."""
    ratio = {"NFA": here.nfa, "ADVICE": here.advice}.get(outcome, 1.0)
    if reason == SEXUAL_ABUSE:
        ratio = min(ratio, here.csa)
    return luck >= ratio


def _added(call: Call, here: Planted, largest: Planted) -> bool:
    ratio, most = (here.nfa, largest.nfa) if call.extra == "nfa" else (here.csa, largest.csa)
    return most > 1.0 and call.family.luck < (ratio - 1.0) / (most - 1.0)
