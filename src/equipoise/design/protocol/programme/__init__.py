"""programme.yaml: several trials together, read and checked as a protocol is."""

from __future__ import annotations

from typing import Any

from equipoise.design.protocol.loading import load
from equipoise.design.protocol.programme.agreement import outcome_end, programme_problems
from equipoise.design.protocol.programme.model import (
    CommonMeasure,
    Pool,
    Programme,
    ProgrammeMember,
)
from equipoise.design.protocol.programme.rules import RULES
from equipoise.design.protocol.schema import schema_of
from equipoise.design.protocol.shipped import shipped, shipped_names

__all__ = [
    "CommonMeasure",
    "Pool",
    "Programme",
    "ProgrammeMember",
    "load_programme",
    "outcome_end",
    "programme_problems",
    "programme_schema",
    "programme_template",
    "programme_templates",
]


def load_programme(data: bytes, file: str = "programme.yaml") -> Programme:
    """Read and check what several trials are together.

    Parameters
    ----------
    data
        The bytes of programme.yaml: UTF-8, YAML 1.2.
    file
        Its name for the messages.

    Raises
    ------
    ProblemsError
        With every problem, in the order of the file.

    Examples
    --------
    >>> load_programme(programme_template("dsl-programme")).sequence.pool
    'nfa_pupils'
    """
    return load(data, Programme, RULES, file=file)


def programme_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of programme.yaml.

    Examples
    --------
    >>> programme_schema()["properties"]["equipoise_programme"]["const"]
    1
    """
    return schema_of(Programme, "equipoise programme")


def programme_templates() -> tuple[str, ...]:
    """Return the names of the templates of programme.yaml.

    Examples
    --------
    >>> programme_templates()
    ('dsl-programme',)
    """
    return shipped_names(__name__)


def programme_template(name: str) -> bytes:
    """Return the bytes of a template of programme.yaml.

    Raises
    ------
    ProblemsError
        Where there is none of that name.
    """
    return shipped(__name__, name, "template")
