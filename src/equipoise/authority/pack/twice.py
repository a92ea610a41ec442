"""Twice: children whom two authorities know, and how many of them there can be at most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class CountedTwice:
    """The bound on children who are counted in more than one authority.

    Attributes
    ----------
    counted
        Children counted, over all authorities.
    distinct_at_least
        So many of them are different children for certain.
    """

    counted: int
    distinct_at_least: int

    @property
    def more_than_once(self) -> int:
        """How many of the counted can be further counts of the same children, at most."""
        return self.counted - self.distinct_at_least

    def sentence(self) -> str:
        """Say it."""
        first = (
            "A child known to two authorities is counted once in each, in packs as in "
            "pseudonymised rows, since each authority's key is its own"
        )
        if not self.counted:
            return f"{first}."
        share = 100 * self.more_than_once / self.counted
        return (
            f"{first}: of {self.counted:,} children counted, at least "
            f"{self.distinct_at_least:,} are different children and at most "
            f"{self.more_than_once:,} ({share:.1f} %) are counted again."
        )


def counted_twice(children: Mapping[str, int]) -> CountedTwice:
    """Bound how many children are counted in more than one authority.

    Within an authority a child is known by one key; between authorities nothing links two keys.
    So the different children number at least the largest authority's and at most the sum. The
    same bound holds where an authority's children are summed over its schools.

    Parameters
    ----------
    children
        From each authority's code to its children counted, 0 or more.

    Raises
    ------
    ValueError
        For a count below zero.

    Examples
    --------
    >>> bound = counted_twice({"350": 400, "351": 100})
    >>> bound.more_than_once, bound.sentence()[-43:]
    (100, 'and at most 100 (20.0 %) are counted again.')
    """
    if any(count < 0 for count in children.values()):
        raise ValueError("a count of children below zero")
    return CountedTwice(sum(children.values()), max(children.values(), default=0))
