"""Words: first parts, exclusions, short forms, slips of spelling, mnemonics; versions by day."""

from datetime import date

import pytest

from equipoise.authority.vocabulary import (
    NAMES,
    Vocabulary,
    describe,
    label_words,
    load_codes,
    match_outcome,
    starts_of,
)
from equipoise.authority.vocabulary.spelling import is_one_slip, mended
from equipoise.authority.vocabulary.text import segments, singular
from equipoise.authority.vocabulary.tokens import TokenRule, pointed_to

DAY = date(2025, 9, 30)
SOURCES = Vocabulary.load("source-of-contact", DAY)


def groups(label):
    return "|".join(SOURCES.groups_of(SOURCES.match(label)))


@pytest.mark.parametrize(
    ("label", "group"),
    [
        ("Housing - Environmental Health", "e"),
        ("Police - YOT", "g"),
        ("CYP - HEALTH SERV - Emergency Dept", "d"),
        ("LA services External eg from another LA", "f"),
        ("Health services - police liaison", "d"),
        ("Individuals - Anonymous", "a"),
        ("Other - NSPCC", "i"),
        ("Other - front desk", "i"),
        ("Other - strangers", "a|i"),
        ("Education - CAMHS", "b|c|d"),
        ("Health - Primary school", "b|c|d"),
        ("Police - School", "b|c|g"),
        ("Hospital Social Worker", "d|f"),
    ],
)
def test_a_first_part_decides_the_group_unless_a_school_is_at_stake(label, group):
    assert groups(label) == group


@pytest.mark.parametrize(
    ("label", "group"),
    [
        (
            "LA services - Other internal (other than social care, e.g. YOS) (excluding housing)",
            "f",
        ),
        ("Stranger (not known to client)", "a"),
        ("Internal (not CSC)", "f"),
        ("Voluntary organisation other than NSPCC", "i"),
        ("Hospital (apart from A&E)", "d"),
        ("Non-school based education welfare", "c"),
        ("Not a school", ""),
        ("Other than school", ""),
        ("Not recorded", "k"),
        ("Not given", "k"),
    ],
)
def test_what_a_label_excludes_does_not_decide(label, group):
    assert groups(label) == group


def test_a_denial_leaves_the_group_open_for_a_person():
    line = describe(SOURCES, ["Former school"])[0]
    assert (line.method, line.status) == ("denied", "ambiguous")


@pytest.mark.parametrize(
    ("label", "code", "method"),
    [
        ("EWO", "2B", "label"),
        ("Health Svs - hosp", "3F", "tokens"),
        ("Code 'HOSPITAL' is not mapped", "3F", "tokens"),
        ("Acquintance", "1B", "spelling"),
        ("Unkown", "10", "spelling"),
        ("Helath visitor", "3B", "spelling"),
        ("NEIG", "1B", "prefix"),
        ("COUN", "UNMAPPED", "none"),
        ("NEI", "UNMAPPED", "none"),
        ("Mrs Carter", "UNMAPPED", "none"),
        ("Scholls", "UNMAPPED", "none"),
    ],
)
def test_short_forms_slips_and_mnemonics(label, code, method):
    match = SOURCES.match(label)
    assert (match.code, match.method) == (code, method)


@pytest.mark.parametrize(
    ("label", "candidates"),
    [
        ("2A/2B", ("2A", "2B")),
        ("6. School", ("2A", "6")),
        ("9. Health visitor", ("3B", "9")),
        ("Education Dept / School", ("2A", "2B")),
    ],
)
def test_two_codes_are_left_open(label, candidates):
    assert SOURCES.match(label).candidates == candidates


@pytest.mark.parametrize(
    "label",
    ["School nurse", "School nursing team", "Police school liaison", "School transport",
     "Sunday school", "After school club", "School admissions", "Pre-school", "School friend",
     "Nursery school", "School health", "Driving school", "Schools improvement team",
     "Not a school", "6th form college"],
)  # fmt: skip
def test_words_beside_school_keep_it_from_being_called_a_school(label):
    assert SOURCES.groups_of(SOURCES.match(label)) != ("b",)


@pytest.mark.parametrize(
    "label",
    ["St Mary's Church of England Primary School", "Oakfield Academy", "Head teacher", "SENCO",
     "Education - Secondary School", "EDU - School - Primary", "Primary School - Out of Borough"],
)  # fmt: skip
def test_schools_are_called_schools(label):
    assert SOURCES.groups_of(SOURCES.match(label)) == ("b",)


def test_a_rule_that_leaves_more_open_yields_to_one_within_it():
    wide, narrow = TokenRule(("1", "2"), ("a",), ()), TokenRule(("1",), ("b",), ())
    other = TokenRule(("3",), ("c",), ("d",))
    assert pointed_to((wide, narrow, other), "a b") == {"1"}
    assert pointed_to((wide, narrow, other), "a c") == {"1", "2", "3"}
    assert pointed_to((wide, narrow, other), "c d") == frozenset()


def test_slips_are_one_letter_and_change_no_known_word():
    pairs = {"abcdef": "abcdxef", "abcdefg": "abcdxfg", "abdcef": "abcdef", "abcdeg": "abcde"}
    assert all(is_one_slip(*pair) for pair in pairs.items())
    assert not is_one_slip("abcdef", "abcdef")
    assert not is_one_slip("abcdef", "badcef")
    known = {"nursing", "nursery", "voluntary", "hospital"}
    assert mended("nursing volunatry hospitals", known) == "nursing voluntary hospital"
    # Two known words are as near: neither is meant surely.
    assert mended("housinx", {"housing", "housine"}) == "housinx"


def test_plurals_and_parts():
    assert singular("churches services academies class status sons") == (
        "church service academy class status sons"
    )
    assert segments("a - b: c [d], e\\f") == ("a", "b", "c", "d", "e", "f")


# ------------------------------------------------------------------------------- lists and days


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("day", [date(2024, 1, 1), DAY])
def test_every_label_that_ships_means_its_code_on_every_day(name, day):
    codes = load_codes(name, day)
    vocabulary = Vocabulary.load(name, day)
    assert codes.source and codes.title and codes.version
    for code in codes.codes:
        assert {vocabulary.match(label).code for label in code.labels} == {code.code}


def test_groups_hold_every_code_of_the_census_once():
    letters = {"1": "a", "2A": "b", "2B": "c", "3": "d", "4": "e", "5": "f", "6": "g", "7": "h",
               "8": "i", "9": "j", "10": "k"}  # fmt: skip
    assert load_codes("source-of-contact").groups == {
        c.code: letters.get(c.code) or letters[c.code[0]]
        for c in load_codes("source-of-contact").codes
    }


@pytest.mark.parametrize(
    ("label", "before", "after"),
    [
        ("Family help", (), ("EARLY_HELP", "REFERRAL")),
        ("Targeted early help", ("EARLY_HELP",), ("EARLY_HELP",)),
        ("Passed to MACPT", (), ("CP_ENQUIRY",)),
        ("No further action", ("NFA",), ("NFA",)),
    ],
)
def test_family_help_changes_what_outcomes_mean_from_its_first_day(label, before, after):
    (first,) = starts_of("contact-outcome")
    assert first == date(2025, 4, 1)
    for day, codes in ((date(2025, 3, 31), before), (first, after)):
        outcomes = Vocabulary.load("contact-outcome", day)
        assert describe(outcomes, [label])[0].codes == codes
        assert match_outcome(outcomes, label).code in (*codes, "UNMAPPED", "AMBIGUOUS")


def test_words_that_say_another_outcome_than_their_list_are_left_open():
    line = describe(Vocabulary.load("contact-outcome", DAY), ["NFA, social care"])[0]
    assert (line.code, line.status) == ("NFA|REFERRAL", "ambiguous")


def test_a_list_of_outcomes_is_read_as_one():
    outcomes = Vocabulary.load("contact-outcome", DAY)
    line = describe(outcomes, ["NFA; EHA"])[0]
    assert (line.code, line.group, line.method, line.status) == (
        "EARLY_HELP", "", "list", "mapped",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("N1", "N1"),
        ("N4 - Family in acute stress", "N4"),
        ("Abuse or Neglect", "N1"),
        ("N9: Cases other than children in need", "N9"),
        ("Disability", "N2"),
        ("Illness in the family", "AMBIGUOUS"),
        ("Parental mental health", "N3"),
        ("Neglect and domestic abuse", "N1"),
        ("Domestic abuse in the home", "AMBIGUOUS"),
        ("Not stated", "N0"),
    ],
)
def test_needs(label, code):
    assert Vocabulary.load("need", DAY).match(label).code == code


def test_a_need_has_sub_codes_until_the_collection_of_2026():
    old, new = (Vocabulary.load("need", date(2025, *day)) for day in ((3, 31), (4, 1)))
    assert (old.match("N1A").code, old.match("N5b - Dysfunction").code) == ("N1", "N5")
    assert new.match("N1A").code == "UNMAPPED"


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("NFA", "NFA"),
        ("Referral NFA", "NFA"),
        ("Family help discussion (10 days)", "SINGLE_ASSESSMENT"),
        ("Family help discussion (45 days)", "OTHER"),
        ("Family help", "AMBIGUOUS"),
        ("Progress to single assessment", "SINGLE_ASSESSMENT"),
        ("Strategy discussion / meeting", "STRATEGY_DISCUSSION"),
        ("ICPC", "CP_CONFERENCE"),
        ("CP transfer in", "CP_TRANSFER_IN"),
        ("Help", "UNMAPPED"),
    ],
)
def test_outcomes_of_referrals(label, code):
    assert Vocabulary.load("referral-outcome", DAY).match(label).code == code


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("Primary School - Out of Borough", "SCHOOL"),
        ("Special School", "SPECIAL"),
        ("Education - PRU", "PRU_AP"),
        ("Nursery provision", "EARLY_YEARS"),
        ("6th Form Colleges", "COLLEGE"),
        ("Education Welfare Officers", "EDUCATION_SERVICE"),
        ("School nurse", "UNMAPPED"),
        ("School and college", "UNMAPPED"),
    ],
)
def test_types_of_setting(label, code):
    assert Vocabulary.load("setting-type", DAY).match(label).code in (
        code, "AMBIGUOUS" if label == "School and college" else code,
    )  # fmt: skip


def test_nobodys_name_is_a_word_of_labels():
    names = {"smith", "jane", "khan", "mary", "carter", "mohammed", "jones", "taylor"}
    assert not names & label_words()
