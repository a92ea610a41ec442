"""The benchmark of power by simulation: what is timed runs, and a rival gets the same trial."""

import json

import numpy as np
import pytest

from benchmarks.power import experiments, timed_run
from equipoise.design.power import experiment_of
from equipoise.design.power.roads import estimates, is_fast
from equipoise.statistics.estimation import ClusterMoments, MixedModel, fit_mixed
from validation.power.protocols import of_members
from validation.power.rows import pupils_of


@pytest.mark.parametrize("name", ["pupils", "schools"])
def test_what_is_timed_takes_the_fast_road(name, capsys):
    experiment = experiments()[name]
    assert is_fast(experiment.analysis, experiment.sites, experiment.world)
    assert (experiment.sites.units, experiment.sites.authorities) == (1_678, 26)
    timed_run(name, 50, "1")
    said = json.loads(capsys.readouterr().out)
    assert said["seconds"] > 0 and said["failed"] == 0


def test_the_rows_that_a_rival_is_given_have_our_estimate():
    experiment = experiment_of(of_members(units=30, authorities=3))
    drawn = experiment.block(0)
    found = estimates(drawn, experiment.sites, experiment.world, experiment.analysis)
    rows = pupils_of(experiment, drawn, 2)
    moments = ClusterMoments.from_rows(
        {"value": rows.value, "arm": rows.arm, "baseline": rows.baseline},
        rows.unit,
        levels={"stratum": rows.stratum},
    )
    fit = fit_mixed(moments, MixedModel("value", ("arm", "baseline"), strata="stratum"))
    ours = (found.estimate[2], found.se[2])
    assert ours == pytest.approx((fit.coefficients[0], fit.se[0]), rel=1e-8)
    assert np.unique(rows.unit).size == 30
