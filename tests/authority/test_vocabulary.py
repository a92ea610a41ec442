"""Vocabularies: clear words get their code, unclear ones get none."""

import csv
import json
import re
from datetime import date
from pathlib import Path

import pytest

from equipoise.authority.vocabulary import (
    PRECEDENCE,
    Vocabulary,
    load_codes,
    match_actions,
    match_outcome,
    normalise,
    outcome_of_flags,
    prevailing,
    read_labels,
)
from equipoise.authority.vocabulary.codes import Code
from equipoise.core.base import ProblemsError

DAY = date(2025, 9, 30)
SOURCES = Vocabulary.load("source-of-contact", DAY)
OUTCOMES = Vocabulary.load("contact-outcome", DAY)
REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "source-labels.csv"
HEAD = "field,label,code,by,when,note\n"


@pytest.mark.parametrize(
    ("label", "code", "method"),
    [
        ("2A", "2A", "code"),
        ("schools", "2A", "label"),
        ("\u2018SCHOOLS\u2019.", "2A", "label"),
        ("School [2A]", "2A", "embedded"),
        ("2a: Schools", "2A", "embedded"),
        ("p1) 5D: LA services", "5D", "embedded"),
        ("f) 2B: Education services", "2B", "embedded"),
        ("2A - Education - College (16+)", "2A", "embedded"),
        ("Schools / Primary", "2A", "tokens"),
        ("Health Services  \u2013 a School Nurse", "3C", "tokens"),
        ("A & E", "3E", "label"),
        ("10 - Unknown", "10", "embedded"),
        ("Police (Standard Notification)", "6", "tokens"),
        ("", "MISSING", "blank"),
        (" \u00a0- ", "MISSING", "blank"),
        ("Gateway desk", "UNMAPPED", "none"),
        ("Education - not school", "AMBIGUOUS", "tokens"),
    ],
)
def test_sources(label, code, method):
    match = SOURCES.match(label)
    assert (match.code, match.method) == (code, method)


@pytest.mark.parametrize(
    "label",
    ["Education", "Education - Schools / Academy", "College", "Nursery School"],
)  # fmt: skip
def test_what_authorities_code_in_two_ways_is_ambiguous_between_the_two(label):
    match = SOURCES.match(label)
    assert (match.code, match.candidates) == ("AMBIGUOUS", ("2A", "2B"))


def test_a_code_that_contradicts_its_words_is_ambiguous():
    assert SOURCES.match("2A - School nurse").candidates == ("2A", "3C")


def test_two_codes_in_one_label_are_ambiguous():
    assert SOURCES.match("2A: Schools [2B]").code == "AMBIGUOUS"


@pytest.mark.skipif(not REAL.exists(), reason="the shared data are not here")
def test_real_labels_are_right_where_they_are_mapped_and_never_wrongly_schools():
    groups = {"1": "a", "2A": "b", "2B": "c", "3": "d", "4": "e", "5": "f", "6": "g", "7": "h",
              "8": "i", "9": "j", "10": "k"}  # fmt: skip
    right = wrong = 0
    schools = []
    with REAL.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code = SOURCES.match(row["label"]).code
            group = groups.get(code) or groups.get(code[0])
            if code in ("AMBIGUOUS", "UNMAPPED"):
                continue
            right += group == row["source_code"][0]
            wrong += group != row["source_code"][0]
            schools.append(row["source_code"][0] if group == "b" else "b")
    assert right / (right + wrong) >= 0.95
    assert right + wrong >= 400
    assert set(schools) == {"b"}


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("NFA", "NFA"),
        ("N.F.A.", "NFA"),
        ("no further  ACTION", "NFA"),
        ("Contact closed: no further action", "NFA"),
        ("Info and advice", "UNMAPPED"),
        ("Advice & Information", "ADVICE"),
        ("NFA - advice given", "ADVICE"),
        ("Signposted to other services", "ADVICE"),
        ("Referral to Early Help", "EARLY_HELP"),
        ("No further action - passed to Early Help", "EARLY_HELP"),
        ("Progress to Assessment", "REFERRAL"),
        ("Strategy Discussion/Meeting", "CP_ENQUIRY"),
        ("NRPF", "OTHER"),
        ("NFA; Early Help", "EARLY_HELP"),
        ("NFA, something else", "UNMAPPED"),
    ],
)
def test_outcomes(label, code):
    assert match_outcome(OUTCOMES, label).code == code


@pytest.mark.parametrize(
    "label",
    ["Referral NFA", "Closed after assessment - no further action", "Family Help discussion",
     "Not NFA", "NFA or advice", "Pending NFA", "Assessment completed, NFA", "Help"],
)  # fmt: skip
def test_what_is_not_surely_a_contacts_nfa_is_never_nfa(label):
    assert match_outcome(OUTCOMES, label).code in ("UNMAPPED", "AMBIGUOUS")


def test_the_gravest_flag_prevails_and_no_flag_is_missing():
    assert outcome_of_flags(["NFA_FLAG"]) == "NFA"
    assert outcome_of_flags(["NFA_FLAG", "ADVICE_FLAG"]) == "ADVICE"
    assert outcome_of_flags(["NFA_FLAG", "OTHER_OUTCOMES_EXIST_FLAG"]) == "OTHER"
    assert outcome_of_flags(["EXISTING_REFERRAL_FLAG", "NEW_REFERRAL_FLAG"]) == "REFERRAL"
    assert outcome_of_flags(["NEW_REFERRAL_FLAG", "OLA_CP_FLAG"]) == "CP_ENQUIRY"
    assert outcome_of_flags([]) == "MISSING"


def test_precedence_is_the_declared_one():
    declared = ["CP_ENQUIRY", "REFERRAL", "EXISTING", "EARLY_HELP", "ADVICE", "NFA"]  # data.md A.8
    assert [code for code in PRECEDENCE if code != "OTHER"] == declared
    assert [prevailing(declared[n:]) for n in range(6)] == declared


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("Letter to Referrer,Social Care", "REFERRAL"),
        ("Social Care,Early Help", "REFERRAL"),
        ("Early Help,Strategy Discussion,No Further Action", "CP_ENQUIRY"),
        ("No Further Action,Information and Advice", "ADVICE"),
        ("Information and Advice,Private Fostering Notification", "OTHER"),
        ("Early Help,Private Fostering Notification", "EARLY_HELP"),
        ("Case Note to Allocated Worker,Early Help", "EXISTING"),
        ("Letter to Referrer", "UNMAPPED"),
        ("Letter to Referrer,Letter to Referrer", "UNMAPPED"),
        ("No Further Action,Something New", "UNMAPPED"),
        ("", "MISSING"),
    ],
)
def test_of_several_next_actions_the_gravest_holds(label, code):
    assert match_actions(OUTCOMES, label).code == code
    assert match_actions(OUTCOMES, ",".join(label.split(",")[::-1])).code == code


def test_a_reviewed_action_overrides_what_ships_and_a_reviewed_list_its_parts():
    data = HEAD + (
        "outcome,Letter to Referrer,ADVICE,A,2025-08-01,\n"
        'outcome,"Social Care,Early Help",EARLY_HELP,A,2025-08-01,\n'
    )
    reviewed = Vocabulary.load("contact-outcome", DAY, read_labels(data.encode())["outcome"])
    assert match_actions(reviewed, "No Further Action,Letter to Referrer").code == "ADVICE"
    assert match_actions(reviewed, "Social Care,Early Help").code == "EARLY_HELP"
    assert match_actions(reviewed, "Early Help,Social Care").code == "REFERRAL"


@pytest.mark.parametrize(
    ("label", "code"),
    [("01. NFA", "NFA"), ("2 - No further action", "NFA"), ("03. Signpost", "ADVICE"),
     ("01. NFA - Mrs Khan told", "UNMAPPED"), ("47. Something", "UNMAPPED")],
)  # fmt: skip
def test_a_number_before_an_outcome_says_nothing(label, code):
    assert match_outcome(OUTCOMES, label).code == code


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("Sexual abuse", "SEXUAL_ABUSE"),
        ("Concern about sexual abuse by a peer", "SEXUAL_ABUSE"),
        ("CSE", "EXPLOITATION"),
        ("Child sexual exploitation", "EXPLOITATION"),
        ("Domestic violence at home", "DOMESTIC_ABUSE"),
        ("Sexual abuse and neglect", "AMBIGUOUS"),
        ("Physical or sexual abuse", "AMBIGUOUS"),
        ("Harmful sexual behaviour", "AMBIGUOUS"),
        ("Sexual abuse / exploitation", "AMBIGUOUS"),
        ("Worry", "UNMAPPED"),
        ("", "MISSING"),
    ],
)
def test_reasons(label, code):
    assert Vocabulary.load("contact-reason", DAY).match(label).code == code


def test_reason_codes_are_those_of_the_page():
    page = Path(__file__).resolve().parents[1] / "simulate" / "shapes.md"
    text = page.read_text(encoding="utf-8")
    sentence = text[text.index("Reason codes:") : text.index("The count `csa_any`")]
    assert set(re.findall(r"`([A-Z_]+)`", sentence)) == {
        code.code for code in load_codes("contact-reason").codes
    }


def test_the_vendors_source_codes_are_known_and_none_of_them_is_a_school_but_one():
    vendor = ["SCHOOLS", "EDUSERV", "HSERVGP", "HSERVSNRSE", "POLICE", "INDFRC", "OTHER"]
    codes = [SOURCES.match(code).code for code in vendor]
    assert codes == ["2A", "2B", "3A", "3C", "6", "1A", "8"]


@pytest.mark.parametrize("name", ["source-of-contact", "contact-outcome", "contact-reason"])
def test_every_label_that_ships_means_its_code_and_every_file_names_its_source(name):
    codes = load_codes(name)
    vocabulary = Vocabulary.load(name, DAY)
    assert codes.source
    for code in codes.codes:
        assert {vocabulary.match(label).code for label in code.labels} == {code.code}


def test_sources_are_the_codes_of_the_census():
    codes = "1A 1B 1C 1D 2A 2B 3A 3B 3C 3D 3E 3F 4 5A 5B 5C 5D 6 7 8 9 10"
    assert " ".join(code.code for code in load_codes("source-of-contact").codes) == codes


def test_a_code_is_used_only_while_it_is_valid():
    code = Code("5D", "early help", frozenset(), date(2020, 4, 1), date(2021, 3, 31))
    days = [date(2020, 3, 31), date(2020, 4, 1), date(2021, 3, 31), date(2021, 4, 1)]
    assert [code.valid_on(day) for day in days] == [False, True, True, False]


def test_normalising_twice_changes_nothing():
    for label in [
        "30) Education \u2013  School",
        "A&E",
        "St. Chad\u2019s",
        "(CS) Individual - Self",
    ]:
        assert normalise(normalise(label)) == normalise(label)


# ------------------------------------------------------------------------- reviewed labels


def test_reviewed_labels_override_and_keep_who_and_when():
    data = (
        HEAD
        + "source,EDUCATION,2B,A. Manager,2025-08-01,agreed\n"
        + "outcome,Help,EARLY_HELP,B,2025-08-01,\n"
    )
    labels = read_labels(data.encode("utf-8"))
    reviewed = Vocabulary.load("source-of-contact", DAY, labels["source"])
    assert (reviewed.match(" education ").code, reviewed.match("Education").method) == (
        "2B",
        "reviewed",
    )
    assert labels["source"].reviews[0].by == "A. Manager"
    assert labels["source"].reviews[0].when == date(2025, 8, 1)
    assert set(labels["outcome"].codes) == {"help"}


def test_a_reviewer_may_say_that_nobody_can_tell():
    labels = read_labels((HEAD + "source,Schools,AMBIGUOUS,A,2025-08-01,\n").encode("utf-8"))
    reviewed = Vocabulary.load("source-of-contact", DAY, labels["source"])
    assert reviewed.match("Schools").code == "AMBIGUOUS"


def test_conflicts_and_unknown_codes_in_the_map_are_all_named_without_the_label():
    data = HEAD + (
        "source,Jane,2A,A,2025-08-01,\nsource, JANE,2B,A,2025-08-01,\n"
        "source,Desk,2Z,A,2025-08-01,\n"
        "outcome,Desk,2A,A,2025-08-01,\n"
    )
    with pytest.raises(ProblemsError) as error:
        read_labels(data.encode("utf-8"))
    assert [p.place for p in error.value.problems] == [f"line {n}, column code" for n in (3, 4, 5)]
    assert "ane" not in str(error.value).lower().replace("another", "")


def test_data_files_are_json_with_dates_or_null():
    for name in ("source-of-contact", "contact-outcome"):
        folder = Path(load_codes.__wrapped__.__code__.co_filename).parent / "data"
        body = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        assert all({"valid_from", "valid_to"} <= set(code) for code in body["codes"])
