"""Money: what supervision cost, in whole pence, with every unit in the field's name."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.core.results import result


@dataclass(frozen=True)
class CategoryCost:
    """Cost of one category of the protocol.

    Attributes
    ----------
    category
        The category.
    recurring_pence, start_up_pence
        Its lines, in pence.
    share_of_recurring
        Its recurring pence of all recurring pence, 0 to 1; None where there are none.
    """

    category: str
    recurring_pence: int
    start_up_pence: int
    share_of_recurring: float | None


@dataclass(frozen=True)
class AuthorityCost:
    """Cost of one authority.

    Attributes
    ----------
    la_code
        The authority; empty for lines that belong to none (central lines).
    schools, pupils
        Its schools offered supervision, and their pupils on the roll; 0 for central lines.
    recurring_pence, start_up_pence
        Its own lines, in pence; central lines are not shared out.
    recurring_pence_per_school_year
        Own recurring pence per school a year; None without schools.
    """

    la_code: str
    schools: int
    pupils: int
    recurring_pence: int
    start_up_pence: int
    recurring_pence_per_school_year: int | None


@dataclass(frozen=True)
class WorkedStep:
    """One unit cost with its arithmetic: ``result = pence * times / over / divided_by``.

    The result is rounded once, to the nearest penny, a half penny up.

    Attributes
    ----------
    measure
        Name of the field of `CostResult` that holds the result.
    unit
        What one unit is, in words.
    pence
        The sum that is divided, in pence.
    times
        Months of a year where the cost is made a yearly one, else 1.
    over_numerator, over_denominator
        Months that the recurring lines cover, as an exact fraction, for a yearly figure, else
        1 / 1.
    divided_by
        How many units share it.
    result_pence
        Pence per unit; None where there is no unit.
    """

    measure: str
    unit: str
    pence: int
    times: int
    over_numerator: int
    over_denominator: int
    divided_by: int
    result_pence: int | None


@dataclass(frozen=True)
class Rating:
    """A published cost band. Its unit decides it, so the unit is always named.

    Attributes
    ----------
    scheme, title
        Short and full name of the scheme.
    unit
        The unit that was rated, in words.
    amount_pence
        Pence per that unit.
    band, label
        Number of the band from 1 (least); its name.
    lower_pence, upper_pence
        Bounds of the band, both included, in pence; upper is None where it has none.
    source
        Where the bands were published.
    """

    scheme: str
    title: str
    unit: str
    amount_pence: int
    band: int
    label: str
    lower_pence: int
    upper_pence: int | None
    source: str


@result("programme.costs", version=1)
@dataclass(frozen=True)
class CostResult:
    """Cost of the programme, and per unit.

    Attributes
    ----------
    perspective
        Whose cost it is, as declared.
    price_year
        The year of the prices, as declared; amounts are passed through, not inflated.
    period_start, period_end
        First and last day of the delivery period (ISO 8601).
    costed_start, costed_end
        First and last day that the recurring lines cover (ISO 8601); without any, of delivery.
    costed_months
        Months from the one to the other: each calendar month counts by the share of its days.
    annual_months
        Months of a year of the programme, as declared.
    lines
        Lines of the cost sheet.
    schools, pupils
        Schools offered supervision (on a caseload), and their pupils on the roll.
    sessions_held
        Sessions held, a group session counted once.
    total_pence
        Every line, recurring and start-up, in pence.
    recurring_pence, start_up_pence
        Its two parts, in pence. Start-up is never in a yearly figure.
    recurring_pence_per_school_year
        Recurring pence for one school a year; None without schools.
    recurring_pence_per_pupil_year
        Recurring pence for one pupil on the roll a year; None without pupils.
    recurring_pence_per_session_held
        Recurring pence for one session held, not made yearly; None without
        sessions.
    start_up_pence_per_school
        Start-up pence for one school, once; None without schools.
    categories
        By category, in the protocol's order, zeros included.
    authorities
        By authority in order of code, central lines (if any) last.
    worked
        The arithmetic of each unit cost.
    ratings
        Published bands: one per school, one per pupil, each with its unit.
    """

    perspective: str
    price_year: str
    period_start: str
    period_end: str
    costed_start: str
    costed_end: str
    costed_months: float
    annual_months: int
    lines: int
    schools: int
    pupils: int
    sessions_held: int
    total_pence: int
    recurring_pence: int
    start_up_pence: int
    recurring_pence_per_school_year: int | None
    recurring_pence_per_pupil_year: int | None
    recurring_pence_per_session_held: int | None
    start_up_pence_per_school: int | None
    categories: tuple[CategoryCost, ...]
    authorities: tuple[AuthorityCost, ...]
    worked: tuple[WorkedStep, ...]
    ratings: tuple[Rating, ...]
