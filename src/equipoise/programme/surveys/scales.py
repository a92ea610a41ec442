"""Instruments: how a scale is scored, read from a data file and never hard-wired."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from itertools import pairwise

from equipoise.core.base import Problems, parse_json

#: Notes a problem: place, found, expected.
Wrong = Callable[[str, str, str], None]

_KEYS = (
    "instrument",
    "title",
    "source",
    "licence",
    "valid_from",
    "valid_to",
    "items",
    "least_answered",
    "score",
)


@dataclass(frozen=True)
class Item:
    """One item of a scale; its wording stays with the licensed copy.

    Attributes
    ----------
    id
        The column in the responses.
    minimum, maximum
        The least and the greatest answer, both allowed.
    reversed
        Whether a high answer means a low score: the answer then counts as
        ``minimum + maximum - answer``.
    """

    id: str
    minimum: int
    maximum: int
    reversed: bool = False


@dataclass(frozen=True)
class Instrument:
    """A scale and the rule that turns its answers into a score.

    Attributes
    ----------
    name
        Its short name, as a protocol gives it.
    title
        Its full title.
    source, licence
        Where the rule was published; the terms of use and the copyright line.
    unit
        The unit of the score, in words.
    valid_from, valid_to
        The dates between which this version of the rule holds; None where open.
    items
        Its items, in order.
    least_answered
        Fewest items that must be answered for a score. Missing items are then filled with the
        person's own mean; where it equals the number of items, nothing is ever filled.
    times
        Factor from the raw sum to the score, where the rule is a sum.
    first_raw, metric
        Where the rule is a table: the raw sum of the first entry, and the scores of the raw sums
        from there on; empty where the rule is a sum.
    """

    name: str
    title: str
    source: str
    licence: str
    unit: str
    valid_from: date | None
    valid_to: date | None
    items: tuple[Item, ...]
    least_answered: int
    times: float = 1.0
    first_raw: int = 0
    metric: tuple[float, ...] = ()

    @property
    def raw_range(self) -> tuple[int, int]:
        """Return the least and the greatest raw sum."""
        return sum(i.minimum for i in self.items), sum(i.maximum for i in self.items)

    @property
    def score_range(self) -> tuple[float, float]:
        """Return the least and the greatest score."""
        low, high = self.raw_range
        return self.of_raw(low), self.of_raw(high)

    def of_raw(self, raw: float) -> float:
        """Return the score of a raw sum.

        Raises
        ------
        ValueError
            Where the raw sum is outside the scale, or not whole where the rule is a table.

        Examples
        --------
        >>> instrument("swemwbs").of_raw(28), instrument("who5").of_raw(13)
        (25.03, 52.0)
        """
        low, high = self.raw_range
        if not low <= raw <= high:
            raise ValueError(f"raw sum outside the scale of {self.name} ({low} to {high})")
        if not self.metric:
            return raw * self.times
        if raw != int(raw):
            raise ValueError(f"{self.name} is scored by a table of whole raw sums")
        return self.metric[int(raw) - self.first_raw]


def instruments() -> tuple[str, ...]:
    """Return the names of the instruments shipped here.

    Examples
    --------
    >>> instruments()
    ('swemwbs', 'who5')
    """
    folder = resources.files(__package__) / "data"
    names = [entry.name for entry in folder.iterdir() if entry.name.endswith(".json")]
    return tuple(sorted(name.removesuffix(".json") for name in names))


def instrument(name: str) -> Instrument:
    """Return a shipped instrument by its name.

    Raises
    ------
    ProblemsError
        Where no such instrument is shipped; it names those that are.
    """
    known = instruments()
    if name not in known:
        problems = Problems()
        problems.add(
            file="protocol",
            place="measure, instrument",
            found=f"the instrument {name}",
            expected="one of " + ", ".join(known),
            remedy="name one of these, or hand in a file that declares the instrument",
        )
        problems.raise_if_any()
    data = (resources.files(__package__) / "data" / f"{name}.json").read_bytes()
    return read_instrument(data, file=f"{name}.json")


def read_instrument(data: bytes, *, file: str) -> Instrument:
    """Read an instrument from its declaration (JSON, as those in ``data/``).

    Parameters
    ----------
    data
        The bytes of the file.
    file
        Its name for the messages.

    Raises
    ------
    ProblemsError
        With everything that is wrong with the declaration.
    """
    problems = Problems()

    def wrong(place: str, found: str, expected: str) -> None:
        problems.add(
            file=file,
            place=place,
            found=found,
            expected=expected,
            remedy="correct the declaration of the instrument",
        )

    try:
        value = parse_json(data)
    except ValueError as error:
        wrong("whole file", "text that is not JSON", "an instrument as a JSON object")
        problems.raise_if_any()
        raise AssertionError from error  # pragma: no cover
    if not isinstance(value, dict):
        wrong("whole file", "no object", "an instrument as a JSON object")
        problems.raise_if_any()
    for key in _KEYS:
        if key not in value:
            wrong("whole file", f"no {key}", f"{key}")
    for key in sorted(set(value) - set(_KEYS)):
        wrong(key, "an unknown key", "only " + ", ".join(_KEYS))
    problems.raise_if_any()
    for key in ("instrument", "title", "source", "licence"):
        if not (isinstance(value[key], str) and value[key].strip()):
            wrong(key, "no text", "text")
    items = _items(value["items"], wrong)
    start, end = (_day(value[key], key, wrong) for key in ("valid_from", "valid_to"))
    least = value["least_answered"]
    if not _whole(least) or not 1 <= least <= max(len(items), 1):
        wrong("least_answered", repr(least), f"a whole number from 1 to {max(len(items), 1)}")
    unit, times, metric = _rule(value["score"], items, least, wrong)
    problems.raise_if_any()
    return Instrument(
        name=value["instrument"],
        title=value["title"],
        source=value["source"],
        licence=value["licence"],
        items=items,
        least_answered=least,
        unit=unit,
        valid_from=start,
        valid_to=end,
        times=times,
        first_raw=sum(item.minimum for item in items) if metric else 0,
        metric=metric,
    )


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _day(value: object, key: str, wrong: Wrong) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        wrong(key, repr(value), "a date like 2024-09-16, or null")
        return None


def _items(value: object, wrong: Wrong) -> tuple[Item, ...]:
    if not isinstance(value, list) or not value:
        wrong("items", "no list", "at least one item")
        return ()
    items: list[Item] = []
    for number, entry in enumerate(value, start=1):
        place = f"items, item {number}"
        keys = {"id", "minimum", "maximum", "reversed"}
        if not isinstance(entry, Mapping) or set(entry) != keys:
            wrong(place, "other keys", "id, minimum, maximum and reversed")
            continue
        low, high = entry["minimum"], entry["maximum"]
        if not (_whole(low) and _whole(high) and low < high):
            wrong(place, "bounds that are no range", "whole numbers, minimum under maximum")
            continue
        if not isinstance(entry["reversed"], bool):
            wrong(place, "reversed that is not true or false", "true or false")
            continue
        if not isinstance(entry["id"], str) or any(i.id == entry["id"] for i in items):
            wrong(place, "an id that is no text or stands twice", "an id of its own")
            continue
        items.append(Item(entry["id"], low, high, entry["reversed"]))
    return tuple(items)


def _rule(
    value: object, items: tuple[Item, ...], least: object, wrong: Wrong
) -> tuple[str, float, tuple[float, ...]]:
    """Return the unit, the factor of a sum (1 for a table) and the table (empty for a sum)."""
    if not isinstance(value, Mapping) or not isinstance(value.get("unit"), str):
        wrong("score", "no rule with a unit", "a rule (sum or table) and its unit")
        return "", 1.0, ()
    unit = value["unit"]
    if value.get("rule") == "sum" and set(value) == {"rule", "unit", "times"}:
        if _number(value["times"]) and value["times"] > 0:
            return unit, float(value["times"]), ()
        wrong("score, times", repr(value["times"]), "a number above 0")
        return unit, 1.0, ()
    if value.get("rule") == "table" and set(value) == {"rule", "unit", "first_raw", "metric"}:
        metric = value["metric"]
        low, high = sum(i.minimum for i in items), sum(i.maximum for i in items)
        numbers = isinstance(metric, list) and all(_number(m) for m in metric)
        if not numbers or value["first_raw"] != low or len(metric) != high - low + 1:
            wrong("score, metric", "another table", f"a score for every raw sum, {low} to {high}")
            return unit, 1.0, ()
        if any(b <= a for a, b in pairwise(metric)):
            wrong("score, metric", "scores that do not rise", "a rising table")
        if least != len(items):
            wrong("least_answered", repr(least), "every item, since a table needs whole sums")
        return unit, 1.0, tuple(float(m) for m in metric)
    wrong("score", "another rule", "sum with times, or table with first_raw and metric")
    return unit, 1.0, ()
