"""Several tests: p values of the secondary outcomes adjusted as declared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from equipoise.core.base import sha256_hex
from equipoise.design.protocol import Outcome, Protocol
from equipoise.evaluation.analysis.drawing import drawing_scheme
from equipoise.evaluation.analysis.rows import main_rows
from equipoise.evaluation.analysis.shares import share_statistic
from equipoise.evaluation.outcomes import AnalysisSet
from equipoise.statistics.estimation import (
    EstimationError,
    hochberg,
    holm,
    joint_randomisation_test,
)
from equipoise.statistics.schemes import Roster, iterate_draws

__all__ = ["adjusted_p"]

Pair = tuple[str, str]
"""An outcome and the arm compared."""

Statistic = Callable[[NDArray[np.int64]], NDArray[np.float64]]


def adjusted_p(
    protocol: Protocol,
    data: AnalysisSet,
    allocation: Mapping[str, str],
    secondary: Sequence[tuple[Outcome, str, float]],
) -> dict[Pair, float]:
    """Adjust the p values of the secondary outcomes for how many there are.

    Parameters
    ----------
    protocol
        Declares what is done about several tests.
    data, allocation
        As in `equipoise.evaluation.analysis.models.estimate`; used by ``max-t-secondary`` alone.
    secondary
        Outcome, compared arm and p from t, in the order of the protocol.

    Returns
    -------
    dict
        Empty where nothing is declared or there is no secondary outcome.

    Raises
    ------
    EstimationError
        A trial whose allocations cannot be re-drawn.
    """
    rule = protocol.design.multiplicity
    if not secondary or rule == "none-one-primary":
        return {}
    pairs = [(outcome.id, arm) for outcome, arm, _ in secondary]
    if rule == "max-t-secondary":
        found = _joint(protocol, data, allocation, [(o, arm) for o, arm, _ in secondary])
    else:
        given = [p for _, _, p in secondary]
        found = holm(given) if rule == "holm-secondary" else hochberg(given)
    return dict(zip(pairs, map(float, found), strict=True))


def _joint(
    protocol: Protocol,
    data: AnalysisSet,
    allocation: Mapping[str, str],
    tested: Sequence[tuple[Outcome, str]],
) -> NDArray[np.float64]:
    """Compare all studentised effects with those of the same re-drawn allocations (max T)."""
    scheme = drawing_scheme(protocol, data.roster)
    if scheme is None:
        raise EstimationError("A trial drawn elsewhere has no rule by which it can be re-drawn.")
    ordered = data.roster.sort("unit")
    units = ordered["unit"].to_list()
    roster = Roster.build(
        units,
        [f"{a} / {b}" for a, b in ordered.select("stage", "stratum").iter_rows()],
        stages=ordered["stage"].to_list(),
    )
    arms = [scheme.arms.index(allocation[unit]) for unit in units]
    draws = max(protocol.model_of(outcome)[1].permutations for outcome, _ in tested)
    if draws < 1:
        raise EstimationError("max-t-secondary needs permutations in plan.models.")
    seed = int(sha256_hex(protocol.meaning("design") + b"\nseveral")[:16], 16)
    test = joint_randomisation_test(
        np.asarray(arms, dtype=np.int64),
        iterate_draws(scheme, roster, seed, draws),
        [_statistic(protocol, outcome, data, allocation, arm, units) for outcome, arm in tested],
    )
    return test.step_down


def _statistic(
    protocol: Protocol,
    outcome: Outcome,
    data: AnalysisSet,
    allocation: Mapping[str, str],
    arm: str,
    units: list[str],
) -> Statistic:
    """Give an outcome's studentised effect as a function of allocations of all units."""
    main = main_rows(protocol, outcome, data, allocation, arm=arm)
    if outcome.measure.type == "share":
        names, of_share = share_statistic(
            main.rows, main.spec, tuple(one.id for one in protocol.design.arms)
        )
        place = np.asarray([units.index(name) for name in names])
        return lambda block: of_share(block[:, place])
    ready = main.ready()
    if ready.unit_arms is None or list(ready.randomised.roster.units) != units:
        raise EstimationError("Outcomes are not of the units that were drawn.")
    effect = ready.arrays.studentised(inverse_share=main.spec.inverse_share)
    return lambda block: effect(block[:, ready.analysed_units])
