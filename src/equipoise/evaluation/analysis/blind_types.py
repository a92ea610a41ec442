"""The blind run: what may be known before unblinding."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.core.results import result

__all__ = ["BlindModel", "BlindOutcome", "BlindResult"]


@dataclass(frozen=True)
class BlindModel:
    """One planned model, run on made-up arms. Nothing in it is a finding.

    Attributes
    ----------
    id
        ``"main"``, or the id of a definition, sensitivity or subgroup analysis.
    ran
        Whether it gave an estimate.
    problem
        Why not, in words; None if it ran.
    rows
        Rows analysed.
    df
        Degrees of freedom; None if it did not run.
    pseudo_estimate, pseudo_se
        Estimate and error for the made-up arms, in ``unit_difference``. For a check of the
        programme only: never to be printed as a finding.
    """

    id: str
    ran: bool
    problem: str | None
    rows: int
    df: float | None
    pseudo_estimate: float | None
    pseudo_se: float | None


@dataclass(frozen=True)
class BlindOutcome:
    """One outcome over all arms.

    Attributes
    ----------
    outcome, title, level, unit
        As in ``OutcomeResult``.
    rows, units
        Rows of the table, randomised units among them.
    missing, missing_baseline
        Rows without outcome, and without baseline (None if none is declared).
    mean, sd
        Pooled, in ``unit``; None without rows.
    events, members
        Sums of numerator and denominator; None for scores and values.
    baseline_correlation
        Of outcome and baseline over rows; None without.
    largest_weight
        Largest share of the weight that one row has, 0 to 1.
    df_design
        Design degrees of freedom (rules 6); None where not defined.
    models
        Every planned model.
    """

    outcome: str
    title: str
    level: str
    unit: str
    rows: int
    units: int
    missing: int
    missing_baseline: int | None
    mean: float | None
    sd: float | None
    events: float | None
    members: float | None
    baseline_correlation: float | None
    largest_weight: float | None
    df_design: float | None
    models: tuple[BlindModel, ...]


@result("analysis.blind", version=1)
@dataclass(frozen=True)
class BlindResult:
    """The planned analysis on made-up arms, done before anybody opened the allocation.

    Attributes
    ----------
    trial
        Id of the trial.
    scheme
        The declared scheme, in words.
    seed_digest
        SHA-256 of the seed of the made-up arms, hex.
    outcomes
        One entry per declared outcome.
    models, ran
        Planned models, and those that ran.
    pseudo
        True: every estimate here belongs to made-up arms.
    blind
        True.
    """

    trial: str
    scheme: str
    seed_digest: str
    outcomes: tuple[BlindOutcome, ...]
    models: int
    ran: int
    pseudo: bool = True
    blind: bool = True
