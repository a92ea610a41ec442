"""A new contact: whose it is, what counts as one, and what came of it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from equipoise.design.protocol.parts import Part, Slug, Sourced, Words

#: A reason for a contact that can be counted by itself.
Reason = Literal["sexual-abuse"]


class ContactVariant(Part):
    """Other definitions of a new contact under which every authority counts as well."""

    LATER = frozenset(("school", "outcome", "referral_within_days", "siblings", "same_day"))

    id: Slug = Field(
        description="short name; `primary` is the trial's own", examples=["open-cases-counted"]
    )
    open_cases: Literal["set-aside", "count"] | None = Field(
        default=None,
        description="contacts on children whose case is open; null as in design.contact",
        examples=["count"],
    )
    repeat_days: int | None = Field(
        default=None,
        ge=0,
        le=366,
        description="days within which a contact is a repeat; null as in design.contact",
        examples=[30],
    )
    school: Literal["made_by", "attended"] | None = Field(
        default=None,
        description="count by the school that made the contact, or by the one on whose roll the "
        "child was that day; null as in design.contact",
        examples=["attended"],
    )
    outcome: Literal["recorded", "derived"] | None = Field(
        default=None,
        description="where a contact's outcome comes from; null as in design.contact. An authority "
        "that can give only one of the two is counted by that one alone",
        examples=["derived"],
    )
    referral_within_days: int | None = Field(
        default=None,
        ge=0,
        le=366,
        description="days within which a referral is one that the contact led to; null as in "
        "design.contact",
        examples=[28],
    )
    siblings: Literal["each", "one"] | None = Field(
        default=None,
        description="a contact about a family: one for each child, or one; null as in "
        "design.contact",
        examples=["one"],
    )
    same_day: Literal["one", "keep"] | None = Field(
        default=None,
        description="several contacts of a school about a child on a day: one of them is new, or "
        "all; null as in design.contact",
        examples=["keep"],
    )


class Contact(Sourced):
    """What is counted as a new contact from a school (rules: the primary outcome)."""

    LATER = frozenset(
        (
            "also",
            "outcome",
            "referral_within_days",
            "siblings",
            "same_day",
            "clock_from",
            "decision_working_days",
        )
    )

    school: Literal["made_by", "attended"] = Field(
        default="made_by",
        description="count by the school that made the contact, or that the child attended",
        examples=["made_by"],
    )
    source_codes: tuple[Words, ...] = Field(
        default=("2A",),
        min_length=1,
        description="codes of the source of a contact that count",
        examples=[["2A"]],
    )
    open_cases: Literal["set-aside", "count"] = Field(
        default="set-aside",
        description="contacts on children whose case is open",
        examples=["set-aside"],
    )
    repeat_days: int = Field(
        default=0,
        ge=0,
        le=366,
        description="a contact so many days after an earlier one on the same "
        "child is not new; 0 for none",
        examples=[0],
    )
    recontact_days: int = Field(
        default=90,
        ge=1,
        le=366,
        description="days within which a later contact is a re-contact",
        examples=[90],
    )
    reasons: tuple[Reason, ...] = Field(
        default=(),
        description="reasons that every authority's file must record for each contact; counts "
        "of contacts by reason need theirs",
        examples=[["sexual-abuse"]],
    )
    outcome: Literal["recorded", "derived"] = Field(
        default="recorded",
        description="what came of a contact: as recorded, or derived from a list of referrals of "
        "the same children; the two are never mixed",
        examples=["recorded"],
    )
    referral_within_days: int | None = Field(
        default=None,
        ge=0,
        le=366,
        description="days after a contact within which a referral of the child is one that it "
        "led to; needed where outcomes are derived or a clock starts at the referral",
        examples=[28],
    )
    siblings: Literal["each", "one"] = Field(
        default="each",
        description="a contact about a family (one contact number or household, a day, a school): "
        "one for each child, or one; children are counted as ever",
        examples=["each"],
    )
    same_day: Literal["one", "keep"] = Field(
        default="one",
        description="several contacts of a school about a child on one day, each with its own "
        "number: the gravest is new and the others are repeats, or all are new",
        examples=["one"],
    )
    clock_from: Literal["contact", "referral"] | None = Field(
        default=None,
        description="from when working days in England to the decision are counted; null for no "
        "clock",
        examples=["contact"],
    )
    decision_working_days: int = Field(
        default=1,
        ge=0,
        le=60,
        description="working days within which a decision is in time (Working Together: one)",
        examples=[1],
    )
    also: tuple[ContactVariant, ...] = Field(
        default=(),
        description="sensitivities of the definition: every pack holds their counts too",
        examples=[[{"id": "open-cases-counted", "open_cases": "count"}]],
    )
