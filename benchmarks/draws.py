"""The draw: 24,000 schools in 152 authorities, committed and drawn, by four kinds of scheme."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from benchmarks import plain_draws
from benchmarks.measure import Cell, Figure, Rival, call
from equipoise.design.protocol import Protocol, load_protocol, template
from equipoise.design.randomisation import (
    Allocation,
    Commitment,
    commit,
    draw,
    seed_hash,
    stages_of,
)
from equipoise.design.registers import EnrolledSchool, Enrolment, Unit

ABOUT = """
Seconds of two functions of `design.randomisation`: `commit` fixes every stage's roster, strata or
pairs, scheme and event; `draw` makes every unit's key, draws, and checks secret and roster. Writing
and signing the acts is not among them. The rivals are plain NumPy loops of this repository
(`benchmarks/plain_draws.py`): a generator with a seed, floating point, no commitment, nothing that
a stranger could repeat; they draw the same schools and are no package.
"""
SECRET = bytes(range(32))
_TYPE = "    type: stratified\n"
_STRATA = """\
    strata:
      - {variable: la_code}
      - {variable: pupils, cut: median-within-stage}
    remainder: systematic
"""
_TWO = "    balance: [{variable: pupils}, {variable: free_meals}]\n"
#: By kind, what stands in the protocol in place of the template's scheme.
SCHEMES = {
    "stratified": (_TYPE, _STRATA),
    "minimisation": (
        "    type: minimisation\n    chance: 4/5\n    balance:\n"
        "      - {variable: pupils, cut: median-within-stage}\n"
        "      - {variable: faith, kind: label}\n",
        "",
    ),
    "pairs": ("    type: pairs\n    odd: join\n" + _TWO, ""),
    "constrained": (
        "    type: constrained\n    candidates: 1000\n    accept: 1/10\n" + _TWO,
        _STRATA,
    ),
}


@dataclass(frozen=True)
class England:
    """Schools of as many authorities: what is enrolled, and the same as plain columns."""

    enrolment: Enrolment
    columns: plain_draws.Columns


def england(schools: int, authorities: int) -> England:
    """Make up schools, their pupils, free meals and faith; seed 152."""
    chance = random.Random(152)
    units, enrolled = [], []
    meals: dict[str, Fraction | str] = {}
    faith: dict[str, Fraction | str] = {}
    codes = []
    for number in range(schools):
        urn, code = str(900_001 + number), str(200 + number * authorities // schools)
        pupils = chance.randint(30, 900)
        units.append(Unit(urn, (urn,), code, "primary", pupils))
        enrolled.append(EnrolledSchool(urn, urn, urn, code, code, "primary", pupils))
        meals[urn] = Fraction(chance.randint(20, 600), 10)
        faith[urn] = chance.choice(("yes", "no"))
        codes.append(int(code))
    known = {"free_meals": meals, "faith": faith}
    columns = plain_draws.columns(
        codes,
        [unit.pupils for unit in units],
        [float(value) for value in meals.values()],
        [value == "yes" for value in faith.values()],
    )
    return England(Enrolment(tuple(units), tuple(enrolled), (), (), (), known), columns)


def protocol(kind: str) -> Protocol:
    """Return the template with another scheme and two equal arms."""
    text = template("dsl-primary").decode("utf-8")
    start, end = text.index("  planned:\n"), text.index("  disclosure:")
    head, strata = SCHEMES[kind]
    text = (text[:start] + text[end:]).replace(_TYPE, head, 1).replace(_STRATA, strata, 1)
    for share in ("share: 726", "share: 472"):
        text = text.replace(share, "share: 1")
    return load_protocol(text.encode("utf-8"))


def committed(declared: Protocol, enrolment: Enrolment) -> list[Commitment]:
    """Commit every stage."""
    fixed = seed_hash(SECRET)
    return [
        commit(declared, enrolment, stage, seed_hash=fixed, code_version="0")
        for stage in stages_of(declared, enrolment)
    ]


def drawn(made: list[Commitment]) -> list[Allocation]:
    """Draw every stage."""
    return [draw(one, SECRET, f"event of {one.stage}") for one in made]


RIVALS: dict[str, tuple[str, Callable[[plain_draws.Columns], object]]] = {
    "stratified": ("NumPy: permuted strata, school by school", plain_draws.stratified),
    "minimisation": ("NumPy: Pocock and Simon, school by school", plain_draws.minimised),
    "pairs": ("NumPy: nearest pairs, greedily", plain_draws.paired),
    "constrained": ("NumPy: best tenth of 1,000", plain_draws.constrained),
}


def cells(schools: int = 24_000, authorities: int = 152) -> Iterator[Cell]:
    """Yield each cell as it is measured.

    Parameters
    ----------
    schools, authorities
        How many are drawn.
    """
    here = england(schools, authorities)
    size = f"{schools:,} schools in {authorities} authorities"
    for kind in SCHEMES:
        declared = protocol(kind)
        made = committed(declared, here.enrolment)
        fixing = call(lambda declared=declared: committed(declared, here.enrolment), runs=3)
        drawing = call(lambda made=made: drawn(made), runs=3)
        both = Figure(
            fixing.seconds + drawing.seconds, fixing.low + drawing.low, fixing.high + drawing.high
        )
        name, rival = RIVALS[kind]
        beside = Rival(name, call(lambda rival=rival: rival(here.columns), runs=1), agrees=False,
                       words="another draw: its chance is NumPy's")  # fmt: skip
        yield Cell(f"{kind}: {size}, drawn", drawing, "2 s", (beside,))
        yield Cell(f"{kind}: {size}, committed and drawn", both, "2 s")
