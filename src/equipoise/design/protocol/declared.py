"""Declared: the scheme of a draw as plain values, which a commitment fixes and a draw reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from equipoise.design.protocol.model import Protocol

#: Tries of a re-randomisation, and the candidates of a constrained draw that names no number.
TRIES = 10_000
#: How a value of a roster is written: whole numbers and fractions exactly.
Value = Fraction | str
_REMAINDER_WORDS = {
    "systematic": "seats left over by systematic sampling",
    "fixed": "seats left over to the arms in a fixed order",
    "strata": "seats left over by systematic sampling, the arms balanced over the strata",
}


@dataclass(frozen=True)
class DeclaredCovariate:
    """What units are compared by: its name, weight, and whether it is a number or a label."""

    name: str
    weight: int
    kind: Literal["number", "label"]


@dataclass(frozen=True)
class DeclaredScheme:
    """A scheme with its options, as the protocol declares them.

    Attributes
    ----------
    type
        As in the protocol.
    remainder
        Rule for seats left over; of a simple draw and of minimisation there are none.
    covariates
        What is balanced, or what pairs are formed by.
    metric, candidates, accept, threshold, tries
        Of constrained draws (`candidates` 0 for all allocations) and of re-randomisation, where
        the threshold of a commitment is that of its stage. Fractions are text.
    chance, imbalance, looks_back
        Of minimisation; the last one says whether a stage counts the units of those drawn before.
    """

    type: str = "stratified"
    remainder: str = "systematic"
    covariates: tuple[DeclaredCovariate, ...] = ()
    metric: str | None = None
    candidates: int | None = None
    accept: str | None = None
    threshold: int | None = None
    tries: int | None = None
    chance: str | None = None
    imbalance: str | None = None
    looks_back: bool = False

    def values(self, rows: Sequence[Sequence[str]]) -> dict[str, tuple[Value, ...]]:
        """Read the covariates of units, a row for each, as exact numbers and labels.

        Examples
        --------
        >>> scheme = DeclaredScheme(covariates=(DeclaredCovariate("pupils", 1, "number"),))
        >>> scheme.values([["210"], ["211/2"]])
        {'pupils': (Fraction(210, 1), Fraction(211, 2))}
        """
        return {
            one.name: tuple(Fraction(row[k]) if one.kind == "number" else row[k] for row in rows)
            for k, one in enumerate(self.covariates)
        }

    def words(self) -> str:
        """Say in a line how the draw is made.

        Examples
        --------
        >>> DeclaredScheme("simple").words()
        'simple; each unit by itself; order by key, then URN'
        """
        return "; ".join([self.type, *self._options(), "order by key, then URN"])

    def _options(self) -> list[str]:
        seats = _REMAINDER_WORDS[self.remainder]
        named = ", ".join(f"{c.name} ({c.kind}, weight {c.weight})" for c in self.covariates)
        match self.type:
            case "simple":
                return ["each unit by itself"]
            case "complete":
                return ["shares kept over the whole stage", seats]
            case "pairs":
                return [f"pairs formed by {named}", "one unit of each pair to each arm"]
            case "minimisation":
                return [
                    f"factors {named}",
                    f"the arm that evens things out with chance {self.chance}",
                    f"imbalance by {self.imbalance}",
                    *(["stages drawn before are counted"] if self.looks_back else []),
                ]
        kept = ["shares kept in every stratum", seats]
        if self.type == "stratified":
            return kept
        kept.append(f"{self.metric} imbalance of {named}")
        if self.type == "constrained":
            of = "all allocations" if self.candidates == 0 else f"{self.candidates} candidates"
            return [*kept, f"one of the best balanced {self.accept} of {of}, by chance"]
        limit = f"imbalance up to {self.threshold}"
        if self.threshold is None:
            limit = f"imbalance among the least {self.accept}"
        elif self.accept is not None:
            limit += f" (the least {self.accept} of draws)"
        return [*kept, f"drawn again until {limit}, at most {self.tries} times"]


def declared_scheme(protocol: Protocol) -> DeclaredScheme:
    """Return the scheme of a protocol with every option that is left open put in.

    Examples
    --------
    >>> from equipoise.design.protocol import load_protocol, template
    >>> declared_scheme(load_protocol(template("dsl-primary"))) == DeclaredScheme()
    True
    """
    scheme = protocol.design.scheme
    covariates = tuple(
        DeclaredCovariate(v.variable, v.weight, "label" if v.is_label else "number")
        for v in scheme.balance
    )
    chosen = scheme.type in ("constrained", "rerandomisation")
    again = scheme.type == "rerandomisation"
    minimised = scheme.type == "minimisation"
    return DeclaredScheme(
        type=scheme.type,
        remainder=scheme.remainder,
        covariates=covariates,
        metric=(scheme.metric or "l2") if chosen else None,
        candidates=0 if scheme.candidates == "all" else scheme.candidates,
        accept=None if scheme.accept is None else str(scheme.accept),
        threshold=scheme.threshold,
        tries=(scheme.tries or TRIES) if again else None,
        chance=None if scheme.chance is None else str(scheme.chance),
        imbalance=(scheme.imbalance or "range") if minimised else None,
        looks_back=scheme.looks_back,
    )
