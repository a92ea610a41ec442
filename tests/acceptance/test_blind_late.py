"""Blind, where draws are repeated until they balance, and schools come late and merge."""

from dataclasses import replace

import pytest

from equipoise.workspace.steps import stage_acts
from equipoise.workspace.steps.rehearsal import rehearse
from tests.acceptance.late import late_trial
from tests.acceptance.test_blind import UNTIL, exchanged, readable
from tests.acceptance.test_schemes import FEW
from tests.rehearsed import Walk, contents

#: Nothing that is collected for the blind side depends on the arm.
EQUAL = replace(
    FEW, schools=32, effect=0.0, response_gap=0.0, wellbeing_effect=0.0, merging_share=0.2
)
BY = ["unblinded-statistician", "sponsor"]


def walked(out) -> Walk:
    """Walk to the freeze: a late stage, mergers, an amended plan."""
    late = late_trial(out, "rerandomisation", held=4, scenario=EQUAL)
    late.put_back()
    folder, stage = late.folder, "900-2"
    stage_acts.commit(folder, stage=stage, by=BY[:1])
    stage_acts.randomise(folder, stage=stage, by=BY, event_value="1", event_source="drand")
    stage_acts.reveal(folder, stage=stage, by=BY[:1])
    for line in rehearse(folder, truth=out / "truth", amending=True):
        if line.entry.name == UNTIL:
            break
    return late.walk


@pytest.fixture(scope="module")
def two_walks(tmp_path_factory):
    out = tmp_path_factory.mktemp("blind-late")
    one = walked(out / "one")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stage_acts, "draw", exchanged(stage_acts.draw))
        two = walked(out / "two")
    return one, two


def test_the_arms_of_every_stage_were_swapped(two_walks):
    one, two = (
        {path.name: path.read_text(encoding="utf-8") for path in walk.out.glob("**/allocation-*")}
        for walk in two_walks
    )
    assert sorted(one) == [f"allocation-{stage}.csv" for stage in ("900-2", "900", "901")]
    assert all(one[name] != two[name] for name in one)


def test_no_readable_byte_is_another(two_walks):
    one, two = two_walks
    names = set(contents(one.trial))
    assert names == set(contents(two.trial))
    assert {
        "results/chances.json",
        "results/commitment-900-2.json",
        "results/corrections.json",
    } <= names
    assert len([name for name in names if name.startswith("design/versions/")]) == 2
    differ = [name for name in sorted(names) if readable(one, name) != readable(two, name)]
    assert differ == []
