"""Refusing: what is wrong with the assumptions, in the protocol's own words."""

from __future__ import annotations

from equipoise.core.base import Problem, ProblemsError


def refused(place: str, found: str, expected: str, remedy: str) -> ProblemsError:
    """Make the refusal of one thing in the protocol."""
    return ProblemsError([Problem("trial.yaml", place, found, expected, remedy)])
