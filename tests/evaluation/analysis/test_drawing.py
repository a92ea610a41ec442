"""The scheme of the analysis: late joiners are drawn where they were, stages in their order."""

from __future__ import annotations

import polars as pl
import pytest

from equipoise.evaluation.analysis.drawing import drawing_scheme, unit_chances
from equipoise.evaluation.outcomes.roster import roster_frame, school_places
from equipoise.statistics.schemes import InformedScheme, Roster, StratifiedScheme, uniform_keys
from tests.evaluation.conftest import Stage, Unit

MINIMISED = {
    ("design", "scheme", "type"): "minimisation",
    ("design", "scheme", "strata"): [],
    ("design", "scheme", "chance"): "4/5",
    ("design", "scheme", "looks_back"): True,
    ("design", "scheme", "balance"): [{"variable": "phase"}],
}


class Late(Stage):
    """A stage that joins another, or that looks back at others."""

    def __init__(self, stage, roster, late_of=None, earlier=()):
        super().__init__(stage, roster)
        object.__setattr__(self, "late_of", late_of)
        object.__setattr__(self, "earlier", earlier)


def units(*names: str) -> tuple[Unit, ...]:
    return tuple(Unit(name, (name,), "s", 100) for name in names)


FIRST = Late("900", units("a", "b", "c", "d"))
LATER = Late("900-2", units("e", "f", "g"), late_of="900")


@pytest.mark.parametrize("pooled", [False, True])
def test_late_joiners_are_pooled_where_declared(dsl_primary, pooled: bool) -> None:
    roster = roster_frame([FIRST, LATER], pooled=pooled)
    stages = dict(roster.select("unit", "stage").iter_rows())
    assert stages["e"] == ("900" if pooled else "900-2")
    assert school_places([FIRST, LATER], pooled=pooled)["e"] == ("e", stages["e"], "s")
    chances = unit_chances(dsl_primary(), roster)
    if not pooled:
        assert "drawn_stage" not in roster.columns and chances is None
        return
    # The template's shares: every unit of every stratum has exactly these.
    assert set(chances) == set("abcdefg")
    assert all(one == pytest.approx((726 / 1198, 472 / 1198)) for one in chances.values())


def test_pooled_strata_are_still_drawn_apart(dsl_primary) -> None:
    """The same keys give the arms of two stages, though the analysis knows one stratum."""
    protocol = dsl_primary()
    roster = roster_frame([FIRST, LATER], pooled=True)
    names = sorted(roster["unit"].to_list())
    scheme = drawing_scheme(protocol, roster)
    assert isinstance(scheme, InformedScheme)
    keys = uniform_keys(1, range(30), 7)
    analysed = Roster.build(names, ["900 / s"] * 7, stages=["900"] * 7)
    true = Roster.build(names, ["s"] * 7, stages=["900"] * 4 + ["900-2"] * 3)
    rule = StratifiedScheme.from_shares(protocol.whole_shares())
    assert (scheme.assign_many(analysed, keys) == rule.assign_many(true, keys)).all()
    assert (scheme.assign_many(analysed, keys) != rule.assign_many(analysed, keys)).any()


def test_stages_that_look_back_are_drawn_in_their_order(dsl_primary) -> None:
    protocol = dsl_primary(MINIMISED)
    stages = [
        Late("901", units("a", "b")),
        Late("900", units("c", "d"), earlier=("901",)),
        Late("902", units("e"), earlier=("901", "900")),
    ]
    roster = roster_frame(stages).with_columns(pl.lit("primary").alias("balanced_1"))
    assert dict(roster.select("stage", "earlier").iter_rows()) == {"901": 0, "900": 1, "902": 2}
    scheme = drawing_scheme(protocol, roster)
    assert isinstance(scheme, InformedScheme)
    assert scheme.stage_order == ("901", "900", "902")
    # Unequal shares and stages in order: chances are simulated, and sum to one.
    chances = unit_chances(protocol, roster)
    assert all(sum(one) == pytest.approx(1.0) for one in chances.values())
