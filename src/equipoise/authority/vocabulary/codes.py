"""Codes and token rules, as the package's data files declare them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from equipoise.authority.vocabulary.text import holds, normalise


@dataclass(frozen=True)
class Code:
    """A code of a vocabulary, with the labels that always mean it and the dates it is valid."""

    code: str
    title: str
    labels: frozenset[str]
    valid_from: date | None
    valid_to: date | None

    def valid_on(self, on: date) -> bool:
        """Tell whether the code may be used on a day, both ends included."""
        after = self.valid_from is None or on >= self.valid_from
        return after and (self.valid_to is None or on <= self.valid_to)


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
        if any(holds(text, phrase) for phrase in self.none_of):
            return False
        if self.only is not None and not self.only.issuperset(text.split()):
            return False
        return any(holds(text, phrase) for phrase in self.any_of)


@dataclass(frozen=True)
class CodeList:
    """A vocabulary as its data file declares it.

    `silent` are labels that say nothing: they may stand beside others in a list.
    """

    name: str
    version: str
    source: str
    codes: tuple[Code, ...]
    rules: tuple[TokenRule, ...]
    denials: tuple[str, ...]
    silent: frozenset[str] = frozenset()


@cache
def load_codes(name: str) -> CodeList:
    """Load a vocabulary that ships with the package.

    Parameters
    ----------
    name
        ``source-of-contact``, ``contact-outcome`` or ``contact-reason``.

    Raises
    ------
    FileNotFoundError
        Where no such vocabulary ships.
    ValueError
        Where a label stands under two codes, or a rule points to a code that is not declared.
    """
    resource = files("equipoise.authority.vocabulary").joinpath("data", f"{name}.json")
    body = json.loads(resource.read_text(encoding="utf-8"))
    codes = tuple(
        Code(
            code=item["code"],
            title=item["title"],
            labels=frozenset(normalise(label) for label in (item["title"], *item["labels"])),
            valid_from=_day(item["valid_from"]),
            valid_to=_day(item["valid_to"]),
        )
        for item in body["codes"]
    )
    rules = tuple(
        TokenRule(
            codes=tuple(item["codes"]),
            any_of=tuple(normalise(phrase) for phrase in item["any"]),
            none_of=tuple(normalise(phrase) for phrase in item["none"]),
            only=None if item["only"] is None else frozenset(item["only"]),
        )
        for item in body["rules"]
    )
    _check(codes, rules)
    return CodeList(
        body["vocabulary"],
        body["version"],
        body["source"],
        codes,
        rules,
        tuple(normalise(phrase) for phrase in body["denials"]),
        frozenset(normalise(label) for label in body.get("silent", ())),
    )


def _check(codes: tuple[Code, ...], rules: tuple[TokenRule, ...]) -> None:
    owner: dict[str, str] = {}
    for code in codes:
        for label in code.labels:
            if owner.setdefault(label, code.code) != code.code:
                raise ValueError(f"the label {label!r} stands under {owner[label]} and {code.code}")
    known = {code.code for code in codes}
    strange = sorted({c for rule in rules for c in rule.codes} - known)
    if strange:
        raise ValueError(f"a token rule points to {strange[0]}, which is no code")


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


@cache
def label_words() -> frozenset[str]:
    """Return the words that labels are made of and nobody is called.

    They are those of the shipped vocabularies and a further list. Any other word of a label may be
    a name (rule 13).
    """
    phrases: list[str] = []
    for name in ("source-of-contact", "contact-outcome", "contact-reason"):
        codes = load_codes(name)
        phrases += [label for code in codes.codes for label in code.labels]
        phrases += [phrase for rule in codes.rules for phrase in rule.any_of + rule.none_of]
        phrases += codes.silent
    resource = files("equipoise.authority.vocabulary").joinpath("data", "label-words.json")
    further = json.loads(resource.read_text(encoding="utf-8"))["words"]
    return frozenset(word for phrase in phrases for word in phrase.split()) | frozenset(further)
