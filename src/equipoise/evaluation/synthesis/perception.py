"""What those who took part found, beside what was measured."""

from __future__ import annotations

from equipoise.evaluation.analysis import OutcomeResult
from equipoise.evaluation.synthesis.types import PerceivedBesideMeasured
from equipoise.programme.process import ThemeResult

__all__ = ["perceived_beside_measured"]

WORKED = frozenset({"worthwhile-benefit", "benefit-size-unclear"})
HARMED = frozenset({"harm-that-matters", "harm-size-unclear", "harm-too-small"})
HALF = 0.5


def perceived_beside_measured(
    themes: ThemeResult | None, primary: OutcomeResult
) -> PerceivedBesideMeasured | None:
    """Set the share who answered 4 or 5 on the declared item beside the primary outcome's class.

    "Liked" needs the whole interval of the share above one half; an interval that holds one half is
    ``split``. Neither is evidence of an effect: lesson of the trials of 2021 to 2023, in which
    supervision was well received and no effect was found.

    Returns
    -------
    PerceivedBesideMeasured or None
        None without feedback on a declared item.
    """
    item = None if themes is None else themes.perceived
    if (
        item is None
        or item.share_high is None
        or item.lower is None
        or item.upper is None
        or item.mean is None
    ):
        return None
    if item.lower <= HALF <= item.upper:
        gap = "split"
    else:
        liked = "liked" if item.lower > HALF else "not-liked"
        gap = f"{liked}-{_measured(liked, primary.conclusion)}"
    return PerceivedBesideMeasured(
        item=item.item,
        n=item.n,
        useful=item.high,
        share=item.share_high,
        lower=item.lower,
        upper=item.upper,
        interval=item.level,
        mean=item.mean,
        measured=primary.conclusion,
        gap=gap,
    )


def _measured(liked: str, conclusion: str) -> str:
    if conclusion in HARMED:
        return "harm"
    if conclusion in WORKED:
        return "and-worked" if liked == "liked" else "worked"
    return "not-shown"
