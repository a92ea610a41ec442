"""The schemes that are drawn, their units and shares: declared before the code that runs them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from equipoise.design.protocol import DeclaredCovariate, DeclaredScheme
from equipoise.design.randomisation import RosterUnit

DRAWS = 100_000
SECRET = b"the draws of validation, 32 bytes"[:32]
TRIAL = "validation"
#: Over all comparisons together, the chance that a right scheme is called wrong.
FALSE_ALARM = 0.001

SIZE = DeclaredCovariate("size", 2, "label")
FAITH = DeclaredCovariate("faith", 1, "label")
PUPILS = DeclaredCovariate("pupils", 1, "number")
MEALS = DeclaredCovariate("free_meals", 1, "number")
EQUAL = {"usual": 1, "new": 1}
UNEQUAL = {"usual": 3, "new": 2}
#: The template's own shares.
WHOLE = {"usual": 363, "new": 236}
THREE = {"usual": 2, "groups": 1, "new": 3}


@dataclass(frozen=True)
class Drawn:
    """One scheme with its units.

    Attributes
    ----------
    name
        In words.
    scheme, shares
        As declared.
    stages
        The units of each stage, in the order of their draws.
    """

    name: str
    scheme: DeclaredScheme
    shares: Mapping[str, int]
    stages: Mapping[str, tuple[RosterUnit, ...]]


_PUPILS = (100, 410, 400, 120, 300, 310, 95, 640, 222, 180, 505, 333)
_MEALS = ("21/2", "3", "40", "55/2", "12", "9", "31", "4", "61/2", "18", "7", "25")


def units(strata: str, covariates: tuple[DeclaredCovariate, ...] = ()) -> tuple[RosterUnit, ...]:
    """Make up units, one for each letter of `strata`."""
    found = []
    for i, letter in enumerate(strata):
        known = {
            "size": "large" if _PUPILS[i % 12] > 300 else "small",
            "faith": "yes" if i % 3 == 0 else "no",
            "pupils": str(_PUPILS[i % 12]),
            "free_meals": _MEALS[i % 12],
        }
        name = f"{900_001 + i}"
        values = tuple(known[one.name] for one in covariates)
        found.append(RosterUnit(name, (name,), letter, _PUPILS[i % 12], values))
    return tuple(found)


def _minimised(chance: str, imbalance: str, looks_back: bool = False) -> DeclaredScheme:
    return DeclaredScheme(
        "minimisation",
        covariates=(SIZE, FAITH),
        chance=chance,
        imbalance=imbalance,
        looks_back=looks_back,
    )


_CHOSEN = (PUPILS, MEALS)
_EIGHT = units("s" * 8, (SIZE, FAITH))
_TEN = units("s" * 10, _CHOSEN)
_SEVERAL = units("pppppqqqqrr")
SCHEMES = (
    Drawn("simple", DeclaredScheme("simple"), EQUAL, {"all": units("s" * 8)}),
    Drawn("simple, three arms", DeclaredScheme("simple"), THREE, {"all": units("s" * 8)}),
    Drawn("complete", DeclaredScheme("complete"), UNEQUAL, {"all": units("s" * 11)}),
    Drawn(
        "complete, a fixed rest",
        DeclaredScheme("complete", "fixed"),
        UNEQUAL,
        {"all": units("s" * 11)},
    ),
    Drawn("stratified", DeclaredScheme(), WHOLE, {"all": _SEVERAL}),
    Drawn("stratified, three arms", DeclaredScheme(), THREE, {"all": _SEVERAL}),
    Drawn(
        "stratified, a fixed rest",
        DeclaredScheme(remainder="fixed"),
        THREE,
        {"all": _SEVERAL},
    ),
    Drawn(
        "stratified, the rest over strata",
        DeclaredScheme(remainder="strata"),
        WHOLE,
        {"all": _SEVERAL},
    ),
    Drawn(
        "stratified, the rest over strata, three arms",
        DeclaredScheme(remainder="strata"),
        THREE,
        {"all": _SEVERAL},
    ),
    Drawn("pairs", DeclaredScheme("pairs"), EQUAL, {"all": units("ppqqrrttt")}),
    Drawn("minimisation", _minimised("4/5", "range"), EQUAL, {"all": _EIGHT}),
    Drawn("minimisation, unequal", _minimised("9/10", "variance"), UNEQUAL, {"all": _EIGHT}),
    Drawn("minimisation, three arms", _minimised("4/5", "range"), THREE, {"all": _EIGHT[:6]}),
    Drawn(
        "minimisation, looking back",
        _minimised("4/5", "range", looks_back=True),
        EQUAL,
        {"one": _EIGHT[:4], "two": _EIGHT[4:]},
    ),
    Drawn(
        "constrained, all allocations",
        DeclaredScheme("constrained", covariates=_CHOSEN, metric="l2", candidates=0, accept="1/5"),
        EQUAL,
        {"all": _TEN},
    ),
    Drawn(
        "constrained, 50 candidates",
        DeclaredScheme("constrained", covariates=_CHOSEN, metric="l1", candidates=50, accept="1/5"),
        EQUAL,
        {"all": _TEN},
    ),
    Drawn(
        "re-randomised",
        DeclaredScheme(
            "rerandomisation", covariates=_CHOSEN, metric="l2", threshold=150_000, tries=10_000
        ),
        EQUAL,
        {"all": _TEN},
    ),
)
