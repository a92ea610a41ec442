"""What the programme did for those who took it up: the Wald identity, and what is left out."""

from __future__ import annotations

import pytest

from equipoise.core.results import decode_result, encode_result
from equipoise.evaluation.analysis import Taken, complier_effects


@pytest.fixture
def trial(dsl_primary, make_school_set, hand_trial):
    rows, arms = hand_trial
    protocol = dsl_primary({
        ("plan", "models", name, "permutations"): 0 for name in ("default", "dsl")
    })  # fmt: skip
    return protocol, make_school_set(protocol, rows), arms


def test_full_compliance_gives_the_effect_of_being_offered_it(trial):
    protocol, data, arms = trial
    from equipoise.evaluation.analysis.models import estimate
    from equipoise.evaluation.analysis.variants import main_variant

    main = main_variant(protocol, protocol.primary)
    offered = estimate(protocol, protocol.primary, data, main, arms, arm="supervision")
    taken = Taken({urn: 8.0 * (arm == "supervision") for urn, arm in arms.items()})
    found = complier_effects(protocol, data, arms, taken)
    (arm,) = found.arms
    effects = {effect.dose: effect for effect in arm.effects}
    assert list(effects) == ["any", "intended", "per unit"]
    for name in ("any", "intended"):
        assert effects[name].estimate == pytest.approx(offered.estimate)
        assert effects[name].se == pytest.approx(offered.se)
        assert effects[name].moved == pytest.approx(1)
        # Assignment alone decided the dose: its F has no end.
        assert (effects[name].moved_se, effects[name].f) == (0.0, None)
    assert effects["per unit"].estimate == pytest.approx(offered.estimate / 8)
    assert (arm.rows, arm.clusters) == (48, 48)
    assert (found.any_level, found.intended_level, found.unit) == (1, 6, "sessions")
    back = decode_result(encode_result(found, trial="t", simulated=True, inputs={}))
    assert back.data == found


def test_the_estimate_is_the_offer_s_effect_over_what_it_moved(trial):
    """Half of the schools offered it take up three sessions; some of the others buy one."""
    protocol, data, arms = trial
    had = {
        urn: (3.0 if int(urn) % 3 else 0.0) if arm == "supervision" else float(int(urn) % 5 == 0)
        for urn, arm in arms.items()
    }
    (arm,) = complier_effects(protocol, data, arms, Taken(had)).arms
    effects = {effect.dose: effect for effect in arm.effects}
    # Nobody reached six sessions: the effect of the intended level is left out, and said.
    assert set(effects) == {"any", "per unit"}
    assert arm.notes == (
        "No effect of the dose “intended”: The dose is the same in every row, so it has no effect "
        "to estimate.",
    )
    products = {e.estimate * e.moved for e in effects.values()}
    assert max(products) == pytest.approx(min(products))
    for effect in effects.values():
        assert effect.f == pytest.approx((effect.moved / effect.moved_se) ** 2)
        assert effect.lower < effect.estimate < effect.upper
        assert effect.set_words.startswith("effects from ")


def test_without_declared_levels_there_is_nothing_to_say(trial):
    protocol, data, arms = trial
    other = protocol.model_copy(
        update={"design": protocol.design.model_copy(update={"compliance": None})}
    )
    assert complier_effects(other, data, arms, Taken({})) is None
