"""Rules about sources: whatever is assumed says so in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from equipoise.design.protocol.source import Path
from equipoise.design.protocol.tree import Tree


def assumed_has_source(tree: Tree) -> None:
    """A group marked `assumed: true` says what is assumed, and where the rest is taken from."""
    for path in _assumed(tree.source.tree, ()):
        if not tree.given(*path, "source"):
            tree.add(
                (*path, "source"),
                "nothing",
                "a source, since assumed is true",
                "say in source what is assumed and where the rest is taken from",
            )


def _assumed(value: Any, path: Path) -> Iterator[Path]:
    if isinstance(value, Mapping):
        if value.get("assumed") is True:
            yield path
        for key, item in value.items():
            yield from _assumed(item, (*path, key))
    elif isinstance(value, tuple):
        for i, item in enumerate(value):
            yield from _assumed(item, (*path, i))


RULES = (assumed_has_source,)
