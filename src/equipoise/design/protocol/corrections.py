"""Corrections: what is done about a unit of which something is found out after the draw."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from equipoise.design.protocol.parts import Sourced


class CorrectionRules(Sourced):
    """The declared rule of each kind of correction; by default every unit is kept as drawn.

    The intention-to-treat set is what was drawn. Every rule but the default takes something out of
    it, so each works without knowledge of the arm, and none on what happened after the draw but
    for a merger. Source of the rules for schools drawn twice and schools that were not eligible:
    Yelland et al. 2015, Clinical Trials 12(4), 418-423 (doi 10.1177/1740774515588097).
    """

    enrolled_twice: Literal["keep", "first", "forbid"] = Field(
        default="keep",
        description="a school that was drawn twice, under two URNs. keep: both rows stay, each in "
        "its arm; first: the first draw counts (the earlier stage, then the URN named first), the "
        "other row is set aside; forbid: such a correction is refused",
        examples=["first"],
    )
    merged: Literal["as-randomised", "arm-of-larger", "arm-of-first", "set-aside", "forbid"] = (
        Field(
            default="as-randomised",
            description="schools that become one. as-randomised: each stays as drawn, with what "
            "was recorded under its name; arm-of-larger: they count as one school, rolls and "
            "counts added, in the unit of the one with most pupils on the roll (the lower URN in "
            "a tie); arm-of-first: the same, in the unit of the one named first; set-aside: none "
            "of them is analysed; forbid: refused. A rule holds whether or not their arms differ",
            examples=["arm-of-larger"],
        )
    )
    ineligible: Literal["keep", "exclude-if-blind", "forbid"] = Field(
        default="keep",
        description="a school that should not have been drawn. keep: it stays; exclude-if-blind: "
        "set aside where the fact is older than the draw and both who sign are declared blind and "
        "sign before unblinding, else it stays; forbid: refused",
        examples=["exclude-if-blind"],
    )
    withdrawn: Literal["keep", "forbid"] = Field(
        default="keep",
        description="a school that took its agreement back. keep: it stays, with the data that "
        "may still be used; forbid: refused",
        examples=["keep"],
    )
    shared_dsl: Literal["keep", "forbid"] = Field(
        default="keep",
        description="schools found to share a safeguarding lead after they were drawn apart. keep: "
        "each stays, and it is said; forbid: refused",
        examples=["keep"],
    )

    def of(self, kind: str) -> str:
        """Return the rule of a kind of correction, such as ``enrolled-twice``."""
        rule: str = getattr(self, kind.replace("-", "_"))
        return rule
