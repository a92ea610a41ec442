"""The roster, the sending, the road of rows, versions compared: the room by itself."""

import csv
import hashlib
import hmac
import io
from dataclasses import asdict, replace

import pytest

from equipoise.authority.pack import (
    ACCOUNT,
    ROWS,
    Declared,
    Handed,
    Outgoing,
    Roster,
    RosterEntry,
    Sending,
    build_counts,
    build_pack,
    changes,
    chosen,
    counted_twice,
    message_of,
    pack_bytes,
    pack_leaves,
    parse_roster,
    parse_sent,
    pseudonym,
    recounted,
    roster_bytes,
    roster_digests,
    row_writer,
    sending_bytes,
    statement,
    with_signature,
)
from equipoise.authority.rules import SQLiteEngine
from equipoise.core.base import ProblemsError
from equipoise.workspace.folder.engine import DuckDBEngine
from tests.authority.test_golden import ALL, LOCAL, files_of

KEY = bytes(range(32))
COUNTED = ("open-cases-counted", replace(LOCAL[2], open_cases="count"))
APART = ("a-month-apart", replace(LOCAL[2], repeat_days=30))


def roster(**changed):
    _, schools, definitions, windows = LOCAL
    entries = tuple(RosterEntry(s.urn, s.name, s.la_code) for s in schools if s.la_code == "900")
    declared = (Declared("primary", definitions), Declared(*COUNTED), Declared(*APART))
    made = Roster(
        "A trial", "900", "Aldershire", entries, windows, declared, "a" * 64, (), "b" * 64
    )
    return replace(made, **changed)


def built(others=(COUNTED, APART)):
    name, schools, definitions, windows = LOCAL
    return build_counts(
        files_of(name), schools, definitions, windows, DuckDBEngine(), others=others
    )


def sent(number=1):
    pack, others = built()
    sending = Sending("900", number, "b" * 64, roster_digests(roster()), others)
    return pack, sending, sending_bytes(pack, sending, trial="t", simulated=False)


# ------------------------------------------------------------------------------- the roster


def test_a_roster_comes_back_as_it_was_and_names_its_trial():
    handed = parse_roster(roster_bytes(roster(), trial="t", simulated=True))
    assert handed == Handed(roster(), "t", True)


@pytest.mark.parametrize("data", [b"", b"{}", b"{}\n", b"\xff\n", b"[[[[\n"])
def test_something_that_is_no_roster_is_refused(data):
    with pytest.raises(ProblemsError, match="no roster"):
        parse_roster(data)


def test_a_roster_without_a_key_or_the_trials_own_definitions_is_refused():
    for changed, words in (
        ({"trial_key": "xyz"}, "64 hexadecimal"),
        ({"declared": (Declared(*COUNTED),)}, "primary first"),
    ):
        with pytest.raises(ProblemsError, match=words):
            parse_roster(roster_bytes(roster(**changed), trial="t", simulated=True))


def test_a_change_of_one_part_changes_the_digest_of_that_part_alone():
    own = roster()
    schools = (replace(own.schools[0], name="Else"), *own.schools[1:])
    windows = (replace(own.windows[0], id="else"), *own.windows[1:])
    declared = (*own.declared[:2], Declared(APART[0], COUNTED[1]))
    for changed, part in (
        ({"schools": schools}, "schools"),
        ({"windows": windows}, "windows"),
        ({"declared": declared}, "definitions a-month-apart"),
        ({"trial_key": "c" * 64}, "trial key"),
    ):
        ours, theirs = roster_digests(own), roster_digests(replace(own, **changed))
        assert [name for name in ours if ours[name] != theirs[name]] == [part]


def test_definitions_are_chosen_by_name_and_the_trials_own_always_come():
    names = [declared.name for declared in chosen(roster(), ["a-month-apart"])]
    assert names == ["primary", "a-month-apart"]
    assert len(chosen(roster(), ())) == 3
    with pytest.raises(ProblemsError) as error:
        chosen(roster(), ["one", "primary", "two"])
    assert [problem.place for problem in error.value.problems] == ["one", "two"]


# ------------------------------------------------------------------------- other definitions


@pytest.mark.parametrize("engine", [DuckDBEngine, SQLiteEngine])
def test_other_definitions_give_what_a_pack_of_their_own_gives(engine):
    name, schools, definitions, windows = LOCAL
    files = files_of(name)
    pack, others = build_counts(
        files, schools, definitions, windows, engine(), others=(COUNTED, APART)
    )
    assert pack == build_pack(files, schools, definitions, windows, engine())
    for other in others:
        alone = build_pack(files, schools, other.definitions, windows, engine())
        assert other.counts == alone.counts
    assert len({pack.counts, *(other.counts for other in others)}) > 1


def test_definitions_that_would_resolve_texts_otherwise_are_refused():
    with pytest.raises(ValueError, match="resolve texts"):
        built([("wider", replace(LOCAL[2], source_codes=("2A", "2B")))])


# ------------------------------------------------------------------------------- the sending


def test_a_sending_comes_back_as_it_was_with_what_was_to_be_signed():
    pack, sending, content = sent()
    signed = with_signature(content, key=b"k" * 32, signature=b"s" * 64)
    found = parse_sent(signed)
    assert (found.pack, found.sending, found.trial) == (pack, sending, "t")
    assert found.message == message_of(content)
    assert (found.key, found.signature) == ((b"k" * 32).hex(), (b"s" * 64).hex())
    assert parse_sent(content).key is None
    assert parse_sent(content.splitlines(keepends=True)[0]).sending is None


def test_a_sending_that_does_not_fit_is_refused():
    pack, sending, content = sent()
    first, second = content.splitlines(keepends=True)
    other = pack_bytes(replace(pack, name="Else"), trial="t", simulated=False)
    count = sending.others[0].counts[0]
    wrong = replace(count, nfa_any_strict=count.children + 1)
    counts = (wrong, *sending.others[0].counts[1:])
    bad = replace(sending, others=(replace(sending.others[0], counts=counts),))
    for data, words in (
        (other + second, "of another pack"),
        (first + first, "of another pack"),
        (content + b"{}\n", "no signature"),
        (content + b"\xff\n", "no signature"),
        (with_signature(content, key=b"k", signature=b"s"), "another length"),
        (with_signature(content, key=b"k" * 32, signature=b"s" * 64) + b"x\n", "more lines"),
        (sending_bytes(pack, bad, trial="t", simulated=False), "nfa_any_strict above"),
        (sending_bytes(pack, replace(sending, authority="901"), trial="t", simulated=False),
         "different authorities"),
        (b"", "not a pack"),
    ):  # fmt: skip
        with pytest.raises(ProblemsError, match=words):
            parse_sent(data)


def test_the_page_names_every_column_file_and_definition_and_the_statement_its_reader():
    pack, sending, content = sent()
    handed = Handed(roster(), "t", True)
    file = Outgoing("900.v1.sealed", len(content), "the pack")
    sheet = pack_leaves(handed, pack, sending, file, signed=None)
    for text in (sheet.text(), sheet.html().decode("utf-8")):
        wanted = [name for name, value in asdict(pack.counts[0]).items() if value is not None]
        wanted += ["900.v1.sealed", "open-cases-counted", "a-month-apart", "not signed"]
        wanted += [*pack.digests.values(), "SIMULATED DATA, NOT FINDINGS", "spring", "summer"]
        wanted += [name.replace("_", " ") for name in asdict(pack.quality)
                   if asdict(pack.quality)[name] not in ((), [])]  # fmt: skip
        wanted += ["windows, spring missing", "windows, summer pending", "months, 2024-03 contacts"]
        assert [word for word in wanted if word not in text] == []
    page = statement(handed, pack, file, packed=True).text()
    assert "information-governance" in page
    assert "aaaa aaaa aaaa aaaa" in page


# --------------------------------------------------------------------------------- the rows


def rows_of(name, schools, definitions, windows):
    sink = io.StringIO(newline="")
    tap = row_writer(sink, key=KEY, authority=schools[0].la_code)
    pack, _ = build_counts(files_of(name), schools, definitions, windows, SQLiteEngine(), tap=tap)
    account = pack_bytes(pack, trial="t", simulated=False)
    return pack, {ROWS: sink.getvalue().encode("ascii"), ACCOUNT: account}


@pytest.mark.parametrize(("name", "schools", "definitions", "windows"), ALL)
def test_rows_give_the_same_pack_as_the_extract(name, schools, definitions, windows):
    pack, files = rows_of(name, schools, definitions, windows)
    for engine in (DuckDBEngine(), SQLiteEngine()):
        again = recounted(files, schools, definitions, windows, engine)
        assert replace(again, digests={}) == replace(pack, digests={})
    assert again.digests == {
        "rows": hashlib.sha256(files[ROWS]).hexdigest(),
        "account": hashlib.sha256(files[ACCOUNT]).hexdigest(),
    }


def test_a_childs_pseudonym_is_hmac_sha_256_of_its_domain_and_number():
    _, files = rows_of(*LOCAL)
    rows = list(csv.DictReader(io.StringIO(files[ROWS].decode("ascii"))))
    children = {
        hmac.new(KEY, f"equipoise child v1|900|{row['Child ID']}".encode(), hashlib.sha256)
        .hexdigest()
        for row in csv.DictReader(io.StringIO(files_of("local-columns")["contacts.csv"].decode()))
    }  # fmt: skip
    assert {row["child"] for row in rows} <= children
    assert len({row["child"] for row in rows}) > 3


def test_pseudonyms_differ_by_key_purpose_and_authority_and_need_a_long_key():
    made = {
        pseudonym(key, purpose, authority)("7")
        for key in (KEY, bytes(32))
        for purpose in ("child", "contact")
        for authority in ("900", "901")
    }
    assert len(made) == 8
    with pytest.raises(ValueError, match="32 bytes"):
        pseudonym(bytes(31), "child", "900")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d.replace(b"contact,child", b"child,contact", 1), "other headings"),
        (lambda d: d + b"x\n", "1 cells"),
        (lambda d: d[:-10], "cut off"),
        (lambda d: d + "Zoë\n".encode(), "cut off"),
        (lambda d: d + b"".join(d.splitlines(keepends=True)[-1:]), "others than rows"),
        (lambda d: d.replace(b",900001,", b",900999,"), "column urn"),
        (lambda d: d.replace(b",2A,", b",Jane Smith,"), "column source"),
        (lambda d: d.replace(b",2024-", b",20x4-"), "column day"),
        (lambda d: d.replace(b",NFA,", b",EXISTING,"), "others than rows"),
    ],
)
def test_rows_that_were_changed_are_refused_and_never_shown(change, words):
    _, files = rows_of(*LOCAL)
    changed = change(files[ROWS])
    assert changed != files[ROWS]
    with pytest.raises(ProblemsError) as error:
        recounted({**files, ROWS: changed}, *LOCAL[1:], SQLiteEngine())
    assert words in str(error.value)
    assert "Jane" not in str(error.value)
    assert len(error.value.problems) <= 25


def test_rows_for_other_definitions_windows_or_schools_are_refused_by_name():
    _, files = rows_of(*LOCAL)
    _, schools, definitions, windows = LOCAL
    for place, asked in (
        ("definitions", (schools, replace(definitions, repeat_days=9), windows)),
        ("windows", (schools, definitions, windows[:1])),
        ("schools", (schools[1:], definitions, windows)),
    ):
        with pytest.raises(ProblemsError) as error:
            recounted(files, *asked, SQLiteEngine())
        assert [problem.place for problem in error.value.problems] == [place]
    with pytest.raises(ProblemsError, match="no such file"):
        recounted({ROWS: files[ROWS]}, schools, definitions, windows, SQLiteEngine())


# ------------------------------------------------------------------- versions and authorities


def test_what_changed_is_named_by_school_window_and_count():
    name, schools, definitions, windows = LOCAL
    files = files_of(name)
    before = build_pack(files, schools, definitions, windows, SQLiteEngine())
    line = b"C99,K99,07/05/2024,School,Aldermere Infants,NFA,08/05/2024,N\n"
    files["contacts.csv"] += line
    after = build_pack(files, schools, definitions, windows, SQLiteEngine())
    found = changes(before, after)
    assert found.urns == ("900003",)
    assert {one.window for one in found.schools} == {"summer"}
    moved = {one.count: one.after - one.before for one in found.schools}
    nfa = [f"{kind}_{breadth}" for kind in ("nfa_contacts", "nfa_any")
           for breadth in ("strict", "advice", "early_help")]  # fmt: skip
    assert moved == dict.fromkeys(["contacts", "children", *nfa, "nfa_all_strict",
                                   "nfa_first_strict"], 1)  # fmt: skip
    assert {(one.count, one.after - one.before) for one in found.totals} == set(moved.items())
    assert "rows read: 21 before, 22 now" in found.quality
    assert changes(before, before).schools == changes(before, before).quality == ()


def test_children_known_to_two_authorities_are_bounded_by_all_but_the_largest():
    # Sets of children with a known overlap: the surplus never exceeds the bound, and reaches it.
    a, b, c = set(range(100)), set(range(60, 90)), set(range(95, 115))
    bound = counted_twice({"a": len(a), "b": len(b), "c": len(c)})
    assert (bound.counted, bound.distinct_at_least, bound.more_than_once) == (150, 100, 50)
    assert bound.distinct_at_least <= len(a | b | c) <= bound.counted
    nested = counted_twice({"a": len(a), "b": len(b)})
    assert nested.more_than_once == len(a) + len(b) - len(a | b)
    assert "counted once in each" in bound.sentence()
    assert counted_twice({}).sentence().endswith("own.")
    with pytest.raises(ValueError, match="below zero"):
        counted_twice({"a": -1})
