"""Fields of results, and the text that is bound to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

Scalar = int | float | str | bool | None

KEYS = (
    "id",
    "group",
    "panel",
    "trial",
    "outcome",
    "arm",
    "category",
    "code",
    "theme",
    "item",
    "authority",
    "la_code",
    "supervisor_id",
    "stage",
    "wave",
    "instrument",
    "measure",
    "reason",
    "label",
    "title",
    "mode",
)
"""Attributes by which an entry of a sequence is named in a path, the first that it has."""


@dataclass(frozen=True)
class Words:
    """Plain words. They hold no numeral: a test reads the sources for digits."""

    text: str


@dataclass(frozen=True)
class Bound:
    """Text that says what a field of a result holds.

    Attributes
    ----------
    source, path
        The result, and the field in it, dotted: ``outcomes.nfa_pupils.estimate``.
    text
        What is printed.
    value
        What the field holds.
    also
        Further fields, as ``source:path``, that chose the text ("fewer" comes from the sign of
        an estimate and from the kind of measure).
    """

    source: str
    path: str
    text: str
    value: Scalar
    also: tuple[str, ...] = ()

    @property
    def field(self) -> str:
        """The field's full name, ``source:path``."""
        return f"{self.source}:{self.path}"


Part = Words | Bound
Parts = tuple[Part, ...]


def bound_also(part: Bound, *also: str) -> Bound:
    """Return bound text that further fields, ``source:path``, chose too."""
    return replace(part, also=(*part.also, *also))


def text_of(parts: Sequence[Part]) -> str:
    """Return the plain text of parts.

    Examples
    --------
    >>> text_of((Words("about "), Bound("costs", "per_school", "£850", 85000)))
    'about £850'
    """
    return "".join(part.text for part in parts)


def declared(parts: Sequence[Part]) -> frozenset[str]:
    """Return the full names of every field that parts are bound to."""
    names: set[str] = set()
    for part in parts:
        if isinstance(part, Bound):
            names.add(part.field)
            names.update(part.also)
    return frozenset(names)


def key_of(entry: object) -> str | None:
    """Return the name of an entry of a sequence: the first of `KEYS` that it has.

    Examples
    --------
    >>> key_of({"arm": "usual"})
    'usual'
    """
    for key in KEYS:
        found = entry.get(key) if isinstance(entry, dict) else getattr(entry, key, None)
        if isinstance(found, str):
            return found
    return None


def _step(holder: object, segment: str) -> object:
    if isinstance(holder, Mapping):
        for key, value in holder.items():
            if segment_of(str(key)) == segment:
                return value
    elif isinstance(holder, (list, tuple)):
        named = [entry for entry in holder if segment_of(key_of(entry) or "") == segment]
        if named:
            return named[0]
        if segment.isdigit() and int(segment) < len(holder):
            return holder[int(segment)]
    elif hasattr(holder, segment):
        return getattr(holder, segment)
    raise KeyError(segment)


def segment_of(name: str) -> str:
    """Return a name as one segment of a path: its dots would end it.

    Examples
    --------
    >>> segment_of("closed. merged")
    'closed%2E merged'
    """
    return name.replace("%", "%25").replace(".", "%2E")


class Fields:
    """The results that a document may quote, by source name.

    Parameters
    ----------
    sources
        Source name to result (a dataclass, a protocol, or None where there is none).
    """

    def __init__(self, sources: Mapping[str, object | None]) -> None:
        self._sources = dict(sources)
        self._found: dict[tuple[str, str], object] = {}

    def has(self, source: str, path: str = "") -> bool:
        """Whether a source, and a field in it that is not None, exists."""
        if self._sources.get(source) is None:
            return False
        try:
            return self.value(source, path) is not None
        except KeyError:
            return False

    def value(self, source: str, path: str = "") -> Any:
        """Return what a field holds.

        Raises
        ------
        KeyError
            No such source or field: a sentence was bound to nothing.
        """
        if self._sources.get(source) is None:
            raise KeyError(source)
        if not path:
            return self._sources[source]
        if (source, path) not in self._found:
            parent, _, segment = path.rpartition(".")
            try:
                self._found[source, path] = _step(self.value(source, parent), segment)
            except KeyError:
                raise KeyError(f"{source}:{path}") from None
        return self._found[source, path]

    def bind(self, source: str, path: str, text: str, *also: str) -> Bound:
        """Return text bound to a field.

        Parameters
        ----------
        also
            Further fields, ``source:path``, that the text depends on.
        """
        value = self.value(source, path)
        held = value if isinstance(value, (int, float, str, bool)) or value is None else str(value)
        return Bound(source, path, text, held, also)

    def keys(self, source: str, path: str) -> tuple[str, ...]:
        """Return the path segments of the entries of a sequence or mapping, in order."""
        holder = self.value(source, path)
        if isinstance(holder, Mapping):
            return tuple(segment_of(str(key)) for key in holder)
        names = [key_of(entry) for entry in holder]
        unique = len(set(names)) == len(names)
        return tuple(
            segment_of(name) if name is not None and unique else f"{place}"
            for place, name in enumerate(names)
        )


def leaves(holder: object, path: str = "") -> Iterator[tuple[str, Scalar]]:
    """Yield the path and value of every number, text, truth value or None inside a result.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> list(leaves({"a": ({"id": "x", "n": 2},)}))
    [('a.x.id', 'x'), ('a.x.n', 2)]
    """
    if isinstance(holder, (int, float, str, bool)) or holder is None:
        yield path, holder
        return
    inner: list[tuple[str, object]]
    if isinstance(holder, Mapping):
        inner = [(segment_of(str(key)), value) for key, value in holder.items()]
    elif isinstance(holder, (list, tuple)):
        inner = list(zip(Fields({"": holder}).keys("", ""), holder, strict=True))
    elif is_dataclass(holder):
        inner = [(field.name, getattr(holder, field.name)) for field in fields(holder)]
    else:
        yield path, str(holder)
        return
    for segment, value in inner:
        yield from leaves(value, f"{path}.{segment}" if path else segment)
