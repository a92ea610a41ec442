"""The source of a protocol: YAML 1.2 as plain values, each with its line and column."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, ReusedAnchorWarning, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode

from equipoise.core.base import Problem, Problems, ProblemsError, read_text

#: Where a value stands in the tree: keys and positions from the top.
Path = tuple[str | int, ...]

_INTEGER = re.compile(r"[-+]?[0-9]{1,15}")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_CONSTANTS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_SYNTAX: tuple[tuple[str, str, str], ...] = (
    (
        "mapping values are not allowed",
        "a colon where no key can stand",
        "put a text with a colon and a space in it in quotes, and check the indentation",
    ),
    ("cannot start any token", "a tab or a stray character", "indent with spaces, never tabs"),
    ("unexpected end of stream", "a quotation mark that is never closed", "close the quotation"),
    (
        "expected <block end>",
        "a line that does not line up with those above it",
        "indent it as its neighbours",
    ),
    ("could not find expected ':'", "a line without a colon", "write it as `key: value`"),
    ("expected ',' or", "a bracket that is not closed", "close the bracket, or add the comma"),
    (
        "another document",
        "a second document after ---",
        "keep one protocol in a file: remove the line --- and what follows",
    ),
    ("alias", "a reference to another place", "write the value out in full"),
)


@dataclass(frozen=True)
class Source:
    """A protocol as it was written.

    Attributes
    ----------
    file
        Its name for the messages.
    text
        The whole text, without a byte order mark.
    tree
        Plain values: dictionaries, tuples, text, integers, numbers, dates, truth values, None.
    places
        Line and column (from 1) of each value, by path.
    keys
        Line and column of the key of each value in a group, by path.
    nodes
        Begin and end of each value in `text`, by path, and how it is written: ``plain``,
        ``quoted``, ``flow``, ``block`` or ``empty``.
    """

    file: str
    text: str
    tree: dict[str, Any]
    places: Mapping[Path, tuple[int, int]]
    keys: Mapping[Path, tuple[int, int]]
    nodes: Mapping[Path, tuple[int, int, str]]

    def place(self, path: Path, *, key: bool = False) -> str:
        """Say where a path stands: of its nearest known ancestor where it is missing.

        Examples
        --------
        >>> read_source(b"a: {b: 1}", file="trial.yaml").place(("a", "b"))
        'line 1, column 8, a.b'
        """
        known = path
        if key and path in self.keys:
            line, column = self.keys[path]
        else:
            while known not in self.places:
                known = known[:-1]
            # What is missing is missing from a group, which is found by its key.
            places = self.places if known == path else {**self.places, **self.keys}
            line, column = places[known]
        return f"line {line}, column {column}" + (f", {dotted(path)}" if path else "")


def dotted(path: Path) -> str:
    """Return a path as a person writes it, list entries counted from 1.

    Examples
    --------
    >>> dotted(("design", "arms", 0, "share"))
    'design.arms[1].share'
    """
    text = ""
    for step in path:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if text else step
    return text


class _Reader:
    """Walks the composed nodes once, keeping every position and every problem."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.problems = Problems()
        self.places: dict[Path, tuple[int, int]] = {}
        self.keys: dict[Path, tuple[int, int]] = {}
        self.nodes: dict[Path, tuple[int, int, str]] = {}
        self._seen: set[int] = set()

    def add(self, node: Node, found: str, expected: str, remedy: str) -> None:
        mark = node.start_mark
        self.problems.add(
            file=self.file,
            place=f"line {mark.line + 1}, column {mark.column + 1}",
            found=found,
            expected=expected,
            remedy=remedy,
        )

    def read(self, node: Node, path: Path) -> Any:
        self.places[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
        if id(node) in self._seen:
            self.add(
                node,
                "a reference to another place",
                "the value itself",
                "write the value out in full",
            )
            return None
        self._seen.add(id(node))
        if (node.tag or "").startswith("!"):
            self.add(node, f"the mark {node.tag}", "plain values", "remove the mark")
        begin, end = node.start_mark.index, node.end_mark.index
        if isinstance(node, ScalarNode):
            style = "plain" if node.style is None else "quoted" if node.style in "'\"" else "block"
            self.nodes[path] = (begin, end, "empty" if style == "plain" and begin == end else style)
            return self._scalar(node)
        self.nodes[path] = (begin, end, "flow" if getattr(node, "flow_style", None) else "block")
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        return tuple(self.read(item, (*path, i)) for i, item in enumerate(node.value))

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key, item in node.value:
            if not isinstance(key, ScalarNode):
                self.add(key, "a list or a group as a key", "a name", "check the indentation")
                continue
            name = str(key.value)
            here = (*path, name)
            if name in values:
                line = self.keys[here][0]
                self.add(
                    key,
                    f"the key {name!r} again (first on line {line})",
                    "each key only once",
                    "remove or rename one of the two",
                )
                continue
            self.keys[here] = (key.start_mark.line + 1, key.start_mark.column + 1)
            values[name] = self.read(item, here)
            if self.nodes.get(here, (0, 0, ""))[2] == "empty":
                # An empty value has no place of its own: it is put behind its key's colon.
                end = key.end_mark
                colon = self.text.index(":", end.index) + 1
                self.nodes[here] = (colon, colon, "empty")
                self.places[here] = (end.line + 1, end.column + 1)
        return values

    def _scalar(self, node: ScalarNode) -> Any:
        text = str(node.value)
        if node.style is not None or node.tag == "!":
            return text
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if _INTEGER.fullmatch(text):
            return int(text)
        if _NUMBER.fullmatch(text) and math.isfinite(float(text)):
            return float(text)
        if _NOT_FINITE.fullmatch(text) or _NUMBER.fullmatch(text):
            self.add(node, text, "a finite number", "give a number that can be counted with")
            return None
        if _DATE.fullmatch(text):
            try:
                return date.fromisoformat(text)
            except ValueError:
                return text
        return text


def _syntax_problem(error: YAMLError, file: str) -> Problem:
    place, found = "whole file", "a text that is not YAML"
    remedy = "compare the lines around it with the template"
    if isinstance(error, MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        if mark is not None:
            place = f"line {mark.line + 1}, column {mark.column + 1}"
        for pattern, words, advice in _SYNTAX:
            if pattern in f"{error.context} {error.problem}":
                found, remedy = words, advice
                break
    else:
        found, remedy = "a character that cannot be printed", "remove the character"
    return Problem(file, place, found, "YAML 1.2, one `key: value` on a line", remedy)


def read_source(data: bytes, *, file: str) -> Source:
    """Read the bytes of a protocol as YAML 1.2, keeping the place of every value.

    Parameters
    ----------
    data
        The file's bytes, UTF-8.
    file
        Its name for the messages.

    Returns
    -------
    Source
        The tree and the places.

    Raises
    ------
    ProblemsError
        For another encoding, text that is not YAML, and every key that stands twice.

    Examples
    --------
    >>> read_source(b"trial: {id: one}", file="trial.yaml").tree
    {'trial': {'id': 'one'}}
    """
    text = read_text(data, file=file).removeprefix("\ufeff")
    # Not the scanner for round trips: it leaves a bell in a folded text at every fold, and keeps
    # comments, which takes twice as long.
    yaml = YAML(typ="safe", pure=True)
    try:
        with warnings.catch_warnings():
            # Anchors are of no use here: what refers to one is refused below.
            warnings.simplefilter("ignore", ReusedAnchorWarning)
            root = yaml.compose(text)
    except YAMLError as error:
        raise ProblemsError([_syntax_problem(error, file)]) from None
    if not isinstance(root, MappingNode):
        raise ProblemsError(
            [
                Problem(
                    file,
                    "whole file",
                    "no keys" if root is None else "a single value or a list",
                    "a protocol: groups of keys such as `trial:` and `design:`",
                    "begin with `equipoise new`, which writes a template",
                )
            ]
        )
    reader = _Reader(file, text)
    tree = reader.read(root, ())
    source = Source(file, text, tree, reader.places, reader.keys, reader.nodes)
    if len(reader.problems):
        raise _Unreadable(reader.problems, source)
    return source


class _Unreadable(ProblemsError):
    """Problems of the text, with what could still be read, so that the rest is checked too."""

    def __init__(self, problems: Problems, source: Source) -> None:
        super().__init__(problems)
        self.source = source


def read_all(data: bytes, *, file: str) -> tuple[Source, tuple[Problem, ...]]:
    """Read as `read_source`, but hand back the source beside the problems where there is one."""
    try:
        return read_source(data, file=file), ()
    except _Unreadable as error:
        return error.source, error.problems
