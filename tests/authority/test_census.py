"""The census: every row accounted for, years told apart, and what cannot be trusted refused."""

import io
import tracemalloc
from datetime import date
from pathlib import Path

import pytest

from benchmarks.census_files import write_census
from equipoise.authority.readers import CENSUS_KINDS, CensusReader, is_markup
from equipoise.authority.readers import markup as of_markup
from equipoise.core.base import ProblemsError

HEADER = (
    "<Header><CollectionDetails><Collection>CIN</Collection><Year>{year}</Year>"
    "</CollectionDetails><Source><LEA>900</LEA></Source></Header>"
)
EPISODE = (
    "<CINdetails><CINreferralDate>2021-05-04</CINreferralDate><ReferralSource>2A</ReferralSource>"
    "<ReferralNFA>0</ReferralNFA>{more}</CINdetails>"
)
SHARED = Path(__file__).parents[3] / "shared" / "data"
real = pytest.mark.skipif(
    not (SHARED / "cin-census-332-children.xml").exists(), reason="the real files are not here"
)


def child(more="", *, name="C1", identifiers="<GenderCurrent>1</GenderCurrent>", begun=EPISODE):
    ids = f"<LAchildID>{name}</LAchildID>{identifiers}"
    episode = begun.format(more=more)
    return f"<Child><ChildIdentifiers>{ids}</ChildIdentifiers>{episode}</Child>"


def census(*children, year=2022, before="", header=HEADER):
    body = "".join(children) or child()
    text = f"{before}<Message>{header.format(year=year)}<Children>{body}</Children></Message>"
    return text.encode("utf-8")


def read(data):
    reader = CensusReader(data, "census.xml")
    return list(reader.children()), reader


def refused(data):
    with pytest.raises(ProblemsError) as error:
        read(data)
    (problem,) = error.value.problems
    return problem


def test_every_module_of_an_episode_is_read_with_its_days_and_codes():
    more = (
        "<CINclosureDate>2021-06-01</CINclosureDate><ReasonForClosure>RC8</ReasonForClosure>"
        "<Assessments><AssessmentActualStartDate>2021-05-05</AssessmentActualStartDate>"
        "<FactorsIdentifiedAtAssessment><AssessmentFactors>2B</AssessmentFactors>"
        "<AssessmentFactors>18B</AssessmentFactors></FactorsIdentifiedAtAssessment></Assessments>"
        "<Section47><S47ActualStartDate>2021-05-06</S47ActualStartDate>"
        "<ICPCnotRequired>true</ICPCnotRequired></Section47>"
        "<ChildProtectionPlans><CPPstartDate>2021-05-07</CPPstartDate>"
        "<InitialCategoryOfAbuse>NEG</InitialCategoryOfAbuse>"
        "<LatestCategoryOfAbuse>EMO</LatestCategoryOfAbuse></ChildProtectionPlans>"
    )
    (one,), reader = read(census(child(more)))
    (episode,) = one.episodes
    assert (one.child_id, one.sex, reader.header.year, reader.header.authority) == (
        "C1", "M", 2022, "900",
    )  # fmt: skip
    assert date.fromordinal(episode.referred) == date(2021, 5, 4)
    assert date.fromordinal(episode.closed) == date(2021, 6, 1)
    assert (episode.source, episode.closure, episode.no_further_action) == ("2A", "RC8", False)
    (assessment,), (enquiry,), (plan,) = episode.assessments, episode.enquiries, episode.plans
    assert assessment.factors == ("2B", "18B")
    assert (date.fromordinal(enquiry.started), enquiry.no_conference_needed) == (
        date(2021, 5, 6), True,
    )  # fmt: skip
    assert (date.fromordinal(plan.started), plan.latest_category) == (date(2021, 5, 7), "EMO")
    assert all(reader.account.read[kind] == 1 for kind in CENSUS_KINDS)
    assert reader.notes() == ()


@pytest.mark.parametrize(
    ("year", "identifiers", "sex", "remarked"),
    [
        (2024, "<GenderCurrent>2</GenderCurrent>", "F", ""),
        (2025, "<Sex>F</Sex>", "F", ""),
        (2025, "<GenderCurrent>2</GenderCurrent>", "F", "GenderCurrent 2 is no code of 2025"),
        (2017, "<Sex>M</Sex>", "M", "Sex M is no code of 2017"),
        (2022, "<GenderCurrent>9</GenderCurrent>", "U", ""),
    ],
)
def test_sex_is_read_from_the_element_of_either_time(year, identifiers, sex, remarked):
    (one,), reader = read(census(child(identifiers=identifiers), year=year))
    assert one.sex == sex
    assert list(reader.account.remarks) == ([remarked] if remarked else [])


@pytest.mark.parametrize(
    ("text", "answer"),
    [("0", False), ("1", True), ("false", False), ("true", True), ("", None), ("maybe", None)],
)
def test_no_further_action_is_never_guessed(text, answer):
    begun = EPISODE.replace(">0</ReferralNFA>", f">{text}</ReferralNFA>")
    (one,), reader = read(census(child(begun=begun)))
    assert one.episodes[0].no_further_action is answer
    assert bool(reader.account.remarks) == (answer is None)


@pytest.mark.parametrize(
    ("year", "code", "of_the_year"),
    [(2022, "RC9", False), (2023, "RC9", True), (2017, "RC8", True)],
)
def test_a_closure_reason_is_remarked_on_outside_its_years_and_kept(year, code, of_the_year):
    more = f"<ReasonForClosure>{code}</ReasonForClosure>"
    (one,), reader = read(census(child(more), year=year))
    assert one.episodes[0].closure == code
    assert (not reader.account.remarks) == of_the_year


@pytest.mark.parametrize(
    ("year", "factor", "of_the_year"),
    [(2020, "18B", False), (2021, "18B", True), (2023, "18A", True), (2024, "18A", False)],
)
def test_the_split_of_a_factor_is_known_by_year(year, factor, of_the_year):
    more = (
        "<Assessments><AssessmentActualStartDate>2021-05-05</AssessmentActualStartDate>"
        f"<FactorsIdentifiedAtAssessment><AssessmentFactors>{factor}</AssessmentFactors>"
        "</FactorsIdentifiedAtAssessment></Assessments>"
    )
    _, reader = read(census(child(more), year=year))
    assert (not reader.account.remarks) == of_the_year


def test_rows_that_cannot_be_counted_are_set_aside_and_so_is_what_stands_in_them():
    inside = "<Section47><S47ActualStartDate>2021-05-06</S47ActualStartDate></Section47>"
    undated = EPISODE.replace("2021-05-04", "31/05/2021")
    data = census(
        child(inside),
        child(inside, name=""),
        child(inside, name="C3", begun=undated),
        child(inside.replace("2021-05-06", ""), name="C4"),
    )
    found, reader = read(data)
    account = reader.account
    assert [one.number for one in found] == [1, 3, 4]
    assert dict(account.read) == {"children": 4, "episodes": 4, "section 47 enquiries": 4}
    assert dict(account.kept) == {"children": 3, "episodes": 2, "section 47 enquiries": 1}
    assert dict(account.aside) == {
        ("children", "no-child-id"): 1,
        ("episodes", "within-set-aside"): 1,
        ("section 47 enquiries", "within-set-aside"): 2,
        ("episodes", "unreadable-date"): 1,
        ("section 47 enquiries", "no-date"): 1,
    }


def test_notes_name_the_first_child_and_its_line_and_no_value():
    odd = EPISODE.replace(">2A<", ">Jane Roe<")
    data = census(child(), "\n\n" + child(name="C2", begun=odd), child(name="C3", begun=odd))
    _, reader = read(data)
    (note,) = reader.notes()
    assert note == (
        "ReferralSource is no code (Aaaa Aaa): 2 times (first: child 2, which begins on line 3)"
    )


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("<Nickname>Janey</Nickname>", "an element that the census does not have (Aaaaaaaa)"),
        ("<ReferralSource>6</ReferralSource>", "ReferralSource stands twice in one CINdetails"),
        ("<PrimaryNeedCode>N1<b/></PrimaryNeedCode>", "PrimaryNeedCode holds other elements"),
        ("<CINclosureDate>soon</CINclosureDate>", "CINclosureDate is not a date"),
    ],
)
def test_what_does_not_belong_there_is_said(more, words):
    (one,), reader = read(census(child(more)))
    assert list(reader.account.remarks) == [words]
    assert one.episodes[0].source == "2A"


def test_a_child_that_stands_twice_is_said():
    found, reader = read(census(child(), child()))
    assert len(found) == 2
    assert list(reader.account.remarks) == ["the child stands in the file more than once"]


LAUGHS = '<!DOCTYPE Message [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE Message SYSTEM "file:///etc/hostname">'


@pytest.mark.parametrize("before", [LAUGHS, OUTSIDE, "<!-- first -->" + LAUGHS])
def test_a_declaration_is_refused_before_anything_is_parsed(before, monkeypatch):
    monkeypatch.setattr(of_markup, "XMLParser", None)  # it is not even made
    assert "DOCTYPE" in refused(census(before=before)).found


def test_an_encoding_that_could_hide_a_declaration_is_refused():
    ebcdic = '<?xml version="1.0" encoding="cp037"?>'
    assert "encoding" in refused(census(before=ebcdic)).found
    assert "encoding" in refused(census().decode("utf-8").encode("utf-16")).found


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "nothing"),
        (census()[:-30], "cannot be read to its end"),
        (census() + b"<Message/>", "cannot be read to its end"),
        (census().replace(b"2A", b"\xff\xfe"), "cannot be read to its end"),
        (census().replace(b"2A", b"\x00"), "cannot be read to its end"),
        (b"<html><body/></html>", "another kind"),
        (census(year=2016), "Year 2016"),
        (census(year=2027), "Year 2027"),
        (census(header="<Header/>"), "no year"),
        (census().replace(b">CIN<", b">CLA<"), "another collection (AAA)"),
        (census().replace(b"<Child>", b"<Kid>").replace(b"</Child>", b"</Kid>"), "no Child"),
        (b"<Message>" + HEADER.encode() + b"</Message>", "no element Children"),
        (b"<Message>" + HEADER.encode() + b"<Children/></Message>", "no child"),
        (b"<Message>" + b"<x/>" * 20 + b"</Message>", "20 elements in Message"),
        (b"<Message>" + b"<x>" * 40_000, "elements within elements"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused_whole(data, found):
    assert found in refused(data).found


def test_an_endless_record_is_refused_without_being_held(monkeypatch):
    monkeypatch.setattr(of_markup, "MOST_BYTES_OF_RECORD", 1 << 18)
    assert "a record of more than" in refused(census(child("<x>" + "a" * 10**6 + "</x>"))).found


def test_a_million_characters_as_a_number_set_the_child_aside():
    found, reader = read(census(child(name="7" * 10**6), child(name="C2")))
    assert [one.child_id for one in found] == ["C2"]
    assert reader.account.aside["children", "long-child-id"] == 1


def test_a_cut_off_file_is_refused_after_its_whole_children():
    data = census(*(child(name=f"C{n}") for n in range(3000)))
    with pytest.raises(ProblemsError) as error:
        read(data[: len(data) // 2])
    assert "line 1" in error.value.problems[0].found


def test_windows_encoding_that_is_declared_is_read():
    text = census(child(name="C\u00e9")).decode("utf-8")
    data = ('<?xml version="1.0" encoding="windows-1252"?>' + text).encode("cp1252")
    (one,), _ = read(data)
    assert one.child_id == "C\u00e9"


def test_a_generated_census_is_read_whole_by_a_counter_that_parses_nothing(tmp_path):
    path = tmp_path / "census.xml"
    write_census(path, 400)
    data = path.read_bytes()
    found, reader = read(path)
    account = reader.account
    counted = [
        data.count(tag)
        for tag in (b"<Child>", b"<CINdetails>", b"<Assessments>", b"<Section47>",
                    b"<ChildProtectionPlans>")
    ]  # fmt: skip
    assert [account.read[kind] for kind in CENSUS_KINDS] == counted
    assert [account.kept[kind] for kind in CENSUS_KINDS] == counted
    flagged = sum(e.no_further_action is True for one in found for e in one.episodes)
    assert flagged == data.count(b"<ReferralNFA>1<")


def test_memory_does_not_grow_with_children(tmp_path):
    def peak(children):
        path = tmp_path / f"{children}.xml"
        write_census(path, children)
        reader = CensusReader(path, path.name)
        tracemalloc.start()
        try:
            for _ in reader.children():
                pass
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    # The numbers of the children are kept, so that one that stands twice is noticed; a child
    # whose elements were kept would take some 5,000 bytes.
    assert peak(1500) - peak(300) < 1200 * 600


def test_markup_is_told_by_its_first_bytes():
    assert is_markup(census())
    assert is_markup(b"\xef\xbb\xbf \n<Message/>")
    assert is_markup("<Message/>".encode("utf-16"))
    assert not is_markup(io.BytesIO(b"PK\x03\x04").getvalue())


@real
def test_the_332_children_are_those_that_grep_counts():
    path = SHARED / "cin-census-332-children.xml"
    found, reader = read(path)
    text = path.read_text(encoding="utf-8")
    # grep -c: <Child> 332, <CINdetails> 402, <ReferralNFA>true 402.
    assert (len(found), text.count("<Child>")) == (332, 332)
    episodes = [episode for one in found for episode in one.episodes]
    assert len(episodes) == 402
    assert sum(e.no_further_action is True for e in episodes) == text.count(">true</ReferralNFA>")
    assert sum(e.source == "2A" for e in episodes) == text.count("<ReferralSource>2A<")
    assert sum(bool(e.closure) for e in episodes) == text.count("<ReasonForClosure>")
    assert (reader.header.year, reader.header.authority) == (2022, "975")


@real
def test_the_sample_of_one_child_has_every_module():
    (one,), reader = read(SHARED / "cin-census-sample-2022.xml")
    (episode,) = one.episodes
    assert date.fromordinal(episode.referred) == date(1970, 10, 6)
    assert episode.assessments[0].factors == ("2A", "2B")
    assert date.fromordinal(episode.enquiries[0].started) == date(1970, 2, 2)
    assert episode.plans[0].first_category == "PHY"
    assert one.former_upn == "X98765432123B"
    assert all(reader.account.kept[kind] == 1 for kind in CENSUS_KINDS)
