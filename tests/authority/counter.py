"""A second counter in plain Python, written from the rules' words and not from the expressions."""

from collections import defaultdict
from datetime import timedelta

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


def count_by_hand(events, urns, windows, definitions, extract_date):
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
                    outcome = outcome_on(event, day, definitions.settling_days)
                    gravity = GRAVEST_FIRST.index(outcome)
                    other = event.reason != "SEXUAL_ABUSE"
                    calls[event.child].append((event.on, gravity, other))
        for child, of_child in calls.items():
            latest = None
            for on, gravity, other in sorted(of_child):
                if latest is not None and (on - latest).days <= definitions.repeat_days:
                    repeats.append((urn, on))
                else:
                    new.append((urn, child, on, GRAVEST_FIRST[gravity], not other))
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
            abused = len({child for _, child, _, _, about in mine if about})
            asked = abused if definitions.reasons else None
            answer.append((urn, window.id, *counts, *aside, asked))
    return answer


def numbers(contacts, days_of, recontact_days):
    """Return the counts of new contacts of one school and window."""
    outcomes = defaultdict(list)
    contacts = [contact[:4] for contact in contacts]
    for _, child, on, outcome in sorted(contacts, key=lambda c: c[2]):
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
