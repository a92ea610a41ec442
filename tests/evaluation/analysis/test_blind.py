"""The blind run: every planned model, no allocation anywhere."""

import inspect
from dataclasses import replace

import polars as pl
import pytest

from equipoise.core.results import decode_result, encode_result
from equipoise.evaluation.analysis import analyse, analyse_blind


def test_the_allocation_is_no_parameter():
    assert list(inspect.signature(analyse_blind).parameters) == ["protocol", "data"]


def test_every_planned_model_runs(analysed):
    protocol, data, arms = analysed
    blind = analyse_blind(protocol, data)
    seen = analyse(protocol, data, arms)
    planned = sum(1 + len(o.shown) + len(o.sensitivity) for o in seen.outcomes)
    assert blind.models == planned + len(seen.subgroups)
    assert blind.ran == blind.models
    assert blind.blind is True
    assert blind.pseudo is True


def test_made_up_arms_follow_from_the_design_alone(analysed, dsl_primary):
    protocol, data, arms = analysed
    first = analyse_blind(protocol, data)
    assert analyse_blind(protocol, data) == first
    other = dsl_primary(
        {
            ("plan", "models", "default", "permutations"): 99,
            ("plan", "models", "dsl", "permutations"): 99,
            ("trial", "id"): "another",
        }
    )
    second = analyse_blind(other, data)
    one, two = (r.outcomes[0].models[0].pseudo_estimate for r in (first, second))
    assert one != two
    real = analyse(protocol, data, arms).outcomes[0].estimate
    assert real not in (one, two)


def test_pooled_numbers_are_those_of_all_schools(analysed):
    protocol, data, _ = analysed
    found = analyse_blind(protocol, data).outcomes[0]
    rows = data.schools
    assert found.events == rows["nfa_any_strict_outcome"].sum()
    assert found.mean == pytest.approx(1000 * found.events / rows["pupils"].sum())
    assert found.largest_weight == pytest.approx(rows["pupils"].max() / rows["pupils"].sum())
    assert found.df_design == 48 - 4 - 1 - 1


def test_a_model_that_cannot_run_is_reported_and_the_rest_goes_on(analysed):
    protocol, data, _ = analysed
    flat = replace(data, schools=data.schools.with_columns(pl.lit(0).alias("s47_first_outcome")))
    blind = analyse_blind(protocol, flat)
    assert blind.ran == blind.models - 1
    failed = next(m for o in blind.outcomes for m in o.models if not m.ran)
    assert "same value in every row" in failed.problem
    back = decode_result(encode_result(blind, trial="t", simulated=True, inputs={}))
    assert back.data == blind
