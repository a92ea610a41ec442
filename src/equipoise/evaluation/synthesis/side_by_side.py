"""The trials side by side, and what they are together: schools, authorities, supervisors, cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from equipoise.design.protocol import Programme
from equipoise.evaluation.synthesis.evidence import TrialEvidence, span_of
from equipoise.evaluation.synthesis.programme_types import ModeCost, ProgrammeTotals
from equipoise.evaluation.synthesis.trial_types import (
    ProgrammeArm,
    ProgrammeDose,
    ProgrammeFinding,
    ProgrammeTrial,
)
from equipoise.programme.costs import CostResult
from equipoise.programme.costs.summary import pence

__all__ = ["costs_by_mode", "side_by_side", "totals"]

PER_SCHOOL = "recurring_pence_per_school_year"


def side_by_side(trial: TrialEvidence, stage: str) -> ProgrammeTrial:
    """Give one trial as it stands beside the others.

    Parameters
    ----------
    trial
        The trial.
    stage
        ``pilot`` or ``trial``.
    """
    protocol, impact = trial.protocol, trial.impact
    delivery, span = protocol.design.periods.delivery, span_of(protocol, protocol.primary)
    population, costs, decision = protocol.design.population, trial.costs, trial.decision()
    arms = tuple(
        ProgrammeArm(a.arm, a.title, a.intervention, a.units, a.schools, a.pupils)
        for a in impact.arms
    )
    return ProgrammeTrial(
        trial=trial.id,
        title=trial.title,
        full_title=protocol.trial.title,
        stage=stage,
        simulated=protocol.trial.simulated,
        mode=mode_of(trial),
        phases=() if population is None else population.phases,
        authorities=_authorities(trial),
        schools=sum(arm.schools for arm in arms),
        pupils=_sum([arm.pupils for arm in arms]),
        arms=arms,
        supervisors=None if trial.dose is None else len(trial.dose.supervisors),
        delivery_start=None if delivery is None else delivery.start.isoformat(),
        delivery_end=None if delivery is None else delivery.end.isoformat(),
        window_start=None if span is None else span.start.isoformat(),
        window_end=None if span is None else span.end.isoformat(),
        primary=_finding(trial),
        safe=impact.safe,
        safety_failing=impact.safety_failing,
        decision=decision.decision,
        pence_per_school_year=None if costs is None else costs.recurring_pence_per_school_year,
        pence_per_pupil_year=None if costs is None else costs.recurring_pence_per_pupil_year,
        price_year=None if costs is None else costs.price_year,
        dose=_dose(trial),
        perceived=decision.perceived,
        departures=trial.departures,
    )


def mode_of(trial: TrialEvidence) -> str:
    """Name the mode of supervision: as declared, or ``by-phase`` where it differs by phase."""
    how = trial.protocol.design.intervention.how
    by_phase = trial.protocol.design.intervention.how_by_phase
    if len(set(by_phase.values())) > 1:
        return "by-phase"
    return "not-stated" if how is None else str(how)


def _authorities(trial: TrialEvidence) -> tuple[str, ...]:
    return tuple(sorted({str(code) for code in trial.data.schools["la_code"].drop_nulls()}))


def _sum(numbers: Sequence[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if len(known) == len(numbers) else None


def _finding(trial: TrialEvidence) -> ProgrammeFinding:
    own = trial.primary
    return ProgrammeFinding(
        outcome=own.outcome,
        title=own.title,
        unit=own.unit,
        unit_difference=own.unit_difference,
        measure_type=own.measure_type,
        direction=own.direction,
        estimate=own.estimate,
        se=own.se,
        df=own.df,
        lower=own.lower,
        upper=own.upper,
        interval=own.interval,
        p=own.p,
        margin=own.margin,
        harm=own.harm,
        conclusion=own.conclusion,
    )


def _dose(trial: TrialEvidence) -> ProgrammeDose | None:
    dose = trial.dose
    if dose is None:
        return None
    return ProgrammeDose(
        schools=dose.schools,
        unit=dose.unit,
        any_level=dose.any_level,
        intended_level=dose.intended_level,
        share_any=dose.share_any,
        share_intended=dose.share_intended,
        mean_sessions=dose.mean_sessions,
    )


def totals(group: str, title: str, trials: Sequence[TrialEvidence]) -> ProgrammeTotals:
    """Add up a group of trials; authorities are counted once, schools and supervisors by trial.

    Parameters
    ----------
    group, title
        Its id and title.
    trials
        Its trials, in order of date.
    """
    arms = [arm for trial in trials for arm in trial.impact.arms]
    intervention = sum(arm.schools for arm in arms if arm.intervention)
    reference = sum(arm.schools for arm in arms if not arm.intervention)
    codes = Counter(code for trial in trials for code in _authorities(trial))
    urns = Counter(urn for trial in trials for urn in _urns(trial))
    return ProgrammeTotals(
        group=group,
        title=title,
        trials=tuple(trial.id for trial in trials),
        schools=intervention + reference,
        intervention=intervention,
        reference=reference,
        schools_in_several=sum(number > 1 for number in urns.values()),
        pupils=_sum([arm.pupils for arm in arms]),
        authorities=len(codes),
        authorities_in_several=sum(number > 1 for number in codes.values()),
        supervisors=_sum(
            [None if trial.dose is None else len(trial.dose.supervisors) for trial in trials]
        ),
    )


def _urns(trial: TrialEvidence) -> set[str]:
    """Give the schools of a trial; the rows of an own table are of no register."""
    return set() if trial.protocol.brings_table else set(trial.data.schools["urn"])


def costs_by_mode(programme: Programme, trials: Sequence[TrialEvidence]) -> tuple[ModeCost, ...]:
    """Give the recurring cost of each declared mode for one school a year.

    Trials of one mode are added up before they are divided: the sum of yearly recurring pence over
    the sum of schools, in whole numbers and fractions, rounded once (a half penny up).

    Parameters
    ----------
    programme
        Says which trials belong to which mode.
    trials
        In order of date.
    """
    found = [
        _mode(line.mode, [trial for trial in trials if trial.id in line.trials])
        for line in programme.costs
    ]
    return tuple(mode for mode in found if mode is not None)


def _mode(mode: str, members: Sequence[TrialEvidence]) -> ModeCost | None:
    priced = [trial for trial in members if _priced(trial)]
    whole = [trial for trial in priced if not _several_modes(trial)]
    sheets = [trial.costs for trial in whole if trial.costs is not None]
    if not sheets:
        return None
    each = [int(sheet.recurring_pence_per_school_year or 0) for sheet in sheets]
    years = tuple(dict.fromkeys(sheet.price_year for sheet in sheets))
    perspectives = tuple(dict.fromkeys(sheet.perspective for sheet in sheets))
    schools = sum(sheet.schools for sheet in sheets)
    alike = len(years) == 1 and len(perspectives) == 1
    yearly = sum((_yearly(sheet) for sheet in sheets), Fraction(0)) / schools
    return ModeCost(
        mode=mode,
        trials=tuple(trial.id for trial in whole),
        schools=schools,
        pence_per_school_year=pence(yearly) if alike else None,
        price_years=years,
        perspectives=perspectives,
        lowest=min(each),
        highest=max(each),
        not_split=tuple(trial.id for trial in priced if _several_modes(trial)),
        no_costs=tuple(trial.id for trial in members if not _priced(trial)),
    )


def _priced(trial: TrialEvidence) -> bool:
    return trial.costs is not None and trial.costs.recurring_pence_per_school_year is not None


def _several_modes(trial: TrialEvidence) -> bool:
    declared = trial.protocol.costs
    return declared is not None and len(declared.modes) > 1


def _yearly(sheet: CostResult) -> Fraction:
    """Give the recurring pence of a year, exactly, from the worked arithmetic."""
    step = next(step for step in sheet.worked if step.measure == PER_SCHOOL)
    months = Fraction(step.over_numerator, step.over_denominator)
    return Fraction(step.pence * step.times) / months
