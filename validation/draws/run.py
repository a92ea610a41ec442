"""The part `draws`: every small stratum in full, then 100,000 draws of every scheme."""

from __future__ import annotations

from validation.draws.compared import Compared, compared, unit_keys
from validation.draws.declared import DRAWS, FALSE_ALARM, SCHEMES, TRIAL
from validation.draws.enumerated import LARGEST, differing

_HEAD = """\
| scheme | units | chances follow from | comparisons | least p x comparisons | share of the arm \
| units drawn into it, lowest to highest | two units in one arm, lowest to highest \
| always; never together | verdict |
| --- | ---: | --- | ---: | ---: | ---: | --- | --- | --- | --- |
"""


def part(fraction: float) -> tuple[str, bool]:
    """Run both, or a fraction of each: the section of the document, and whether all passed."""
    number, wrong = differing(fraction)
    draws = max(500, round(fraction * DRAWS))
    most = max(sum(map(len, one.stages.values())) for one in SCHEMES)
    keys = unit_keys(draws, [f"{900_001 + i}" for i in range(most)])
    found = [compared(one, keys) for one in SCHEMES]
    comparisons = sum(one.comparisons for one in found)
    limit = FALSE_ALARM / comparisons
    verdict = "all of them are" if not wrong else f"**{len(wrong)} are not**, first {wrong[0]}"
    lines = [
        "## Draws: assignment probabilities",
        "",
        f"Full enumeration: {number} small strata (one to {LARGEST} units, equal shares, 3:2 and "
        "2:1:3, rests left to systematic sampling, in a fixed order and over strata, pairs, "
        "minimisation of three) are drawn with every order of keys and every number that chance "
        "can give, by the function that makes a trial's draw. Chances of units and of pairs are "
        "equal, as "
        f"fractions, to those that follow from the rule in words: {verdict}.",
        "",
        f"{draws:,} draws of each scheme, keys by HMAC as in a trial ({TRIAL!r}, events `draw 0` "
        f"and on). Every frequency of a unit in an arm and of a pair in two arms is held against "
        f"its chance by an exact binomial test; over all {comparisons:,} comparisons together a "
        f"right scheme is called wrong once in {1 / FALSE_ALARM:,.0f} runs (Bonferroni). Schemes "
        "that choose among draws keep no chance by declaration: what they do to units and pairs is "
        "what the table shows.",
        "",
    ]
    rows = "".join(_row(one, comparisons, limit) for one in found)
    passed = not wrong and all(one.least >= limit for one in found)
    outcome = "as required" if passed else "**not as required**"
    return "\n".join([*lines, ""]) + _HEAD + rows + f"\nOutcome: {outcome}.\n", passed


def _row(one: Compared, comparisons: int, limit: float) -> str:
    cells = (
        one.name,
        str(one.units),
        one.against,
        f"{one.comparisons:,}",
        f"{min(1.0, one.least * comparisons):.2g}",
        f"{one.declared:.3f}",
        f"{one.single[0]:.3f} to {one.single[1]:.3f}",
        f"{one.pair[0]:.3f} to {one.pair[1]:.3f}",
        f"{one.tied[0]}; {one.tied[1]}",
        "holds" if one.least >= limit else "**fails**",
    )
    return "| " + " | ".join(cells) + " |\n"
