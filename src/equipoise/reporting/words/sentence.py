"""A sentence: words and bound fields, under a name of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from string import Formatter

from equipoise.reporting.tables import Bound, Part, Parts, Words, declared, text_of

Slot = Part | Parts


@dataclass(frozen=True)
class Sentence:
    """One sentence, or one heading.

    Attributes
    ----------
    id
        Its name, dotted.
    parts
        Words and bound fields in order.
    """

    id: str
    parts: Parts

    @property
    def text(self) -> str:
        """The plain text."""
        return text_of(self.parts)

    @property
    def declared(self) -> frozenset[str]:
        """Every field, ``source:path``, that the sentence is bound to."""
        return declared(self.parts)


def filled(template: str, /, **slots: Slot) -> Parts:
    """Return a template with its slots filled.

    Parameters
    ----------
    template
        Words with ``{name}`` where a slot goes.
    slots
        A bound field, or several parts, for each name; all are used, all are given.

    Raises
    ------
    KeyError
        A name without a slot, or a slot that the template does not use.
    """
    parts: list[Part] = []
    left = set(slots)
    for literal, name, _, _ in Formatter().parse(template):
        if literal:
            parts.append(Words(literal))
        if name is not None:
            slot = slots[name]
            left.discard(name)
            parts.extend(slot if isinstance(slot, tuple) else (slot,))
    if left:
        raise KeyError(f"template does not use {sorted(left)}")
    return tuple(parts)


def say(name: str, template: str, /, **slots: Slot) -> Sentence:
    """Return a sentence from a template; its first letter is set in upper case."""
    parts = filled(template, **slots)
    return Sentence(name, capitalised(parts))


def capitalised(parts: Sequence[Part]) -> Parts:
    """Return parts with the first letter in upper case."""
    said: list[Part] = list(parts)
    for place, part in enumerate(said):
        if not part.text:
            continue
        text = part.text[:1].upper() + part.text[1:]
        if isinstance(part, Bound):
            said[place] = Bound(part.source, part.path, text, part.value, part.also)
        else:
            said[place] = Words(text)
        break
    return tuple(said)


def stopped(part: Bound) -> Bound:
    """Return bound text without a full stop at its end, for the middle of a sentence."""
    return Bound(part.source, part.path, part.text.rstrip("."), part.value, part.also)


def lowered(part: Bound) -> Bound:
    """Return bound text with a small first letter, unless its second is a capital too."""
    text = part.text
    if text[1:2].islower() or text[1:2] == " ":
        text = text[:1].lower() + text[1:]
    return Bound(part.source, part.path, text, part.value, part.also)
