"""Many random-intercept fits at once are, one by one, those of `fit_mixed`."""

import numpy as np
import pytest

from equipoise.statistics.estimation import (
    ClusterMoments,
    MixedModel,
    fit_mixed,
    fit_random_intercepts,
)

TRIALS = 6


class World:
    """Trials with two or three arms, a baseline of members, clusters of uneven size."""

    def __init__(self, seed, clusters, strata, icc, *, arms=2, absent=0.0):
        rng = np.random.default_rng(seed)
        shape = TRIALS, clusters
        self.strata = np.sort(np.arange(clusters) % strata)
        self.starts = np.flatnonzero(np.diff(self.strata, prepend=-1))
        sizes = rng.integers(2, 60, clusters)
        self.rows = np.where(rng.random(shape) < absent, 0, sizes)
        arm = rng.integers(0, arms, shape)
        root = np.sqrt(icc + (1 - icc) / sizes)
        x = root * rng.standard_normal(shape)
        self.regressors = [*((arm == k).astype(float) for k in range(1, arms)), x]
        self.y = 40 + 0.5 * x + 0.3 * (arm == 1) + 2.0 * root * rng.standard_normal(shape)
        free = np.where(self.rows > 0, self.rows - 1, 0).sum(axis=1)
        half = rng.standard_normal((TRIALS, 2, 2))
        q = len(self.regressors) + 1
        self.within = np.zeros((TRIALS, q, q))
        root_2 = np.array([[1.0, 0.5], [0.0, 2.0]]) + 0.02 * half
        products = root_2.transpose(0, 2, 1) @ root_2
        self.within[:, q - 2 :, q - 2 :] = (1 - icc) * free[:, None, None] * products

    def fits(self):
        return fit_random_intercepts(
            self.y, self.regressors, self.rows, starts=self.starts, within=self.within
        )

    def one_by_one(self, trial):
        here = self.rows[trial] > 0
        n = self.rows[trial][here]
        names = tuple(f"r{k}" for k in range(len(self.regressors)))
        mean = np.column_stack([*(r[trial][here] for r in self.regressors), self.y[trial][here]])
        part = (n - 1) / (n - 1).sum()
        moments = ClusterMoments(
            np.arange(n.size), (*names, "y"), n, n.astype(float), np.zeros(n.size),
            np.ones(n.size), np.ones(n.size), mean, np.zeros_like(mean),
            self.within[trial] * part[:, None, None], {"stratum": self.strata[here]},
        )  # fmt: skip
        strata = "stratum" if self.starts.size > 1 else None
        return fit_mixed(moments, MixedModel("y", names, strata=strata))


WORLDS = {
    "one stratum": (1, 30, 1, 0.1, {}),
    "strata": (2, 60, 5, 0.05, {}),
    "no variance between clusters": (3, 50, 4, 0.0, {}),
    "absent clusters": (4, 60, 4, 0.2, {"absent": 0.2}),
    "three arms": (5, 60, 3, 0.1, {"arms": 3}),
    "most variance between clusters": (6, 40, 2, 0.9, {}),
}


@pytest.mark.parametrize("name", WORLDS)
def test_each_trial_is_fitted_as_if_it_were_alone(name):
    *given, options = WORLDS[name]
    world = World(*given, **options)
    fits = world.fits()
    assert fits.converged.all()
    for trial in range(TRIALS):
        alone = world.one_by_one(trial)
        at = alone.position("r0")
        ours = (fits.estimate[trial], fits.se[trial], fits.df[trial])
        theirs = (alone.coefficients[at], alone.se[at], alone.df[at])
        assert ours == pytest.approx(theirs, rel=1e-8, abs=1e-10)
        assert fits.residual[trial] == pytest.approx(alone.variance("residual"), rel=1e-8)
        assert fits.intercept[trial] == pytest.approx(alone.variance("cluster"), rel=1e-7, abs=1e-9)
        assert fits.boundary[trial] == alone.variances[1].boundary
        assert fits.clusters[trial] == alone.clusters


def test_the_world_without_variance_between_clusters_has_fits_at_the_boundary_and_inside():
    fits = World(*WORLDS["no variance between clusters"][:4]).fits()
    assert 0 < fits.boundary.sum() < TRIALS


def test_a_trial_with_one_arm_has_no_fit_and_leaves_the_others_alone():
    world = World(7, 30, 2, 0.1)
    whole = world.fits()
    world.regressors[0][2] = 1.0
    fits = world.fits()
    assert fits.converged.tolist() == [True, True, False, True, True, True]
    others = [0, 1, 3, 4, 5]
    assert (fits.estimate[others] == whole.estimate[others]).all()
