"""The index: the names of an authority's schools, found by their words."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from equipoise.authority.schools.names import NameForm, Word, name_form, plain, stem_of
from equipoise.authority.schools.register import KnownName


@dataclass(frozen=True)
class Entry:
    """A name of a school, made ready for comparison.

    Attributes
    ----------
    name, form
        The name, and the form in which it is compared.
    plain
        The name in small letters.
    stems
        Its words by their stem.
    joined
        Two neighbouring words written as one, and the stems of the two.
    """

    name: KnownName
    form: NameForm
    plain: str
    stems: Mapping[str, Word]
    joined: Mapping[str, tuple[str, str]]


def marked(name: str) -> str:
    """Return a name as it stands, apostrophes in one form and spaces single."""
    return " ".join(name.replace("\u2019", "'").replace("\u2018", "'").split())


def entry_of(name: KnownName) -> Entry:
    """Make a name ready for comparison."""
    form = name_form(name.name)
    joined = {
        stem_of(a.text + b.text): (a.stem, b.stem)
        for a, b in zip(form.words, form.words[1:], strict=False)
    }
    stems: dict[str, Word] = {}
    for word in form.words:
        stems.setdefault(word.stem, word)
    return Entry(name, form, plain(name.name), stems, joined)


class NameIndex:
    """Names of schools, found by the whole name or by words.

    Parameters
    ----------
    entries
        The names.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)
        self.by_text: dict[str, list[int]] = defaultdict(list)
        self.by_plain: dict[str, list[int]] = defaultdict(list)
        self.by_key: dict[str, list[int]] = defaultdict(list)
        self._by_stem: dict[str, list[int]] = defaultdict(list)
        for number, entry in enumerate(self.entries):
            self.by_text[marked(entry.name.name)].append(number)
            self.by_plain[entry.plain].append(number)
            self.by_key[entry.form.key].append(number)
            for stem in {*entry.stems, *entry.joined}:
                self._by_stem[stem].append(number)
        self.schools = len({entry.name.urn for entry in self.entries}) or 1

    def knows(self, stem: str) -> bool:
        """Tell whether some name holds a word."""
        return stem in self._by_stem

    def bearing(self, stem: str) -> tuple[int, ...]:
        """Return the positions of the names that hold a word."""
        return tuple(self._by_stem.get(stem, ()))

    def beginning(self, letters: str) -> tuple[str, ...]:
        """Return the words that begin with some letters, in order, themselves left out."""
        stems = self._stems
        start = bisect_left(stems, letters)
        end = bisect_left(stems, letters + "~")
        return tuple(stem for stem in stems[start:end] if stem != letters)

    @cached_property
    def _stems(self) -> list[str]:
        return sorted(self._by_stem)
