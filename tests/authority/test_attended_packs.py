"""By the school attended: packs and rows count it beside the school that made the contact."""

import io
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from equipoise.authority.pack import (
    ACCOUNT,
    ROWS,
    Sending,
    build_counts,
    changes,
    look,
    pack_bytes,
    parse_pack,
    parse_sent,
    recounted_counts,
    row_writer,
    sending_bytes,
)
from equipoise.authority.quality import Recorded, compare, evaluability, linkage_lines, together
from equipoise.authority.rules import (
    ELSEWHERE,
    LOST,
    WAYS,
    Definitions,
    SQLiteEngine,
    Window,
    count_contacts,
)
from equipoise.authority.schools import check_letter, linking
from equipoise.core.base import ProblemsError
from equipoise.workspace.folder.engine import DuckDBEngine
from tests.authority.golden_folders import School
from tests.authority.test_counting import FIRST, PLAIN, URNS, WINDOWS, event

SCHOOLS = (
    School("900001", "Thornwick Primary School", "900"),
    School("900002", "St Hilda's C of E Primary School", "900"),
    School("900003", "Aldermere Infant School", "900"),
)
OWN = Definitions("made_by", ("2A",), "set-aside", 0, 90, 28, date(2024, 7, 31))
BY_ROLL = replace(OWN, school="attended")
YEAR = (Window("half", date(2024, 1, 1), date(2024, 6, 30)),)
PROFILE = b"""{"authority": "900", "name": "Fenmoor", "system": "test",
"extract_date": "2024-08-10", "covers": {"from": "2024-01-01", "to": "2024-08-10"},
"one_row_per": "child", "contacts_file": "contacts.csv", "open_cases": "flagged"}"""


def upn(rest):
    return check_letter(rest) + rest


ADA, BEN, CY, DEE, EVE, FAY, GUS, HAL = (upn(f"3502001230{n}1") for n in range(8))
TEMPORARY = upn("35020012300A")
WRONG = ("A" if ADA[0] != "A" else "B") + ADA[1:]
HEADS = (
    "Contact ID,Child ID,Date of contact,Contact source,Referring organisation,Contact outcome,"
    "Decision date,Open case at contact (Y/N),Child UPN,Referrer Email Address"
)
#: Contact, child, day of January, source, organisation, outcome, pupil number.
CONTACTS = (
    ("C1", "K1", 8, "School", "Thornwick Primary School", "NFA", ADA),
    ("C2", "K2", 9, "School", "the old mill", "NFA", BEN),
    ("C3", "K3", 10, "School", "Thornwick Primary School", "NFA", ""),
    ("C4", "K4", 11, "School", "Thornwick Primary School", "Referral", TEMPORARY),
    ("C5", "K5", 12, "School", "Thornwick Primary School", "NFA", WRONG),
    ("C6", "K6", 13, "School", "Thornwick Primary School", "NFA", ""),
    ("C7", "K7", 14, "School", "Thornwick Primary School", "NFA", EVE),
    ("C8", "K8", 15, "School", "Thornwick Primary School", "Referral", FAY),
    ("C9", "K9", 16, "School", "St Hilda's C of E Primary School", "NFA", GUS),
    ("C10", "K10", 17, "Police", "Police", "NFA", ADA),
    ("C11", "K11", 18, "School", "Thornwick Primary School", "NFA", HAL),
)
ROLL = (
    "UPN,School URN,EntryDate,LeavingDate,FormerUPN,EnrolStatus",
    f"{ADA},900002,01/09/2023,,,C",
    f"{BEN},900001,01/09/2023,31/08/2024,,C",
    f"{CY},900003,01/09/2023,,,M",
    f"{CY},900001,01/09/2023,,,S",
    f"{DEE},900002,01/09/2023,,{TEMPORARY},C",
    f"{EVE},900001,01/09/2022,31/12/2023,,C",
    f"{FAY},900001,01/09/2023,,,C",
    f"{FAY},900002,01/09/2023,,,C",
    f"{GUS},999999,01/09/2023,,,C",
    f"{WRONG},900001,01/09/2023,,,C",
    ",900001,01/09/2023,,,C",
)


def extract(*, emails=(), more=None):
    emails = dict(emails)
    lines = [HEADS]
    for contact, child, day, source, organisation, outcome, number in CONTACTS:
        email = emails.get(contact, "")
        lines.append(
            f"{contact},{child},{day:02}/01/2024,{source},{organisation},{outcome},"
            f"{day:02}/01/2024,N,{number},{email}"
        )
    files = {
        "profile.json": PROFILE,
        "contacts.csv": "\n".join([*lines, ""]).encode(),
        "roll.csv": "\n".join([*ROLL, ""]).encode(),
        "upns.csv": f"Client No,Unique Pupil Number\nK3,{CY}\nK99,{ADA}\n".encode(),
    }
    return {**files, **(more or {})}


def built(files=None, definitions=OWN, engine=None, **options):
    options.setdefault("others", [("by-roll", BY_ROLL)])
    found = files or extract()
    return build_counts(found, SCHOOLS, definitions, YEAR, engine or DuckDBEngine(), **options)


def contacts(counts):
    return {count.urn: count.contacts for count in counts}


# ------------------------------------------------------------------------------ by hand


def test_both_counts_travel_and_neither_fills_the_gaps_of_the_other():
    pack, (other,) = built()
    assert contacts(pack.counts) == {"900001": 8, "900002": 1, "900003": 0}
    assert pack.quality.windows[0].school_contacts_unresolved == 1
    assert contacts(other.counts) == {"900001": 1, "900002": 2, "900003": 1}
    assert {c.urn: c.nfa_any_strict for c in other.counts} == {
        "900001": 1, "900002": 1, "900003": 1,
    }  # fmt: skip
    assert {c.urn: c.referral_any for c in other.counts}["900002"] == 1


def test_what_linking_loses_is_counted_by_outcome_and_by_reason():
    pack, _ = built()
    nfa, referral = pack.quality.linkage
    assert (nfa.outcome, nfa.contacts, nfa.linked, nfa.elsewhere) == ("NFA", 8, 3, 1)
    assert nfa.by == {
        "elsewhere": 1, "invalid-upn": 1, "no-upn": 1, "not-on-roll-then": 1, "unknown-upn": 1,
        "upn": 3,
    }  # fmt: skip
    assert nfa.share_lost == 0.5
    assert (referral.outcome, referral.contacts) == ("REFERRAL", 2)
    assert referral.by == {"former-upn": 1, "two-schools": 1}
    whole = together(pack.quality.linkage, "half")
    assert (whole.contacts, whole.linked, whole.elsewhere) == (10, 4, 1)
    roll, numbers = pack.quality.tables
    assert (roll.rows_read, roll.rows_kept, roll.set_aside) == (
        11, 9, {"invalid-upn": 1, "no-upn": 1},
    )  # fmt: skip
    assert (numbers.rows_read, numbers.rows_kept) == (2, 2)


def test_the_school_attended_may_be_the_primary_definition():
    pack, (other,) = built(definitions=BY_ROLL, others=[("by-name", OWN)])
    assert contacts(pack.counts) == {"900001": 1, "900002": 2, "900003": 1}
    window = pack.quality.windows[0]
    assert (window.school_contacts_unresolved, window.not_school) == (5, 1)
    assert contacts(other.counts) == {"900001": 8, "900002": 1, "900003": 0}
    assert pack.quality.school == "attended"


def test_engines_count_alike(tmp_path):
    """Spark's answers are in test_engines."""
    assert built(engine=SQLiteEngine(tmp_path)) == built()


def test_a_pack_with_both_comes_back_as_it_was():
    pack, others = built()
    sending = Sending("900", 1, "0" * 64, {}, others)
    content = sending_bytes(pack, sending, trial="t", simulated=True)
    sent = parse_sent(content)
    assert sent.pack == pack
    assert sent.sending.others == others


@pytest.mark.parametrize(("primary", "other"), [(OWN, BY_ROLL), (BY_ROLL, OWN)])
def test_counts_that_do_not_fit_the_linkage_are_refused(primary, other):
    pack, (counted,) = built(definitions=primary, others=[("other", other)])
    more = replace(counted.counts[0], contacts=counted.counts[0].contacts + 7)
    wrong = replace(counted, counts=(more, *counted.counts[1:]))
    sending = Sending("900", 1, "0" * 64, {}, (wrong,))
    with pytest.raises(ProblemsError, match="do not add up"):
        parse_sent(sending_bytes(pack, sending, trial="t", simulated=True))
    first, *rest = pack.quality.linkage
    broken = replace(first, by={**first.by, "upn": 99})
    quality = replace(pack.quality, linkage=(broken, *rest))
    with pytest.raises(ProblemsError, match="do not add up"):
        parse_pack(pack_bytes(replace(pack, quality=quality), trial="t", simulated=True))


def test_no_roll_is_refused_where_it_is_needed_and_not_missed_where_it_is_not():
    files = extract()
    del files["roll.csv"]
    with pytest.raises(ProblemsError) as error:
        built(files, BY_ROLL, others=())
    (problem,) = error.value.problems
    assert (problem.file, problem.found) == ("roll.csv", "no such file")
    pack, others = built(files)
    assert not others  # it is left out, as what leaves says
    assert (pack.quality.linkage, pack.quality.tables) == ((), ())


def test_a_roll_changes_nothing_where_nobody_asked_for_it():
    files = extract()
    with_roll, _ = built(files, others=())
    del files["roll.csv"], files["upns.csv"]
    without, _ = built(files, others=())
    assert with_roll.counts == without.counts
    assert with_roll.quality == without.quality


# ----------------------------------------------------------------------------- other road


def rows_of(files, definitions=OWN, **options):
    sink = io.StringIO(newline="")
    pack, others = built(
        files, definitions, tap=row_writer(sink, key=bytes(32), authority="900"), **options
    )
    account = pack_bytes(pack, trial="t", simulated=True)
    return pack, others, {ROWS: sink.getvalue().encode("ascii"), ACCOUNT: account}


@pytest.mark.parametrize("engine", [DuckDBEngine, SQLiteEngine])
@pytest.mark.parametrize(("primary", "other"), [(OWN, BY_ROLL), (BY_ROLL, OWN)])
def test_rows_give_the_same_counts_to_the_last_unit(engine, primary, other):
    pack, others, files = rows_of(extract(), primary, others=[("other", other)])
    again, counted = recounted_counts(
        files, SCHOOLS, primary, YEAR, engine(), others=[("other", other)]
    )
    assert again.counts == pack.counts
    assert again.quality == pack.quality
    assert counted == others
    assert all(number not in files[ROWS].decode() for number in (ADA, BEN, CY, TEMPORARY))


def test_rows_without_the_school_attended_give_no_counts_by_it():
    _, _, files = rows_of(extract(), others=())
    by_roll = [("by-roll", BY_ROLL)]
    pack, others = recounted_counts(files, SCHOOLS, OWN, YEAR, SQLiteEngine(), others=by_roll)
    assert (others, contacts(pack.counts)["900001"]) == ((), 8)


def test_rows_whose_linkage_was_changed_are_refused():
    _, _, files = rows_of(extract())
    changed = files[ROWS].replace(b",no-upn,", b",unknown-upn,")
    assert changed != files[ROWS]
    with pytest.raises(ProblemsError, match="linkage"):
        recounted_counts(
            {**files, ROWS: changed}, SCHOOLS, OWN, YEAR, SQLiteEngine(),
            others=[("by-roll", BY_ROLL)],
        )  # fmt: skip


# ------------------------------------------------------------------------------- identities


@st.composite
def linked(draw):
    found = draw(event())
    how = draw(st.sampled_from([*WAYS, ELSEWHERE, *LOST])) if found.by_school else ""
    urn = draw(st.sampled_from([900001, 900002])) if how in WAYS else None
    return replace(found, attended=urn, linkage=how)


def as_made(found):
    """Return an event as if the school attended had made the contact."""
    words = {True: "matched", False: "unresolved"}[found.attended is not None]
    words = "not-a-school" if found.linkage == ELSEWHERE else words
    return replace(found, urn=found.attended, resolution=words if found.by_school else "")


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(linked(), max_size=25))
def test_counting_by_the_school_attended_is_counting_as_if_it_had_made_the_contact(events):
    extracted = date(2025, 2, 1)
    by_roll = replace(PLAIN, school="attended")
    counted = count_contacts(events, URNS, WINDOWS, by_roll, extracted, SQLiteEngine())
    made = [as_made(found) for found in events]
    assert counted == count_contacts(made, URNS, WINDOWS, PLAIN, extracted, SQLiteEngine())


def test_the_words_of_linkage_are_those_of_the_rules():
    assert {linking.ELSEWHERE, linking.DETAILS, linking.UNCLEAR} <= {ELSEWHERE, *WAYS, *LOST}
    assert linking.ELSEWHERE == ELSEWHERE
    assert FIRST.year == 2024


# ---------------------------------------------------------------------------- what is said


def test_the_analyst_sees_what_linking_lost():
    found = look(extract(), SCHOOLS, OWN)
    lines = linkage_lines(found.linkage)
    assert lines[0] == (
        "Window extract: 50 % of 10 contacts by schools were linked to a roll (1 of them to a "
        "school that the roster does not have)."
    )
    assert "  NFA: 50 % of 8 lost" in lines
    assert [table.table for table in found.tables] == ["roll", "upns"]


def test_comparability_and_evaluability_say_what_linking_lost():
    pack, _ = built(definitions=BY_ROLL, others=())
    recorded = Recorded("900", "Fenmoor", pack.quality, pack.windows, pack.definitions)
    cell = compare([recorded]).cell("900", "nfa_any_strict")
    assert "pupils-not-linked" in {reason.code for reason in cell.reasons}
    assert "schools-not-named" not in {reason.code for reason in cell.reasons}
    said = evaluability(recorded, pack.counts, {})
    assert said.linkage_attended == 0.5
    assert any("linked to a roll" in words for words in (*said.obstacles, *said.conditions))
    plain, _ = built(others=())
    recorded = Recorded("900", "Fenmoor", plain.quality, plain.windows, plain.definitions)
    assert evaluability(recorded, plain.counts, {}).linkage_attended is None


def test_a_new_version_says_how_many_more_were_linked():
    before, _ = built()
    more = "\n".join([*ROLL, f"{HAL},900001,01/09/2023,,,C", ""]).encode()
    after, _ = built(extract(more={"roll.csv": more}))
    said = "contacts of schools linked to no roll in half: 5 before, 4 now"
    assert said in changes(before, after).quality
