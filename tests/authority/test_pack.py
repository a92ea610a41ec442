"""The pack: what leaves, what never leaves, and that it adds up."""

import json
import time
from dataclasses import replace
from datetime import date

import pytest

from equipoise.authority.pack import build_pack, pack_bytes, parse_pack, unclear
from equipoise.authority.pack.maps import may_be_personal
from equipoise.core.base import ProblemsError
from equipoise.core.results import decode_result
from equipoise.workspace.folder.engine import DuckDBEngine
from tests.authority.test_golden import LOCAL, SHEETS, STANDARD, files_of

HEADS = (
    "Contact ID,Child ID,Date of contact,Contact source,Referring organisation,"
    "Contact outcome,Decision date,Open case at contact (Y/N)\n"
)


def golden_pack():
    name, schools, definitions, windows = LOCAL
    return build_pack(files_of(name), schools, definitions, windows, DuckDBEngine())


def pack_of(contacts, **extra):
    _, schools, definitions, windows = LOCAL
    files = {**files_of("local-columns"), "contacts.csv": (HEADS + contacts).encode("utf-8")}
    return build_pack({**files, **extra}, schools, definitions, windows, DuckDBEngine())


def many(count, source="School", organisation="Thornwick Primary School", outcome="NFA"):
    rows = [
        f"C{n},K{n},{n % 28 + 1:02d}/0{n % 6 + 1}/2024,{source},{organisation},{outcome},,N\n"
        for n in range(count)
    ]
    return "".join(rows)


def test_a_pack_comes_back_as_it_was_and_names_its_trial():
    pack = golden_pack()
    data = pack_bytes(pack, trial="dsl-primary", simulated=True)
    assert parse_pack(data) == pack
    envelope = decode_result(data)
    assert (envelope.kind, envelope.trial, envelope.simulated) == (
        "authority.pack", "dsl-primary", True,
    )  # fmt: skip
    assert set(envelope.inputs) == {"profile", "contacts"}


def test_the_same_files_give_the_same_bytes():
    first, second = (pack_bytes(golden_pack(), trial="t", simulated=False) for _ in range(2))
    assert first == second


def test_no_organisation_child_or_contact_leaves():
    text = pack_bytes(golden_pack(), trial="t", simulated=False).decode("utf-8")
    for typed in ("Thornwick", "Springfield", "Police Station", "Hilda", "K10", "C13", "As per"):
        assert typed not in text


def test_labels_leave_only_if_seen_ten_times_and_without_a_name():
    contacts = (
        many(10)
        + many(9, source="Schools").replace("C", "D")
        + many(12, source="School - Jane Smith").replace("C", "E")
    )
    pack = pack_of(contacts)
    shown = {(use.label, use.rows) for use in pack.maps if use.field == "source"}
    assert ("School", 10) in shown
    assert all(label in ("School", None) for label, _ in shown)
    text = pack_bytes(pack, trial="t", simulated=False).decode("utf-8")
    assert "Jane" not in text
    assert "Schools" not in text
    hidden = [use for use in pack.maps if use.field == "source" and use.label is None]
    assert sum(use.rows for use in hidden) == 9 + 12


@pytest.mark.parametrize(
    "label", ["Jane Smith", "SMITH, Jane", "NFA per Khan", "jane@example.org", "No action 01234567"]
)
def test_labels_that_may_hold_a_name_or_a_number(label):
    assert may_be_personal(label)


@pytest.mark.parametrize(
    "label", ["School [2A]", "No further action", "LA services - other internal", "2A", "A&E"]
)
def test_labels_that_hold_none(label):
    assert not may_be_personal(label)


def test_unclear_rows_are_for_her_screen_and_say_what_to_do():
    name, schools, definitions, _ = STANDARD
    (only,) = [u for u in unclear(files_of(name), schools, definitions) if u.field != "row"]
    assert (only.row, only.found) == (7, "Fennmere")
    assert "schools.csv" in only.why


def test_problems_of_all_files_come_together():
    name, schools, definitions, windows = LOCAL
    files = files_of(name)
    files["labels.csv"] = b"field,label\n"
    files["schools.csv"] = b"typed,urn,by,when,note\nX,1,A,2025-08-01,\n"
    files["contacts.csv"] = b"a,b\n"
    with pytest.raises(ProblemsError) as error:
        build_pack(files, schools, definitions, windows, DuckDBEngine())
    assert {p.file for p in error.value.problems} == {"labels.csv", "schools.csv", "contacts.csv"}


@pytest.mark.parametrize("name", ["profile.json", "contacts.csv"])
def test_a_missing_file_is_named(name):
    _, schools, definitions, windows = LOCAL
    files = {key: data for key, data in files_of("local-columns").items() if key != name}
    with pytest.raises(ProblemsError, match=name):
        build_pack(files, schools, definitions, windows, DuckDBEngine())


def test_an_authority_without_a_school_on_the_roster_is_a_problem():
    _, schools, definitions, windows = LOCAL
    with pytest.raises(ProblemsError, match="no school"):
        build_pack(files_of("local-columns"), schools[3:], definitions, windows, DuckDBEngine())


def test_a_workbook_cut_off_is_refused_whole():
    name, schools, definitions, windows = STANDARD
    files = files_of(name)
    files["contacts.xlsx"] = files["contacts.xlsx"][:-400]
    with pytest.raises(ProblemsError, match="cannot be read to its end"):
        build_pack(files, schools, definitions, windows, DuckDBEngine())


# ------------------------------------------------------------------------- packs received


def broken(change):
    pack = golden_pack()
    return pack_bytes(change(pack), trial="t", simulated=False)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda p: replace(p, counts=p.counts[1:]), "left out"),
        (lambda p: replace(p, counts=p.counts + p.counts[:1]), "twice"),
        (lambda p: replace(p, counts=(replace(p.counts[0], nfa_any_strict=9), *p.counts[1:])),
         "nfa_any_strict above"),
        (lambda p: replace(p, counts=(replace(p.counts[0], pending=-1), *p.counts[1:])),
         "below zero"),
        (lambda p: replace(p, counts=(replace(p.counts[0], contacts=7), *p.counts[1:])),
         "do not add up"),
        (lambda p: replace(p, quality=replace(p.quality, rows_kept=1)), "do not add up"),
        (lambda p: replace(p, counts=(replace(p.counts[0], csa_any=1), *p.counts[1:])),
         "csa_any not declared"),
        (lambda p: replace(p, definitions=replace(p.definitions, reasons=("sexual-abuse",))),
         "csa_any left out"),
    ],
)  # fmt: skip
def test_a_pack_whose_numbers_disagree_is_refused(change, words):
    with pytest.raises(ProblemsError, match=words):
        parse_pack(broken(change))


def test_more_children_of_a_reason_than_children_are_refused():
    name, schools, definitions, windows = SHEETS
    pack = build_pack(files_of(name), schools, definitions, windows, DuckDBEngine())
    assert parse_pack(pack_bytes(pack, trial="t", simulated=False)) == pack
    wrong = replace(pack, counts=(replace(pack.counts[0], csa_any=9), *pack.counts[1:]))
    with pytest.raises(ProblemsError, match="csa_any above children"):
        parse_pack(pack_bytes(wrong, trial="t", simulated=False))


@pytest.mark.parametrize("data", [b"", b"{}\n", b"\xff\n", b"[1]\n"])
def test_what_is_no_pack_is_refused(data):
    with pytest.raises(ProblemsError, match="not a pack"):
        parse_pack(data)


def test_a_pack_with_another_version_is_refused():
    data = json.loads(pack_bytes(golden_pack(), trial="t", simulated=False))
    data["version"] = 99
    text = json.dumps(data, sort_keys=True, separators=(",", ":"))
    with pytest.raises(ProblemsError, match="not a pack"):
        parse_pack(text.encode("utf-8") + b"\n")


# ------------------------------------------------------------------------- quality


def test_a_month_that_breaks_off_is_marked_and_one_covered_in_part_is_not():
    rows = []
    for month in range(1, 8):
        for n in range(20 if month < 7 else 4):
            rows.append(
                f"M{month}-{n},K{n},{n % 28 + 1:02d}/{month:02d}/2024,School,Thornwick,NFA,,N\n"
            )
    quality = pack_of("".join(rows)).quality
    assert [(m.month, m.contacts) for m in quality.months[-2:]] == [("2024-06", 20), ("2024-07", 4)]
    assert (quality.first_month_short, quality.last_month_short) == (False, True)
    body = json.loads(files_of("local-columns")["profile.json"])
    body["covers"]["to"] = "2024-07-20"
    part = pack_of("".join(rows), **{"profile.json": json.dumps(body).encode("utf-8")}).quality
    assert part.last_month_short is False


def test_a_month_without_contacts_is_listed_with_zero():
    rows = many(40).replace("/03/2024", "/04/2024")
    months = {m.month: m.contacts for m in pack_of(rows).quality.months}
    assert months["2024-03"] == 0
    assert sum(months.values()) == 40


def test_shares_are_of_the_right_whole():
    contacts = many(8) + many(2, organisation="Nowhere", outcome="Gibberish").replace("C", "D")
    whole = pack_of(contacts).quality.windows
    assert sum(w.school_contacts for w in whole) == 10
    for window in whole:
        assert window.share_unresolved == pytest.approx(
            window.school_contacts_unresolved / window.school_contacts
        )
        assert window.share_unmapped == pytest.approx(window.unmapped / window.school_contacts)
    assert sum(w.unmapped for w in whole) == 2


def test_open_cases_unknown_are_counted_and_windows_not_covered_are_named():
    body = json.loads(files_of("local-columns")["profile.json"])
    body["open_cases"] = "unknown"
    body["covers"]["from"] = date(2024, 2, 1).isoformat()
    quality = pack_of(many(12), **{"profile.json": json.dumps(body).encode("utf-8")}).quality
    assert quality.open_case_unknown == quality.rows_kept
    assert quality.windows_not_covered == ("spring",)


def test_sixty_thousand_rows_take_seconds():
    begin = time.perf_counter()
    pack = pack_of(
        "".join(
            f"C{n},K{n % 9000},{n % 28 + 1:02d}/0{n % 6 + 1}/2024,School,Thornwick Prim,NFA,,N\n"
            for n in range(60_000)
        )
    )
    assert pack.quality.rows_read == 60_000
    assert time.perf_counter() - begin < 20  # about two on an idle machine
