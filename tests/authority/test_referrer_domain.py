"""The referrer's e-mail domain: only what stands after the @ is read, and it tells one school."""

import io
import json
from datetime import date

import pytest
import xlsxwriter

from equipoise.authority.pack import build_pack, look
from equipoise.authority.readers import ExtractReader, domain_in, read_profile
from equipoise.authority.rules import SQLiteEngine
from equipoise.authority.schools import Domains, Resolution, read_domains
from equipoise.core.base import ProblemsError
from tests.authority.test_attended_packs import OWN, SCHOOLS, YEAR, extract

DOMAINS = (
    b"domain,urn\nhilda.fenmoor.sch.uk,900002\naldermere.org,900003\n"
    b"trust.org,900001\ntrust.org,900002\n"
)


def contacts_by_school(emails, domains=DOMAINS, **more):
    files = extract(emails=emails, more={"domains.csv": domains, **more})
    pack = build_pack(files, SCHOOLS, OWN, YEAR, SQLiteEngine())
    return {count.urn: count.contacts for count in pack.counts}, pack.quality.windows[0]


@pytest.mark.parametrize(
    ("email", "urn"),
    [
        ("j.okafor@hilda.fenmoor.sch.uk", "900002"),
        ("J Okafor <office@mail.Hilda.Fenmoor.SCH.uk>", "900002"),
        ("aldermere.org", "900003"),
        ("@aldermere.org", "900003"),
        ("head@trust.org", None),
        ("jo@gmail.com", None),
        ("jo@elsewhere.sch.uk", None),
        ("Jo Okafor", None),
        ("", None),
    ],
)
def test_a_name_that_finds_no_school_is_found_by_the_domain_of_one(email, urn):
    before, unresolved = contacts_by_school({})
    assert (before, unresolved.by_domain) == ({"900001": 8, "900002": 1, "900003": 0}, 0)
    counts, window = contacts_by_school({"C2": email})
    expected = dict(before)
    if urn:
        expected[urn] += 1
    assert counts == expected
    assert (window.by_domain, window.school_contacts_unresolved) == ((1, 0) if urn else (0, 1))


def test_a_name_and_a_domain_of_two_schools_are_for_a_person_to_decide():
    counts, window = contacts_by_school({"C1": "office@aldermere.org"})
    assert counts == {"900001": 7, "900002": 1, "900003": 0}
    assert window.school_contacts_unresolved == 2
    reviewed = b"typed,urn,by,when,note\nThornwick Primary School,900001,jo,2024-08-01,\n"
    counts, _ = contacts_by_school({"C1": "office@aldermere.org"}, **{"schools.csv": reviewed})
    assert counts["900001"] == 8


def test_without_declared_domains_the_column_changes_nothing():
    files = extract(emails={"C1": "office@aldermere.org", "C2": "a@hilda.fenmoor.sch.uk"})
    with_column = build_pack(files, SCHOOLS, OWN, YEAR, SQLiteEngine())
    without = build_pack(extract(), SCHOOLS, OWN, YEAR, SQLiteEngine())
    assert (with_column.counts, with_column.quality) == (without.counts, without.quality)


def test_only_the_domain_leaves_the_reader():
    files = extract(emails={"C1": "Zebedee Quill <zebedee.quill@hilda.fenmoor.sch.uk>"})
    reader = ExtractReader(
        {"contacts.csv": files["contacts.csv"]}, read_profile(files["profile.json"])
    )
    records = list(reader.records())
    assert records[0].email_domain == "hilda.fenmoor.sch.uk"
    assert "ebedee" not in repr(records)
    assert "ebedee" not in repr(look(files, SCHOOLS, OWN))


def test_the_column_is_read_from_workbooks_too():
    files = extract()
    rows = [line.split(",") for line in files["contacts.csv"].decode().splitlines()]
    rows[2][9] = "a@hilda.fenmoor.sch.uk"
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    profile = {**json.loads(files["profile.json"]), "contacts_file": "contacts.xlsx"}
    more = {
        "contacts.xlsx": buffer.getvalue(),
        "profile.json": json.dumps(profile).encode(),
        "domains.csv": DOMAINS,
    }
    pack = build_pack({**files, **more}, SCHOOLS, OWN, YEAR, SQLiteEngine())
    assert pack.quality.windows[0].by_domain == 1


def test_declared_domains_are_refused_together_and_never_shown():
    data = b"domain,urn\nzebedee quill,900001\nash.org,999999\n"
    with pytest.raises(ProblemsError) as error:
        read_domains(data, {"900001"})
    assert [p.place for p in error.value.problems] == [
        "line 2, column domain", "line 3, column urn",
    ]  # fmt: skip
    assert "zebedee" not in str(error.value)


@pytest.mark.parametrize("shared", ["gmail.com", "z.quill@gmail.com", "sch.uk"])
def test_a_domain_that_many_share_is_refused_and_not_left_out_in_silence(shared):
    with pytest.raises(ProblemsError) as error:
        read_domains(f"domain,urn\n{shared},900001\n".encode(), {"900001"})
    (problem,) = error.value.problems
    assert problem.place == "line 2, column domain"
    assert "many share" in problem.found
    assert "quill" not in str(problem)


def test_what_was_found_to_be_no_school_stays_none():
    domains = Domains([("ash.org", "1")])
    nobody = Resolution("not-a-school", None, "body")
    assert domains.beside(nobody, "ash.org", date(2024, 5, 1)) is nobody


@pytest.mark.parametrize("text", ["a b@c", "@", "a@b", "a@-", "", "a@b c.d"])
def test_what_is_no_address_has_no_domain(text):
    assert domain_in(text) == ""
