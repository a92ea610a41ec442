"""Volumes of other files: hand-worked months, groups and shares."""

from datetime import date
from pathlib import Path

import pytest

from equipoise.authority.quality import (
    UNCLEAR,
    FileVolumes,
    RowsOf,
    volume_shares,
    volumes_of_census,
    volumes_of_extract,
    volumes_of_lists,
)
from equipoise.authority.readers import CensusReader, ExtractReader, ListReader
from equipoise.authority.vocabulary import Vocabulary
from tests.authority.test_census import EPISODE, census, child
from tests.authority.test_extract import csv_of, profile, xlsx_of
from tests.authority.test_lists import CONTACTS, EPISODES, REFERRALS

SHARED = Path(__file__).parents[3] / "shared" / "data"


def sources(on):
    return Vocabulary.load("source-of-contact", on)


def of_lists(data, name="file"):
    return volumes_of_lists(ListReader(data, name), sources)


def of_census(data):
    return volumes_of_census(CensusReader(data, "census.xml"), sources)


def months(volumes, event):
    return {one.month: one.totals[event] for one in volumes.months() if one.totals.get(event)}


def test_contacts_are_counted_by_month_and_group_of_source():
    rows = [
        ("1", "", "", "2024-01-09", "e) 2A: Schools"),
        ("2", "", "", "2024-01-31", "e) 2A: Schools"),
        ("3", "", "", "2024-01-31", "Education"),  # schools or education services: unclear
        ("4", "", "", "2024-03-01", "q) 6: Police"),
        ("5", "", "", "2024-03-02", ""),
    ]
    found = of_lists(xlsx_of([CONTACTS, *rows]))
    january, february, march = found.months()
    assert (january.month, january.whole, january.totals) == (202401, False, {"contacts": 3})
    assert january.groups == {("contacts", "b"): 2, ("contacts", UNCLEAR): 1}
    assert (february.whole, february.totals) == (True, {})
    assert march.groups == {("contacts", "g"): 1, ("contacts", UNCLEAR): 1}


def test_referrals_without_further_action_and_those_unknown_stand_apart():
    rows = [
        ("1", "2024-01-09", "2A", "Yes"),
        ("2", "2024-01-10", "2A", "b) No"),
        ("3", "2024-01-11", "2A", "Further action"),
    ]
    (january,) = of_lists(xlsx_of([REFERRALS, *rows])).months()
    assert january.totals == {
        "referrals": 3,
        "referrals without further action": 1,
        "referrals, action unknown": 1,
    }


def test_the_plain_answer_of_the_standard_dataset_holds_and_a_difference_is_said():
    # Signposting sets the flag and not the answer, in one vendor's own script.
    flag, none = '"{""NFA_FLAG"": ""Y""}"', "NULL"
    data = EPISODES + (
        f"1,P1,2024-01-09,2A,{flag},N\n2,P2,2024-01-10,2A,{flag},\n3,P3,2024-01-11,2A,{none},Y\n"
    )
    found = of_lists(data.encode())
    (january,) = found.months()
    assert january.totals == {"referrals": 3, "referrals without further action": 2}
    assert any(note.startswith("1 referrals whose flag") for note in found.notes)


def test_a_census_counts_referrals_of_its_own_year_and_the_others_as_outside():
    def on(day, nfa="0"):
        return EPISODE.replace("2021-05-04", day).replace(">0</Ref", f">{nfa}</Ref")

    enquiry = "<Section47><S47ActualStartDate>2022-03-31</S47ActualStartDate></Section47>"
    found = of_census(
        census(
            child(begun=on("2021-03-31")),
            child(enquiry, name="C2", begun=on("2021-04-01", "1")),
            child(name="C3", begun=on("2022-03-31", "")),
            child(name="C4", begun=on("2022-04-01")),
        )
    )
    assert months(found, "referrals") == {202104: 1, 202203: 1}
    assert months(found, "referrals without further action") == {202104: 1}
    assert months(found, "referrals, action unknown") == {202203: 1}
    assert months(found, "section 47 enquiries") == {202203: 1}
    assert found.outside == {"referrals": 2}
    assert [one.month for one in found.months()][:2] == [202104, 202105]
    assert len(found.months()) == 12 and all(one.whole for one in found.months())


def test_a_copy_of_a_row_of_an_extract_is_counted_once():
    row = "{},K1,08/01/2024,School,Thornwick Primary School,NFA,09/01/2024,N"
    data = csv_of(row.format("C1"), row.format("C1"), row.format("C2"))
    reader = ExtractReader({"contacts.csv": data}, profile())
    found = volumes_of_extract(reader, sources, date(2024, 1, 1), date(2024, 7, 31))
    assert months(found, "contacts") == {202401: 2}
    assert (found.rows[0].read, found.rows[0].kept) == (3, 2)


def volumes(kind, days, first=None, last=None):
    counts = {
        ("contacts", date.fromisoformat(day).toordinal(), group): count
        for day, group, count in days
    }
    on = [day for _, day, _ in counts]
    ends = [date.fromisoformat(day).toordinal() if day else None for day in (first, last)]
    return FileVolumes(kind, (), ends[0] or min(on), ends[1] or max(on), counts, {}, ())


def test_an_extract_is_held_against_a_file_over_the_days_of_both():
    file = volumes(
        "annex-a",
        [("2024-01-10", "b", 40), ("2024-01-20", "g", 60), ("2024-02-10", "b", 100)],
    )
    extract = volumes(
        "extract",
        [("2024-01-05", "b", 7), ("2024-01-12", "b", 38), ("2024-01-20", "g", 58),
         ("2024-02-10", "b", 94), ("2024-02-20", "b", 9)],
        "2024-01-01", "2024-03-31",
    )  # fmt: skip
    found = [
        (one.month, one.what, one.in_file, one.in_extract, one.differs)
        for one in volume_shares(file, extract, 0.05)
    ]
    # 5 January and 20 February lie outside of the file's days, 10 January to 10 February.
    assert found == [
        (202401, "contacts", 100, 96, False),
        (202401, "contacts by schools", 40, 38, False),
        (202402, "contacts", 100, 94, True),
        (202402, "contacts by schools", 100, 94, True),
    ]
    assert volume_shares(file, extract, 0.05)[2].share == pytest.approx(0.94)


def test_nothing_is_compared_where_a_file_has_no_contacts_or_no_day_in_common():
    extract = volumes("extract", [("2024-01-05", "b", 7)], "2024-01-01", "2024-01-31")
    late = volumes("annex-a", [("2024-06-05", "b", 7)])
    assert volume_shares(late, extract, 0.05) == ()
    assert volume_shares(of_census(census()), extract, 0.05) == ()


def test_an_account_that_does_not_add_up_is_refused():
    with pytest.raises(ValueError, match="rows read must equal"):
        RowsOf("List 1", 3, 1, (("blank", 1),))


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real files are not here")
def test_the_332_children_were_referred_as_often_as_grep_counts():
    found = of_census(SHARED / "cin-census-332-children.xml")
    # grep -o '<CINreferralDate>[0-9-]*' | cut -c18-24 | sort | uniq -c
    by_grep = [3, 6, 5, 7, 1, 3, 4, 7, 5, 5, 4, 4]
    assert [one.totals["referrals"] for one in found.months()] == by_grep
    assert found.outside["referrals"] == 402 - sum(by_grep)
    # Those by schools, read off the file: 22 May 2021, 2 April 2021 and 3 February 2022.
    of_schools = {
        one.month: one.groups[("referrals", "b")]
        for one in found.months()
        if ("referrals", "b") in one.groups
    }
    assert of_schools == {202104: 1, 202105: 1, 202202: 1}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real files are not here")
def test_the_published_sample_counts_its_five_contacts_six_referrals_and_five_enquiries():
    (september,) = of_lists(SHARED / "annex-a-sample.xlsx").months()
    assert september.totals == {"contacts": 5, "referrals": 6, "section 47 enquiries": 5}
    # Three by the police, one by an individual, one anonymous.
    assert september.groups["contacts", "g"] == 3
    assert september.groups["referrals", "b"] == 1
