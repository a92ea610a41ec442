"""Many least-squares effects at once are, one by one, those of `fit_linear`."""

import numpy as np
import pytest

from equipoise.statistics.estimation import fit_linear, fit_many_effects

TRIALS = 5


def made(seed, rows, strata, regressors, absent):
    rng = np.random.default_rng(seed)
    shape = TRIALS, rows
    stratum = np.sort(np.arange(rows) % strata)
    x = [rng.integers(0, 2, shape).astype(float)]
    x += [rng.standard_normal(shape) for _ in range(regressors - 1)]
    y = 50 + x[0] + 3 * rng.standard_normal(shape)
    weights = rng.lognormal(0, 1, shape) * (rng.random(shape) >= absent)
    return stratum, np.flatnonzero(np.diff(stratum, prepend=-1)), x, y, weights


@pytest.mark.parametrize(
    "given", [(1, 30, 3, 2, 0.1), (2, 24, 1, 1, 0.0), (3, 60, 8, 3, 0.2), (4, 40, 2, 2, 0.0)]
)
def test_each_trial_is_fitted_as_if_it_were_alone(given):
    stratum, starts, x, y, weights = made(*given)
    found = fit_many_effects(y, x, weights, starts=starts)
    assert found.sound.all()
    for trial in range(TRIALS):
        here = weights[trial] > 0
        alone = fit_linear(
            y[trial][here],
            np.column_stack([column[trial][here] for column in x]),
            weights=weights[trial][here],
            strata=stratum[here],
            df_columns=[0],
        )
        ours = (found.estimate[trial], found.se[trial], found.df[trial])
        theirs = (alone.coefficients[0], alone.se[0], alone.df[0])
        assert ours == pytest.approx(theirs, rel=1e-9)
        assert found.rows[trial] == here.sum()


def test_a_school_that_alone_fixes_its_own_fit_counts_for_nothing_in_the_error():
    """A stratum of one school has leverage one; `fit_linear` leaves its residual out too."""
    stratum = np.array([0, 0, 0, 0, 0, 0, 1])
    y = np.array([[1.0, 2.0, 4.0, 3.0, 5.0, 9.0, 7.0]])
    arm = np.array([[0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0]])
    found = fit_many_effects(y, [arm], np.ones((1, 7)), starts=np.array([0, 6]))
    alone = fit_linear(y[0], arm.T, strata=stratum)
    assert (found.se[0], found.df[0]) == pytest.approx((alone.se[0], alone.df[0]), rel=1e-9)


def test_a_trial_with_one_arm_is_not_sound_and_leaves_the_others_alone():
    _, starts, x, y, weights = made(5, 30, 2, 2, 0.0)
    whole = fit_many_effects(y, x, weights, starts=starts)
    x[0][1] = 1.0
    found = fit_many_effects(y, x, weights, starts=starts)
    assert found.sound.tolist() == [True, False, True, True, True]
    assert (found.estimate[2:] == whole.estimate[2:]).all()
