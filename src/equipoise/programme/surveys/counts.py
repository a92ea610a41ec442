"""Counts by code, and rows set aside with their reason: what every room of the floor shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class CodeCount:
    """How often one code was seen.

    Attributes
    ----------
    code
        The code or plain reason.
    count
        Rows, sessions or people with it, as the field that holds this says.
    share
        Its share of all that were counted, 0 to 1; None where nothing was counted.
    """

    code: str
    count: int
    share: float | None


@dataclass(frozen=True)
class SetAside:
    """A row that was read and not used.

    Attributes
    ----------
    file
        The file as its reader knows it.
    line
        Its line in the file, the header being line 1.
    reason
        Why, in plain words; the same words for the same reason.
    """

    file: str
    line: int
    reason: str


def share(part: int, whole: int) -> float | None:
    """Return `part` of `whole` (0 to 1), None where the whole is 0.

    Examples
    --------
    >>> share(1, 4), share(0, 0)
    (0.25, None)
    """
    return part / whole if whole else None


def tally(codes: Iterable[str], order: Sequence[str] = ()) -> tuple[CodeCount, ...]:
    """Count codes: first those of `order`, zeros included, then the others by name.

    Parameters
    ----------
    codes
        One code per thing counted.
    order
        Codes to show in any case, in this order.

    Examples
    --------
    >>> [(c.code, c.count, c.share) for c in tally(["b", "a", "b", "b"], order=("c", "b"))]
    [('c', 0, 0.0), ('b', 3, 0.75), ('a', 1, 0.25)]
    """
    counts = Counter(codes)
    whole = sum(counts.values())
    names = [*order, *sorted(set(counts) - set(order))]
    return tuple(CodeCount(name, counts[name], share(counts[name], whole)) for name in names)
