"""The rules, in the order in which they are applied."""

from __future__ import annotations

from equipoise.authority.rules import (
    no_further_action,
    open_case,
    reason,
    recontact,
    referral,
    repeat,
    section47,
    settled,
)

RULES = (
    settled.RULE,
    open_case.RULE,
    repeat.RULE,
    no_further_action.RULE,
    referral.RULE,
    section47.RULE,
    recontact.RULE,
    reason.RULE,
)
