"""Codes, groups and rules, as the package's data files declare them for a day."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from equipoise.authority.vocabulary.text import normalise, singular
from equipoise.authority.vocabulary.tokens import TokenRule
from equipoise.authority.vocabulary.versions import body_on

#: The vocabularies that ship, in the order in which they are listed.
NAMES = (
    "source-of-contact",
    "contact-outcome",
    "contact-reason",
    "referral-outcome",
    "need",
    "setting-type",
)


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
class CodeList:
    """A vocabulary as its data files declare it for a day.

    Attributes
    ----------
    name, version, title, source
        What it is, and where it is from.
    codes
        The codes, in their order.
    rules
        The token rules.
    denials
        Words that turn a label round, so that its other words decide nothing.
    silent
        Labels that say nothing: they may stand beside others in a list.
    absent
        Labels that stand for a blank: "N/K", "NULL".
    groups
        From code to the letter of its group; empty where the vocabulary has none.
    heads
        What a label's first part says of the rest: "Health services - ..." is within health.
    weak_heads
        Likewise, where the rest may contradict: "Other - ...".
    exclusions
        Words that begin a clause that says what is not meant: "(excluding housing)".
    wrappers
        Words before and after a label that a system adds: "Code 'X' is not mapped".
    expansions
        From a short form to the words for which it stands.
    plurals
        Whether plural and singular are one in token rules.
    subcodes
        Whether a letter after a code (N1A) may refine it.
    """

    name: str
    version: str
    source: str
    codes: tuple[Code, ...]
    rules: tuple[TokenRule, ...]
    denials: tuple[str, ...]
    silent: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    title: str = ""
    groups: Mapping[str, str] = field(default_factory=dict)
    heads: tuple[TokenRule, ...] = ()
    weak_heads: tuple[TokenRule, ...] = ()
    exclusions: tuple[str, ...] = ()
    wrappers: tuple[tuple[str, str], ...] = ()
    expansions: Mapping[str, str] = field(default_factory=dict)
    plurals: bool = False
    subcodes: bool = False

    def plain(self, text: str) -> str:
        """Return a normalised text with short forms written out and plurals made one."""
        return _plain(text, self.expansions, self.plurals)

    def words(self) -> frozenset[str]:
        """Return every word that the labels and rules are made of."""
        rules = (*self.rules, *self.heads, *self.weak_heads)
        phrases = [phrase for rule in rules for phrase in rule.any_of + rule.none_of]
        phrases += [label for code in self.codes for label in code.labels]
        phrases += [*self.silent, *self.expansions, *self.expansions.values()]
        return frozenset(word for phrase in phrases for word in phrase.split())


@cache
def load_codes(
    name: str, on: date | None = None, family_help: tuple[date, ...] | None = None
) -> CodeList:
    """Load a vocabulary that ships with the package.

    Parameters
    ----------
    name
        One of `NAMES`.
    on
        The day: differences that begin later are left out. None for the newest version.
    family_help
        An authority's own days of change to family help, in order; () for none, None where nobody
        could say: then the calendar's day counts.

    Raises
    ------
    FileNotFoundError
        Where no such vocabulary ships.
    ValueError
        Where a label stands under two codes, or a rule points to a code that is not declared.

    Examples
    --------
    >>> load_codes("contact-outcome", date(2025, 3, 31)).version
    '3'
    >>> load_codes("contact-outcome", date(2025, 4, 1)).version
    '3, family help from 2025-04-01'
    >>> load_codes("contact-outcome", date(2025, 4, 1), (date(2024, 9, 2),)).version
    '3, family help from 2024-09-02'
    """
    body = body_on(name, on, family_help)
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
    plurals = bool(body.get("plurals", False))
    expansions = {normalise(k): normalise(v) for k, v in body.get("expansions", {}).items()}
    found = CodeList(
        name=body["vocabulary"],
        version=body["version"],
        source=body["source"],
        codes=codes,
        rules=_rules(body["rules"], expansions, plurals),
        denials=tuple(_plain(normalise(p), expansions, plurals) for p in body["denials"]),
        silent=frozenset(normalise(label) for label in body.get("silent", ())),
        absent=frozenset(normalise(label) for label in body.get("absent", ())),
        title=body["title"],
        groups={
            code: group["group"] for group in body.get("groups", ()) for code in group["codes"]
        },
        heads=_rules(body.get("heads", ()), expansions, plurals),
        weak_heads=_rules(body.get("weak_heads", ()), expansions, plurals),
        exclusions=tuple(body.get("exclusions", ())),
        wrappers=tuple((before, after) for before, after in body.get("wrappers", ())),
        expansions=expansions,
        plurals=plurals,
        subcodes=bool(body.get("subcodes", False)),
    )
    _check(found)
    return found


def _rules(
    items: Iterable[Mapping[str, Any]], expansions: Mapping[str, str], plurals: bool
) -> tuple[TokenRule, ...]:
    def plain(phrases: Iterable[str]) -> tuple[str, ...]:
        return tuple(
            dict.fromkeys(_plain(normalise(phrase), expansions, plurals) for phrase in phrases)
        )

    return tuple(
        TokenRule(
            codes=tuple(item["codes"]),
            any_of=plain(item["any"]),
            none_of=plain(item.get("none", ())),
            only=None if item.get("only") is None else frozenset(plain(item["only"])),
        )
        for item in items
    )


def _plain(text: str, expansions: Mapping[str, str], plurals: bool) -> str:
    if expansions:
        text = " ".join(expansions.get(word, word) for word in text.split())
    return singular(text) if plurals else text


def _check(found: CodeList) -> None:
    owner: dict[str, str] = {}
    for code in found.codes:
        for label in code.labels:
            if owner.setdefault(label, code.code) != code.code:
                raise ValueError(f"the label {label!r} stands under {owner[label]} and {code.code}")
    known = {code.code for code in found.codes}
    rules = (*found.rules, *found.heads, *found.weak_heads)
    strange = sorted({c for rule in rules for c in rule.codes} - known)
    if strange:
        raise ValueError(f"a token rule points to {strange[0]}, which is no code")
    if found.groups and set(found.groups) != known:
        raise ValueError(f"not every code of {found.name} is in a group")


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


@cache
def label_words() -> frozenset[str]:
    """Return the words that labels are made of and nobody is called.

    They are those of the shipped vocabularies and a further list. Any other word of a label may be
    a name (rule 13).
    """
    resource = files("equipoise.authority.vocabulary").joinpath("data", "label-words.json")
    further = json.loads(resource.read_text(encoding="utf-8"))["words"]
    return frozenset(further).union(*(load_codes(name).words() for name in NAMES))
