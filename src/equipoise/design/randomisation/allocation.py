"""The allocation: which school has which arm, as bytes to be sealed."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from equipoise.core.base import Problem, ProblemsError, canonical, parse_canonical, sha256_hex


class AllocatedSchool(NamedTuple):
    """A school's arm, with the unit it was drawn in and that unit's stratum."""

    urn: str
    unit: str
    stratum: str
    arm: str


@dataclass(frozen=True)
class Allocation:
    """The arms of a stage, a row for each school in order of URN."""

    stage: str
    rows: tuple[AllocatedSchool, ...]

    def arms(self) -> dict[str, str]:
        """Return the arm of each school."""
        return {row.urn: row.arm for row in self.rows}


def arms_of(allocations: Iterable[Allocation]) -> dict[str, str]:
    """Return the arm of each school over several stages."""
    return {urn: arm for allocation in allocations for urn, arm in allocation.arms().items()}


def allocation_bytes(allocations: Iterable[Allocation]) -> bytes:
    """Return allocations as canonical JSON, stages in order; never to be left unsealed.

    Examples
    --------
    >>> one = Allocation("900", (AllocatedSchool("900001", "900001", "900/small", "usual"),))
    >>> parse_allocation(allocation_bytes([one])) == (one,)
    True
    """
    ordered = sorted(allocations, key=lambda allocation: allocation.stage)
    return canonical([{"rows": [list(r) for r in a.rows], "stage": a.stage} for a in ordered])


def parse_allocation(data: bytes) -> tuple[Allocation, ...]:
    """Read the bytes of `allocation_bytes`.

    Raises
    ------
    ProblemsError
        Where they are something else.
    """
    try:
        stages = parse_canonical(data)
        if not isinstance(stages, list):
            raise TypeError("not a list of stages")
        return tuple(
            Allocation(str(stage["stage"]), tuple(AllocatedSchool(*row) for row in stage["rows"]))
            for stage in stages
        )
    except (ValueError, TypeError, KeyError):
        raise ProblemsError(
            [
                Problem(
                    "allocation",
                    "whole file",
                    "other contents than an allocation",
                    "stages with rows of URN, unit, stratum and arm",
                    "open the sealed allocation that randomise wrote",
                )
            ]
        ) from None


def external_allocation(
    rows: Sequence[tuple[str, str]], strata: Mapping[str, str], *, stage: str = "all"
) -> Allocation:
    """Take over the arms of a trial that was drawn elsewhere, each unit by itself.

    Parameters
    ----------
    rows
        Unit and arm, each unit once.
    strata
        Stratum of each unit.
    stage
        Name of the one stage.
    """
    return Allocation(
        stage, tuple(sorted(AllocatedSchool(unit, unit, strata[unit], arm) for unit, arm in rows))
    )


def arms_digest(rows: Iterable[tuple[str, str]], salt: bytes = b"") -> str:
    """Return the digest by which arms drawn elsewhere are recorded.

    Parameters
    ----------
    rows
        Unit and arm, in any order.
    salt
        A secret that is sealed with the arms: without it, someone could test a guess against
        the ledger. Empty only where the arms are public anyway.

    Returns
    -------
    str
        SHA-256 (HMAC with a salt) of the canonical JSON of the pairs in order of unit.

    Examples
    --------
    >>> arms_digest([("b", "small"), ("a", "regular")]) == arms_digest(
    ...     [("a", "regular"), ("b", "small")])
    True
    """
    data = canonical([list(row) for row in sorted(rows)])
    return hmac.digest(salt, data, "sha256").hex() if salt else sha256_hex(data)
