"""The protocol: one value that every later step reads."""

from __future__ import annotations

from datetime import date
from math import gcd, lcm
from typing import Any, Literal

from pydantic import Field

from equipoise.core.base import Problem, ProblemsError, canonical
from equipoise.design.protocol.contact import ContactVariant
from equipoise.design.protocol.fixed import Design
from equipoise.design.protocol.names import (
    CLOCK_COUNTS,
    COUNTS,
    REASON_COUNTS,
    RECORDED_COUNTS,
)
from equipoise.design.protocol.outcomes import Outcome
from equipoise.design.protocol.parts import Part, Words
from equipoise.design.protocol.plan import Costs, Model, Plan, Process
from equipoise.design.protocol.study import Arm, Window
from equipoise.design.protocol.trial import Keys, Person, Registration, Trial

#: What each fixing act fixes. Where files lie (`delivery_dir`) is fixed by none.
FIXED: dict[str, tuple[str, ...]] = {
    "design": ("equipoise", "trial", "people", "keys", "design"),
    "plan": ("registration", "plan", "costs", "process"),
}


class Protocol(Part):
    """A trial as declared.

    Attributes are named as the keys of trial.yaml, but for `from` and `to` of a span, which are
    `start` and `end`.
    """

    equipoise: Literal[1] = Field(description="version of the protocol's format", examples=[1])
    trial: Trial = Field(description="what the trial is")
    registration: Registration = Field(description="registration and version")
    people: tuple[Person, ...] = Field(
        min_length=1,
        description="everyone who signs an act",
        examples=[[{"id": "statistician", "name": "A", "role": "statistician", "blind": True}]],
    )
    keys: Keys = Field(description="who may open what")
    design: Design = Field(description="fixed by `lock`")
    plan: Plan = Field(description="may change until `sap-lock`")
    costs: Costs | None = Field(default=None, description="costs; null where none are collected")
    process: Process | None = Field(default=None, description="process evaluation; null where none")
    delivery_dir: Words | None = Field(
        default=None,
        description="the unblinded team's open folder, outside the trial's folder",
        examples=["../delivery"],
    )

    def meaning(self, part: Literal["design", "plan", "all"] = "design") -> bytes:
        """Return what is fixed, as canonical JSON (RFC 8785).

        Comments, the order of keys, quotation marks and defaults written out make no difference.

        Parameters
        ----------
        part
            ``design``: what `lock` fixes (head, people, keys, design); ``plan``: what `sap-lock`
            fixes (registration, plan, costs, process); ``all``: every key.
        """
        whole: dict[str, Any] = self.model_dump(mode="json", by_alias=True)
        return canonical(whole if part == "all" else {key: whole[key] for key in FIXED[part]})

    @property
    def primary(self) -> Outcome:
        """The one primary outcome."""
        return next(o for o in self.design.outcomes if o.role == "primary")

    @property
    def reference(self) -> Arm:
        """The arm that the others are compared with: the first."""
        return self.design.arms[0]

    @property
    def brings_table(self) -> bool:
        """Whether the trial brings its own outcome table."""
        return self.design.table is not None

    @property
    def counts(self) -> tuple[str, ...]:
        """Names of the counts that each pack of this trial holds, in their order."""
        contact = self.design.contact
        asked = contact.reasons if contact is not None else ()
        derives = contact is not None and contact.outcome == "derived"
        clocks = contact is not None and contact.clock_from is not None
        return (
            *(name for name in COUNTS if not (derives and name in RECORDED_COUNTS)),
            *(name for name, reason in REASON_COUNTS.items() if reason in asked),
            *(CLOCK_COUNTS if clocks else ()),
        )

    @property
    def contact_variants(self) -> tuple[ContactVariant, ...]:
        """Other declared definitions of a new contact, under which every pack counts too."""
        return () if self.design.contact is None else self.design.contact.also

    @property
    def roll_date(self) -> date:
        """Date of the census that gives the rolls; `ProblemsError` where none is declared."""
        return self._declared(self.design.periods.roll_date, "roll_date")

    @property
    def pending_cut_off(self) -> date:
        """Date on which open contacts count as pending; `ProblemsError` where none is declared."""
        return self._declared(self.design.periods.pending_cut_off, "pending_cut_off")

    def _declared(self, value: date | None, key: str) -> date:
        if value is None:
            raise self._unknown(f"design.periods.{key}", "nothing", "a date")
        return value

    def _unknown(self, place: str, found: str, expected: str) -> ProblemsError:
        remedy = "declare it in the protocol"
        return ProblemsError([Problem("trial.yaml", place, found, expected, remedy)])

    def outcome(self, name: str) -> Outcome:
        """Return the outcome of an id; `ProblemsError` for an unknown one."""
        for outcome in self.design.outcomes:
            if outcome.id == name:
                return outcome
        ids = ", ".join(o.id for o in self.design.outcomes)
        raise self._unknown("design.outcomes", repr(name), f"one of {ids}")

    def window(self, name: str) -> Window:
        """Return the window of an id; `ProblemsError` for an unknown one."""
        return self._named(self.design.periods.windows, name, "windows")

    def wave(self, name: str) -> Window:
        """Return the wave of an id; `ProblemsError` for an unknown one."""
        return self._named(self.design.periods.waves, name, "waves")

    def _named(self, spans: tuple[Window, ...], name: str, key: str) -> Window:
        for span in spans:
            if span.id == name:
                return span
        ids = ", ".join(s.id for s in spans) or "none declared"
        raise self._unknown(f"design.periods.{key}", repr(name), f"one of {ids}")

    def person(self, name: str) -> Person:
        """Return the person of an id; `ProblemsError` for an unknown one."""
        for person in self.people:
            if person.id == name:
                return person
        ids = ", ".join(p.id for p in self.people)
        raise self._unknown("people", repr(name), f"one of {ids}")

    def model_of(self, outcome: Outcome) -> tuple[str, Model]:
        """Return the name and the model of an outcome: its own, its level's, or the default."""
        for name in (outcome.model, outcome.level, "default"):
            if name is not None and name in self.plan.models:
                return name, self.plan.models[name]
        raise self._unknown("plan.models", "no model named default", "a model named default")

    def whole_shares(self) -> dict[str, int]:
        """Return the arms' shares as the smallest whole numbers in the same ratio."""
        shares = {arm.id: arm.share for arm in self.design.arms}
        scale = lcm(*(share.denominator for share in shares.values()))
        whole = {arm: int(share * scale) for arm, share in shares.items()}
        divisor = gcd(*whole.values())
        return {arm: share // divisor for arm, share in whole.items()}
