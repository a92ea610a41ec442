"""What happened: contacts about children, with their true outcome, made from potential calls."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from equipoise.simulate.calls import Call, Rates
from equipoise.simulate.facts import Span, TrialFacts
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
    what is typed; `standin` marks a contact of another body entered under "School".
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


def school_events(
    la_code: str,
    calls: Iterable[Call],
    rates: Mapping[str, Rates],
    ratio: Mapping[str, float],
    largest_ratio: float,
    scenario: Scenario,
    facts: TrialFacts,
) -> Iterator[Event]:
    """Turn one authority's potential calls into contacts.

    Parameters
    ----------
    la_code
        The authority.
    calls
        Potential calls of all its schools; the order does not matter.
    rates
        By URN, for the tilt of the NFA share.
    ratio
        By URN, the planted rate ratio of NFA from the first day of delivery; 1 if absent.
    largest_ratio
        The largest ratio of any school; further calls were drawn for it.
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
        if (family.key, call.day) in called:
            continue
        is_open = family.open_in_background(call.day) or any(
            spell.holds(call.day) for spell in opened.get(family.key, ())
        )
        if call.extra:
            if is_open or not _added(call, ratio.get(call.urn, 1.0), largest_ratio, facts):
                continue
            outcome = "NFA"
        elif is_open:
            outcome = "EXISTING"
        else:
            tilted = rates[call.urn].nfa_tilt
            outcome = outcome_of(call.outcome, scenario.outcome_shares, tilted)
        called.add((family.key, call.day))
        if outcome in ("REFERRAL", "CP_ENQUIRY"):
            lasts = -scenario.open_days * 1.44 * math.log(1.0 - call.lasts)
            closes = call.day + timedelta(days=round(lasts))
            opened.setdefault(family.key, []).append(Span("case", call.day, closes))
        if outcome == "NFA" and not call.extra and _left_out(call, ratio, facts):
            continue
        decided = call.day if is_open else decision_day(call.day, call.delay, scenario)
        for entry in range(2 if call.twice and not is_open else 1):
            for place, child in enumerate(family.children[: call.children]):
                yield Event(
                    la_code=la_code,
                    made_by=call.urn,
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
                )


def decision_day(day: date, u: float, scenario: Scenario) -> date:
    """Return when the outcome was decided: within a working day or so, a few much later."""
    if u < scenario.late_share:
        late = 3 + int(u / scenario.late_share * (_LATEST - 3))
        return day + timedelta(days=late)
    spread = (u - scenario.late_share) / (1.0 - scenario.late_share)
    return add_working_days(day, round(spread * 2.0 * scenario.decision_days))


def _left_out(call: Call, ratio: Mapping[str, float], facts: TrialFacts) -> bool:
    if call.day < facts.delivery.start:
        return False
    return call.family.luck >= ratio.get(call.urn, 1.0)


def _added(call: Call, ratio: float, largest: float, facts: TrialFacts) -> bool:
    if call.day < facts.delivery.start or largest <= 1.0:
        return False
    return call.family.luck < (ratio - 1.0) / (largest - 1.0)
