"""Randomisation: commitments, the draw that anyone can repeat, allocations and balance."""

from equipoise.design.protocol import scheme_of
from equipoise.design.randomisation.allocation import (
    AllocatedSchool,
    Allocation,
    allocation_bytes,
    arms_digest,
    arms_of,
    external_allocation,
    parse_allocation,
)
from equipoise.design.randomisation.balance import (
    BalanceResult,
    BalanceRow,
    Covariate,
    balance,
)
from equipoise.design.randomisation.commitment import (
    WHOLE,
    ArmShare,
    Commitment,
    DeclaredEvent,
    RosterUnit,
    commit,
    roster_digest,
    seed_hash,
    stages_of,
    strata_of,
)
from equipoise.design.randomisation.draw import (
    DrawRefused,
    check_event_date,
    draw,
    repeat_draw,
    unit_key,
)

__all__ = [
    "WHOLE",
    "AllocatedSchool",
    "Allocation",
    "ArmShare",
    "BalanceResult",
    "BalanceRow",
    "Commitment",
    "Covariate",
    "DeclaredEvent",
    "DrawRefused",
    "RosterUnit",
    "allocation_bytes",
    "arms_digest",
    "arms_of",
    "balance",
    "check_event_date",
    "commit",
    "draw",
    "external_allocation",
    "parse_allocation",
    "repeat_draw",
    "roster_digest",
    "scheme_of",
    "seed_hash",
    "stages_of",
    "strata_of",
    "unit_key",
]
