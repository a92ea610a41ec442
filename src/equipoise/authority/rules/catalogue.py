"""The rules, in the order in which they are applied."""

from __future__ import annotations

from equipoise.authority.rules import (
    attended,
    contact_to_referral,
    copies,
    derived,
    new_contact,
    no_further_action,
    open_case,
    reason,
    recontact,
    referral,
    repeat,
    same_day,
    section47,
    settled,
    siblings,
    working_days,
)
from equipoise.authority.rules.definitions import Definitions

RULES = (
    copies.RULE,
    settled.RULE,
    contact_to_referral.RULE,
    derived.RULE,
    attended.RULE,
    new_contact.RULE,
    open_case.RULE,
    same_day.RULE,
    repeat.RULE,
    siblings.RULE,
    no_further_action.RULE,
    referral.RULE,
    section47.RULE,
    recontact.RULE,
    reason.RULE,
    working_days.RULE,
)


def in_force(definitions: Definitions) -> tuple[str, ...]:
    """Return the codes of the rules that definitions bring into force, in their order.

    Examples
    --------
    >>> from datetime import date
    >>> plain = Definitions("made_by", ("2A",), "count", 0, 90, 28, date(2025, 9, 30))
    >>> "open-case" in in_force(plain), "settled" in in_force(plain)
    (False, True)
    """
    derives = definitions.outcome == "derived"
    idle = {
        settled.RULE.code: derives,
        contact_to_referral.RULE.code: not definitions.needs_referrals,
        derived.RULE.code: not derives,
        attended.RULE.code: definitions.school == "made_by",
        open_case.RULE.code: definitions.open_cases == "count",
        same_day.RULE.code: definitions.same_day == "keep",
        repeat.RULE.code: definitions.repeat_days == 0,
        siblings.RULE.code: definitions.siblings == "each",
        section47.RULE.code: derives,
        reason.RULE.code: not definitions.reasons,
        working_days.RULE.code: not definitions.clock_from,
    }
    return tuple(rule.code for rule in RULES if not idle.get(rule.code, False))


def deciding(count: str, definitions: Definitions) -> tuple[str, ...]:
    """Return the codes of the rules that decide a count under definitions, in their order.

    Examples
    --------
    >>> from datetime import date
    >>> plain = Definitions("made_by", ("2A",), "count", 0, 90, 28, date(2025, 9, 30))
    >>> deciding("children", plain)
    ('copies', 'new-contact', 'same-day')
    """
    force = set(in_force(definitions))
    return tuple(rule.code for rule in RULES if count in rule.decides and rule.code in force)
