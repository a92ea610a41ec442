"""The registry of result types: each room declares its own, by kind and version."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_BY_KIND: dict[tuple[str, int], type] = {}
_BY_TYPE: dict[type, tuple[str, int]] = {}


def result(kind: str, *, version: int) -> Callable[[type[T]], type[T]]:
    """Register a frozen dataclass as a kind of result.

    Parameters
    ----------
    kind
        ``room.noun``, as it stands in the file.
    version
        Raised whenever a field changes its meaning, its name or its type.

    Raises
    ------
    TypeError
        Where the class is not a frozen dataclass.
    ValueError
        Where another class already has that kind and version.
    """

    def register(cls: type[T]) -> type[T]:
        parameters = getattr(cls, "__dataclass_params__", None)
        if not dataclasses.is_dataclass(cls) or parameters is None or not parameters.frozen:
            raise TypeError(f"{cls.__name__} must be a frozen dataclass")
        known = _BY_KIND.get((kind, version))
        if known is not None and known.__qualname__ != cls.__qualname__:
            raise ValueError(f"{kind} version {version} is {known.__qualname__} already")
        _BY_KIND[kind, version] = cls
        _BY_TYPE[cls] = (kind, version)
        return cls

    return register


def registered(kind: str, version: int) -> type:
    """Return the dataclass of a kind and version; raise ValueError where there is none."""
    try:
        return _BY_KIND[kind, version]
    except KeyError:
        raise ValueError(
            f"this version of equipoise knows no result {kind}, version {version}"
        ) from None


def kind_of(cls: type) -> tuple[str, int]:
    """Return kind and version of a registered class; raise ValueError for another."""
    try:
        return _BY_TYPE[cls]
    except KeyError:
        raise ValueError(f"{cls.__name__} is not a registered result") from None


def kinds() -> tuple[tuple[str, int, type], ...]:
    """Return every registered kind, its version and its class, in order of kind."""
    return tuple((k, v, _BY_KIND[k, v]) for k, v in sorted(_BY_KIND))
