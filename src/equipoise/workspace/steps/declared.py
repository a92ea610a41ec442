"""What the protocol declares about contacts, as plain values that an authority can be handed."""

from __future__ import annotations

from dataclasses import replace

from equipoise.authority.pack import PRIMARY, Declared, FormerName, Roster, RosterEntry
from equipoise.authority.rules import Definitions, Window
from equipoise.core.base import Problem, ProblemsError, sha256_hex
from equipoise.design.protocol import Protocol
from equipoise.workspace.folder import TrialFolder
from equipoise.workspace.folder.vault import public_key
from equipoise.workspace.steps.stages import REGISTER, registers_in


def definitions_of(protocol: Protocol) -> tuple[Definitions, tuple[Window, ...]]:
    """Return what is counted and when, as plain values that an authority can be handed.

    Raises
    ------
    ProblemsError
        Where the protocol declares nothing to count.
    """
    contact, periods = protocol.design.contact, protocol.design.periods
    if contact is None or periods.pending_cut_off is None:
        raise ProblemsError(
            [
                Problem(
                    "trial.yaml",
                    "design.contact",
                    "nothing",
                    "what counts as a contact, and when its outcome is settled",
                    "declare design.contact and design.periods.pending_cut_off",
                )
            ]
        )
    definitions = Definitions(
        school=contact.school,
        source_codes=tuple(contact.source_codes),
        open_cases=contact.open_cases,
        repeat_days=contact.repeat_days,
        recontact_days=contact.recontact_days,
        settling_days=periods.settling_days,
        pending_cut_off=periods.pending_cut_off,
        reasons=tuple(contact.reasons),
        outcome=contact.outcome,
        referral_within_days=contact.referral_within_days or 0,
        siblings=contact.siblings,
        same_day=contact.same_day,
        clock_from=contact.clock_from or "",
        decision_days=contact.decision_working_days,
    )
    return definitions, tuple(Window(w.id, w.start, w.end) for w in periods.windows)


def declared_definitions(protocol: Protocol) -> tuple[Declared, ...]:
    """Return every combination of definitions that the protocol declares, its own first.

    Raises
    ------
    ProblemsError
        As `definitions_of`.
    """
    own, _ = definitions_of(protocol)
    declared = [Declared(PRIMARY, own)]
    contact = protocol.design.contact
    for also in () if contact is None else contact.also:
        open_cases = own.open_cases if also.open_cases is None else also.open_cases
        days = own.repeat_days if also.repeat_days is None else also.repeat_days
        within = also.referral_within_days
        other = replace(
            own,
            open_cases=open_cases,
            repeat_days=days,
            outcome=also.outcome or own.outcome,
            referral_within_days=own.referral_within_days if within is None else within,
            siblings=also.siblings or own.siblings,
            same_day=also.same_day or own.same_day,
        )
        declared.append(Declared(also.id, replace(other, school=also.school or own.school)))
    return tuple(declared)


def signing_keys(protocol: Protocol, authority: str) -> tuple[str, ...]:
    """Return the declared signing keys of an authority's people."""
    return tuple(
        person.signing_key
        for person in protocol.people
        if person.role == "authority-analyst"
        and person.authority == authority
        and person.signing_key is not None
    )


def roster_of(folder: TrialFolder, authority: str) -> Roster:
    """Return what one authority is handed. It holds no arms.

    Raises
    ------
    ProblemsError
        Where the protocol counts no contacts or declares no trial key, the registers are missing,
        or the authority has no school in them.
    """
    protocol = folder.protocol
    declared = declared_definitions(protocol)
    _, windows = definitions_of(protocol)
    registers = registers_in(folder)
    schools = sorted((s for s in registers.schools if s.la_code == authority), key=lambda s: s.urn)
    if not schools:
        known = sorted({school.la_code for school in registers.schools})
        raise ProblemsError(
            [
                Problem(
                    REGISTER,
                    "column la_code",
                    f"no school of authority {authority}",
                    "one of " + (", ".join(known) or "the authorities of the register"),
                    "correct the code, or the register",
                )
            ]
        )
    return Roster(
        title=protocol.trial.title,
        authority=authority,
        name=schools[0].la_name,
        schools=tuple(
            RosterEntry(
                school.urn,
                school.name,
                school.la_code,
                tuple(FormerName(a.name, a.start, a.end) for a in school.aliases),
            )
            for school in schools
        ),
        windows=windows,
        declared=declared,
        trial_key=public_key(folder, "trial").hex(),
        signing_keys=signing_keys(protocol, authority),
        protocol=sha256_hex(protocol.meaning("design")),
    )
