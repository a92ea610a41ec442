"""Requests: facts bound, nothing typed into a template, the mark, decisions left to a person."""

import io
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import pytest
from pypdf import PdfReader

import equipoise.reporting.documents.request as room
from equipoise.reporting.documents import docx_bytes, pdf_bytes, request_document
from equipoise.reporting.documents.model import Aside, Bullets, Heading, Paragraph, TableBlock
from equipoise.reporting.documents.request import (
    NAMES,
    RequestFacts,
    RequestField,
    RequestOther,
    RequestOutcome,
    RequestWindow,
)
from equipoise.reporting.tables import Bound, Words

TEMPLATES = sorted((Path(room.__file__).parent / "data").glob("*.txt"))
STARTERS = [name for name in NAMES if name not in ("letter", "data-specification")]
FACTS = RequestFacts(
    trial="elm",
    title="Supervision in schools",
    question="Does it help?",
    design="cluster-randomised",
    intervention="Supervision of leads",
    sponsor="",
    funder="A charity",
    registration="ISRCTN (no number yet)",
    protocol_version="1.0",
    protocol_date=date(2021, 6, 3),
    locked=date(2021, 9, 1),
    simulated=True,
    authority="900",
    authority_name="Thornshire",
    schools=17,
    pupils=4321,
    register_schools=29,
    phases="primary",
    roll_date=date(2021, 5, 20),
    windows=(RequestWindow("outcome", date(2021, 10, 1), date(2022, 7, 21)),),
    first=date(2020, 10, 1),
    last=date(2022, 9, 30),
    made_from=date(2022, 10, 3),
    settling_days=28,
    cut_off=date(2022, 9, 29),
    repeat_days=0,
    recontact_days=90,
    set_open_cases_aside=True,
    sources="2A Schools",
    reasons="",
    fields=(RequestField("child_id", "Child ID", "always", "The number", "Counts a child once."),),
    attended=True,
    never=("names", "free text"),
    outcomes=(RequestOutcome("nfa", "pupils with a contact", "primary"),),
    others=(RequestOther("annex-a-nfa", "Annex A", "no further action", "no", "No outcome."),),
    smallest=6,
    data_manager="Blind data manager",
    sponsor_person="",
    roster="roster.csv",
    packing="roster.json",
    template="contacts-template.xlsx",
    questions="profile-questions.xlsx",
)


def parts(document):
    yield from document.title.parts
    yield from document.dated.parts
    for block in document.blocks:
        match block:
            case Heading():
                yield from block.sentence.parts
            case Paragraph():
                yield from (part for sentence in block.sentences for part in sentence.parts)
            case Bullets() | Aside():
                for group in block.groups:
                    yield from (part for sentence in group for part in sentence.parts)
            case TableBlock():
                yield from (part for row in block.view.rows for cell in row for part in cell.parts)


def text(document):
    return "".join(part.text for part in parts(document))


def test_every_template_is_a_document_and_says_where_it_is_from():
    assert {path.stem for path in TEMPLATES} == set(NAMES)
    for path in TEMPLATES:
        head = path.read_text(encoding="utf-8").partition("\n---\n")[0]
        assert [line.split(": ")[0] for line in head.splitlines()] == [
            "title", "source", "valid_from",
        ]  # fmt: skip


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_no_numeral_stands_in_a_template(path):
    assert re.findall(r"\d", path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_numeral_is_bound_to_a_fact(name):
    words = [part for part in parts(request_document(name, FACTS)) if isinstance(part, Words)]
    assert words and not [part.text for part in words if re.search(r"\d", part.text)]


@pytest.mark.parametrize("name", NAMES)
def test_a_changed_fact_changes_what_is_bound_to_it(name):
    """Each number and date of the text follows its own fact, and no other."""
    before = request_document(name, FACTS)
    bound = {part.path for part in parts(before) if isinstance(part, Bound)}
    for path, value in {
        "schools": 18, "pupils": 5555, "register_schools": 31, "smallest": 11,
        "settling_days": 29, "recontact_days": 91, "first": date(2019, 1, 1),
        "last": date(2023, 1, 2), "made_from": date(2023, 1, 3), "cut_off": date(2023, 1, 4),
    }.items():  # fmt: skip
        after = text(request_document(name, replace(FACTS, **{path: value})))
        assert (after != text(before)) == (path in bound), path


def test_every_starter_marks_what_a_person_must_decide():
    for name in STARTERS:
        asides = [b for b in request_document(name, FACTS).blocks if isinstance(b, Aside)]
        assert asides, name
        assert all(aside.title.text == "To be decided by a person" for aside in asides)
        # The lawful basis, or the day of deletion, is never filled in by us.
        assert re.search("lawful basis|On which day the extract is deleted", text_of(asides))


def text_of(asides):
    return " ".join(s.text for aside in asides for group in aside.groups for s in group)


def test_what_the_protocol_does_not_say_is_left_out_or_said_to_be_missing():
    schedule = request_document("sharing-schedule", FACTS)
    assert "Sponsor: not given in the protocol." in text(schedule)
    assert "Sponsor:" not in text(request_document("letter", FACTS))
    assert "is no new one" not in text(request_document("data-specification", FACTS))
    asked = replace(FACTS, repeat_days=30, sponsor="A university")
    assert "within 30 days is no new one" in text(request_document("data-specification", asked))
    assert "Sponsor: A university." in text(request_document("letter", asked))


def test_before_the_lock_it_says_that_it_is_a_draft():
    draft = replace(FACTS, locked=None)
    for name in ("letter", "data-specification"):
        assert "raft" in text(request_document(name, draft)).split("Annex")[0]
    for name in NAMES:
        assert "not locked yet" in request_document(name, draft).dated.text
        assert "not locked" not in text(request_document(name, FACTS))


def test_simulated_documents_carry_the_mark_and_real_ones_do_not():
    for simulated in (True, False):
        document = request_document("letter", replace(FACTS, simulated=simulated))
        word = docx.Document(io.BytesIO(docx_bytes(document, FACTS.protocol_date)))
        header = word.sections[0].header.paragraphs[0].text
        assert (header == "SIMULATED DATA, NOT FINDINGS") == simulated


def test_the_specification_fits_one_page_and_other_files_follow():
    """With every field asked for, long words in each, as the product's own list has."""
    from equipoise.authority.readers import contact_fields, never_sent

    fields = tuple(
        RequestField(f.field, f.heading, f.needed, f.holds, f.use) for f in contact_fields()
    )
    facts = replace(
        FACTS, fields=fields, never=never_sent(), repeat_days=30, locked=None,
        reasons="sexual abuse", windows=FACTS.windows * 2,
    )  # fmt: skip
    made = pdf_bytes(request_document("data-specification", facts), FACTS.protocol_date)
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(made)).pages]
    assert len(pages) == 2
    assert "Do not send names" in pages[0] and "free text" in pages[0]
    assert "Other files that you may have" in pages[1]


def test_the_intervention_stands_in_small_letters_inside_a_sentence():
    assert "were offered supervision of leads." in text(request_document("letter", FACTS))
