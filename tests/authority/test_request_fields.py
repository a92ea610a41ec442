"""What is asked for: the fields and the reader's shape are one, and dates worked by hand."""

from datetime import date

import pytest

from equipoise.authority.readers import contact_fields, other_files, other_files_page
from equipoise.authority.readers.other_files import counted_outcomes
from equipoise.authority.readers.shapes import LOCAL_COLUMNS, nearest_shape, plain_head
from equipoise.authority.rules import Definitions, Window, dates_wanted
from equipoise.design.protocol.names import COUNTS, REASON_COUNTS

NAMES = dict(LOCAL_COLUMNS.columns)


def test_every_field_is_one_that_the_reader_knows_and_none_is_forgotten():
    assert {field.field for field in contact_fields()} == set(NAMES)
    for field in contact_fields():
        assert plain_head(field.heading) in NAMES[field.field]
        assert (field.needed == "always") == (field.field not in LOCAL_COLUMNS.optional)
    assert nearest_shape([field.heading for field in contact_fields()]) is LOCAL_COLUMNS


def test_every_count_of_a_trial_is_judged_for_every_file():
    judged = {count for kind in counted_outcomes() for count in kind.counts}
    # Counts of what could not be counted are no outcomes.
    assert judged - {"volume"} == {*COUNTS, *REASON_COUNTS} - {
        "pending", "unmapped", "open_case", "repeats",
    }  # fmt: skip
    kinds = [kind.id for kind in counted_outcomes()]
    assert all([found.outcome for found in file.outcomes] == kinds for file in other_files())
    assert [file.id for file in other_files()] == ["annex-a", "cin-census", "standard-dataset"]


@pytest.mark.parametrize(
    ("file", "outcome", "gives"),
    [
        # Annex A List 1 has seven columns, no outcome and no school (data.md A.1).
        ("annex-a", "nfa", "no"),
        ("annex-a", "school", "no"),
        ("annex-a", "volume", "check"),
        # The census begins with the referral; its ReferralNFA is another thing (A.3).
        ("cin-census", "volume", "no"),
        ("cin-census", "nfa", "no"),
        ("cin-census", "section47", "secondary"),
        # ssd_contacts has outcome flags and no referring organisation (A.4).
        ("standard-dataset", "nfa", "part"),
        ("standard-dataset", "school", "no"),
    ],
)
def test_what_a_file_can_give_is_as_its_columns_say(file, outcome, gives):
    found = next(one for one in other_files() if one.id == file)
    assert {one.outcome: one.gives for one in found.outcomes}[outcome] == gives


def test_the_page_in_docs_is_current():
    from pathlib import Path

    page = Path(__file__).parents[2] / "docs" / "generated" / "other-files.md"
    assert page.read_text(encoding="utf-8") == other_files_page() + "\n"


def definitions(repeat, recontact, cut_off):
    return Definitions("made_by", ("2A",), "set-aside", repeat, recontact, 28, cut_off)


@pytest.mark.parametrize(
    ("repeat", "recontact", "cut_off", "first", "last"),
    [
        # 21 July 2022 and 30 days is 20 August 2022.
        (0, 30, "2022-09-30", "2020-10-01", "2022-08-20"),
        # 21 July 2022 and 90 days is 19 October 2022: after the cut-off nothing counts.
        (0, 90, "2022-09-30", "2020-10-01", "2022-09-30"),
        # 14 days before 1 October 2020.
        (14, 90, "2022-12-31", "2020-09-17", "2022-10-19"),
    ],
)
def test_dates_hold_repeats_before_and_recontacts_after(repeat, recontact, cut_off, first, last):
    windows = [
        Window("outcome", date(2021, 10, 1), date(2022, 7, 21)),
        Window("baseline", date(2020, 10, 1), date(2021, 7, 21)),
    ]
    day = date.fromisoformat
    found = dates_wanted(definitions(repeat, recontact, day(cut_off)), windows)
    assert (found.first, found.last, found.made_from) == (day(first), day(last), day(cut_off))


def test_no_window_has_no_dates():
    with pytest.raises(ValueError, match="no window"):
        dates_wanted(definitions(0, 0, date(2022, 9, 30)), [])
