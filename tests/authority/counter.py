"""A second counter in plain Python, written from the rules' words and not from the expressions."""

from collections import defaultdict
from datetime import timedelta
from itertools import groupby

GRAVEST_FIRST = [
    "CP_ENQUIRY", "REFERRAL", "EXISTING", "EARLY_HELP", "OTHER", "ADVICE", "NFA",
    "PENDING", "AMBIGUOUS", "UNMAPPED", "MISSING",
]  # fmt: skip


def outcome_on(event, day, settling):
    """Return the outcome as it stood on a day."""
    if event.decided is not None and event.decided > day:
        return "PENDING"
    if event.outcome == "MISSING" and event.on + timedelta(days=settling) > day:
        return "PENDING"
    return event.outcome


def led_to_referral(event, day, definitions):
    """Say whether a referral of the child followed within the declared days, by then."""
    within = definitions.referral_within_days
    on = event.referred
    return on is not None and (on - event.on).days <= within and on <= day


def derived_outcome(event, day, definitions, span):
    """Return the outcome that a list of referrals tells."""
    if event.on < span.first:
        return "MISSING"
    if led_to_referral(event, day, definitions):
        return "REFERRAL"
    end = event.on + timedelta(days=definitions.referral_within_days)
    return "PENDING" if end > day or end > span.last else "NFA"


def working_days(start, end):
    """Count Mondays to Fridays after one day up to another; no bank holiday lies in the tests."""
    days = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    return sum(day.weekday() < 5 for day in days)


def count_by_hand(events, urns, windows, definitions, extract_date, span=None):
    """Return the counts of every school and window as tuples, in the order of the result."""
    day = min(definitions.pending_cut_off, extract_date)
    events = [e for e in events if e.on <= definitions.pending_cut_off]
    days_of = defaultdict(set)
    for event in events:
        days_of[event.child].add(event.on)
    new, opened, repeats = [], [], []
    for urn in sorted(set(urns)):
        calls = defaultdict(list)
        for event in events:
            if event.by_school and event.urn == int(urn):
                if event.open_case and definitions.open_cases == "set-aside":
                    opened.append((urn, event.on))
                else:
                    if definitions.outcome == "derived":
                        outcome = derived_outcome(event, day, definitions, span)
                    else:
                        outcome = outcome_on(event, day, definitions.settling_days)
                    gravity = GRAVEST_FIRST.index(outcome)
                    other = event.reason != "SEXUAL_ABUSE"
                    calls[event.child].append((event.on, gravity, other, len(calls), event))
        for child, of_child in calls.items():
            latest = None
            of_child = sorted(of_child, key=lambda call: call[:3])
            for on, group in groupby(of_child, key=lambda call: call[0]):
                of_day = list(group)
                soon = latest is not None and (on - latest).days <= definitions.repeat_days
                kept = 0 if soon else 1 if definitions.same_day == "one" else len(of_day)
                for _, gravity, other, _, event in of_day[:kept]:
                    new.append((urn, child, on, GRAVEST_FIRST[gravity], not other, event))
                repeats.extend([(urn, on)] * (len(of_day) - kept))
                latest = on
    answer = []
    for urn in sorted(set(urns)):
        for window in windows:
            mine = [c for c in new if c[0] == urn and window.start <= c[2] <= window.end]
            aside = [
                sum(u == urn and window.start <= on <= window.end for u, on in rows)
                for rows in (opened, repeats)
            ]
            counts = numbers(mine, days_of, definitions.recontact_days)
            abused = len({child for _, child, _, _, about, _ in mine if about})
            asked = abused if definitions.reasons else None
            children = None
            if definitions.siblings == "one":
                counts, children = with_families(counts, mine)
            if definitions.outcome == "derived":
                counts = (*counts[:11], None, *counts[12:])
            clock = (None, None, None)
            if definitions.clock_from:
                clock = clocked([call[-1] for call in mine], day, definitions)
            answer.append((urn, window.id, *counts, *aside, asked, children, *clock))
    return answer


def with_families(counts, contacts):
    """Put the counts of contacts by family in the place of those by child."""
    households = defaultdict(set)
    for place, (_, _, on, _, _, event) in enumerate(contacts):
        number = ("own", place) if event.contact_id is None else event.contact_id
        households[on, number] |= {event.family} - {None}
    gravest = {}
    for place, (_, _, on, outcome, _, event) in enumerate(contacts):
        number = ("own", place) if event.contact_id is None else event.contact_id
        of_contact = households[on, number]
        one = ("household", *of_contact) if len(of_contact) == 1 else ("contact", number)
        rank = GRAVEST_FIRST.index(outcome)
        gravest[on, one] = min(rank, gravest.get((on, one), rank))
    ends = [GRAVEST_FIRST[rank] for rank in gravest.values()]

    def ended(*codes):
        return sum(end in codes for end in ends)

    by_family = (len(ends), counts[1], ended("NFA"), ended("NFA", "ADVICE"),
                 ended("NFA", "ADVICE", "EARLY_HELP"))  # fmt: skip
    unclear = (ended("PENDING"), ended("MISSING", "UNMAPPED", "AMBIGUOUS"))
    return (*by_family, *counts[5:13], *unclear), len(contacts) - len(ends)


def clocked(events, day, definitions):
    """Return how many clocks started, how many decisions are known, and how many in time."""
    started = known = in_time = 0
    for event in events:
        start = event.on
        if definitions.clock_from == "referral":
            if not led_to_referral(event, day, definitions):
                continue
            start = event.referred
        started += 1
        if event.decided is not None and event.on <= event.decided <= day:
            known += 1
            in_time += working_days(start, event.decided) <= definitions.decision_days
    return started, known, in_time


def numbers(contacts, days_of, recontact_days):
    """Return the counts of new contacts of one school and window."""
    outcomes = defaultdict(list)
    contacts = [contact[:4] for contact in contacts]
    for _, child, on, outcome in sorted(contacts, key=lambda c: (c[2], GRAVEST_FIRST.index(c[3]))):
        outcomes[child].append((on, outcome))
    strict, advice = {"NFA"}, {"NFA", "ADVICE"}
    broad = advice | {"EARLY_HELP"}
    again = {
        child
        for child, rows in outcomes.items()
        for on, outcome in rows
        if outcome == "NFA"
        and any(0 < (later - on).days <= recontact_days for later in days_of[child])
    }

    def contacts_in(codes):
        return sum(outcome in codes for *_, outcome in contacts)

    def children_where(holds):
        return sum(bool(holds([outcome for _, outcome in rows])) for rows in outcomes.values())

    return (
        len(contacts),
        len(outcomes),
        *(contacts_in(codes) for codes in (strict, advice, broad)),
        *(children_where(lambda o, c=codes: c & set(o)) for codes in (strict, advice, broad)),
        children_where(lambda o: set(o) == strict),
        children_where(lambda o: o[0] == "NFA"),
        children_where(lambda o: {"REFERRAL", "CP_ENQUIRY"} & set(o)),
        children_where(lambda o: o[0] == "CP_ENQUIRY"),
        len(again),
        contacts_in({"PENDING"}),
        contacts_in({"MISSING", "UNMAPPED", "AMBIGUOUS"}),
    )
