"""Whether several trials count an outcome alike: definitions compared part by part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date

from equipoise.design.protocol import Contact, Outcome, Pool, Protocol
from equipoise.evaluation.outcomes import AnalysisSet
from equipoise.evaluation.synthesis.evidence import TrialEvidence
from equipoise.evaluation.synthesis.pool_types import NotPooled

__all__ = ["WINDOW_DAYS", "declared_for", "differences", "school_days"]

WINDOW_DAYS = 14
"""Windows whose lengths differ by no more than this count as equally long: terms do not begin and
end on the same day in every authority and year."""
HOLIDAY = ((7, 22), (8, 31))
"""First and last day of the summer holiday of English schools, about: no school makes contacts in
it, so that a window of a calendar year's terms is as long as one of a school year's."""
CENSUS_DAYS = 366
"""The roll is that of the last census before the draw, so at most a year before the window."""
_FAMILY = ("nfa_any_", "nfa_all_", "nfa_first_")
"""Counts of pupils whose contacts led to no further action, under several definitions."""

_CONTACT = (
    "contact-school",
    "contact-sources",
    "contact-open-cases",
    "contact-repeats",
    "contact-recontact",
    "contact-outcome",
    "contact-siblings",
    "contact-same-day",
)
"""Parts of the rule of contacts."""


def declared_for(common: Pool, protocol: Protocol) -> Outcome | None:
    """Give a common outcome as one trial would declare it.

    Counts, windows, average and margins are those of the programme; only the model is the trial's
    own: that of its outcome with the same counts, else of its primary outcome.

    Returns
    -------
    Outcome or None
        None where the trial has no such window, or brings its own table.
    """
    windows = {window.id for window in protocol.design.periods.windows}
    measure = common.measure
    if protocol.brings_table or measure.window not in windows:
        return None
    own = _same_counts(common, protocol) or protocol.primary
    return Outcome.model_validate(
        {
            "id": common.id,
            "title": common.title,
            "role": "primary",
            "level": "school",
            "measure": {
                "type": "rate",
                "numerator": measure.numerator,
                "denominator": measure.denominator,
                "per": measure.per,
                "window": measure.window,
            },
            "baseline": {"window": measure.baseline} if measure.baseline in windows else None,
            "direction": common.direction,
            "estimand": {"population": own.estimand.population, "average": common.average},
            "margin": common.margin.model_dump(),
            "model": own.model,
        }
    )


def _same_counts(common: Pool, protocol: Protocol) -> Outcome | None:
    for outcome in protocol.design.outcomes:
        measure = outcome.measure
        counts = (measure.type, measure.numerator, measure.denominator)
        if counts == ("rate", common.measure.numerator, common.measure.denominator):
            return outcome
    return None


@dataclass(frozen=True)
class _Parts:
    """What a trial declares, by part: the value that is compared, and its words."""

    evidence: TrialEvidence
    outcome: Outcome
    values: dict[str, tuple[Hashable, str]]
    days: int


def differences(
    common: Pool, trials: Sequence[TrialEvidence]
) -> tuple[tuple[tuple[TrialEvidence, Outcome, int], ...], tuple[NotPooled, ...]]:
    """Divide trials into those that count the common outcome alike, and those that do not.

    What is expected of a part of the definition is what most trials declare (with as many, what the
    earliest of them declares); of the length of the window, what most lie within `WINDOW_DAYS` of.

    Parameters
    ----------
    common
        The common outcome.
    trials
        In order of date.

    Returns
    -------
    alike
        Trial, its own declaration of the common outcome, days of its window outside the summer
        holiday.
    refused
        One entry for each part in which another trial differs.
    """
    refused: list[NotPooled] = []
    able: list[_Parts] = []
    for trial in trials:
        if trial.id not in common.trials:
            refused.append(
                _refuse(common, trial, "not-named", "not named", "the trials that are named")
            )
            continue
        outcome = declared_for(common, trial.protocol)
        if outcome is None and trial.protocol.brings_table:
            found = "outcomes of its own table"
            refused.append(
                _refuse(common, trial, "own-table", found, "counts of schools in a window")
            )
            continue
        if outcome is None:
            window = common.measure.window
            refused.append(_refuse(common, trial, "window", f"no window {window}", window))
            continue
        wrong = _counts(common, trial, outcome)
        refused += wrong
        if not wrong:
            able.append(_parts(common, trial, outcome))
    if not able:
        return (), tuple(refused)
    usual = {name: _most([parts.values[name] for parts in able]) for name in able[0].values}
    days = _middle([parts.days for parts in able])
    alike = []
    for parts in able:
        wrong = [
            _refuse(common, parts.evidence, name, words, usual[name][1])
            for name, (value, words) in parts.values.items()
            if value != usual[name][0]
        ]
        if abs(parts.days - days) > WINDOW_DAYS:
            found = f"{parts.days} days outside the summer holiday"
            expected = f"{days} such days, give or take {WINDOW_DAYS}"
            wrong.append(_refuse(common, parts.evidence, "window-length", found, expected))
        refused += wrong
        if not wrong:
            alike.append((parts.evidence, parts.outcome, parts.days))
    return tuple(alike), tuple(refused)


def _refuse(common: Pool, trial: TrialEvidence, part: str, found: str, expected: str) -> NotPooled:
    return NotPooled(trial.id, trial.title, common.id, part, found, expected)


def _counts(common: Pool, trial: TrialEvidence, outcome: Outcome) -> list[NotPooled]:
    """Say which counts a trial does not have, or defines otherwise."""
    wrong = []
    window = str(outcome.measure.window)
    for part, name in (
        ("numerator", common.measure.numerator),
        ("denominator", common.measure.denominator),
    ):
        if not _held(trial.data, name, window):
            wrong.append(_refuse(common, trial, part, f"no count {name} in its table", name))
    other = _other_definition(common, trial.protocol)
    if other is not None:
        wrong.append(_refuse(common, trial, "numerator", other, common.measure.numerator))
    return wrong


def _held(data: AnalysisSet, name: str, window: str) -> bool:
    column = name if name == "pupils" else f"{name}_{window}"
    return column in data.schools.columns and data.schools[column].drop_nulls().len() > 0


def _other_definition(common: Pool, protocol: Protocol) -> str | None:
    """Name the count that a trial declares for this outcome, where it is another one."""
    named: list[str] = []
    for outcome in protocol.design.outcomes:
        counts = [outcome.measure.numerator, *(also.numerator for also in outcome.also_shown)]
        if outcome.measure.type != "rate":
            continue
        if outcome.id == common.id and common.measure.numerator != outcome.measure.numerator:
            return str(outcome.measure.numerator)
        if outcome.measure.denominator == common.measure.denominator:
            named += [name for name in counts if name is not None and name.startswith(_FAMILY)]
    if (
        not common.measure.numerator.startswith(_FAMILY)
        or common.measure.numerator in named
        or not named
    ):
        return None
    return named[0]


def _parts(common: Pool, trial: TrialEvidence, outcome: Outcome) -> _Parts:
    protocol = trial.protocol
    window = protocol.window(str(outcome.measure.window))
    periods, contact = protocol.design.periods, protocol.design.contact
    settling = periods.settling_days
    values: dict[str, tuple[Hashable, str]] = {"settling-days": (settling, f"{settling} days")}
    if contact is None:
        values |= dict.fromkeys(_CONTACT, (None, "no rule of contacts"))
    else:
        sources = tuple(sorted(contact.source_codes))
        said: tuple[tuple[Hashable, str], ...] = (
            (contact.school, contact.school),
            (sources, ", ".join(sources)),
            (contact.open_cases, contact.open_cases),
            (contact.repeat_days, f"{contact.repeat_days} days"),
            (contact.recontact_days, f"{contact.recontact_days} days"),
            _outcome_of(contact),
            (contact.siblings, contact.siblings),
            (contact.same_day, contact.same_day),
        )
        values |= dict(zip(_CONTACT, said, strict=True))
    if not common.measure.numerator.startswith("recontact"):
        del values["contact-recontact"]
    ahead = None if periods.roll_date is None else (window.start - periods.roll_date).days
    last = ahead is not None and 0 <= ahead <= CENSUS_DAYS
    words = "no census" if ahead is None else f"a census {ahead} days before the window"
    values["roll-census"] = (last, "a census in the year before the window" if last else words)
    return _Parts(trial, outcome, values, school_days(window.start, window.end))


def _outcome_of(contact: Contact) -> tuple[Hashable, str]:
    """Return where the outcomes of contacts come from: recorded and derived are never pooled."""
    if contact.outcome == "recorded":
        return contact.outcome, contact.outcome
    within = contact.referral_within_days
    return (contact.outcome, within), f"derived from referrals within {within} days"


def school_days(first: date, last: date) -> int:
    """Count the days from the one to the other, both included, outside the summer holiday.

    Examples
    --------
    >>> school_days(date(2021, 10, 1), date(2022, 7, 21)), school_days(
    ...     date(2021, 1, 11), date(2021, 12, 17)
    ... )
    (294, 300)
    """
    days = (last - first).days + 1
    for year in range(first.year, last.year + 1):
        begins, ends = (date(year, *day) for day in HOLIDAY)
        days -= max(0, (min(last, ends) - max(first, begins)).days + 1)
    return days


def _most(values: Sequence[tuple[Hashable, str]]) -> tuple[Hashable, str]:
    """Give the commonest value; of several as common, the first."""
    return Counter(values).most_common(1)[0][0]


def _middle(days: Sequence[int]) -> int:
    """Give the length that most others lie near; of several such, the first."""
    return max(days, key=lambda one: sum(abs(one - other) <= WINDOW_DAYS for other in days))
