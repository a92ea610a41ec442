"""Token rules: phrases that point to codes, and how those that fit one label are reconciled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from equipoise.authority.vocabulary.text import holds


@dataclass(frozen=True)
class TokenRule:
    """Phrases that point to one code, or to several between which nobody can tell.

    A rule fits a text that holds a phrase of `any_of` and none of `none_of`; where `only` is given,
    every word of the text must also be one of these. Where the rules that
    fit point to more than one code, the label is ambiguous: there is no order between rules.
    """

    codes: tuple[str, ...]
    any_of: tuple[str, ...]
    none_of: tuple[str, ...]
    only: frozenset[str] | None = None

    def fits(self, text: str) -> bool:
        """Tell whether the rule fits a normalised text."""
        if not any(holds(text, phrase) for phrase in self.any_of):
            return False
        if any(holds(text, phrase) for phrase in self.none_of):
            return False
        return self.only is None or self.only.issuperset(text.split())


def pointed_to(rules: Iterable[TokenRule], text: str) -> frozenset[str]:
    """Return the codes to which the rules that fit a text point, taken together.

    A rule that points to more codes than another that fits too, these among them, adds nothing:
    "health services" leaves six codes open, "midwife" beside it leaves one.

    Examples
    --------
    >>> rules = [TokenRule(("3A", "3D"), ("health",), ()), TokenRule(("3A",), ("gp",), ())]
    >>> sorted(pointed_to(rules, "health")), sorted(pointed_to(rules, "health gp"))
    (['3A', '3D'], ['3A'])
    """
    found = {frozenset(rule.codes) for rule in rules if rule.fits(text)}
    least = [codes for codes in found if not any(other < codes for other in found)]
    return frozenset().union(*least)
