"""The parameters of a simulated trial, each with where its value comes from.

"assumed" means that no public source was found: the value is ours, chosen so that the files
look like those of an authority, and is never a finding.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

from equipoise.core.base import Problems


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
    # ---- what is planted
    effect: float = 0.0  # log rate ratio of NFA at the intended dose; no effect was found [A]
    effect_by: str = "dose"  # "dose": grows with sessions up to the intended; "arm": all alike
    wellbeing_effect: float = 0.0  # points of the scale's raw sum; no effect was found [A]
    response_gap: float = 0.04  # endline response, supervision minus usual practice; assumed
    # ---- schools
    median_pupils: float = 250.0  # a primary of one form of entry and more; assumed
    pupils_log_sd: float = 0.50  # assumed; gives most primaries 100 to 600 pupils
    smallest_pupils: int = 40  # assumed
    largest_pupils: int = 900  # assumed
    ineligible_share: float = 0.15  # closed, small or not primary, on top of `schools`; assumed
    shared_dsl: float = 0.06  # share of schools in a federation with one lead (trials.md 5)
    deputies_mean: float = 1.4  # one or more deputies is usual (trials.md 3.1); number assumed
    academy_share: float = 0.05  # schools that replaced a closed one (data.md A.5); share assumed
    renamed_share: float = 0.05  # schools with an earlier name; assumed
    twin_names: int = 3  # names that stand in two authorities; assumed
    # ---- contacts
    school_rate: float = 0.042  # calls per pupil and year; 3 million contacts a year (data.md
    #   B.1), a fifth of referrals from schools (trials.md 1.11), fewer in primaries: assumed
    yearly_growth: float = 0.04  # referrals rose 8.8 % in a year (trials.md 1.11); halved: assumed
    authority_log_sd: float = 0.15  # what counts as a contact differs (data.md B.1); size assumed
    school_log_sd: float = 0.33  # gives the SD of 12 per 1,000 of the template's power; assumed
    school_year_log_sd: float = 0.15  # the part of a school's rate that changes by year; assumed
    family_shape: float = 0.50  # gamma shape of risk between families; assumed
    sibling_share: float = 0.18  # calls about two children (one row per child, A.1); assumed
    repeat_share: float = 0.03  # calls entered twice on one day (data.md B.8); share assumed
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
    never_share: float = 0.06  # schools that never arrange a session; assumed
    held_mean: float = 0.68  # chance that a planned session is held; tuned, with the share
    held_concentration: float = 5.0  # above, to 40 to 70 % of schools at the intended level: Bolton
    #   40 % (trials.md 1.2); attendance of 62.5 % reached by 77 % (delivery.md A); else assumed
    slots_beyond: int = 3  # further months in which a missed session may be held; assumed
    # ---- money, at 2024-25 prices
    hours_per_session: float = 2.75  # one hour's session, its preparation, notes and road; assumed
    hours_per_school: float = 4.0  # agreeing, arranging and rearranging in a year; assumed
    hours_per_year: float = 1540.0  # 37 hours, less leave and holidays; assumed
    salary_pounds: int = 43_500  # experienced social worker; assumed
    on_costs: float = 0.28  # employer's insurance and pension; assumed
    management: float = 0.08  # of salary and on-costs; assumed
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
        if self.effect_by not in ("dose", "arm"):
            _add(problems, "effect_by", repr(self.effect_by), "dose or arm")
        if not problems and self.schools < 4 * self.authorities:
            _add(problems, "schools", str(self.schools), "at least four schools an authority")
        if not problems and self.smallest_pupils >= self.largest_pupils:
            _add(problems, "smallest_pupils", str(self.smallest_pupils), "below largest_pupils")
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


_SHARE = (0.0, 1.0)
_SPREAD = (0.0, 2.0)

BOUNDS: dict[str, tuple[float, float]] = {
    "schools": (4, 30_000),
    "authorities": (1, 100),
    "seed": (0, 2**53 - 1),
    "effect": (-3.0, 1.5),
    "wellbeing_effect": (-10.0, 10.0),
    "response_gap": (-0.5, 0.5),
    "median_pupils": (40.0, 2000.0),
    "pupils_log_sd": (0.0, 1.5),
    "smallest_pupils": (1, 2000),
    "largest_pupils": (2, 5000),
    "ineligible_share": _SHARE,
    "shared_dsl": (0.0, 0.5),
    "deputies_mean": (0.0, 6.0),
    "academy_share": _SHARE,
    "renamed_share": _SHARE,
    "twin_names": (0, 1000),
    "school_rate": (0.0, 1.0),
    "yearly_growth": (-0.5, 0.5),
    "authority_log_sd": _SPREAD,
    "school_log_sd": _SPREAD,
    "school_year_log_sd": _SPREAD,
    "family_shape": (0.05, 50.0),
    "sibling_share": _SHARE,
    "repeat_share": (0.0, 0.5),
    "mover_share": (0.0, 0.5),
    "background_open": (0.0, 0.5),
    "open_days": (1.0, 1000.0),
    "other_sources": _SHARE,
    "school_source_share": (0.01, 1.0),
    "nfa_share": (0.01, 0.98),
    "advice_share": _SHARE,
    "early_help_share": _SHARE,
    "referral_share": _SHARE,
    "cp_enquiry_share": _SHARE,
    "authority_outcome_sd": _SPREAD,
    "school_outcome_sd": _SPREAD,
    "missing_outcome": (0.0, 0.5),
    "decision_days": (0.0, 20.0),
    "late_share": (0.0, 0.5),
    "exact_name": _SHARE,
    "unknown_name": (0.0, 0.5),
    "not_school": (0.0, 0.5),
    "ambiguous_source": (0.0, 0.5),
    "unreviewed_name": _SHARE,
    "unmapped_label": (0.0, 0.5),
    "schools_per_supervisor": (1, 200),
    "never_share": _SHARE,
    "held_mean": (0.01, 0.99),
    "held_concentration": (0.5, 500.0),
    "slots_beyond": (0, 12),
    "hours_per_session": (0.1, 20.0),
    "hours_per_school": (0.0, 200.0),
    "hours_per_year": (100.0, 2500.0),
    "salary_pounds": (1, 500_000),
    "on_costs": (0.0, 1.0),
    "management": (0.0, 1.0),
    "wellbeing_mean": (1.0, 5.0),
    "wellbeing_sd": _SPREAD,
    "wellbeing_icc": (0.0, 0.95),
    "wellbeing_stability": (0.0, 1.0),
    "response_baseline": _SHARE,
    "response_endline": _SHARE,
    "missing_item": (0.0, 0.5),
    "dsl_turnover": _SHARE,
    "interviews_per_authority": (0, 500),
    "feedback_response": _SHARE,
    "well_received": _SHARE,
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
