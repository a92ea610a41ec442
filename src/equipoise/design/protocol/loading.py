"""Loading: bytes in, a whole protocol out, or every problem at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TypeVar

from pydantic import ValidationError

from equipoise.core.base import Problem, ProblemsError
from equipoise.design.protocol.model import Protocol
from equipoise.design.protocol.parts import Part
from equipoise.design.protocol.rules import RULES
from equipoise.design.protocol.source import Path, read_all
from equipoise.design.protocol.tree import Tree
from equipoise.design.protocol.wording import value_problems

#: A rule between values: asks the tree, and notes what does not agree.
Rule = Callable[[Tree], None]
_Model = TypeVar("_Model", bound=Part)
_PLACE = re.compile(r"line (\d+), column (\d+)")


def _position(problem: Problem) -> tuple[int, int]:
    found = _PLACE.match(problem.place)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def load_protocol(data: bytes, file: str = "trial.yaml") -> Protocol:
    """Read and check a protocol.

    Parameters
    ----------
    data
        The bytes of trial.yaml: UTF-8, YAML 1.2.
    file
        Its name for the messages.

    Returns
    -------
    Protocol
        The trial as declared.

    Raises
    ------
    ProblemsError
        With every problem, in the order of the file: text that is not YAML, keys that stand
        twice, unknown and missing keys, values of the wrong kind, and declarations that do not
        agree with each other.

    Examples
    --------
    >>> from equipoise.design.protocol import template
    >>> load_protocol(template("dsl-primary")).trial.id
    'dsl-primary'
    """
    return _loaded(data, file)


@lru_cache(maxsize=16)
def _loaded(data: bytes, file: str) -> Protocol:
    """Read a protocol once: one command may ask for the same bytes many times, and none changes."""
    return load(data, Protocol, RULES, file=file)


def load(data: bytes, model: type[_Model], rules: Iterable[Rule], *, file: str) -> _Model:
    """Read YAML as a model, and check it by rules.

    Parameters
    ----------
    data
        The file's bytes: UTF-8, YAML 1.2.
    model
        What the file declares.
    rules
        Rules between its values.
    file
        Its name for the messages.

    Raises
    ------
    ProblemsError
        With every problem, in the order of the file.
    """
    source, problems = read_all(data, file=file)
    noted: dict[Path, Problem] = {}
    declared: _Model | None = None
    try:
        declared = model.model_validate(source.tree)
    except ValidationError as error:
        for path, problem in value_problems(error, source, model):
            noted.setdefault(path, problem)
    tree = Tree(source, frozenset(noted))
    for rule in rules:
        rule(tree)
    every = [*problems, *noted.values(), *tree.problems]
    if every or declared is None:
        raise ProblemsError(sorted(every, key=_position))
    return declared
