"""Referrals in a list of their own: every row accounted for, never mixed with recorded outcomes."""

import io
import json
from dataclasses import replace
from datetime import date

import pytest
import xlsxwriter

from equipoise.authority.pack import (
    Declared,
    Handed,
    Outgoing,
    Roster,
    Sending,
    build_counts,
    build_pack,
    countable,
    pack_bytes,
    pack_leaves,
    parse_sent,
    recounted_counts,
    row_writer,
    sending_bytes,
)
from equipoise.authority.quality import Recorded, compare, outcome_lines, profile_bytes
from equipoise.authority.readers import (
    REFERRAL_REASONS,
    ReferralLists,
    ReferralReader,
    read_profile,
)
from equipoise.authority.rules import RULES, SQLiteEngine, deciding, in_force
from equipoise.core.base import ProblemsError
from equipoise.workspace.folder import parquet
from equipoise.workspace.folder.engine import DuckDBEngine
from tests.authority.golden_folders import trial_of
from tests.authority.test_census import census, child
from tests.authority.test_golden import files_of

LISTS = ReferralLists(("r",), date(2024, 1, 1), date(2024, 12, 31))
LIST = "referral-list"
FAMILY = "family-clock"
DERIVED = trial_of(LIST)[2]
RECORDED = replace(DERIVED, outcome="recorded", referral_within_days=0)


def read(data, lists=LISTS):
    reader = ReferralReader({"r": data}, lists)
    rows = [(row.child_id, date.fromordinal(row.day).isoformat(), row.no_further_action)
            for row in reader.rows()]  # fmt: skip
    assert reader.rows_kept == len(rows)
    assert reader.rows_read == len(rows) + sum(reader.set_aside.values())
    assert set(reader.set_aside) <= set(REFERRAL_REASONS)
    return rows, reader


def refused(data, lists=LISTS):
    with pytest.raises(ProblemsError) as error:
        read(data, lists)
    return error.value.problems


# -------------------------------------------------------------------------------- reading


def test_a_workbook_of_many_lists_gives_its_list_of_referrals_alone():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for heads, rows in (
            (("Child Unique ID", "Date of Contact", "Contact Source"),
             [("C1", "01/02/2024", "Schools")]),
            (("Child Unique ID", "Date of referral", "Referral Source", "Referral NFA?"),
             [("C1", "02/02/2024", "Schools", "a) Yes"), ("C2", "03/02/2024", "Police", "No"),
              ("C3", "soon", "Police", "No")]),
        ):  # fmt: skip
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, heads)
            for number, row in enumerate(rows, start=1):
                sheet.write_row(number, 0, row)
    rows, reader = read(buffer.getvalue())
    assert rows == [("C1", "2024-02-02", True), ("C2", "2024-02-03", False)]
    assert dict(reader.set_aside) == {"unreadable-date": 1}
    assert reader.no_further_action == 1


def test_the_standard_dataset_says_no_further_action_by_answer_or_by_flag():
    heads = "cine_person_id,cine_referral_date,cine_referral_nfa,cine_referral_outcome_json\n"
    body = (
        'K1,2024-05-01,Y,\nK2,2024-05-02,,"{""NFA_FLAG"": ""Y""}"\n'
        "K3,2024-05-03,N,\nK4,2024-05-04,,\nK5,2023-05-04,,\n"
    )
    rows, reader = read((heads + body).encode("utf-8"))
    assert rows == [
        ("K1", "2024-05-01", True), ("K2", "2024-05-02", True),
        ("K3", "2024-05-03", False), ("K4", "2024-05-04", None),
    ]  # fmt: skip
    assert dict(reader.set_aside) == {"outside-covers": 1}


def test_a_census_gives_the_referral_of_each_episode():
    undated = "<CINdetails><ReferralSource>2A</ReferralSource>{more}</CINdetails>"
    data = census(child(name="C1"), child(name="C2", begun=undated), child(name=""))
    lists = ReferralLists(("r",), date(2021, 4, 1), date(2022, 3, 31))
    rows, reader = read(data, lists)
    assert rows == [("C1", "2021-05-04", False)]
    assert dict(reader.set_aside) == {"no-date": 1, "within-set-aside": 1}


def test_contacts_are_no_list_of_referrals():
    data = b"cont_person_id,cont_contact_date\nK1,2024-05-01\n"
    (problem,) = refused(data)
    assert problem.found == "no list of referrals"


def test_numbers_that_a_spreadsheet_has_rounded_are_refused_by_shape():
    data = b"Child Unique ID,Date of Referral,Referral Source\n7.12346E+12,2024-05-01,Police\n"
    (problem,) = refused(data)
    assert "9.99999A+99" in problem.found
    assert "7.12346" not in str(problem)


def test_nothing_that_counts_is_said_and_not_read_as_no_further_action():
    data = b"Child Unique ID,Date of Referral,Referral Source\nK1,2023-05-01,Police\n"
    (problem,) = refused(data)
    assert problem.found == "no referral that counts"


def test_the_profile_keeps_what_is_said_about_referrals():
    profile = read_profile(files_of(LIST)["profile.json"])
    assert (profile.outcomes, profile.referrals.files) == ("not-recorded", ("list3.csv",))
    assert read_profile(profile_bytes(profile)) == profile


@pytest.mark.parametrize(
    "said",
    [
        {"referrals": {"files": [], "from": "2024-01-01", "to": "2024-02-01"}},
        {"referrals": {"files": "x.csv", "from": "2024-03-01", "to": "2024-02-01"}},
        {"referrals": {"files": "x.csv", "from": "2024-03-01"}},
        {"referrals": "x.csv"},
        {"outcomes": "sometimes"},
    ],
)
def test_a_profile_that_says_it_otherwise_is_refused(said):
    body = {**json.loads(files_of(LIST)["profile.json"]), **said}
    with pytest.raises(ProblemsError) as error:
        read_profile(json.dumps(body).encode("utf-8"))
    (problem,) = error.value.problems
    assert problem.place == f"entry {next(iter(said))}"


# ------------------------------------------------------------------------ never mixed silently


def built(name=LIST, definitions=None, others=(), engine=None, **changes):
    _, schools, own, windows = trial_of(name)
    files = {**files_of(name), **changes}
    return build_counts(
        files, schools, definitions or own, windows, engine or DuckDBEngine(), others=others
    )


def test_an_authority_without_recorded_outcomes_is_refused_where_these_are_declared():
    with pytest.raises(ProblemsError) as error:
        built(definitions=RECORDED)
    (problem,) = error.value.problems
    assert problem.place == "entry outcomes"
    assert problem.found == "authority 920: outcomes of contacts are not recorded"
    assert "design.contact.also" in problem.remedy


def test_an_authority_without_a_list_of_referrals_is_refused_where_one_is_needed():
    own = trial_of(FAMILY)[2]
    for needs in ({"outcome": "derived"}, {"clock_from": "referral"}):
        with pytest.raises(ProblemsError) as error:
            built(FAMILY, replace(own, referral_within_days=10, **needs))
        (problem,) = error.value.problems
        assert problem.found == "authority 921: no list of referrals"


def test_what_the_files_cannot_give_is_left_out_of_the_others():
    _, others = built(others=[("as-recorded", RECORDED)])
    assert others == ()
    own = trial_of(FAMILY)[2]
    derived = replace(own, outcome="derived", referral_within_days=10)
    _, others = built(FAMILY, own, [("derived", derived), ("each", replace(own, siblings="each"))])
    assert [other.name for other in others] == ["each"]


def test_of_declared_definitions_those_that_can_be_given_are_told():
    profile = read_profile(files_of(LIST)["profile.json"])
    both = (("primary", RECORDED), ("derived", DERIVED))
    assert countable(profile, both) == both[1:]
    with pytest.raises(ProblemsError, match="not recorded"):
        countable(profile, both[:1])


def test_where_both_are_there_each_definition_takes_its_own():
    """By hand: C03, referred on the tenth day, is recorded as no further action."""
    lines = files_of(LIST)["contacts.csv"].decode("utf-8").splitlines()
    recorded = [lines[0] + ",Contact outcome,Decision date"]
    recorded += [line + (",Advice," if "C02" in line else ",NFA,") for line in lines[1:]]
    body = {**json.loads(files_of(LIST)["profile.json"]), "outcomes": "recorded"}
    pack, (other,) = built(
        definitions=RECORDED,
        others=[("derived", DERIVED)],
        **{
            "contacts.csv": "\n".join([*recorded, ""]).encode("utf-8"),
            "profile.json": json.dumps(body).encode("utf-8"),
        },
    )
    spring, derived = pack.counts[0], other.counts[0]
    assert (spring.nfa_contacts_strict, spring.nfa_contacts_advice, spring.referral_any) == (
        5,
        6,
        0,
    )
    assert (derived.nfa_contacts_strict, derived.referral_any, derived.s47_first) == (3, 2, None)
    assert spring.s47_first == 0
    assert other.counts == built()[0].counts


def test_a_list_with_other_numbers_is_refused():
    rows = "".join(f"X{n},2024-0{n % 6 + 1}-{n % 15 + 11},Police,No\n" for n in range(30))
    heads = "Child Unique ID,Date of Referral,Referral Source,NFA\n"
    contacts = files_of(LIST)["contacts.csv"] + b"".join(
        f"D{n},L{n},2024-02-02,School,Millbrook Junior School\n".encode() for n in range(30)
    )
    with pytest.raises(ProblemsError) as error:
        built(**{"list3.csv": (heads + rows).encode("utf-8"), "contacts.csv": contacts})
    (problem,) = error.value.problems
    assert (problem.file, problem.place) == ("list3.csv", "numbers of children")


@pytest.mark.parametrize(("first", "last", "entry"), [(1, 3, "to"), (4, 6, "from")])
def test_a_list_that_lost_the_rows_of_months_is_refused(first, last, entry):
    """No reader sees that lines are missing at an end, and no referral means no further action."""
    rows = "".join(
        f"K0{n % 5 + 1},2024-0{month}-{n % 15 + 11},Police,No\n"
        for month in range(first, last + 1)
        for n in range(30)
    )
    heads = "Child Unique ID,Date of Referral,Referral Source,NFA\n"
    with pytest.raises(ProblemsError) as error:
        built(**{"list3.csv": (heads + rows).encode("utf-8")})
    (problem,) = error.value.problems
    assert (problem.file, problem.place) == ("profile.json", f"entry referrals.{entry}")
    assert "export the list again" in problem.remedy


def test_contacts_without_outcomes_are_read_with_columns_named_anyhow():
    head, *rows = files_of(LIST)["contacts.csv"].decode("utf-8").splitlines()
    assert head == "Contact ID,Child ID,Date of contact,Contact source,Referring organisation"
    named = "WORKFLOW_STEP_ID,PERSON_ID,STARTED_ON,SOURCE_OF_CONTACT,REFERRER_AGENCY"
    contacts = "\n".join([named, *rows, ""]).encode("utf-8")
    assert built(**{"contacts.csv": contacts})[0].counts == built()[0].counts


def test_a_column_of_outcomes_that_the_profile_denies_is_not_used_in_silence():
    head, *rows = files_of(LIST)["contacts.csv"].decode("utf-8").splitlines()
    said = [f"{head},Contact outcome", *(f"{row},NFA" for row in rows), ""]
    pack = built(**{"contacts.csv": "\n".join(said).encode("utf-8")})[0]
    assert pack.counts == built()[0].counts
    assert any("a column of outcomes was not used" in note for note in pack.quality.notes)


def test_the_quality_report_accounts_for_the_list():
    quality = built()[0].quality
    found = quality.referrals
    assert (quality.outcomes, found.rows_read, found.rows_kept) == ("derived", 10, 7)
    assert found.set_aside == {"no-child-id": 1, "no-date": 1, "outside-covers": 1}
    assert (found.no_further_action, found.contacts_followed) == (2, 6)
    assert quality.windows_not_covered == ("spring",)
    lines = list(outcome_lines(quality.outcomes, found))
    assert lines[0].startswith("outcomes of contacts: derived")
    assert any("10 rows read, 7 kept" in line for line in lines)


def test_outcomes_that_are_not_recorded_raise_no_false_alarm():
    assert built()[0].quality.findings == ()


def test_what_leaves_says_that_outcomes_are_derived_and_which_definitions_are_left_out():
    pack, others = built()
    windows = trial_of(LIST)[3]
    declared = (Declared("primary", RECORDED), Declared("by-referral", DERIVED))
    roster = Roster("T", "920", "Hollinshire", (), windows, declared, "0" * 64, (), "")
    sending = Sending("920", 1, "", {}, others)
    sheet = pack_leaves(
        Handed(roster, "t", simulated=True), pack, sending, Outgoing("p", 1, ""), signed=None
    )
    text = " ".join(sheet.text().split())
    assert "derived from referrals within 10 days" in text
    assert "cannot give the trial's own definitions: the counts are by by-referral" in text
    assert "referrals rows read 10" in text
    assert "s47_first" not in text
    lines = [line.split() for line in sheet.text().splitlines()]
    assert [line[-2:] for line in lines if line[:1] == ["primary"]] == [["left", "out"]]
    assert [line[-1:] for line in lines if line[:1] == ["by-referral"]] == [["counted"]]


def test_a_pack_by_families_with_a_clock_comes_back_and_one_that_does_not_add_up_is_refused():
    pack, others = built(FAMILY)
    sending = Sending("921", 1, "0" * 64, {}, others)
    assert parse_sent(sending_bytes(pack, sending, trial="t", simulated=True)).pack == pack
    first, *rest = pack.counts
    for wrong in ({"siblings": None}, {"siblings": 4}, {"decided_known": 12}):
        broken = replace(pack, counts=(replace(first, **wrong), *rest))
        with pytest.raises(ProblemsError):
            parse_sent(pack_bytes(broken, trial="t", simulated=True))


# ---------------------------------------------------------------------------- both roads


@pytest.mark.parametrize("name", [LIST, FAMILY])
def test_pseudonymised_rows_give_the_counts_of_the_extract(name):
    _, schools, own, windows = trial_of(name)
    others = [("other", replace(own, same_day="one", siblings="one", repeat_days=7))]
    sink = io.StringIO()
    tap = row_writer(sink, key=bytes(32), authority=trial_of(name)[1][0].la_code)
    pack, counted = build_counts(
        files_of(name), schools, own, windows, DuckDBEngine(), others=others, tap=tap
    )
    text = sink.getvalue()
    assert "K02" not in text
    assert "H1" not in text
    files = {
        "rows.csv": text.encode("ascii"),
        "rows.json": pack_bytes(pack, trial="t", simulated=True),
    }
    again, recounted = recounted_counts(files, schools, own, windows, SQLiteEngine(), others=others)
    assert again.counts == pack.counts
    assert recounted == counted


def test_rows_hold_neither_households_nor_referrals_that_nobody_asked_for():
    _, schools, own, windows = trial_of(FAMILY)
    plain = replace(own, siblings="each", same_day="one", clock_from="")
    sink = io.StringIO()
    tap = row_writer(sink, key=bytes(32), authority="921")
    build_counts(files_of(FAMILY), schools, plain, windows, DuckDBEngine(), tap=tap)
    assert all(line.endswith(",,") for line in sink.getvalue().splitlines()[1:])


@pytest.mark.parametrize("parts", [2, 8])
def test_families_in_several_parts_of_an_extract_are_counted_once(parts, monkeypatch):
    whole = built(FAMILY)
    size = len(files_of(FAMILY)["contacts.csv"])
    monkeypatch.setattr(parquet, "PART_BYTES", size // parts + 1)
    assert parquet.parts_for(size) == parts
    assert built(FAMILY) == whole


# ----------------------------------------------------------------------------- comparing


def recorded_of(name, **changes):
    pack = replace(built(name)[0], **changes)
    return Recorded(pack.authority, pack.name, pack.quality, pack.windows, pack.definitions)


def test_the_matrix_says_of_each_authority_where_its_outcomes_come_from():
    found = compare([recorded_of(LIST), recorded_of(FAMILY)])
    assert found.counted == {
        "920": "derived from referrals within 10 days: no further action is read from their "
        "absence",
        "921": "as recorded",
    }
    for outcome in ("nfa_any_strict", "nfa_any_advice", "referral_any", "s47_first"):
        cell = found.cell("920", outcome)
        assert cell.verdict == "not"
        assert "outcome-derived" in {reason.code for reason in cell.reasons}
    alone = compare([recorded_of(LIST)])
    (reason,) = [
        r for r in alone.cell("920", "referral_any").reasons if r.code == "outcome-derived"
    ]
    assert (reason.verdict, reason.rule) == ("caveat", "derived-outcome")


def test_each_cell_names_the_rules_that_decided_it():
    found = compare([recorded_of(LIST), recorded_of(FAMILY)])
    assert found.cell("920", "referral_any").rules == (
        "copies", "contact-to-referral", "derived-outcome", "new-contact", "open-case",
        "same-day", "referral",
    )  # fmt: skip
    assert found.cell("920", "s47_first").rules == ()
    assert found.cell("921", "contacts").rules == (
        "copies", "new-contact", "open-case", "repeat", "siblings",
    )  # fmt: skip
    assert "siblings" not in found.cell("921", "children").rules
    assert found.cell("921", "csa_any").rules == ()


def test_every_rule_comes_into_force_under_some_definitions():
    family = trial_of(FAMILY)[2]
    every = replace(family, same_day="one", reasons=("sexual-abuse",))
    codes = {*in_force(replace(every, school="attended")), *in_force(DERIVED)}
    assert codes == {rule.code for rule in RULES}
    assert deciding("decided_within_limit", every)[-1] == "working-days"


def test_a_pack_of_today_is_as_it_was_where_nothing_new_is_declared():
    from tests.authority.test_golden import LOCAL

    name, schools, definitions, windows = LOCAL
    pack = build_pack(files_of(name), schools, definitions, windows, DuckDBEngine())
    assert (pack.quality.outcomes, pack.quality.referrals) == ("recorded", None)
    for count in pack.counts:
        assert count.siblings is count.clock_started is count.decided_known is None
