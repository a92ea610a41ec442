"""What a request says: the trial's declarations and one authority's schools, as plain facts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from equipoise.authority.readers import (
    ContactField,
    contact_fields,
    gives_words,
    never_sent,
    other_files,
    outcomes_of,
)
from equipoise.authority.rules import Definitions, Window, dates_wanted
from equipoise.authority.vocabulary import load_codes
from equipoise.design.protocol import Outcome, Protocol
from equipoise.design.registers import Enrolment, School
from equipoise.reporting.documents.request import (
    RequestFacts,
    RequestField,
    RequestOther,
    RequestOutcome,
    RequestWindow,
)
from equipoise.reporting.tables import marked_name
from equipoise.workspace.steps.declared import declared_definitions

ROSTER, TEMPLATE, QUESTIONS = "roster.csv", "contacts-template.xlsx", "profile-questions.xlsx"
#: What `contacts pack` and `contacts rows` count for; it needs the trial's key.
PACKING = "roster.json"


def request_facts(
    protocol: Protocol,
    definitions: Definitions,
    windows: tuple[Window, ...],
    enrolment: Enrolment,
    schools: tuple[School, ...],
    *,
    code: str,
    locked: date | None,
) -> RequestFacts:
    """Put together what the documents of one authority's request say.

    Parameters
    ----------
    protocol
        The trial.
    definitions, windows
        Its own definition of a new contact, and the periods that are counted.
    enrolment
        Who takes part, of all authorities.
    schools
        The authority's schools on the register, whether they take part or not.
    code
        The authority; one of its schools takes part.
    locked
        Day of the lock, or None before it.
    """
    design, trial, registration = protocol.design, protocol.trial, protocol.registration
    here = [school for school in enrolment.schools if school.la_code == code]
    declared = declared_definitions(protocol)
    attended = any(one.definitions.school == "attended" for one in declared)
    families = any(one.definitions.siblings == "one" for one in declared)
    asked_for = {field for field, asked in (("upn", attended), ("family_id", families)) if asked}
    wanted = dates_wanted(definitions, windows)
    outcomes = [outcome for outcome in design.outcomes if _counts(outcome)]
    codes = {c.code: c.title for c in load_codes("source-of-contact", wanted.made_from).codes}
    reasons = {c.code: c.title for c in load_codes("contact-reason", wanted.made_from).codes}
    people = {person.role: person.name for person in reversed(protocol.people)}
    sources = [f"{c} {codes[c]}" if c in codes else c for c in definitions.source_codes]

    def named(name: str) -> str:
        return marked_name(name, trial.simulated)

    return RequestFacts(
        trial=trial.id,
        title=trial.title,
        question=trial.question,
        design=trial.design,
        intervention=design.intervention.name if design.intervention else "the intervention",
        sponsor=trial.sponsor or "",
        funder=trial.funder or "",
        registration=" ".join(
            filter(None, (registration.registry, registration.identifier or "(no number yet)"))
        ),
        protocol_version=registration.protocol_version,
        protocol_date=registration.protocol_date,
        locked=locked,
        simulated=trial.simulated,
        authority=code,
        authority_name=here[0].la_name,
        schools=len(here),
        pupils=sum(school.pupils for school in here),
        register_schools=len(schools),
        phases=", ".join(sorted({school.phase for school in here})),
        roll_date=protocol.roll_date,
        windows=tuple(RequestWindow(w.id, w.start, w.end) for w in windows),
        first=wanted.first,
        last=wanted.last,
        made_from=wanted.made_from,
        settling_days=definitions.settling_days,
        cut_off=definitions.pending_cut_off,
        repeat_days=definitions.repeat_days,
        recontact_days=definitions.recontact_days,
        set_open_cases_aside=definitions.open_cases == "set-aside",
        sources=" or ".join(sources),
        reasons=", ".join(_reason(reason, reasons) for reason in definitions.reasons),
        fields=tuple(_field(f) for f in contact_fields() if _asked(f, definitions, asked_for)),
        attended=attended,
        families=families,
        referrals=_referrals([one.definitions for one in declared], windows),
        never=never_sent(),
        outcomes=tuple(RequestOutcome(o.id, o.title, o.role) for o in outcomes),
        others=_others([count for outcome in outcomes for count in _counts(outcome)]),
        smallest=design.disclosure.smallest,
        data_manager=people.get("data-manager", ""),
        sponsor_person=people.get("sponsor", ""),
        roster=named(ROSTER),
        packing=named(PACKING),
        template=named(TEMPLATE),
        questions=named(QUESTIONS),
    )


def _referrals(declared: Sequence[Definitions], windows: Sequence[Window]) -> str:
    """Say when the referrals were received that a list must hold; "" where none is needed."""
    days = [one.referral_within_days for one in declared if one.needs_referrals]
    if not days:
        return ""
    first = min(window.start for window in windows)
    last = max(window.end for window in windows) + timedelta(days=max(days))
    return f"from {first:%d/%m/%Y} to {last:%d/%m/%Y}"


def _asked(field: ContactField, definitions: Definitions, asked_for: Collection[str]) -> bool:
    if field.field in ("upn", "family_id"):
        return field.field in asked_for
    return field.needed != "if asked" or bool(definitions.reasons)


def _field(field: ContactField) -> RequestField:
    needed = "always" if field.needed == "if asked" else field.needed
    if field.field == "upn":
        needed = "if recorded"
    return RequestField(field.field, field.heading, needed, field.holds, field.use)


def _reason(reason: str, titles: dict[str, str]) -> str:
    return titles.get(reason.upper().replace("-", "_"), reason.replace("-", " ")).lower()


def _counts(outcome: Outcome) -> tuple[str, ...]:
    """Return the counts of contacts that an outcome and what is shown beside it need."""
    numerator = outcome.measure.numerator
    if numerator is None:
        return ()
    return (numerator, *(shown.numerator for shown in outcome.also_shown))


def _others(counts: list[str]) -> tuple[RequestOther, ...]:
    kinds = {kind.id: kind.title for kind in outcomes_of(counts)}
    return tuple(
        RequestOther(
            f"{file.id}-{found.outcome}",
            file.title,
            kinds[found.outcome],
            gives_words(found.gives),
            found.why,
        )
        for file in other_files()
        for found in file.outcomes
        if found.outcome in kinds
    )
