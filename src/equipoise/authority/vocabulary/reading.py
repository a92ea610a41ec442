"""Reading: a label's words, reconciled with its first part, as the codes that it may mean."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from equipoise.authority.vocabulary.codes import CodeList
from equipoise.authority.vocabulary.spelling import mended
from equipoise.authority.vocabulary.text import holds, normalise, segments
from equipoise.authority.vocabulary.tokens import TokenRule, pointed_to

#: A mnemonic is at least so long: shorter ones begin too many words.
SHORTEST_MNEMONIC = 4
_NOTHING: frozenset[str] = frozenset()
#: Codes that decide who is a school, on which a first part never overrules the words after it.
_SCHOOLS = frozenset({"2A"})


@dataclass(frozen=True)
class Reading:
    """How the words of a vocabulary are read on a day.

    Parameters
    ----------
    codes
        The vocabulary.
    valid
        The codes that are valid on the day.
    labels
        From normalised label to code.
    """

    codes: CodeList
    valid: Collection[str]
    labels: Mapping[str, str]
    _labels: Mapping[str, str] = field(init=False, repr=False, compare=False)
    _words: frozenset[str] = field(init=False, repr=False, compare=False)
    _clause: re.Pattern[str] | None = field(init=False, repr=False, compare=False)
    _negative: tuple[TokenRule, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the labels in plain form, and the words."""
        plain: dict[str, str | None] = {}
        for label, code in self.labels.items():
            text = self.codes.plain(label)
            plain[text] = code if plain.get(text, code) == code else None
        object.__setattr__(self, "_labels", {t: c for t, c in plain.items() if c is not None})
        object.__setattr__(self, "_words", frozenset(map(self.codes.plain, self.codes.words())))
        object.__setattr__(self, "_clause", _clause(self.codes.exclusions))
        object.__setattr__(self, "_negative", _negative(self.codes))

    def of(self, text: str) -> tuple[tuple[str, ...], str]:
        """Return the codes that a tidy text may mean, and how they were found.

        Returns
        -------
        tuple
            The codes in order, none where the words say nothing; and ``tokens``, ``spelling``,
            ``prefix`` or ``denied`` (words that a denial turns round).
        """
        text = self._unwrapped(text)
        meant = text if self._clause is None else self._clause.sub(" ", text)
        words = self.codes.plain(normalise(meant))
        if not words:
            # "Not a school" says nothing; "not known" is what it says.
            found = pointed_to(self._negative, self.codes.plain(normalise(text)))
            return tuple(sorted(found & set(self.valid))), "tokens"
        denied = any(holds(words, word) for word in self.codes.denials)
        found = self._codes(meant, words)
        if found or denied:
            return tuple(sorted(found)), "denied" if denied else "tokens"
        if not self.codes.plurals:
            return (), "none"
        better = mended(words, self._words)
        if better != words and (found := self._codes(better, better)):
            return tuple(sorted(found)), "spelling"
        return tuple(sorted(self._by_mnemonic(words))), "prefix"

    def _codes(self, text: str, words: str) -> frozenset[str]:
        if words in self._labels:
            return frozenset({self._labels[words]})
        said = pointed_to(self.codes.rules, words) & set(self.valid)
        parts = [self.codes.plain(normalise(part)) for part in segments(text)[:2]]
        head = self._head(self.codes.heads, parts, words)
        if head:
            return _within(head, said)
        weak = self._head(self.codes.weak_heads, parts[:1], words)
        return said | weak if len(parts) > 1 or not said else said

    def _head(self, heads: tuple[TokenRule, ...], parts: list[str], words: str) -> frozenset[str]:
        for part in parts:
            for head in heads:
                if part in head.any_of and not any(holds(words, p) for p in head.none_of):
                    return frozenset(head.codes) & set(self.valid)
        for head in heads:
            # Of a longer head, the words after it need no break: "LA services external".
            long = (p for p in head.any_of if " " in p and words.startswith(f"{p} "))
            if any(long) and not any(holds(words, p) for p in head.none_of):
                return frozenset(head.codes) & set(self.valid)
        return _NOTHING

    def _unwrapped(self, text: str) -> str:
        for before, after in self.codes.wrappers:
            if text.startswith(f"{before} ") and text.endswith(f" {after}"):
                return text[len(before) : -len(after)].strip()
        return text

    def _by_mnemonic(self, words: str) -> frozenset[str]:
        """Return what a shortened single word means: MOTH is mother."""
        if len(words) < SHORTEST_MNEMONIC or not words.isalpha():
            return _NOTHING
        begun = [codes for word, codes in self._single.items() if word.startswith(words)]
        found = _NOTHING.union(*begun)
        groups = {self.codes.groups.get(code) for code in found}
        return found if len(groups) == 1 else _NOTHING

    @cached_property
    def _single(self) -> Mapping[str, frozenset[str]]:
        """The single words that point to codes; few extracts hold a label that asks for them."""
        single: dict[str, frozenset[str]] = {}
        for rule in self.codes.rules:
            for phrase in rule.any_of:
                if " " not in phrase:
                    codes = pointed_to(self.codes.rules, phrase) & set(self.valid)
                    single[phrase] = codes
        return {word: codes for word, codes in single.items() if codes}


def _within(head: frozenset[str], said: frozenset[str]) -> frozenset[str]:
    """Reconcile what a label's first part says with its words."""
    if said & _SCHOOLS - head:
        return head | said
    # "Education - CAMHS": a first part that leaves a school open does not overrule other words.
    if head & _SCHOOLS and not said <= head:
        return head | said
    return head & said or head


def _negative(codes: CodeList) -> tuple[TokenRule, ...]:
    """Return the rules whose own phrases begin with a word of exclusion, as "not known" does."""
    begun = tuple(f"{word} " for word in codes.exclusions)
    kept = (
        replace(rule, any_of=tuple(phrase for phrase in rule.any_of if phrase.startswith(begun)))
        for rule in codes.rules
    )
    return tuple(rule for rule in kept if rule.any_of)


def _clause(exclusions: tuple[str, ...]) -> re.Pattern[str] | None:
    """Return what a clause of exclusion looks like: to the next comma or closing bracket."""
    if not exclusions:
        return None
    words = "|".join(re.escape(word) for word in sorted(exclusions, key=lambda w: (-len(w), w)))
    return re.compile(rf"\bnon[- ]\w+|\b(?:{words})\b[^)\],;]*")
