"""Findings: what seems wrong with an extract, since when, how sure, and what to ask."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Sure = Literal["sure", "likely", "possible"]


@dataclass(frozen=True)
class Finding:
    """Something about an extract that its authority should be asked about.

    Attributes
    ----------
    authority
        Whose extract.
    kind, title
        Its code in ``data/signals.json``, and the words for it.
    months
        The months that it concerns, in order, ``2024-09``; where it begins and goes on, all from
        its first month. None where it concerns no month in particular.
    seen, usual
        What was seen, and what is usual there, in words with numbers.
    sure
        How sure it is: what else it might be grows from ``sure`` to ``possible``.
    ask
        What to ask the authority.
    """

    authority: str
    kind: str
    title: str
    months: tuple[str, ...]
    seen: str
    usual: str
    sure: Sure
    ask: str

    @property
    def first(self) -> str:
        """The first month; "" where it concerns none in particular."""
        return self.months[0] if self.months else ""


@dataclass(frozen=True)
class Kind:
    """A kind of finding: its code, its title and what is asked about it."""

    kind: str
    title: str
    ask: str


@dataclass(frozen=True)
class Limit:
    """A declared threshold: its name, its value and why it is that."""

    name: str
    value: float
    reason: str


@cache
def limits() -> Mapping[str, Limit]:
    """Return the declared thresholds by name.

    Examples
    --------
    >>> limits()["missing_share"].value
    0.15
    """
    return {entry["name"]: Limit(**entry) for entry in _data()["limits"]}


def limit(name: str) -> float:
    """Return a declared threshold."""
    return limits()[name].value


@cache
def kinds() -> Mapping[str, Kind]:
    """Return the kinds of findings by code, in the order in which they are told."""
    return {entry["kind"]: Kind(**entry) for entry in _data()["kinds"]}


@cache
def closed_months() -> frozenset[int]:
    """Return the months in which schools were closed to most pupils (202003 and so on)."""
    return frozenset(
        month for span in _data()["closures"] for month in range(span["from"], span["to"] + 1)
    )


def finding(
    authority: str, kind: str, months: Sequence[int], seen: str, usual: str, sure: Sure
) -> Finding:
    """Return a finding with the words of its kind."""
    found = kinds()[kind]
    names = tuple(month_name(month) for month in months)
    return Finding(authority, kind, found.title, names, seen, usual, sure, found.ask)


def month_name(month: int) -> str:
    """Write a month as it is read.

    Examples
    --------
    >>> month_name(202409)
    '2024-09'
    """
    return f"{month // 100:04d}-{month % 100:02d}"


def percent(share: float) -> str:
    """Write a share in per cent.

    Examples
    --------
    >>> percent(0.0349), percent(0.5)
    ('3.5 %', '50 %')
    """
    return f"{100 * share:.0f} %" if share >= 0.1 else f"{100 * share:.1f} %"


@cache
def _data() -> Any:
    text = (files(__package__) / "data" / "signals.json").read_text(encoding="utf-8")
    return json.loads(text)
