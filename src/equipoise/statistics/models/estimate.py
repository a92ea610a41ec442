"""An estimate, with everything that a sentence about it needs."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.statistics.estimation import EffectSize


@dataclass(frozen=True)
class ArmSummary:
    """One arm as it was analysed.

    Attributes
    ----------
    arm
        Label.
    n_randomised
        Units randomised to it, those without an outcome included.
    n_rows, n_units
        Analysed.
    n_missing_outcome, n_missing_covariate, n_set_aside
        Rows left out: without an outcome; with one, but without a covariate; in a stratum that
        was drawn into one arm.
    mean, sd
        Of the outcome, weighted by estimand weight and inverse realised share; `sd` None for
        fewer than two rows.
    """

    arm: str
    n_randomised: int
    n_rows: int
    n_units: int
    n_missing_outcome: int
    n_missing_covariate: int
    n_set_aside: int
    mean: float
    sd: float | None


@dataclass(frozen=True)
class Estimate:
    """The effect of one arm against the reference on one outcome.

    Attributes
    ----------
    outcome, arm, reference
        What is estimated.
    estimate, se, lower, upper
        In units of the outcome; the interval has level 1 - `alpha`.
    df
        Of the interval and `p`: the smaller of `df_method` and `df_design` (infinite for z
        where nothing caps it).
    df_method, df_design
        Of the error, and of the design (units - strata - covariates at unit level - (arms - 1));
        the latter None where arms vary within units.
    p
        Two-sided, from t.
    p_permutation
        Two-sided, from the studentised permutation test; None where none was made.
    permutations
        Draws it was compared with.
    n_rows, n_units, n_strata
        Analysed.
    arms
        Each arm, in the scheme's order.
    effect_size
        g in standard deviations of school values; None where units have several rows.
    warnings
        Sentences.
    model
        The model in words.
    """

    outcome: str
    arm: str
    reference: str
    estimate: float
    se: float
    df: float
    df_method: float
    df_design: int | None
    lower: float
    upper: float
    alpha: float
    p: float
    p_permutation: float | None
    permutations: int
    n_rows: int
    n_units: int
    n_strata: int
    arms: tuple[ArmSummary, ...]
    effect_size: EffectSize | None
    warnings: tuple[str, ...]
    model: str

    @property
    def n_by_arm(self) -> dict[str, int]:
        """Analysed units of each arm."""
        return {arm.arm: arm.n_units for arm in self.arms}

    @property
    def n_missing_by_arm(self) -> dict[str, int]:
        """Rows of each arm left out for want of an outcome."""
        return {arm.arm: arm.n_missing_outcome for arm in self.arms}
