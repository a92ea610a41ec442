"""Facts: what the protocol and the register say to one authority."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class RequestWindow:
    """A window in which contacts are counted, both days included."""

    id: str
    start: date
    end: date


@dataclass(frozen=True)
class RequestField:
    """A column that is asked for: its heading, whether it is needed, what it holds, its use."""

    id: str
    heading: str
    needed: str
    holds: str
    use: str


@dataclass(frozen=True)
class RequestOutcome:
    """An outcome of the trial that is counted from contacts: title and role."""

    id: str
    title: str
    role: str


@dataclass(frozen=True)
class RequestOther:
    """What another file gives of an outcome, in words, and why."""

    id: str
    file: str
    outcome: str
    gives: str
    why: str


@dataclass(frozen=True)
class RequestFacts:
    """What one authority is told.

    Attributes
    ----------
    trial, title, question, design, intervention
        The trial's id, title, question, kind and intervention.
    sponsor, funder, registration
        As declared; "" where the protocol says nothing.
    protocol_version, protocol_date
        Which protocol this is.
    locked
        The day of the lock; None before it.
    simulated
        Whether everything is invented.
    authority, authority_name
        Its code and name.
    schools, pupils, register_schools
        Its schools that take part, the pupils on their rolls, all of its schools in the register.
    phases, roll_date
        Phases of schooling that take part; the census that gives the rolls.
    windows, first, last, made_from
        When contacts are counted; which dates an extract must hold; when it may be made at the
        earliest.
    settling_days, cut_off, repeat_days, recontact_days
        As declared.
    set_open_cases_aside
        Whether contacts on open cases are set aside.
    sources
        The sources of contact that count as a school, in words.
    reasons
        The reasons that are counted, in words; "" for none.
    fields, never
        What is asked for, and what must not be sent.
    attended
        Whether contacts are counted by the school attended too, which needs rolls.
    outcomes, others
        The trial's outcomes that contacts give; what other files give of them.
    smallest
        The smallest count that is published.
    data_manager, sponsor_person
        Names of the people; "" where the protocol names none.
    roster, packing, template, questions
        File names beside the letter.
    referrals
        When the referrals were received that a list must hold, in words; "" where none is needed.
    families
        Whether a contact about a family is counted once.
    """

    trial: str
    title: str
    question: str
    design: str
    intervention: str
    sponsor: str
    funder: str
    registration: str
    protocol_version: str
    protocol_date: date
    locked: date | None
    simulated: bool
    authority: str
    authority_name: str
    schools: int
    pupils: int
    register_schools: int
    phases: str
    roll_date: date
    windows: tuple[RequestWindow, ...]
    first: date
    last: date
    made_from: date
    settling_days: int
    cut_off: date
    repeat_days: int
    recontact_days: int
    set_open_cases_aside: bool
    sources: str
    reasons: str
    fields: tuple[RequestField, ...]
    attended: bool
    never: tuple[str, ...]
    outcomes: tuple[RequestOutcome, ...]
    others: tuple[RequestOther, ...]
    smallest: int
    data_manager: str
    sponsor_person: str
    roster: str
    packing: str
    template: str
    questions: str
    referrals: str = ""
    families: bool = False
