"""Sizes: what the power of a trial comes to, in lines and whole sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.cli.messages import say, show_table

if TYPE_CHECKING:
    from equipoise.design.power import (
        BreakEven,
        Family,
        PowerGrid,
        PowerPlan,
        PowerResult,
        PowerView,
    )


def show_size(size: PowerResult) -> None:
    """Print the size as it is kept among the results."""
    what = "enrolled" if size.enrolled else "planned"
    schools = f", {size.schools} schools" if size.schools is not None else ""
    say(f"{size.title}, {size.unit}")
    strata = "1 stratum" if size.strata == 1 else f"{size.strata} strata"
    say(f"  {size.units:,} units {what}{schools}, {strata}, alpha {size.alpha:g}")
    say(f"  smallest effect found with {size.power:.0%} power: {size.mde:.2f} {size.unit}")
    say(f"    that is {size.mde_sd:.3f} standard deviations ({size.sd_label})")
    say(f"  smallest worthwhile effect M: {size.margin:.2f} {size.unit}")
    say(f"    power to find it: {size.power_at_margin:.0%}")
    if size.units_for_margin is not None:
        say(f"    units needed for {size.power:.0%} power: {size.units_for_margin:,}")
    assumed = size.source.removeprefix("assumed").removeprefix(": ")
    named = size.source if assumed == size.source else (assumed or "without a source")
    say(f"  {'source' if named is size.source else 'assumed'}: {named}")


def show_sentences(plan: PowerPlan) -> None:
    """Say in whole sentences what the numbers come to."""
    size, asked = plan.size, plan.asked
    say()
    wanted, units = size.margin, size.units_for_margin
    if asked is not None:
        wanted, units = asked.effect, asked.units
        say(f"An effect of {wanted:g} {size.unit} would be found with {asked.power:.0%} power.")
    if units is None:
        say(f"No number of units would find {wanted:g} {size.unit} with these assumptions.")
    elif units > size.units:
        say(
            f"With {units:,} units the trial could find {wanted:g} {size.unit}; with your "
            f"{size.units:,} it could find {size.mde:.2g}."
        )
    else:
        say(
            f"Your {size.units:,} units are enough to find {wanted:g} {size.unit} "
            f"({units:,} would do)."
        )
    for view in plan.views:
        say(_view_words(view, size))
    if plan.implied_cv is not None:
        alike = ""
        if plan.implied_icc is not None:
            alike = f": correlation {plan.implied_icc:.2g} between two pupils of a school"
        say(
            f"A standard deviation of {size.sd:g} at this mean means that schools' true rates vary "
            f"by {plan.implied_cv:.0%} of their mean{alike}."
        )
    if plan.chance_only:
        say(
            f"A standard deviation of {size.sd:g} is less than chance alone gives schools of this "
            "size at this mean: raise it, or lower the mean."
        )
    if plan.family is not None:
        say(_family_words(plan.family, wanted, size.unit))
    if plan.break_even is not None:
        for line in _money_words(plan.break_even):
            say(line)


_VIEWS = {
    "rolls": "Counted by pupils, as the estimand says, uneven rolls (coefficient of variation "
    "{number:.2f}) change that",
    "authorities": "If the effect differs between authorities (standard deviation {number:g}) and "
    "they stand for others, that changes",
    "groups": "If schools of one supervisor are alike (correlation {number:g}), which the declared "
    "analysis does not reckon with, that changes",
}


def _view_words(view: PowerView, size: PowerResult) -> str:
    head = _VIEWS[view.id].format(number=view.number)
    if view.mde is None:
        return f"{head}: no degrees of freedom are left."
    needed = (
        "no number of units finds M"
        if view.units_for_margin is None
        else f"{view.units_for_margin:,} units find M"
    )
    return f"{head} to {view.mde:.2f} {size.unit} ({view.df:.0f} degrees of freedom); {needed}."


def _family_words(family: Family, effect: float, unit: str) -> str:
    return (
        f"Of {family.outcomes} outcomes each with an effect like {effect:g} {unit} (correlation "
        f"{family.correlation:g}), adjusted for their number: at least one is found with "
        f"{family.holm.disjunctive:.0%} power; all of them with {family.holm.conjunctive:.0%} by "
        f"Holm and {family.bonferroni.conjunctive:.0%} by Bonferroni."
    )


def _money_words(found: BreakEven) -> list[str]:
    ends = ""
    if found.lowest is not None and found.highest is not None:
        ends = f" (from {found.lowest:.2g} to {found.highest:.2g} over the costs declared)"
    costs = "assumed costs" if found.assumed else "costs"
    return [
        f"Break-even by {costs} ({found.price_year} prices): a school costs "
        f"£{found.school_cost:,.0f} and an event £{found.event_cost:,.0f}, so with "
        f"{found.members:,.0f} pupils a school the events averted pay for it from "
        f"{found.effect:.3g} {found.unit}{ends}.",
        found.sentence(),
        f"  costs: {found.source}",
    ]


def show_warnings(plan: PowerPlan) -> None:
    """Print what is unusual in the field, each with its source."""
    for warning in plan.warnings:
        say(
            f"  Note: {warning.what}: {warning.value:.3g}, benchmark {warning.benchmark:g} "
            f"({warning.source})"
        )


def show_grid(grid: PowerGrid) -> None:
    """Print the grid as a table, one line for each set of values."""
    say()
    say(f"Smallest effect found with {grid.power:.0%} power, {grid.unit}:")
    heads = (*grid.names, "units", "effect found", f"power at {grid.effect:g}", "units for that")
    show_table(
        heads,
        [
            (
                *(_short(value) for value in cell.values),
                f"{cell.units:,}",
                "-" if cell.mde is None else f"{cell.mde:.2f}",
                "-" if cell.power is None else f"{cell.power:.0%}",
                "-" if cell.units_for_effect is None else f"{cell.units_for_effect:,}",
            )
            for cell in grid.cells
        ],
    )


def _short(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) else f"{value:.4g}"
