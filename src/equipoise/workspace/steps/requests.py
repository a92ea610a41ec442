"""Requests: what each authority is sent before it sends anything, one folder for each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from equipoise.authority.quality import profile_workbook
from equipoise.authority.readers import (
    ContactField,
    contact_fields,
    gives_words,
    never_sent,
    other_files,
    outcomes_of,
    template_bytes,
)
from equipoise.authority.rules import Definitions, Window, dates_wanted
from equipoise.authority.vocabulary import load_codes
from equipoise.core.base import Problem, Problems, ProblemsError, csv_bytes, write_atomic
from equipoise.design.protocol import Outcome, Protocol
from equipoise.design.registers import Enrolment, School, columns_of
from equipoise.reporting.documents import docx_bytes, pdf_bytes, request_document, rewritten
from equipoise.reporting.documents.request import (
    NAMES,
    RequestFacts,
    RequestField,
    RequestOther,
    RequestOutcome,
    RequestWindow,
)
from equipoise.reporting.tables import mark_of, marked_name
from equipoise.workspace.folder import TrialFolder
from equipoise.workspace.steps.declared import definitions_of
from equipoise.workspace.steps.stages import REGISTER, enrolment_of, registers_in

ROSTER, TEMPLATE, QUESTIONS = "roster.csv", "contacts-template.xlsx", "profile-questions.xlsx"
#: Documents that are meant to be read as they are, and so come as PDF too.
FIXED = ("data-specification",)
_NO_OUTCOMES = ("MISSING", "UNMAPPED")


@dataclass(frozen=True)
class Requested:
    """What was written for one authority.

    Attributes
    ----------
    code, name
        Which authority.
    folder
        Where its files lie.
    files
        Their names, in order.
    schools
        How many of its schools take part.
    """

    code: str
    name: str
    folder: Path
    files: tuple[str, ...]
    schools: int


def requests_folder(folder: TrialFolder) -> Path:
    """Return where requests go if nothing else is said: beside the trial, for people edit them."""
    whole = folder.path.resolve()
    return whole.with_name(f"{whole.name}-requests")


def request(
    folder: TrialFolder, *, authority: str | None = None, out: Path, replace: bool = False
) -> tuple[Requested, ...]:
    """Write what each authority is sent; the same trial gives the same bytes.

    Rosters hold no arms, so nothing here tells whoever is blind anything.

    Parameters
    ----------
    folder
        The trial, with its registers; locked or not yet.
    authority
        One authority's code; None for all that have a school that takes part.
    out
        Holds a folder for each authority.
    replace
        Whether files that were changed since may be written over.

    Raises
    ------
    ProblemsError
        Where the protocol counts no contacts, the registers are missing, no such authority takes
        part, or a file there was changed. Nothing is written then.
    """
    protocol = folder.protocol
    definitions, windows = definitions_of(protocol)
    registers = registers_in(folder)
    enrolment = enrolment_of(folder, registers)
    taking_part = tuple(sorted({(s.la_code, s.la_name) for s in enrolment.schools}))
    wanted = [found for found in taking_part if authority in (None, found[0])]
    if not wanted:
        raise _unknown(authority, [code for code, _ in taking_part])
    locked = folder.last("lock")
    made: list[tuple[Requested, dict[str, bytes]]] = []
    for code, name in wanted:
        schools = tuple(school for school in registers.schools if school.la_code == code)
        facts = _facts(
            protocol,
            definitions,
            windows,
            enrolment,
            schools,
            code=code,
            locked=None if locked is None else date.fromisoformat(locked.at[:10]),
        )
        files = _files(facts, schools)
        taking = sum(1 for school in enrolment.schools if school.la_code == code)
        made.append((Requested(code, name, out / code, tuple(files), taking), files))
        folder.tell(f"request for authority {code}")
    if not replace:
        _keep_edited(made)
    for requested, files in made:
        for file, data in files.items():
            write_atomic(requested.folder / file, data)
    return tuple(requested for requested, _ in made)


def _files(facts: RequestFacts, schools: tuple[School, ...]) -> dict[str, bytes]:
    """Return an authority's files by name, in the order in which they are read."""
    on, mark = facts.protocol_date, mark_of(facts.simulated)
    fields = tuple(
        field for field in contact_fields() if any(field.field == f.id for f in facts.fields)
    )
    files: dict[str, bytes] = {}
    for name in NAMES:
        document = request_document(name, facts)
        files[marked_name(f"{name}.docx", facts.simulated)] = docx_bytes(document, on)
        if name in FIXED:
            files[marked_name(f"{name}.pdf", facts.simulated)] = pdf_bytes(document, on)
    files[facts.template] = rewritten(
        template_bytes(
            fields,
            title=f"Contacts for {facts.title}: {facts.authority_name}",
            first=facts.first,
            last=facts.last,
            titles=_titles(facts.cut_off),
            mark=mark,
            on=on,
        )
    )
    files[facts.questions] = rewritten(
        profile_workbook(authority=facts.authority, name=facts.authority_name, mark=mark, on=on)
    )
    files[facts.roster] = roster_bytes(schools)
    return files


def roster_bytes(schools: tuple[School, ...]) -> bytes:
    """Return a roster as the register of one authority: no arms, no strata, nothing else."""
    rows = [
        (s.urn, s.name, s.la_code, s.la_name, s.phase, s.status, s.opened, s.closed)
        for s in schools
    ]
    return csv_bytes(columns_of(REGISTER), rows)


def _facts(
    protocol: Protocol,
    definitions: Definitions,
    windows: tuple[Window, ...],
    enrolment: Enrolment,
    schools: tuple[School, ...],
    *,
    code: str,
    locked: date | None,
) -> RequestFacts:
    design, trial, registration = protocol.design, protocol.trial, protocol.registration
    here = [school for school in enrolment.schools if school.la_code == code]
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
        fields=tuple(_field(f) for f in contact_fields() if _asked(f, definitions)),
        never=never_sent(),
        outcomes=tuple(RequestOutcome(o.id, o.title, o.role) for o in outcomes),
        others=_others([count for outcome in outcomes for count in _counts(outcome)]),
        smallest=design.disclosure.smallest,
        data_manager=people.get("data-manager", ""),
        sponsor_person=people.get("sponsor", ""),
        roster=named(ROSTER),
        template=named(TEMPLATE),
        questions=named(QUESTIONS),
    )


def _asked(field: ContactField, definitions: Definitions) -> bool:
    return field.needed != "if asked" or bool(definitions.reasons)


def _field(field: ContactField) -> RequestField:
    needed = "always" if field.needed == "if asked" else field.needed
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


def _titles(on: date) -> dict[str, tuple[str, ...]]:
    """Return the words that the template offers under source and outcome."""
    offered = {"source": "source-of-contact", "outcome": "contact-outcome"}
    return {
        form: tuple(
            code.title
            for code in load_codes(name, on).codes
            if code.valid_on(on) and code.code not in _NO_OUTCOMES
        )
        for form, name in offered.items()
    }


def _keep_edited(made: list[tuple[Requested, dict[str, bytes]]]) -> None:
    """Refuse to write over a file that somebody may have changed."""
    problems = Problems()
    for requested, files in made:
        for name, data in files.items():
            path = requested.folder / name
            if path.exists() and (not path.is_file() or path.read_bytes() != data):
                problems.add(
                    file=f"{requested.code}/{name}",
                    place="whole file",
                    found="a file with other content",
                    expected="no such file, or the same",
                    remedy="give another folder with --out, or --replace to write over it",
                )
    problems.raise_if_any()


def _unknown(authority: str | None, known: list[str]) -> ProblemsError:
    found = "no authority that takes part" if authority is None else f"authority {authority}"
    return ProblemsError(
        [
            Problem(
                REGISTER,
                "column la_code",
                found,
                "one of " + (", ".join(known) or "the authorities of the register"),
                "correct --authority, or the register",
            )
        ]
    )
