"""The validation's kernel at one hundredth, and that it is the estimate users get."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from equipoise.statistics.models import ModelSpecification, estimate_effect, fit
from validation import spine
from validation.__main__ import replaced


@pytest.mark.parametrize("cell", spine.CELLS, ids=lambda cell: cell.name)
def test_a_hundredth_of_the_cell_does_not_contradict_the_rules(cell: spine.Cell) -> None:
    found = spine.run(cell, 0.01, say=lambda _: None)
    if found.coverage is None:
        lower, upper = spine.monte_carlo(max(found.rejection, 0.05), found.replicates)
        assert lower <= 0.05 <= upper
        return
    lower, upper = spine.monte_carlo(min(found.coverage, 0.97), found.replicates)
    assert lower <= spine.BAND[1]
    assert upper >= spine.BAND[0]
    assert found.bias is not None
    assert found.bias_error is not None
    assert abs(found.bias) <= 4 * found.bias_error


@pytest.mark.parametrize("cell", [spine.CELLS[2], spine.CELLS[5]], ids=lambda cell: cell.name)
def test_the_kernel_gives_what_fit_gives_from_a_table(cell: spine.Cell) -> None:
    for arrays, _ in spine.simulate(cell, 5):
        rows = np.arange(arrays.y.size) if arrays.units is None else arrays.units
        table = pl.DataFrame(
            {
                "y": arrays.y,
                "arm": ["supervision" if arm == 0 else "usual" for arm in arrays.arm],
                "cell": arrays.cells,
                "baseline": arrays.covariates[:, 0],
                "weight": arrays.weights,
                "school": rows,
            }
        )
        spec = ModelSpecification(
            "y",
            "arm",
            "usual",
            strata=("cell",),
            covariates=("baseline",),
            cluster="school" if cell.clusters else None,
            error="cr2" if cell.clusters else "hc2",
            estimand_weight="weight",
        )
        core = estimate_effect(arrays, error=spec.error)
        found = fit(table, spec)
        assert found.estimate == pytest.approx(core.estimate, rel=1e-10)
        assert (found.se, found.df) == pytest.approx((core.se, core.df), rel=1e-9)


def test_a_part_is_rewritten_in_its_place() -> None:
    one = replaced(replaced("# Title\n", "a", "first\n"), "b", "second\n")
    assert replaced(replaced(one, "a", "changed\n"), "a", "first\n") == one
