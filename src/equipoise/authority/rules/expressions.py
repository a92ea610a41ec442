"""The queries as Ibis expressions over unbound tables. The only module that imports Ibis."""

from __future__ import annotations

from functools import cache
from typing import Any

import ibis

from equipoise.authority.rules import (
    copies,
    no_further_action,
    open_case,
    reason,
    recontact,
    referral,
    repeat,
    section47,
    settled,
    signs,
    unclear,
)
from equipoise.authority.rules.engine import SCHEMAS

# Expressions carry their columns as attributes that are only known when they are built.
Expression = Any


@cache
def expression(query: str) -> Expression:
    """Return a query, or a derived table, over the unbound tables of `SCHEMAS`.

    Parameters
    ----------
    query
        One of `engine.QUERIES`, `engine.DERIVED` or `engine.RECORD_QUERIES`.

    Raises
    ------
    ValueError
        Where there is no such query.
    """
    builders = {
        "school_counts": _school_counts,
        "window_totals": _window_totals,
        "month_counts": _month_counts,
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
        contact=kept.number, resolution=settled_so.ifelse(kept.resolution, "unresolved")
    )
    return kept.select(*columns)


def _tallies() -> Expression:
    """Count what is kept, and what of it is not known or was read by absence."""
    kept = _table("kept")
    return kept.aggregate(
        rows=kept.count().cast("int64"),
        open_unrecorded=_or_none(kept.open_unrecorded),
        by_absence=_or_none(kept.by_absence),
    )


def _labels_seen() -> Expression:
    """Count the rows of each distinct label, by its number."""
    kept = _table("kept")
    fields = [
        kept.filter(kept[f"{field}_text"].notnull()).select(
            field=ibis.literal(field), label=kept[f"{field}_text"]
        )
        for field in ("source", "outcome", "reason")
    ]
    labels = fields[0].union(fields[1]).union(fields[2])
    seen = labels.group_by("field", "label").aggregate(rows=labels.count().cast("int64"))
    return seen.order_by("field", "label")


def _month_signs() -> Expression:
    """Count by month what shows how an extract was made (`signs.MonthSigns`)."""
    kept = _table("kept")
    pieces = (
        signs.of_kept(kept, _number),
        signs.of_copies(_table("records"), _table("copies"), _number),
        signs.of_children(kept, _number),
        signs.of_twins(kept),
    )
    zero = ibis.literal(0).cast("int64")

    def wide(piece: Expression) -> Expression:
        others = [name for name in signs.COUNTED if name not in piece.columns]
        return piece.mutate(**dict.fromkeys(others, zero)).select("month", *signs.COUNTED)

    whole = wide(pieces[0])
    for piece in pieces[1:]:
        whole = whole.union(wide(piece))
    sums = {name: _sum(whole[name]) for name in signs.COUNTED}
    return whole.group_by("month").aggregate(**sums).order_by("month")


def _label_months() -> Expression:
    """Count the rows of each distinct label of source and outcome in each month."""
    kept = _table("kept")
    fields = [
        kept.filter(kept[f"{field}_text"].notnull()).select(
            field=ibis.literal(field), label=kept[f"{field}_text"], month=kept.month
        )
        for field in ("source", "outcome")
    ]
    labels = fields[0].union(fields[1])
    keys = ("field", "label", "month")
    return labels.group_by(*keys).aggregate(rows=labels.count().cast("int64")).order_by(*keys)


def _events() -> Expression:
    """Return the events up to the cut-off, each with the settings and its settled outcome."""
    events = _table("events").cross_join(_table("settings"))
    events = events.filter(events.day <= events.cut_off)
    return events.mutate(settled=settled.outcome(events))


def _in_windows(contacts: Expression) -> Expression:
    """Return contacts beside each window that holds their day; windows may overlap."""
    windows = _table("windows")
    inside = [contacts.day >= windows.first_day, contacts.day <= windows.last_day]
    return contacts.inner_join(windows, inside)


def _school_contacts() -> Expression:
    """Return every school's contacts with a status: new, open_case or repeat."""
    events = _events()
    contacts = events.filter(events.by_school & events.urn.notnull())
    contacts = contacts.mutate(gravity=repeat.gravity(contacts))
    contacts = contacts.mutate(on_open_case=open_case.is_set_aside(contacts))
    remaining = contacts.filter(~contacts.on_open_case)
    remaining = remaining.mutate(is_repeat=repeat.is_repeat(remaining))
    columns = ["urn", "child", "contact", "day", "settled", "reason", "recontact_days"]
    opened = contacts.filter(contacts.on_open_case).select(*columns, status=ibis.literal("open"))
    status = remaining.is_repeat.ifelse("repeat", "new")
    return remaining.select(*columns, status=status).union(opened)


def _school_counts() -> Expression:
    """Count by school and window; schools without any contact have no row."""
    contacts = _school_contacts()
    others = contacts.filter(contacts.status != "new")
    new = contacts.filter(contacts.status == "new")
    counted = _children_counted(_in_windows(_with_next_day(new)))
    aside = _in_windows(others)
    aside = aside.group_by("urn", "window").aggregate(
        open_case=_number(aside.status == "open"), repeats=_number(aside.status == "repeat")
    )
    of_new, of_aside = (*COUNTED, *BY_REASON), ("open_case", "repeats")
    zero = ibis.literal(0).cast("int64")
    columns = ("urn", "window", *COUNTED, *of_aside, *BY_REASON)
    both = counted.mutate(**dict.fromkeys(of_aside, zero)).select(*columns)
    both = both.union(aside.mutate(**dict.fromkeys(of_new, zero)).select(*columns))
    sums = {name: both[name].sum().cast("int64") for name in columns[2:]}
    return both.group_by("urn", "window").aggregate(**sums).order_by("urn", "window")


#: Codes that say nothing.
UNCLEAR = ("MISSING", "UNMAPPED", "AMBIGUOUS")
#: The counts of new contacts, in the order of the columns of ``school_counts``.
COUNTED = (
    "contacts",
    "children",
    "nfa_contacts_strict",
    "nfa_contacts_advice",
    "nfa_contacts_early_help",
    "nfa_any_strict",
    "nfa_any_advice",
    "nfa_any_early_help",
    "nfa_all_strict",
    "nfa_first_strict",
    "referral_any",
    "s47_first",
    "recontact_after_nfa",
    "pending",
    "unmapped",
)
#: The counts of new contacts by reason: the last columns of ``school_counts``.
BY_REASON = ("csa_any",)


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
        group_by=[new.urn, new.window, new.child], order_by=[new.day, new.contact]
    )
    new = new.mutate(first=rank == 0)
    of_child = {
        name: _number(no_further_action.is_nfa(new, name)) for name in no_further_action.CLASSES
    }
    child = new.group_by("urn", "window", "child").aggregate(
        contacts=new.count().cast("int64"),
        **of_child,
        first_nfa=_number(new.first & no_further_action.is_nfa(new, "strict")),
        referrals=_number(referral.is_referral(new)),
        first_enquiry=_number(new.first & section47.is_enquiry(new)),
        recontacted=_number(new.recontacted),
        pending=_number(new.settled == "PENDING"),
        unmapped=_number(new.settled.isin(UNCLEAR)),
        sexual_abuse=_number(reason.is_sexual_abuse(new)),
    )
    return child.group_by("urn", "window").aggregate(
        contacts=_sum(child.contacts),
        children=child.count().cast("int64"),
        nfa_contacts_strict=_sum(child.strict),
        nfa_contacts_advice=_sum(child.advice),
        nfa_contacts_early_help=_sum(child.early_help),
        nfa_any_strict=_number(child.strict > 0),
        nfa_any_advice=_number(child.advice > 0),
        nfa_any_early_help=_number(child.early_help > 0),
        nfa_all_strict=_number(child.strict == child.contacts),
        nfa_first_strict=_sum(child.first_nfa),
        referral_any=_number(child.referrals > 0),
        s47_first=_sum(child.first_enquiry),
        recontact_after_nfa=_number(child.recontacted > 0),
        pending=_sum(child.pending),
        unmapped=_sum(child.unmapped),
        csa_any=_number(child.sexual_abuse > 0),
    )


def _window_totals() -> Expression:
    """Count by window what the authority as a whole recorded."""
    events = _in_windows(_events())
    school = events.by_school
    totals = events.group_by("window").aggregate(
        contacts=events.count().cast("int64"),
        school_contacts=_number(school),
        school_contacts_unresolved=_number(school & (events.resolution == "unresolved")),
        not_school=_number(school & (events.resolution == "not-a-school")),
        unclear_source=_number(events.unclear_source),
        school_missing=_number(school & (events.settled == "MISSING")),
        school_unmapped=_number(school & events.settled.isin(("UNMAPPED", "AMBIGUOUS"))),
        school_pending=_number(school & (events.settled == "PENDING")),
        school_reason_unclear=_number(school & events.reason.isin(UNCLEAR)),
    )
    return totals.order_by("window")


def _month_counts() -> Expression:
    """Count contacts by month of the calendar, all of them and those of schools."""
    events = _table("events")
    months = events.group_by("month").aggregate(
        contacts=events.count().cast("int64"), school_contacts=_number(events.by_school)
    )
    return months.order_by("month")


def _number(condition: Expression) -> Expression:
    return condition.ifelse(1, 0).cast("int64").sum().cast("int64")


def _or_none(condition: Expression) -> Expression:
    """Count like `_number`; 0, not null, where there is no row at all."""
    return _number(condition).fill_null(0).cast("int64")


def _sum(column: Expression) -> Expression:
    return column.sum().cast("int64")
