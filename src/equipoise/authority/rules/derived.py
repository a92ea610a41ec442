"""Derived outcome: what came of a contact, where only a list of referrals says so."""

from __future__ import annotations

from typing import Any

from equipoise.authority.rules import contact_to_referral
from equipoise.authority.rules.rule import OF_OUTCOME, Rule

#: The outcome of every contact where the authority records none.
NOT_RECORDED = "NOT_RECORDED"
RULE = Rule(
    code="derived-outcome",
    words="Where the trial derives outcomes, what was recorded as outcome is not looked at: a "
    "contact that led to a referral (contact-to-referral) is a referral; one whose days have not "
    "all passed when outcomes are read, or in the list of referrals, is pending; one before the "
    "first day of that list is missing; any other ended in no further action by absence: advice, "
    "early help and everything else that is no referral are in it. An enquiry cannot be told from "
    "a referral. Recorded and derived outcomes are never counted together.",
    fields=("day", "referred"),
    source="rules.md 4; trial.yaml, contact.outcome",
    decides=OF_OUTCOME,
)


def outcome(events: Any) -> Any:
    """Return the derived outcome: an expression of short codes."""
    unknown = (events.day < events.referrals_from).fill_null(True)
    pending = contact_to_referral.is_open(events).fill_null(True)
    led = contact_to_referral.led_to_referral(events)
    return unknown.ifelse("MISSING", led.ifelse("REFERRAL", pending.ifelse("PENDING", "NFA")))
