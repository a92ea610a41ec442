"""The resolution: what follows from the schools that a typed name may mean, on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from equipoise.authority.schools.evidence import Fit
from equipoise.authority.schools.history import History
from equipoise.authority.schools.register import KnownName

#: A name is accepted from this probability; one beyond the border, and one of which the caller
#: left away or added a word, only from this.
LEAST_SCORE = 0.92
LEAST_BEYOND = 0.95
LEAST_PART = 0.97
#: Below this, all schools together, the name means none of them.
LEAST_ANY = 0.5
#: Odds of a name that equals a school's, as it stands and written out.
EXACT_ODDS = 2000.0
NORMALISED_ODDS = 800.0
#: By how much less likely a school is that was closed on the day.
CLOSED_FACTOR = 0.02
#: As many candidates are listed, each at least so likely.
MOST_LISTED, LEAST_LISTED = 5, 0.05


@dataclass(frozen=True)
class Resolution:
    """Which school a name means.

    Attributes
    ----------
    status
        ``matched``, ``ambiguous``, ``not-a-school``, ``unmatched`` or ``blank``.
    urn
        The school, where matched.
    method
        How it was found (table in `METHODS`).
    score, runner_up
        Probability that the name means the best school, and the second-best.
    candidates
        URNs of the schools that it may mean, the likeliest first.
    """

    status: str
    urn: str | None
    method: str
    score: float = 0.0
    runner_up: float = 0.0
    candidates: tuple[str, ...] = ()


#: Every method, in words.
METHODS: dict[str, str] = {
    "reviewed": "the authority decided",
    "exact": "the name as it stands in the register",
    "normalised": "the name with its abbreviations written out",
    "words": "the words that tell schools apart are those of one school alone",
    "misspelt": "the same, one of them misspelt",
    "part": "part of one school's name, or a word more; no other school here fits",
    "initials": "first letters that only one school here has",
    "beyond": "a school of another authority, as no school here fits",
    "successor": "the school that followed the one typed, or an academy where a school was typed",
    "predecessor": "the school that went before the one typed",
    "closed": "the school had closed, and the register names no successor",
    "domain": "the e-mail domain of one school",
    "several": "more than one school in one cell",
    "body": "a body or person that is no school",
    "blank": "nothing, or a word for not known",
    "none": "no school with these words",
}


@dataclass(frozen=True)
class Candidate:
    """A school that a typed name may mean.

    Attributes
    ----------
    urn
        The school.
    odds
        How likely, against no school of the register at odds of 1.
    method
        How it was found.
    complete
        Whether no telling word is more or less.
    name
        The name that it was found by, where the whole name equals it.
    """

    urn: str
    odds: float
    method: str
    complete: bool = True
    name: KnownName | None = None


def method_of(fit: Fit) -> str:
    """Return the method by which words found a school."""
    if not fit.spelt:
        return "misspelt"
    if not fit.complete:
        return "part"
    return "successor" if fit.converted else "words"


def decide(candidates: Sequence[Candidate], on: date | None, history: History) -> Resolution:
    """Return what a typed name means on a day.

    Parameters
    ----------
    candidates
        Schools that it may mean.
    on
        The day; None where it is not known: the school of today is meant.
    history
        When schools were open, and who followed whom.
    """
    candidates = _of_day(candidates, on)
    best: dict[str, tuple[float, Candidate, str]] = {}
    for candidate in candidates:
        at = history.at(candidate.urn, on)
        odds = candidate.odds * (CLOSED_FACTOR if at.relation == "closed" else 1.0)
        if at.urn not in best or odds > best[at.urn][0]:
            best[at.urn] = (odds, candidate, at.relation)
    total = 1.0 + sum(odds for odds, _, _ in best.values())
    ranked = sorted(
        ((odds / total, urn) for urn, (odds, _, _) in best.items()),
        key=lambda item: (-item[0], item[1]),
    )
    if not ranked:
        return Resolution("unmatched", None, "none")
    score, urn = ranked[0]
    runner_up = ranked[1][0] if len(ranked) > 1 else 0.0
    likely = tuple(u for p, u in ranked if p >= LEAST_LISTED)[:MOST_LISTED]
    _, candidate, relation = best[urn]
    if relation == "closed" and len(likely) <= 1:
        # The whole of the odds is the closed school's: a name that fits it fits no other.
        score = candidate.odds / (1.0 + candidate.odds)
    if score >= _least(candidate):
        if relation == "closed" and on is not None:
            return Resolution("unmatched", None, "closed", 0.0, score, (urn,))
        method = candidate.method if relation == "same" else relation
        return Resolution("matched", urn, method, score, runner_up, likely)
    if sum(p for p, _ in ranked) < LEAST_ANY:
        return Resolution("unmatched", None, "none", score, runner_up, likely)
    return Resolution("ambiguous", None, candidate.method, score, runner_up, likely)


def _least(candidate: Candidate) -> float:
    if candidate.method == "beyond":
        return LEAST_BEYOND
    return LEAST_SCORE if candidate.complete else LEAST_PART


def _of_day(candidates: Sequence[Candidate], on: date | None) -> Sequence[Candidate]:
    """Of schools that bore one name in turn, keep those that bore it on the day."""
    if on is None or len({candidate.urn for candidate in candidates}) < 2:
        return candidates
    kept = [c for c in candidates if c.name is None or c.name.valid_on(on)]
    return kept or candidates
