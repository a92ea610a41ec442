"""The primary outcome under other declared definitions of a new contact (``design.contact.also``).

They change what is counted and nothing else: model, baseline, weights and margins stay the main
analysis's. A definition that gives no estimate never keeps the findings back: it is said instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from equipoise.design.protocol import ContactVariant, Outcome, Protocol
from equipoise.evaluation.analysis.variants import Variant, main_variant
from equipoise.evaluation.outcomes import AnalysisSet, Definition, outcome_values

__all__ = ["contact_id", "contact_variants", "left_out", "title_of", "unfitted"]

TIER = 1
"""They are declared with the design, before any plan."""


def contact_id(definition: str) -> str:
    """Name the analysis of the declared count under another definition of a new contact.

    Examples
    --------
    >>> contact_id("a-month-apart")
    'contact@a-month-apart'
    """
    return f"contact@{definition}"


def contact_variants(protocol: Protocol, outcome: Outcome) -> tuple[Variant, ...]:
    """Give the primary outcome's models under each other definition of a new contact.

    No further action is strict, and in each definition that is always shown beside it (rules 4).

    Returns
    -------
    tuple of Variant
        None for other outcomes, and for one that counts nothing. Their ids hold an ``@``, which no
        declared id does.
    """
    if outcome.role != "primary" or outcome.measure.type not in ("rate", "share"):
        return ()
    main = main_variant(protocol, outcome)
    found: list[Variant] = []
    for contact in protocol.contact_variants:
        own = replace(
            main,
            id=contact_id(contact.id),
            title=title_of(contact),
            tier=TIER,
            change=f"contact = {contact.id}",
            definition=Definition(contact=contact.id),
        )
        found.append(own)
        found += [
            replace(
                own,
                id=f"{own.id}@{shown.id}",
                title=f"{own.title}, {shown.title}",
                change=f"{own.change}, numerator = {shown.numerator}",
                definition=Definition(numerator=shown.numerator, contact=contact.id),
            )
            for shown in outcome.also_shown
        ]
    return tuple(found)


def title_of(contact: ContactVariant) -> str:
    """Say in words what another definition counts.

    Examples
    --------
    >>> title_of(ContactVariant(id="a-month-apart", repeat_days=30))
    'counting no contact within 30 days of an earlier one on the same child'
    >>> title_of(ContactVariant(id="all", open_cases="count", repeat_days=0))
    'counting contacts on open cases too, counting one contact a day on the same child'
    >>> title_of(ContactVariant(id="by-roll", school="attended"))
    'counting by the school attended'
    """
    return ", ".join((*_new(contact), *_whose(contact), *_came_of_it(contact)))


def _new(contact: ContactVariant) -> Iterator[str]:
    """Say what is a new contact."""
    if contact.open_cases == "count":
        yield "counting contacts on open cases too"
    elif contact.open_cases is not None:
        yield "leaving contacts on open cases out"
    if contact.repeat_days == 0:
        yield "counting one contact a day on the same child"
    elif contact.repeat_days is not None:
        days = _days(contact.repeat_days)
        yield f"counting no contact within {days} of an earlier one on the same child"
    if contact.same_day == "keep":
        yield "counting several contacts of one day each"
    elif contact.same_day is not None:
        yield "counting several contacts of one day once"
    if contact.siblings == "one":
        yield "counting the children of a family once"
    elif contact.siblings is not None:
        yield "counting each child of a family"


def _whose(contact: ContactVariant) -> Iterator[str]:
    """Say which school it counts for."""
    if contact.school == "attended":
        yield "counting by the school attended"
    elif contact.school is not None:
        yield "counting by the school that made the contact"


def _came_of_it(contact: ContactVariant) -> Iterator[str]:
    """Say from where it is known what came of it."""
    if contact.outcome == "derived":
        yield "taking what came of a contact from the list of referrals"
    elif contact.outcome is not None:
        yield "taking what came of a contact as recorded"
    if contact.referral_within_days is not None:
        days = _days(contact.referral_within_days)
        yield f"taking a referral within {days} for one that the contact led to"


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def left_out(protocol: Protocol, outcome: Outcome, data: AnalysisSet) -> tuple[str, ...]:
    """Say of each other definition which authorities did not count by it, though they sent counts.

    Returns
    -------
    tuple of str
        A sentence for each such definition.
    """
    if not contact_variants(protocol, outcome):
        return ()
    present = _authorities(protocol, outcome, data, None)
    sentences = []
    for contact in protocol.contact_variants:
        absent = sorted(present - _authorities(protocol, outcome, data, contact.id))
        if absent:
            one = len(absent) == 1
            sentences.append(
                f"{'Authority' if one else 'Authorities'} {', '.join(absent)} did not count under "
                f"the definition {contact.id}; "
                f"{'its' if one else 'their'} schools are not in that analysis."
            )
    return tuple(sentences)


def unfitted(variant: Variant, reason: Exception) -> str:
    """Say that a definition gave no estimate, and why."""
    name = variant.definition.contact
    return f"Under the definition {name} there is no estimate: {str(reason).rstrip('.')}."


def _authorities(
    protocol: Protocol, outcome: Outcome, data: AnalysisSet, contact: str | None
) -> set[str]:
    table = outcome_values(protocol, outcome, data, Definition(contact=contact))
    return set(table.drop_nulls("numerator")["la_code"].drop_nulls().to_list())
