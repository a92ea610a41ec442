"""The parameters of a simulated trial, each with where its value comes from.

"assumed" means that no public source was found: the value is ours, chosen so that the files
look like those of an authority, and is never a finding.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

from equipoise.core.base import Problems
from equipoise.simulate.bounds import BOUNDS


@dataclass(frozen=True)
class Scenario:
    """Everything that decides what a simulated trial looks like.

    Rates are per pupil or per school and year, shares lie between 0 and 1, effects of
    authorities and schools are standard deviations on the log or log-odds scale.

    Raises
    ------
    ProblemsError
        If a value is out of its bounds; every such value is named at once.

    Examples
    --------
    >>> Scenario(schools=20, authorities=2).seed
    1
    """

    # ---- size
    schools: int = 120  # eligible schools; the small trial of the issue "The spine"
    authorities: int = 4  # as above
    seed: int = 1
    first_authority: int = 900  # code of the first authority; trials of one programme differ
    first_urn: int = 900_000  # URN of the first school; invented schools begin there (rules, 1)
    systems: str = "four"  # "four": two shapes of extract; "six": six shapes (data.md B.2)
    # ---- what is planted
    effect: float = 0.0  # log rate ratio of NFA at the intended dose; no effect was found [A]
    effect_by: str = "dose"  # "dose": grows with sessions up to the intended; "arm": all alike
    displacement: float = 0.0  # log rate ratio of calls for advice that supervision replaces
    recording_shift: float = 0.0  # share of supervised schools' NFA entered as advice
    csa_effect: float = 0.0  # log rate ratio of contacts about possible sexual abuse
    wellbeing_effect: float = 0.0  # points of the scale's raw sum; no effect was found [A]
    response_gap: float = 0.04  # endline response, supervision minus usual practice; assumed
    # ---- schools
    median_pupils: float = 250.0  # a primary of one form of entry and more; assumed
    pupils_log_sd: float = 0.50  # assumed; gives most primaries 100 to 600 pupils
    smallest_pupils: int = 40  # assumed
    largest_pupils: int = 900  # assumed
    secondary_share: float = 0.35  # where both phases take part; assumed (England: 17 %)
    secondary_median_pupils: float = 1000.0  # assumed
    secondary_log_sd: float = 0.35  # assumed; gives most secondaries 500 to 2,000 pupils
    secondary_smallest: int = 150  # assumed
    secondary_largest: int = 2400  # assumed
    secondary_deputies: float = 3.5  # "usually several staff with DSL duties" (1.2); assumed
    ineligible_share: float = 0.15  # closed, small or not primary, on top of `schools`; assumed
    not_joining: float = 0.0  # schools asked that do not join, per school that does; no desk if 0
    shared_dsl: float = 0.06  # share of schools in a federation with one lead (trials.md 5)
    deputies_mean: float = 1.4  # one or more deputies is usual (trials.md 3.1); number assumed
    academy_share: float = 0.05  # schools that replaced a closed one (data.md A.5); share assumed
    renamed_share: float = 0.05  # schools with an earlier name; assumed
    closing_share: float = 0.0  # schools that close during the trial; none by default
    merging_share: float = 0.0  # schools that another takes in during the trial
    academising_share: float = 0.0  # schools that get a new URN and name during the trial
    twin_names: int = 3  # names that stand in two authorities; assumed
    # ---- contacts
    school_rate: float = 0.042  # calls per pupil and year; 3 million contacts a year (data.md
    #   B.1), a fifth of referrals from schools (trials.md 1.11), fewer in primaries: assumed
    secondary_rate_ratio: float = 1.2  # calls per pupil, secondary to primary; assumed
    yearly_growth: float = 0.04  # referrals rose 8.8 % in a year (trials.md 1.11); halved: assumed
    authority_log_sd: float = 0.15  # what counts as a contact differs (data.md B.1); size assumed
    school_log_sd: float = 0.33  # gives the SD of 12 per 1,000 of the template's power; assumed
    school_year_log_sd: float = 0.15  # the part of a school's rate that changes by year; assumed
    family_shape: float = 0.50  # gamma shape of risk between families; assumed
    sibling_share: float = 0.18  # calls about two children (one row per child, A.1); assumed
    repeat_share: float = 0.03  # calls entered twice on one day (data.md B.8); share assumed
    lockdown_depth: float = 1.0  # how much of the fall in data/closures.csv happened
    border_share: float = 0.0  # calls about a child of another authority (trials.md 3.4)
    csa_share: float = 0.05  # school contacts about possible sexual abuse; assumed
    contact_reason: str = "if-counted"  # "always", "never": whether extracts hold the reason
    mover_share: float = 0.02  # calls about a child on another school's roll (3.4 "out of LA")
    background_open: float = 0.06  # families with an open case; 1 in 30 children is in need (1.11)
    open_days: float = 110.0  # median days that a case stays open; assumed
    other_sources: float = 0.25  # share of the other sources' contacts that is written
    school_source_share: float = 0.20  # 19.9 % of referrals come from schools (trials.md 1.11)
    # ---- outcomes of a school's contact on a closed case
    nfa_share: float = 0.40  # "over a third" of referrals (trials.md 1.11); of contacts assumed
    advice_share: float = 0.16  # assumed
    early_help_share: float = 0.14  # assumed
    referral_share: float = 0.24  # assumed
    cp_enquiry_share: float = 0.04  # assumed
    authority_outcome_sd: float = 0.25  # thresholds differ by authority (trials.md 3.2); assumed
    school_outcome_sd: float = 0.25  # assumed
    advice_logged: float = 1.0  # authorities that log calls for advice as contacts (data.md B.1)
    open_logged: float = 1.0  # authorities that log news on open cases as contacts (B.1)
    early_help_apart: float = 0.0  # authorities whose early help hub keeps its own table (B.1)
    missing_outcome: float = 0.010  # rows whose outcome was never entered (data.md B.2); assumed
    decision_days: float = 1.0  # one working day to decide (trials.md 3.1)
    late_share: float = 0.06  # decisions later than that; assumed
    # ---- what was typed
    exact_name: float = 0.50  # organisations typed as in the register; assumed (data.md B.6)
    unknown_name: float = 0.008  # "unknown school" or blank; assumed
    not_school: float = 0.008  # "School" ticked, another body named (data.md B.5); assumed
    ambiguous_source: float = 0.004  # label that fits two codes (data.md 0.3); assumed
    unreviewed_name: float = 0.25  # schools known by initials that nobody could name; assumed
    unmapped_label: float = 0.006  # outcome labels that the analyst left alone; assumed
    # ---- delivery
    schools_per_supervisor: int = 10  # 682 schools and 34 supervisors make 20 [A]; half posts
    supervisors: int = 0  # posts of the trial; 0: as many as schools_per_supervisor asks for
    supervisor_turnover: float = 0.12  # posts whose holder leaves half-way; assumed
    people_supervised: int = 1  # leads and deputies of a school who have sessions
    group_schools: int = 4  # schools in one group; assumed
    later_group: float = 0.5  # mixed mode: schools in groups in the second half; assumed
    intended_share: float = 0.0  # schools at the intended level; 0: as held_mean has it
    never_share: float = 0.06  # schools that never arrange a session; assumed
    held_mean: float = 0.68  # chance that a planned session is held; tuned, with the share
    held_concentration: float = 5.0  # above, to 40 to 70 % of schools at the intended level: Bolton
    #   40 % (trials.md 1.2); attendance of 62.5 % reached by 77 % (delivery.md A); else assumed
    slots_beyond: int = 3  # further months in which a missed session may be held; assumed
    # ---- money, at 2024-25 prices
    salary_pounds: int = 43_500  # experienced social worker; assumed
    on_costs: float = 0.28  # employer's insurance and pension; assumed
    management: float = 0.08  # of salary and on-costs; assumed
    hours_per_year: float = 1540.0  # 37 hours, less leave and holidays; assumed
    hours_per_session: float = 2.25  # one hour's session, its preparation and notes; assumed
    travel_hours: float = 0.5  # to a session and back; assumed
    hours_per_group_session: float = 6.0  # two hours' session, preparation, notes; assumed
    hours_per_school: float = 4.0  # agreeing, arranging and rearranging in a year; assumed
    hours_per_supervisor: float = 0.0  # own supervision, front door, waiting list; assumed
    miles_per_visit: float = 11.5  # there and back; assumed
    pence_per_mile: int = 45  # HM Revenue and Customs' approved mileage rate
    training_pounds: int = 19  # a school's share of the supervisor's own courses; assumed
    materials_pounds: int = 8  # a school: agreement, record template, printing; assumed
    recruitment_pounds: int = 240  # a post, once; assumed
    induction_pounds: int = 155  # a post, once: two days with the front door; assumed
    # ---- surveys
    wellbeing_mean: float = 3.58  # of an item 1 to 5; metric mean 23.2 (HSE norms, trials.md 2.9)
    wellbeing_sd: float = 0.60  # between persons; clinical SD 3.9 to 4.9 (trials.md 2.9)
    wellbeing_icc: float = 0.05  # social-emotional outcomes mostly < 0.04, to 0.1 (trials.md 2.1)
    wellbeing_stability: float = 0.60  # of a person from wave to wave; assumed
    response_baseline: float = 0.78  # assumed
    response_endline: float = 0.64  # assumed
    missing_item: float = 0.012  # assumed
    dsl_turnover: float = 0.12  # leads who left between the waves; burnout (1.4); share assumed
    # ---- voices
    interviews_per_authority: int = 9  # assumed
    feedback_response: float = 0.70  # assumed
    well_received: float = 0.80  # "well received by DSLs" (trials.md 1.5); share assumed

    def __post_init__(self) -> None:
        """Refuse values out of bounds, all at once."""
        problems = Problems()
        for name, (low, high) in BOUNDS.items():
            _check(problems, name, getattr(self, name), low, high)
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                _add(problems, name, repr(getattr(self, name)), " or ".join(choices))
        if not problems and self.not_joining and self.first_urn > 960_000:
            _add(problems, "first_urn", str(self.first_urn), "960000 or less, with not_joining")
        if not problems and self.schools < 4 * self.authorities:
            _add(problems, "schools", str(self.schools), "at least four schools an authority")
        if not problems and self.smallest_pupils >= self.largest_pupils:
            _add(problems, "smallest_pupils", str(self.smallest_pupils), "below largest_pupils")
        if not problems and self.secondary_smallest >= self.secondary_largest:
            found = str(self.secondary_smallest)
            _add(problems, "secondary_smallest", found, "below secondary_largest")
        if not problems and sum(self.outcome_shares) >= 1.0:
            _add(problems, "nfa_share", f"{sum(self.outcome_shares):g} over five shares", "below 1")
        problems.raise_if_any()

    @property
    def outcome_shares(self) -> tuple[float, float, float, float, float]:
        """Shares of NFA, advice, early help, referral and section 47; the rest is other."""
        return (
            self.nfa_share,
            self.advice_share,
            self.early_help_share,
            self.referral_share,
            self.cp_enquiry_share,
        )

    def parameters(self) -> dict[str, int | float | str]:
        """Return every parameter by name, for the folder of the truth."""
        return asdict(self)


CHOICES: dict[str, tuple[str, ...]] = {
    "effect_by": ("dose", "arm"),
    "systems": ("four", "six"),
    "contact_reason": ("if-counted", "always", "never"),
}


def _add(problems: Problems, name: str, found: str, expected: str) -> None:
    problems.add(
        file="scenario",
        place=f"parameter {name}",
        found=found,
        expected=expected,
        remedy=f"give {name} a value that can be simulated",
    )


def _check(problems: Problems, name: str, value: float, low: float, high: float) -> None:
    if not math.isfinite(value) or not low <= value <= high:
        _add(problems, name, f"{value:g}", f"a number from {low:g} to {high:g}")
