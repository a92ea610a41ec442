"""Each contact is read by the words of its own day, and family help from the authority's own."""

import csv
import io
import json
from dataclasses import replace
from datetime import date

import pytest

from equipoise.authority.pack import build_pack, look
from equipoise.authority.rules import SQLiteEngine
from equipoise.authority.vocabulary import DatedVocabulary, load_codes, read_labels
from equipoise.core.base import ProblemsError
from tests.authority.test_golden import LOCAL, files_of

NAME, SCHOOLS, DEFINITIONS, WINDOWS = LOCAL
#: The golden's contacts lie in 2024; here they lie a year later, around 1 April 2025.
LATER = replace(DEFINITIONS, pending_cut_off=date(2025, 7, 31))
YEAR = tuple(
    replace(w, start=w.start.replace(year=2025), end=w.end.replace(year=2025)) for w in WINDOWS
)
FROM_LABELS = "field,label,code,valid_from,valid_to,who,when,why\n"


def extract(outcomes, *, family_help="unasked", labels=None, system="local"):
    """Return an extract of contacts by a school, each a day and an outcome."""
    files = files_of(NAME)
    profile = json.loads(files["profile.json"])
    profile |= {
        "system": system,
        "extract_date": "2025-08-05",
        "covers": {"from": "2025-01-01", "to": "2025-07-31"},
    }
    if family_help != "unasked":
        profile["changes"] = {"family_help": family_help}
    heads = next(csv.reader(io.StringIO(files["contacts.csv"].decode("utf-8-sig"))))
    rows = [
        [f"C{n}", f"K{n}", day, "School", "Thornwick Primary School", outcome, day, "N"]
        for n, (day, outcome) in enumerate(outcomes)
    ]
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([heads, *rows])
    files |= {"contacts.csv": out.getvalue().encode(), "profile.json": json.dumps(profile).encode()}
    if labels is not None:
        files["labels.csv"] = labels.encode()
    return files


def why(files):
    """Return why each row's outcome is unclear, by row; nothing for one that is clear."""
    found = look(files, SCHOOLS, LATER)
    return {u.row: u.why for u in found.unclear if u.field == "outcome"}


def packed(files):
    return build_pack(files, SCHOOLS, LATER, YEAR, SQLiteEngine())


DAYS = [("28/02/2025", "Family help referral"), ("31/03/2025", "Family help referral"),
        ("01/04/2025", "Family help referral")]  # fmt: skip


@pytest.mark.parametrize(
    ("family_help", "ambiguous"),
    [
        ("unasked", {4}),  # the day of the calendar, 1 April 2025
        (None, {4}),
        (["2025-03-01"], {3, 4}),  # the authority's own, a month before
        (["2025-05-12", "2025-06-01"], set()),  # later than all of them
        ([], set()),  # it has not changed to family help
    ],
)
def test_family_help_is_read_from_the_authoritys_own_day_on(family_help, ambiguous):
    found = why(extract(DAYS, family_help=family_help))
    assert set(found) == {2, 3, 4}  # never guessed, on either side
    assert {row for row, words in found.items() if "EARLY_HELP or REFERRAL" in words} == ambiguous


def test_the_version_in_the_pack_says_from_which_day():
    own = packed(extract(DAYS, family_help=["2025-03-01"])).vocabularies["contact-outcome"]
    assert own == "3; 3, family help from 2025-03-01"
    never = packed(extract(DAYS, family_help=[])).vocabularies["contact-outcome"]
    assert never == load_codes("contact-outcome", date(2020, 1, 1)).version
    assert packed(extract(DAYS)).vocabularies["contact-outcome"].endswith("from 2025-04-01")


def test_a_review_holds_on_its_own_days_only():
    labels = FROM_LABELS + (
        "outcome,Family help referral,EARLY_HELP,,2025-03-31,A. Manager,2025-08-01,asked\n"
        "outcome,Family help referral,REFERRAL,2025-04-01,,A. Manager,2025-08-01,asked\n"
    )
    pack = packed(extract(DAYS, labels=labels))
    counts = {
        (c.window, name): getattr(c, name)
        for c in pack.counts
        for name in ("nfa_any_early_help", "referral_any")
        if c.urn == "900001"
    }
    assert counts == {
        ("spring", "nfa_any_early_help"): 2,
        ("spring", "referral_any"): 0,
        ("summer", "nfa_any_early_help"): 0,
        ("summer", "referral_any"): 1,
    }
    assert why(extract(DAYS, labels=labels)) == {}


def test_a_label_that_changed_its_meaning_stands_in_the_map_with_each():
    labels = FROM_LABELS + (
        "outcome,No further action,EARLY_HELP,,2025-03-31,A. Manager,2025-08-01,asked\n"
    )
    days = [(f"{n:02d}/0{m}/2025", "No further action") for m in (2, 5) for n in range(1, 13)]
    pack = packed(extract(days, labels=labels))
    used = {(u.label, u.code, u.method): u.rows for u in pack.maps if u.field == "outcome"}
    assert used == {
        ("No further action", "EARLY_HELP", "reviewed"): 12,
        ("No further action", "NFA", "label"): 12,
    }


def test_lines_of_another_authority_or_system_are_left_out_and_said():
    heads = "authority,system,field,label,code,valid_from,valid_to,who,when,why\n"
    line = "{},{},outcome,Family help referral,{},,,A. Manager,2025-08-01,asked\n"
    labels = heads + line.format("", "another", "NFA") + line.format("901", "", "REFERRAL")
    files = extract(DAYS, labels=labels)
    assert set(why(files)) == {2, 3, 4}
    notes = look(files, SCHOOLS, LATER).account.notes
    assert any(note.startswith("2 reviewed labels are for another authority") for note in notes)
    own = labels + line.format("900", "local", "REFERRAL")
    assert why(extract(DAYS, labels=own)) == {}


def test_two_codes_within_one_authority_system_and_day_are_refused():
    heads = "authority,system,field,label,code,valid_from,valid_to,who,when,why\n"
    line = "900,{},outcome,Family help referral,{},{},,A. Manager,2025-08-01,asked\n"
    labels = (
        heads + line.format("local", "NFA", "") + line.format("local", "REFERRAL", "2025-01-01")
    )
    with pytest.raises(ProblemsError, match="one code for each label in one authority"):
        packed(extract(DAYS, labels=labels))
    # In two systems they do not disagree; nor do a general line and one for this system.
    for other in ("another", ""):
        fine = heads + line.format("local", "NFA", "") + line.format(other, "REFERRAL", "")
        packed(extract(DAYS, labels=fine))


def test_a_period_begins_where_a_review_begins_or_has_ended():
    labels = FROM_LABELS + "source,Front desk,8,2024-05-01,2024-05-31,A,2025-08-01,\n"
    dated = DatedVocabulary("source-of-contact", read_labels(labels.encode())["source"])
    codes = [
        dated.of(dated.period(day.toordinal())).match("Front desk").code
        for day in (date(2024, 4, 30), date(2024, 5, 1), date(2024, 5, 31), date(2024, 6, 1))
    ]
    assert codes == ["UNMAPPED", "8", "8", "UNMAPPED"]
