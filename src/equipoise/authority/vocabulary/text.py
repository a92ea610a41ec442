"""Text: labels as they are compared."""

from __future__ import annotations

import re
import unicodedata

_DASHES = dict.fromkeys(
    map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"), "-"
)
_DROPPED = dict.fromkeys(map(ord, "'\u2018\u2019\u201a\u201b`\u00b4\u2032"), None)
_LOST = {0xFFFD: " ", 0x00A0: " ", 0x0096: "-"}
# Numbering and marks of a list's origin, which say nothing about the meaning: "30) ", "f) ".
_NUMBERING = re.compile(r"^\s*(\(cs\)|\d{1,3}\)|[a-z]\d?\))\s*")
_MARKS = re.compile(r"[^0-9a-z]+")
# A label's parts stand between these: "HEALTH: school nurse", "Police (standard notification)".
_BREAKS = re.compile(r"\s*[-:/([\])\\,;*]+\s*")


def tidy(label: str) -> str:
    """Return a label with dashes, quotes, spaces and case made one, its punctuation kept.

    Examples
    --------
    >>> tidy("f)  2B:\u00a0Education \u2013 Services")
    '2b: education - services'
    """
    text = unicodedata.normalize("NFKC", label.translate(_LOST)).translate(_DASHES)
    text = " ".join(text.translate(_DROPPED).casefold().split())
    while (shorter := _NUMBERING.sub("", text, count=1)) != text:
        text = shorter
    return text


def normalise(label: str) -> str:
    """Return a label as plain words: small letters and digits, single spaces.

    Examples
    --------
    >>> normalise("\u2018HEALTH SERVICES\u2019 \u2013 A & E."), normalise("N.F.A.")
    ('health services a and e', 'nfa')
    """
    text = tidy(label).replace("&", " and ").replace("+", " and ")
    text = re.sub(r"\b([a-z])\.(?=[a-z]\b|\s|$)", r"\1", text)
    return _MARKS.sub(" ", text).strip()


def holds(text: str, phrase: str) -> bool:
    """Tell whether a normalised text holds a phrase as whole words.

    Examples
    --------
    >>> holds("primary school", "school"), holds("schooling", "school")
    (True, False)
    """
    return f" {phrase} " in f" {text} "


def segments(text: str) -> tuple[str, ...]:
    """Return the parts of a tidy label between its dashes, colons, slashes and brackets.

    Examples
    --------
    >>> segments("health services - hospital (a&e)")
    ('health services', 'hospital', 'a&e')
    """
    return tuple(part for part in _BREAKS.split(text) if part)


def singular(text: str) -> str:
    """Return a normalised text with each word's plural ending taken off.

    Both sides of a comparison are treated alike, so that the result need not be a word.

    Examples
    --------
    >>> singular("schools and academies"), singular("cafcass police courts")
    ('school and academy', 'cafcass police court')
    """
    return " ".join(_singular(word) for word in text.split())


def _singular(word: str) -> str:
    if len(word) < 5 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes")):
        return word[:-2]
    return word[:-1]
