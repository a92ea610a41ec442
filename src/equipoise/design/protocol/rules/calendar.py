"""Rules about dates: their order, windows that do not overlap, and what must have settled."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from equipoise.design.protocol.source import Path
from equipoise.design.protocol.tree import Tree

_PERIODS = ("design", "periods")
_EVENT = ("design", "scheme", "event", "not_before")


def _span(tree: Tree, path: Path) -> tuple[date, date] | None:
    start, end = tree.day(*path, "from"), tree.day(*path, "to")
    return None if start is None or end is None else (start, end)


def order(tree: Tree) -> None:
    """Every span begins before it ends."""
    paths = [
        (*_PERIODS, "delivery"),
        *tree.groups(*_PERIODS, "windows"),
        *tree.groups(*_PERIODS, "waves"),
    ]
    for path in paths:
        span = _span(tree, path)
        if span and span[0] > span[1]:
            tree.add(
                (*path, "to"),
                span[1].isoformat(),
                f"a date on or after the first day, {span[0]}",
                "correct one of the two dates",
            )


def overlap(tree: Tree) -> None:
    """Windows never overlap (distinct pupils are counted once per window), nor do waves."""
    for key in ("windows", "waves"):
        spans = []
        for entry in tree.groups(*_PERIODS, key):
            span = _span(tree, entry)
            if span and span[0] <= span[1]:
                spans.append((span, entry))
        spans.sort(key=lambda item: item[0])
        for (before, first), (after, second) in pairwise(spans):
            if after[0] <= before[1]:
                names = [tree.text(*entry, "id") or "another" for entry in (first, second)]
                tree.add(
                    (*second, "from"),
                    f"{after[0]}, inside {names[0]}",
                    f"a first day after {before[1]}, the last day of {names[0]}",
                    f"keep {names[0]} and {names[1]} apart",
                )


def draw(tree: Tree) -> None:
    """Rolls, protocol and baseline lie before the draw; delivery and outcome lie after it."""
    event = tree.day(*_EVENT)
    if event is None:
        return

    def before(path: Path, what: str) -> None:
        day = tree.day(*path)
        if day and day >= event:
            tree.add(
                path,
                day.isoformat(),
                f"{what} before the draw (not before {event})",
                "correct one of the two dates",
            )

    def after(path: Path, what: str) -> None:
        day = tree.day(*path)
        if day and day < event:
            tree.add(
                path,
                day.isoformat(),
                f"{what} on or after the draw (not before {event})",
                "correct one of the two dates",
            )

    before((*_PERIODS, "roll_date"), "a census")
    before(("registration", "protocol_date"), "a protocol dated")
    after((*_PERIODS, "delivery", "from"), "delivery that begins")
    for kind, ids in (("windows", _used(tree, "window")), ("waves", _used(tree, "wave"))):
        for entry in tree.groups(*_PERIODS, kind):
            name = tree.text(*entry, "id")
            if name in ids[0]:
                before((*entry, "to"), "a baseline that ends")
            elif name in ids[1]:
                after((*entry, "from"), "an outcome that begins")


def _used(tree: Tree, key: str) -> tuple[set[str], set[str]]:
    """Ids of the spans used as baseline and as outcome."""
    baseline, outcome = set(), set()
    for entry in tree.groups("design", "outcomes"):
        if name := tree.text(*entry, "baseline", key):
            baseline.add(name)
        if name := tree.text(*entry, "measure", key):
            outcome.add(name)
    return baseline, outcome


def settled(tree: Tree) -> None:
    """The cut-off leaves every window's contacts the time to settle."""
    path = (*_PERIODS, "pending_cut_off")
    cut_off, days = tree.day(*path), tree.get(*_PERIODS, "settling_days")
    if days is None and not tree.given(*_PERIODS, "settling_days"):
        days = 28
    ends = [span[1] for e in tree.groups(*_PERIODS, "windows") if (span := _span(tree, e))]
    if cut_off is None or not isinstance(days, int) or not ends or not 0 <= days <= 366:
        return
    earliest = max(ends) + timedelta(days=days)
    if cut_off < earliest:
        tree.add(
            path,
            cut_off.isoformat(),
            f"{earliest} or later: the last window's end and {days} days to settle",
            "move the cut-off, or shorten settling_days",
        )


RULES = (order, overlap, draw, settled)
