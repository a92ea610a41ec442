"""The ledger: append-only, hash-chained, signed."""

from equipoise.core.ledger.acts import (
    STAGE_STATES,
    STEPS,
    TRIAL_STATES,
    OutOfTurnError,
    Standing,
    Step,
    check_turn,
    standing,
)
from equipoise.core.ledger.chain import (
    LEDGER,
    LOCK,
    SIGNED_EVERY,
    Chain,
    SignatureCheck,
    append,
    read_chain,
    writing,
)
from equipoise.core.ledger.entry import BEGINNING, Entry, Line, decode_line

__all__ = [
    "BEGINNING",
    "LEDGER",
    "LOCK",
    "SIGNED_EVERY",
    "STAGE_STATES",
    "STEPS",
    "TRIAL_STATES",
    "Chain",
    "Entry",
    "Line",
    "OutOfTurnError",
    "SignatureCheck",
    "Standing",
    "Step",
    "append",
    "check_turn",
    "decode_line",
    "read_chain",
    "standing",
    "writing",
]
