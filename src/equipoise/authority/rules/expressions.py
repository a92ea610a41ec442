"""The queries as Ibis expressions over unbound tables. The only module that imports Ibis."""

from __future__ import annotations

from functools import cache
from typing import Any

import ibis

from equipoise.authority.rules import (
    attended,
    contact_to_referral,
    copies,
    derived,
    new_contact,
    no_further_action,
    open_case,
    reason,
    recontact,
    referral,
    repeat,
    same_day,
    section47,
    settled,
    siblings,
    signs,
    unclear,
    working_days,
)
from equipoise.authority.rules.engine import SCHEMAS
from equipoise.authority.rules.rule import ALWAYS, BY_REASON
from equipoise.authority.rules.sums import UNCLEAR, number, number_or_zero, total

# Expressions carry their columns as attributes that are only known when they are built.
Expression = Any


@cache
def expression(query: str) -> Expression:
    """Return a query, or a derived table, over the unbound tables of `SCHEMAS`.

    Parameters
    ----------
    query
        One of `engine.QUERIES`, `engine.VIEWS`, `engine.DERIVED` or `engine.RECORD_QUERIES`.

    Raises
    ------
    ValueError
        Where there is no such query.
    """
    builders = {
        "school_counts": _school_counts,
        "window_totals": _window_totals,
        "month_counts": _month_counts,
        "linkage_counts": _linkage_counts,
        "school_contacts": _school_contacts,
        "family_rows": _family_rows,
        "family_counts": _family_counts,
        "clock_counts": _clock_counts,
        "copies": _copies,
        "kept": _kept,
        "events": _events_of_kept,
        "set_aside": _set_aside,
        "tallies": _tallies,
        "labels_seen": _labels_seen,
        "month_signs": _month_signs,
        "label_months": _label_months,
        "unclear_rows": _unclear_rows,
    }
    if query not in builders:
        raise ValueError(f"no query {query}")
    return builders[query]()


def _table(name: str) -> Expression:
    return ibis.table(dict(SCHEMAS[name]), name=name)


def sql(query: str, dialect: str) -> str:
    """Return a query as text in an engine's dialect: ``duckdb``, ``pyspark`` or ``sqlite``."""
    return f"{ibis.to_sql(expression(query), dialect=dialect)}\n"


def _copies() -> Expression:
    return copies.find(_table("records"))


def _kept() -> Expression:
    return copies.without(_table("records"), _table("copies"))


def _set_aside() -> Expression:
    return unclear.set_aside(_table("records"), _table("copies"))


def _unclear_rows() -> Expression:
    return unclear.rows(_table("records"), _table("copies"), _table("kept"))


def _events_of_kept() -> Expression:
    """Return the records that are counted as the events that the rules see."""
    kept = _table("kept")
    settled_so = kept.resolution.isin(unclear.SETTLED)
    columns = [name for name, _ in SCHEMAS["events"]]
    kept = kept.mutate(
        contact=kept.number,
        contact_id=kept.contact,
        resolution=settled_so.ifelse(kept.resolution, "unresolved"),
    )
    return kept.select(*columns)


def _tallies() -> Expression:
    """Count what is kept, and what of it is not known or was read by absence."""
    kept = _table("kept")
    return kept.aggregate(
        rows=kept.count().cast("int64"),
        open_unrecorded=number_or_zero(kept.open_unrecorded),
        by_absence=number_or_zero(kept.by_absence),
    )


def _month_signs() -> Expression:
    """Count by month what shows how an extract was made (`signs.MonthSigns`)."""
    kept = _table("kept")
    pieces = (
        signs.of_kept(kept),
        signs.of_copies(_table("records"), _table("copies")),
        signs.of_children(kept),
        signs.of_twins(kept),
    )
    zero = ibis.literal(0).cast("int64")

    def wide(piece: Expression) -> Expression:
        others = [name for name in signs.COUNTED if name not in piece.columns]
        return piece.mutate(**dict.fromkeys(others, zero)).select("month", *signs.COUNTED)

    whole = wide(pieces[0])
    for piece in pieces[1:]:
        whole = whole.union(wide(piece))
    sums = {name: total(whole[name]) for name in signs.COUNTED}
    return whole.group_by("month").aggregate(**sums).order_by("month")


def _labels_seen() -> Expression:
    """Count the rows of each distinct label, by its number."""
    return _labels("source", "outcome", "reason")


def _label_months() -> Expression:
    """Count the rows of each distinct label of source and outcome in each month."""
    return _labels("source", "outcome", by=("month",))


def _labels(*fields: str, by: tuple[str, ...] = ()) -> Expression:
    """Count the rows of each distinct label of some fields, and of what else is named."""
    kept = _table("kept")
    pieces = [
        kept.filter(kept[f"{field}_text"].notnull()).select(
            field=ibis.literal(field),
            label=kept[f"{field}_text"],
            **{name: kept[name] for name in by},
        )
        for field in fields
    ]
    labels = pieces[0]
    for piece in pieces[1:]:
        labels = labels.union(piece)
    keys = ("field", "label", *by)
    return labels.group_by(*keys).aggregate(rows=labels.count().cast("int64")).order_by(*keys)


def _events() -> Expression:
    """Return the events up to the cut-off, each with the settings and its settled outcome."""
    events = _table("events").cross_join(_table("settings"))
    events = events.filter(events.day <= events.cut_off)
    told = events.outcomes_derived.ifelse(derived.outcome(events), settled.outcome(events))
    return attended.of_school(events.mutate(settled=told))


def _in_windows(contacts: Expression) -> Expression:
    """Return contacts beside each window that holds their day; windows may overlap."""
    windows = _table("windows")
    inside = [contacts.day >= windows.first_day, contacts.day <= windows.last_day]
    return contacts.inner_join(windows, inside)


def _school_contacts() -> Expression:
    """Return every school's contacts with a status: new, open_case or repeat."""
    events = _events()
    contacts = events.filter(new_contact.is_of_school(events))
    contacts = contacts.mutate(gravity=repeat.gravity(contacts).cast("int64"))
    contacts = contacts.mutate(on_open_case=open_case.is_set_aside(contacts))
    remaining = contacts.filter(~contacts.on_open_case)
    remaining = remaining.mutate(day_before=same_day.day_before(remaining))
    remaining = remaining.mutate(first_of_day=same_day.is_first(remaining))
    remaining = remaining.mutate(soon=repeat.is_soon(remaining))
    set_aside = repeat.is_repeat(remaining) | same_day.is_set_aside(remaining)
    remaining = remaining.mutate(set_aside=set_aside)
    carried = [name for name, _ in SCHEMAS["school_contacts"] if name != "status"]
    opened = contacts.filter(contacts.on_open_case).select(*carried, status=ibis.literal("open"))
    status = remaining.set_aside.ifelse("repeat", "new")
    return remaining.select(*carried, status=status).union(opened)


def _new_in_windows() -> Expression:
    """Return every school's new contacts beside each window that holds their day."""
    contacts = _table("school_contacts")
    return _in_windows(contacts.filter(contacts.status == "new"))


def _school_counts() -> Expression:
    """Count by school and window; schools without any contact have no row."""
    contacts = _table("school_contacts")
    others = contacts.filter(contacts.status != "new")
    new = contacts.filter(contacts.status == "new")
    counted = _children_counted(_in_windows(_with_next_day(new)))
    aside = _in_windows(others)
    aside = aside.group_by("urn", "window").aggregate(
        open_case=number(aside.status == "open"), repeats=number(aside.status == "repeat")
    )
    of_new, of_aside = (*ALWAYS, *BY_REASON), ("open_case", "repeats")
    zero = ibis.literal(0).cast("int64")
    columns = ("urn", "window", *ALWAYS, *of_aside, *BY_REASON)
    both = counted.mutate(**dict.fromkeys(of_aside, zero)).select(*columns)
    both = both.union(aside.mutate(**dict.fromkeys(of_new, zero)).select(*columns))
    sums = {name: both[name].sum().cast("int64") for name in columns[2:]}
    return both.group_by("urn", "window").aggregate(**sums).order_by("urn", "window")


def _with_next_day(new: Expression) -> Expression:
    """Return new contacts, each with the child's next day of contact by anyone."""
    events = _events()
    days = events.select("child", "day").distinct()
    days = days.mutate(next_day=recontact.next_day(days))
    joined = new.inner_join(days, ["child", "day"])
    return joined.mutate(recontacted=recontact.is_recontacted(joined))


def _children_counted(new: Expression) -> Expression:
    """Count each child of a school and window first, then the school."""
    rank = ibis.row_number().over(
        group_by=[new.urn, new.window, new.child],
        # Where a day may have several, the gravest is the first.
        order_by=[new.day, new.gravity, new.contact],
    )
    new = new.mutate(first=rank == 0)
    of_child = {
        name: number(no_further_action.is_nfa(new, name)) for name in no_further_action.CLASSES
    }
    child = new.group_by("urn", "window", "child").aggregate(
        contacts=new.count().cast("int64"),
        **of_child,
        first_nfa=number(new.first & no_further_action.is_nfa(new, "strict")),
        referrals=number(referral.is_referral(new)),
        first_enquiry=number(new.first & section47.is_enquiry(new)),
        recontacted=number(new.recontacted),
        pending=number(new.settled == "PENDING"),
        unmapped=number(new.settled.isin(UNCLEAR)),
        sexual_abuse=number(reason.is_sexual_abuse(new)),
    )
    return child.group_by("urn", "window").aggregate(
        contacts=total(child.contacts),
        children=child.count().cast("int64"),
        nfa_contacts_strict=total(child.strict),
        nfa_contacts_advice=total(child.advice),
        nfa_contacts_early_help=total(child.early_help),
        nfa_any_strict=number(child.strict > 0),
        nfa_any_advice=number(child.advice > 0),
        nfa_any_early_help=number(child.early_help > 0),
        nfa_all_strict=number(child.strict == child.contacts),
        nfa_first_strict=total(child.first_nfa),
        referral_any=number(child.referrals > 0),
        s47_first=total(child.first_enquiry),
        recontact_after_nfa=number(child.recontacted > 0),
        pending=total(child.pending),
        unmapped=total(child.unmapped),
        csa_any=number(child.sexual_abuse > 0),
    )


def _window_totals() -> Expression:
    """Count by window what the authority as a whole recorded."""
    events = _in_windows(_events())
    school = events.by_school
    totals = events.group_by("window").aggregate(
        contacts=events.count().cast("int64"),
        school_contacts=number(school),
        school_contacts_unresolved=number(school & (events.resolution == "unresolved")),
        not_school=number(school & (events.resolution == "not-a-school")),
        unclear_source=number(events.unclear_source),
        school_missing=number(school & (events.settled == "MISSING")),
        school_unmapped=number(school & events.settled.isin(("UNMAPPED", "AMBIGUOUS"))),
        school_pending=number(school & (events.settled == "PENDING")),
        school_reason_unclear=number(school & events.reason.isin(UNCLEAR)),
        school_by_domain=number(school & (events.resolution == "domain")),
    )
    return totals.order_by("window")


def _month_counts() -> Expression:
    """Count contacts by month of the calendar, all of them and those of schools."""
    events = _table("events")
    months = events.group_by("month").aggregate(
        contacts=events.count().cast("int64"), school_contacts=number(events.by_school)
    )
    return months.order_by("month")


def _linkage_counts() -> Expression:
    """Count the contacts of schools by what linking them to rolls gave."""
    events = _in_windows(_events())
    events = events.filter(events.by_school)
    keys = ("window", "settled", "linkage")
    counts = events.group_by(*keys).aggregate(contacts=events.count().cast("int64"))
    return counts.order_by(*keys)


def _family_rows() -> Expression:
    """List new contacts, a row for each child, with what tells which are one for a family."""
    new = _new_in_windows()
    columns = [name for name, _ in SCHEMAS["family_rows"]]
    return new.select(*columns)


def _family_counts() -> Expression:
    """Count new contacts by school and window, those of a family once."""
    return siblings.counts(_table("family_rows"))


def _clock_counts() -> Expression:
    """Count by school and window how many decisions are known, and how many came in time."""
    new = _new_in_windows()
    return working_days.counts(
        new, contact_to_referral.led_to_referral(new), _table("working_days")
    )
