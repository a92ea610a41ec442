"""Requests: what each authority is sent before it sends anything, one folder for each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from equipoise.authority import pack
from equipoise.authority.quality import profile_workbook
from equipoise.authority.readers import contact_fields, template_bytes
from equipoise.authority.vocabulary import load_codes
from equipoise.core.base import Problem, Problems, ProblemsError, csv_bytes, write_atomic
from equipoise.design.registers import Link, School, columns_of
from equipoise.reporting.documents import docx_bytes, pdf_bytes, request_document, rewritten
from equipoise.reporting.documents.request import NAMES, RequestFacts
from equipoise.reporting.tables import mark_of, marked_name
from equipoise.workspace.folder import TrialFolder
from equipoise.workspace.steps.declared import definitions_of, roster_of
from equipoise.workspace.steps.enrolled import eligible_of
from equipoise.workspace.steps.request_facts import PACKING, request_facts
from equipoise.workspace.steps.stages import REGISTER, registers_in

#: Documents that are meant to be read as they are, and so come as PDF too.
FIXED = ("data-specification",)
#: As an analyst puts it into her folder.
LINKS = "school-links.csv"
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
    missing
        What keeps back the roster that packs are made for, in a sentence; None where it is there.
    """

    code: str
    name: str
    folder: Path
    files: tuple[str, ...]
    schools: int
    missing: str | None


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
    enrolment = eligible_of(folder, registers)
    taking_part = tuple(sorted({(s.la_code, s.la_name) for s in enrolment.schools}))
    wanted = [found for found in taking_part if authority in (None, found[0])]
    if not wanted:
        raise _unknown(authority, [code for code, _ in taking_part])
    locked = folder.last("lock")
    made: list[tuple[Requested, dict[str, bytes]]] = []
    for code, name in wanted:
        schools = tuple(school for school in registers.schools if school.la_code == code)
        facts = request_facts(
            protocol,
            definitions,
            windows,
            enrolment,
            schools,
            code=code,
            locked=None if locked is None else date.fromisoformat(locked.at[:10]),
        )
        files = _files(facts, schools)
        if links := links_bytes(registers.links, schools):
            files[marked_name(LINKS, facts.simulated)] = links
        missing = _without_key(folder)
        if missing is None:
            files[marked_name(PACKING, facts.simulated)] = packing_roster(folder, code)
        taking = sum(1 for school in enrolment.schools if school.la_code == code)
        made.append((Requested(code, name, out / code, tuple(files), taking, missing), files))
        folder.tell(f"request for authority {code}")
    if not replace:
        _keep_edited(made)
    for requested, files in made:
        for file, data in files.items():
            write_atomic(requested.folder / file, data)
    return tuple(requested for requested, _ in made)


def packing_roster(folder: TrialFolder, authority: str) -> bytes:
    """Return the roster that an authority's packs are made for.

    Raises
    ------
    ProblemsError
        As `roster_of`.
    """
    head = folder.protocol.trial
    made = roster_of(folder, authority)
    return pack.roster_bytes(made, trial=head.id, simulated=head.simulated)


def _without_key(folder: TrialFolder) -> str | None:
    """Say why no pack could be made yet, or return None where it could."""
    key = folder.protocol.keys.trial
    if key is not None and key.public is not None:
        return None
    return (
        f"{PACKING}, for which packs are made, is not among them: trial.yaml declares no trial key "
        "yet (equipoise keys FOLDER makes it, keys.trial.public declares it)."
    )


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


def links_bytes(links: tuple[Link, ...], schools: tuple[School, ...]) -> bytes:
    """Return which of an authority's schools followed which, or nothing where none did."""
    own = {school.urn for school in schools}
    rows = [(k.urn_from, k.urn_to, k.on, k.kind) for k in links if {k.urn_from, k.urn_to} <= own]
    return csv_bytes(("urn_from", "urn_to", "on", "kind"), rows) if rows else b""


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
