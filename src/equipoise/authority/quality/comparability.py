"""Comparability: which outcomes of which authority compare, and which rule decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from equipoise.authority.quality.incomparable import (
    VERDICTS,
    Reason,
    Recorded,
    Verdict,
    comparability_data,
    reasons_of,
)
from equipoise.authority.quality.referrals import outcome_words
from equipoise.authority.rules import Definitions, deciding, left_out
from equipoise.core.results import result


@dataclass(frozen=True)
class Cell:
    """One outcome of one authority.

    Attributes
    ----------
    authority, outcome, verdict
        Which, and whether it compares.
    reasons
        Those that decided first, the worst verdict.
    rules
        The rules of counting that decide it there, in their order: none where it was not counted.
    """

    authority: str
    outcome: str
    verdict: Verdict
    reasons: tuple[Reason, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True)
class OutcomeTitle:
    """An outcome of the matrix and its title."""

    id: str
    title: str


@result("authority.comparability", version=2)
@dataclass(frozen=True)
class Comparability:
    """The matrix: authorities by outcomes.

    Attributes
    ----------
    authorities
        From code to name, in order of code.
    counted
        From code to where its outcomes come from, in words: as recorded, or derived.
    outcomes
        The columns, the primary outcome first.
    cells
        Row by row.
    """

    authorities: dict[str, str]
    counted: dict[str, str]
    outcomes: tuple[OutcomeTitle, ...]
    cells: tuple[Cell, ...]

    def cell(self, authority: str, outcome: str) -> Cell:
        """Return the cell of an authority and an outcome; `KeyError` where there is none."""
        for cell in self.cells:
            if (cell.authority, cell.outcome) == (authority, outcome):
                return cell
        raise KeyError((authority, outcome))


def compare(authorities: Iterable[Recorded]) -> Comparability:
    """Say which outcomes of each authority compare.

    An answer that nobody gave is unknown, and so is what depends on it.

    Parameters
    ----------
    authorities
        Any number, each once.

    Raises
    ------
    ValueError
        Where an authority comes twice.
    """
    given = sorted(authorities, key=lambda one: one.authority)
    codes = [one.authority for one in given]
    if len(set(codes)) != len(codes):
        raise ValueError("an authority twice: give the latest pack of each")
    outcomes = tuple(OutcomeTitle(**entry) for entry in comparability_data()["outcomes"])
    cells = []
    mixed = len({one.definitions.outcome for one in given}) > 1
    for one in given:
        reasons = reasons_of(one, mixed=mixed)
        for outcome in outcomes:
            found = reasons.get(outcome.id, [])
            found.sort(key=lambda reason: -VERDICTS.index(reason.verdict))
            verdict = found[0].verdict if found else "comparable"
            cells.append(
                Cell(
                    one.authority,
                    outcome.id,
                    verdict,
                    tuple(found),
                    _rules(outcome.id, one.definitions),
                )
            )
    return Comparability(
        {one.authority: one.name for one in given},
        {
            one.authority: outcome_words(
                one.definitions.outcome, one.definitions.referral_within_days
            )
            for one in given
        },
        outcomes,
        tuple(cells),
    )


def _rules(outcome: str, definitions: Definitions) -> tuple[str, ...]:
    """Return the codes of the rules that decide an outcome's counts."""
    return tuple(
        dict.fromkeys(
            rule
            for count in comparability_data()["counts"].get(outcome, [outcome])
            if count not in left_out(definitions)
            for rule in deciding(count, definitions)
        )
    )
