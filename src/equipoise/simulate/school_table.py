"""Counts by school without any row: the same model in closed form, for power and validation.

The rows' model (families with gamma risk, Poisson calls, siblings) gives each school's number of
families with at least one call of a kind in closed form; the counts are drawn from that. What
is typed, entered late or left out is not simulated here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from equipoise.simulate.scenario import Scenario
from equipoise.simulate.schools import authority_sizes
from equipoise.simulate.streams import generator

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_CHILDREN = 1.28  # of a family at one school, as in `families`


@dataclass(frozen=True)
class WindowCounts:
    """Counts of one window, an array over schools each: see `COUNT_NAMES` for what they are."""

    contacts: Integers
    nfa_any_strict: Integers
    referral_any: Integers


@dataclass(frozen=True)
class SchoolTable:
    """Schools and their counts.

    Attributes
    ----------
    authority
        Place of the authority, from 0.
    secondary
        Whether the school is a secondary school.
    pupils
        Its roll.
    treated, dose
        Whether it has supervision; the share of the intended sessions that were held.
    baseline, outcome
        Its counts before and after the draw.
    """

    authority: Integers
    secondary: npt.NDArray[np.bool_]
    pupils: Integers
    treated: npt.NDArray[np.bool_]
    dose: Floats
    baseline: WindowCounts
    outcome: WindowCounts


def school_table(
    scenario: Scenario,
    *,
    phases: tuple[str, ...] = ("primary",),
    treated: npt.NDArray[np.bool_] | None = None,
    replicate: int = 0,
    window_years: float = 0.88,
    sessions: int = 6,
) -> SchoolTable:
    """Simulate the counts of every school directly.

    Parameters
    ----------
    scenario
        Size, rates, spreads and effects; its seed and `replicate` decide every number.
    phases
        Phases that take part; with both, ``secondary_share`` of the schools are secondary.
    treated
        Which schools have supervision, in the order of the table: none by default. Everything
        but the effect stays the same whichever they are.
    replicate
        Number of the repetition.
    window_years
        Calls of a window, relative to those of a whole school year: October to July is 0.88.
    sessions
        Sessions intended.

    Returns
    -------
    SchoolTable
        A row for each of ``scenario.schools`` schools, authority by authority.

    Raises
    ------
    ValueError
        If `treated` is not one value for each school.

    Examples
    --------
    >>> table = school_table(Scenario(schools=1000, authorities=10))
    >>> int(table.pupils.shape[0])
    1000
    """
    n = scenario.schools
    arm = np.zeros(n, dtype=np.bool_) if treated is None else np.asarray(treated, dtype=np.bool_)
    if arm.shape != (n,):
        raise ValueError(f"treated has shape {arm.shape}, not one value for each of {n} schools")
    rng = generator(scenario.seed, "school table", str(replicate))
    sizes = authority_sizes(scenario)
    authority = np.repeat(np.arange(len(sizes)), sizes)
    secondary = _secondary(rng, scenario, phases, n)
    pupils = _rolls(rng, scenario, secondary)
    rate, tilt = _rates(rng, scenario, authority, secondary)
    dose = np.where(arm, _dose(rng, scenario, n, sessions), 0.0)
    size = dose if scenario.effect_by == "dose" else arm.astype(np.float64)
    years = np.exp(_centred(rng, scenario.school_year_log_sd, (2, n)))
    nfa = _tilted(scenario.nfa_share, tilt)
    counts = []
    for year, effect in ((0, 0.0), (1, scenario.effect)):
        growth = (1.0 + scenario.yearly_growth) ** year
        calls = rate * years[year] * growth * pupils * window_years
        counts.append(_window(rng, scenario, pupils, calls, nfa, np.exp(effect * size)))
    return SchoolTable(authority, secondary, pupils, arm, dose, counts[0], counts[1])


def _window(
    rng: np.random.Generator,
    scenario: Scenario,
    pupils: Integers,
    calls: Floats,
    nfa: Floats,
    ratio: Floats,
) -> WindowCounts:
    """Draw the counts of one window.

    Of F families with gamma risk of shape k and mean calls m each, a share 1 - (1 + m / k)^-k
    has a call at least (negative binomial); further calls of the same families make up the mean.
    """
    families = np.maximum(np.rint(pupils / _CHILDREN).astype(np.int64), 1)
    shape = scenario.family_shape
    risk = rng.gamma(shape * families) / (shape * families)
    each = calls * risk / families * (1.0 - _open_share(scenario))
    _, _, _, referral, section47 = scenario.outcome_shares
    rest = (1.0 - nfa) / (1.0 - scenario.nfa_share)
    kinds = {
        "nfa": each * nfa,
        "referral": each * (referral + section47) * rest,
        "other": each * (1.0 - nfa - (referral + section47) * rest),
    }
    any_, total = {}, {}
    for kind, mean in kinds.items():
        share = 1.0 - (1.0 + mean / shape) ** -shape
        any_[kind] = rng.binomial(families, share)
        total[kind] = any_[kind] + rng.poisson(families * (mean - share))
    pair = scenario.sibling_share
    nfa_any = any_["nfa"] + rng.binomial(any_["nfa"], pair)
    again = total["nfa"] - any_["nfa"]
    nfa_rows = nfa_any + again + rng.binomial(again, pair)
    others = total["referral"] + total["other"]
    other_rows = others + rng.binomial(others, pair)
    referral_any = any_["referral"] + rng.binomial(any_["referral"], pair)
    nfa_any, nfa_rows = _moved(rng, (nfa_any, nfa_rows), ratio)
    return WindowCounts(nfa_rows + other_rows, nfa_any, referral_any)


def _moved(
    rng: np.random.Generator, counts: tuple[Integers, Integers], ratio: Floats
) -> tuple[Integers, Integers]:
    """Leave some of the counts out where the ratio is below one, add some where it is above.

    Schools without an effect keep theirs. The children and their contacts move together: the
    contacts beyond one for each child are thinned by themselves.
    """
    children, rows = counts
    # A generator of its own, since how many numbers it takes depends on the ratios.
    own = np.random.Generator(np.random.PCG64(int(rng.integers(2**62))))
    kept, added = np.minimum(ratio, 1.0), np.maximum(ratio - 1.0, 0.0)

    def moved(number: Integers) -> Integers:
        changed = own.binomial(number, kept) + own.poisson(number * added)
        return np.where(ratio == 1.0, number, changed)

    fewer = moved(children)
    return fewer, fewer + moved(rows - children)


def _secondary(
    rng: np.random.Generator, scenario: Scenario, phases: tuple[str, ...], n: int
) -> npt.NDArray[np.bool_]:
    share = scenario.secondary_share if len(phases) > 1 else float("secondary" in phases)
    return rng.random(n) < share


def _rolls(
    rng: np.random.Generator, scenario: Scenario, secondary: npt.NDArray[np.bool_]
) -> Integers:
    z = rng.standard_normal(secondary.shape[0])
    small = np.clip(
        scenario.median_pupils * np.exp(scenario.pupils_log_sd * z),
        scenario.smallest_pupils,
        scenario.largest_pupils,
    )
    large = np.clip(
        scenario.secondary_median_pupils * np.exp(scenario.secondary_log_sd * z),
        scenario.secondary_smallest,
        scenario.secondary_largest,
    )
    rolls: Integers = np.where(secondary, large, small).astype(np.int64)
    return rolls


def _rates(
    rng: np.random.Generator,
    scenario: Scenario,
    authority: Integers,
    secondary: npt.NDArray[np.bool_],
) -> tuple[Floats, Floats]:
    """Return each school's calls per pupil and year, and the tilt of its NFA share."""
    number, n = int(authority[-1]) + 1, authority.shape[0]
    busy = _centred(rng, scenario.authority_log_sd, number)[authority]
    strict = rng.normal(0.0, scenario.authority_outcome_sd, number)[authority]
    rate = scenario.school_rate * np.exp(busy + _centred(rng, scenario.school_log_sd, n))
    rate = np.where(secondary, rate * scenario.secondary_rate_ratio, rate)
    return rate, strict + rng.normal(0.0, scenario.school_outcome_sd, n)


def _dose(rng: np.random.Generator, scenario: Scenario, n: int, sessions: int) -> Floats:
    a = scenario.held_mean * scenario.held_concentration
    engaged = rng.beta(a, scenario.held_concentration - a, n)
    engaged = np.where(rng.random(n) < scenario.never_share, 0.0, engaged)
    held = rng.binomial(sessions + scenario.slots_beyond, engaged)
    return np.minimum(held / sessions, 1.0)


def _centred(rng: np.random.Generator, sd: float, shape: int | tuple[int, ...]) -> Floats:
    """Return normal numbers whose exponential has mean one."""
    return rng.normal(-sd * sd / 2.0, sd, shape)


def _tilted(share: float, tilt: Floats) -> Floats:
    odds = share / (1.0 - share) * np.exp(tilt)
    tilted: Floats = odds / (1.0 + odds)
    return tilted


def _open_share(scenario: Scenario) -> float:
    """Return the share of calls about a child with an open case, roughly.

    Cases that others opened (a spell in about two and a half years), and those that the school's
    own referral opened: a family that was called about once has 1 + 1/k times the mean rate.
    """
    lasts = scenario.open_days * 1.44 / 365.0
    behind = scenario.background_open * lasts / 2.5
    again = scenario.school_rate * _CHILDREN * (1.0 + 1.0 / scenario.family_shape)
    referred = scenario.referral_share + scenario.cp_enquiry_share
    return 1.0 - math.exp(-(behind + again * referred * lasts))
