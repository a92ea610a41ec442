"""Worlds: how outcomes come about, as declared, so that trials can be simulated in them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp, log1p, sqrt
from typing import Literal

import numpy as np

from equipoise.core.base import Problems
from equipoise.design.power.losses import Losses
from equipoise.design.power.sites import Sites
from equipoise.design.protocol import Outcome, Protocol, counts_events
from equipoise.design.protocol.names import CONTACT_COUNTS

COMMAND = "the command line"


@dataclass(frozen=True)
class Facts:
    """What a simulation takes beside the protocol, or instead of it; None where not given.

    Attributes
    ----------
    base_rate
        Mean of the outcome under usual practice, in its unit: with it schools have counts. None
        for `mean` of the protocol.
    school_cv
        Coefficient of variation of schools' true rates. None for `cv` of the protocol; without
        either it follows from `school_sd`.
    authority_sd
        Standard deviation between authorities, in the unit of the outcome.
    others
        Contacts with another outcome, in the unit of a rate: what can be recorded wrongly.
    contacts
        Contacts per 1,000 pupils, for a share of contacts.
    """

    base_rate: float | None = None
    school_cv: float | None = None
    authority_sd: float = 0.0
    others: float | None = None
    contacts: float | None = None


@dataclass(frozen=True)
class World:
    """How outcomes come about, in plain numbers.

    Attributes
    ----------
    kind
        ``values``: a normal value per school; ``members``: normal values of pupils in units, of
        which means and cross-products are drawn; ``counts``: events per school.
    sd
        Between schools within strata (values), or over all members.
    icc
        Of members; 0 elsewhere.
    r2
        Variance explained by the baseline where the model has it, else by the strata.
    baseline
        Whether the analysis has a baseline.
    authority_sd
        Of authorities' levels, in the unit of the outcome.
    effect_sd
        Of the effect between authorities, likewise.
    base, per
        Mean under usual practice and multiplier of a rate or share (counts).
    spread, kept
        Standard deviation of the logarithm of true rates, and its correlation with the
        baseline's (counts).
    distinct
        Whether events are distinct pupils, and so never more than the roll.
    others, contacts
        As in `Facts`; zero where they are not needed.
    sized
        Whether `sd` is over all members, so that a row's mean varies with its members.
    notes
        Sentences on what could not be simulated as it is declared.
    """

    kind: Literal["values", "members", "counts"]
    sd: float = 1.0
    icc: float = 0.0
    r2: float = 0.0
    baseline: bool = False
    authority_sd: float = 0.0
    effect_sd: float = 0.0
    base: float = 0.0
    per: float = 1.0
    spread: float = 0.0
    kept: float = 0.0
    distinct: bool = True
    others: float = 0.0
    contacts: float = 0.0
    sized: bool = False
    notes: tuple[str, ...] = ()

    @property
    def ratio(self) -> float:
        """Residual variance between clusters over that within them, as declared (members)."""
        return self.icc / (1 - self.icc)


def world_of(protocol: Protocol, sites: Sites, facts: Facts, losses: Losses) -> World:
    """Put the declared numbers of the primary outcome together.

    Parameters
    ----------
    protocol
        Its `design.power`, primary outcome and main model.
    sites
        Who is observed; rolls are needed for counts.
    facts, losses
        What is given beside it.

    Raises
    ------
    ProblemsError
        Everything that is missing or does not fit together, at once.

    Examples
    --------
    >>> from equipoise.design.power.sites import sites_of
    >>> from equipoise.design.protocol import load_protocol, template
    >>> protocol = load_protocol(template("dsl-primary"))
    >>> world_of(protocol, sites_of(protocol), Facts(base_rate=20.0), Losses()).base
    20.0
    """
    problems = Problems()
    losses.check(problems, sites.authorities)
    outcome = protocol.primary
    assumed = protocol.design.power
    # A mean that stands in the protocol is no reason to refuse a trial without rolls.
    if facts.base_rate is None and sites.known:
        facts = replace(facts, base_rate=assumed.mean)
    if facts.school_cv is None:
        facts = replace(facts, school_cv=assumed.cv)
    if facts.base_rate is not None and outcome.measure.type in ("rate", "share"):
        world = _counts(protocol, outcome, sites, facts, losses, problems)
    else:
        world = _normal(protocol, outcome, sites, facts, losses, problems)
    problems.raise_if_any()
    return world


def has_baseline(protocol: Protocol) -> bool:
    """Say whether the main model of the primary outcome adjusts for a baseline."""
    outcome = protocol.primary
    _, model = protocol.model_of(outcome)
    adjusts = model.baseline and outcome.baseline is not None
    return adjusts and outcome.measure.type != "share"


def _normal(
    protocol: Protocol,
    outcome: Outcome,
    sites: Sites,
    facts: Facts,
    losses: Losses,
    problems: Problems,
) -> World:
    assumed = protocol.design.power
    _, model = protocol.model_of(outcome)
    by_member = _by_member(protocol)
    if counts_events(model, outcome):
        _needs_rate(f"nothing, and {model.model} is a model of counts", problems)
    if losses.misrecords or (losses.linkage < 1 and not by_member):
        _needs_rate("nothing, and records that are lost or wrong are counts", problems)
    correlated = assumed.icc is not None and assumed.member_sd is not None and sites.known
    if assumed.school_sd is None and not correlated:
        problems.add(
            file="trial.yaml",
            place="design.power",
            found="no standard deviation to simulate with",
            expected="school_sd, or icc with member_sd and members",
            remedy="add them with their source",
        )
    icc = assumed.icc or 0.0
    members = correlated and by_member
    sized = correlated and (members or assumed.school_sd is None)
    notes = []
    if outcome.measure.type == "share":
        notes.append(
            "A share is compared as sum over sum; without --base-rate and --contacts it is "
            "simulated as one value for each school, compared by least squares."
        )
    return World(
        kind="members" if members else "values",
        sd=(assumed.member_sd if sized else assumed.school_sd) or 1.0,
        icc=icc if sized else 0.0,
        sized=sized,
        r2=assumed.r2,
        baseline=has_baseline(protocol),
        authority_sd=facts.authority_sd,
        effect_sd=assumed.authority_effect_sd or 0.0,
        notes=tuple(notes),
    )


def _by_member(protocol: Protocol) -> bool:
    table = protocol.design.table
    return table is not None and table.rows == "member"


def _needs_rate(found: str, problems: Problems) -> None:
    problems.add(
        file=COMMAND,
        place="--base-rate",
        found=found,
        expected="the mean of the outcome under usual practice",
        remedy="give --base-rate, in the unit of the outcome",
    )


def _counts(
    protocol: Protocol,
    outcome: Outcome,
    sites: Sites,
    facts: Facts,
    losses: Losses,
    problems: Problems,
) -> World:
    """Part the declared spread of schools' rates into true differences and chance."""
    base, per = float(facts.base_rate or 0.0), float(outcome.measure.per or 1)
    share = outcome.measure.type == "share"
    distinct = outcome.measure.numerator not in CONTACT_COUNTS
    _check_counts(outcome, sites, facts, losses, base, per, problems)
    if len(problems):
        return World("counts")
    trials = sites.members * (float(facts.contacts or 0.0) / 1000 if share else 1.0)
    most = per - base if share or distinct else per
    chance = float(np.mean(base * most / trials))
    between = _between(protocol, facts, base, chance, problems)
    spread = log1p(between / base**2)
    kept, notes = 0.0, []
    baseline = has_baseline(protocol)
    if baseline and between > 0:
        wanted = sqrt(protocol.design.power.r2)
        reached = between / (between + chance)
        if wanted > reached:
            notes.append(
                f"The baseline explains {reached**2:.0%} of the variance and not the "
                f"{wanted**2:.0%} assumed: chance in counts leaves no more to explain."
            )
        kept = min(log1p(min(wanted / reached, 1.0) * (exp(spread) - 1)) / spread, 1.0)
    return World(
        kind="counts",
        sd=sqrt(between + chance),
        r2=protocol.design.power.r2,
        baseline=baseline,
        authority_sd=facts.authority_sd,
        effect_sd=protocol.design.power.authority_effect_sd or 0.0,
        base=base,
        per=per,
        spread=sqrt(spread),
        kept=kept,
        distinct=distinct or share,
        others=float(facts.others or 0.0),
        contacts=float(facts.contacts or 0.0) if share else 0.0,
        notes=tuple(notes),
    )


def _check_counts(
    outcome: Outcome,
    sites: Sites,
    facts: Facts,
    losses: Losses,
    base: float,
    per: float,
    problems: Problems,
) -> None:
    """Name what is missing for counts, and what no count can be."""
    share = outcome.measure.type == "share"
    if not 0 < base < per:
        problems.add(
            file=COMMAND,
            place="--base-rate",
            found=f"{base:g}",
            expected=f"more than 0 and less than {per:g}, the unit of the outcome",
            remedy="give the mean under usual practice",
        )
    if not sites.known:
        problems.add(
            file="trial.yaml",
            place="design.power.members",
            found="nothing",
            expected="pupils on the roll, for counts",
            remedy="add members to design.power, or the register to the design folder",
        )
    if share and not facts.contacts:
        problems.add(
            file=COMMAND,
            place="--contacts",
            found="nothing, and the outcome is a share of contacts",
            expected="contacts per 1,000 pupils",
            remedy="give --contacts, such as 40",
        )
    if losses.specificity < 1 and not share and facts.others is None:
        problems.add(
            file=COMMAND,
            place="--others",
            found="nothing, and other contacts are recorded as no further action",
            expected="contacts with another outcome, in the unit of the outcome",
            remedy="give --others, such as 25",
        )


def _between(
    protocol: Protocol, facts: Facts, base: float, chance: float, problems: Problems
) -> float:
    """Give the variance of schools' true rates."""
    if facts.school_cv is not None:
        return (facts.school_cv * base) ** 2
    declared = protocol.design.power.school_sd
    if declared is None or declared**2 <= chance:
        found = "nothing" if declared is None else f"{declared:g}, less than chance alone gives"
        problems.add(
            file=COMMAND,
            place="--school-cv",
            found=f"nothing, and school_sd is {found}",
            expected=f"how much schools' true rates differ (chance alone: {sqrt(chance):.3g})",
            remedy="give --school-cv, such as 0.4, or correct design.power.school_sd",
        )
        return base**2
    return declared**2 - chance
