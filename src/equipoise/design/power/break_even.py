"""Break-even: the effect at which what an intervention saves is what it costs."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.core.results import result
from equipoise.design.power.assumptions import Assumptions
from equipoise.design.power.declared import unit_of
from equipoise.design.protocol import Protocol


@result("design.break-even", version=1)
@dataclass(frozen=True)
class BreakEven:
    """The effect at which the events that are averted pay for the intervention.

    Attributes
    ----------
    outcome, unit
        The primary outcome, and the unit of the effect.
    school_cost, event_cost
        Cost for a school over the outcome's window, and of one event, in pounds.
    members
        Mean number of members (pupils) of a school.
    effect
        school_cost / (event_cost x members), in natural units.
    lowest, highest
        The same at the most and the least that an event may cost; None where not declared.
    margin
        M as declared.
    price_year, source
        Whose prices, and where the costs come from.
    assumed
        Whether something in them is assumed.
    """

    outcome: str
    unit: str
    school_cost: float
    event_cost: float
    members: float
    effect: float
    lowest: float | None
    highest: float | None
    margin: float
    price_year: str
    source: str
    assumed: bool

    @property
    def margin_pays(self) -> bool:
        """Whether an effect as large as M would pay for itself."""
        return self.margin >= self.effect

    def sentence(self) -> str:
        """Say where M lies beside the break-even effect.

        Examples
        --------
        >>> found = BreakEven(
        ...     "nfa", "per 1,000", 850.0, 190.0, 280.0, 15.98, None, None, 2.0, "2021-22", "", True
        ... )
        >>> found.sentence()[:62]
        'M of 2 lies below the break-even effect of 16 per 1,000: an ef'
        """
        where = "at or above" if self.margin_pays else "below"
        would = "would" if self.margin_pays else "would not"
        return (
            f"M of {self.margin:g} lies {where} the break-even effect of {self.effect:.3g} "
            f"{self.unit}: an effect as large as M {would} pay for itself in events alone."
        )


def break_even_of(protocol: Protocol, assumed: Assumptions) -> BreakEven | None:
    """Reckon the break-even effect; None where no costs are declared or no roll is known.

    Every event is taken to cost the same, and nothing but events to be saved: what supervision
    does for anyone's wellbeing, or later, is not in it. Pupils are taken to have one contact each.
    """
    money = protocol.primary.margin.money
    if money is None or not assumed.members:
        return None
    schools = len(assumed.members) if assumed.schools is None else assumed.schools
    return break_even(protocol, sum(assumed.members) / schools)


def break_even(protocol: Protocol, members: float) -> BreakEven | None:
    """Reckon the break-even effect for schools of this mean number of pupils.

    Examples
    --------
    A school of 280 pupils, at £850 and £190 a contact, must avert 4.5 contacts:

    >>> round(850 / 190, 1), round(850 / (190 * 280) * 1000, 1)
    (4.5, 16.0)
    """
    outcome = protocol.primary
    money = outcome.margin.money
    if money is None:
        return None
    per = float(outcome.measure.per or 1)

    def effect(event_cost: float) -> float:
        return money.school_cost / (event_cost * members) * per

    return BreakEven(
        outcome=outcome.id,
        unit=unit_of(outcome),
        school_cost=money.school_cost,
        event_cost=money.event_cost,
        members=members,
        effect=effect(money.event_cost),
        lowest=None if money.highest is None else effect(money.highest),
        highest=None if money.lowest is None else effect(money.lowest),
        margin=outcome.margin.benefit,
        price_year=money.prices,
        source=money.source or "no source given",
        assumed=money.assumed,
    )
