"""Twelve wrong inputs, each with the whole message that its user sees; nothing is changed."""

import csv
import io
import re
import shutil

import pytest

from tests.rehearsed import Walk, contents

REGISTER, ROLLS = "design/register.csv", "design/rolls.csv"
CONTACTS = "authority/900/contacts.csv"


def told(count: int, *problems: tuple[str, str, str, str]) -> str:
    """Write problems as the console shows them."""
    head = f"{count} problem{'s' if count != 1 else ''}; nothing was changed.\n"
    return head + "".join(
        f"\n  {place}\n    found:    {found}\n    expected: {expected}\n    do:       {do}\n"
        for place, found, expected, do in problems
    )


def lines(walk: Walk, name: str) -> list[str]:
    return (walk.trial / name).read_text(encoding="utf-8").splitlines(keepends=True)


def put(walk: Walk, name: str, rows: list[str]) -> None:
    (walk.trial / name).write_text("".join(rows), encoding="utf-8", newline="")


def protocol(walk: Walk) -> str:
    return (walk.trial / "trial.yaml").read_text(encoding="utf-8")


def put_protocol(walk: Walk, text: str) -> None:
    (walk.trial / "trial.yaml").write_text(text, encoding="utf-8", newline="")


def at(text: str, words: str, value: str) -> str:
    """Return where a value stands that follows some words: its line and column."""
    before = text[: text.index(words) + words.index(value)]
    return f"line {before.count(chr(10)) + 1}, column {len(before) - before.rfind(chr(10))}"


def refused(command, walk: Walk, *words: str) -> str:
    """Give a command that must be refused; return what is said, but the progress."""
    before = contents(walk.out)
    verb, *rest = words
    said = command(verb, walk.trial, *rest, keys=walk.keys)
    assert said.code == 2
    assert said.out == ""
    assert contents(walk.out) == before
    return re.sub(r"^\[ *\d+\.\d s\] .*\n", "", said.err, flags=re.MULTILINE)


@pytest.fixture
def draft(states, tmp_path):
    return states["draft"].copy(tmp_path / "draft")


@pytest.fixture
def collected(states, tmp_path):
    return states["sap-locked"].copy(tmp_path / "collected")


def test_a_missing_file(command, draft, collected):
    (draft.trial / ROLLS).unlink()
    said = refused(command, draft, "check")
    place, found, expected, _ = said.splitlines()[2:6]
    assert (place, found) == (f"  {ROLLS}, whole file", "    found:    no such file")
    assert expected == "    expected: their pupils on census days: urn, date, pupils"
    assert said.startswith("1 problem; nothing was changed.\n\n")
    assert said.count("\n") == 6

    (collected.trial / CONTACTS).unlink()
    assert refused(command, collected, "ingest") == told(
        1,
        (
            f"{CONTACTS}, whole file",
            "no such file",
            "the contacts file that the profile names",
            "put it into the authority's folder, or correct its name in the profile",
        ),
    )


def test_a_wave_that_is_over_and_has_no_file(command, collected):
    waves = collected.folder().protocol.design.periods.waves
    name = f"outcomes/surveys/{waves[-1].id}.csv"
    (collected.trial / name).unlink()
    shutil.copy(collected.trial / "trial.yaml", collected.trial / "outcomes/surveys/notes.txt")
    declared = ", ".join(sorted(f"outcomes/surveys/{wave.id}.csv" for wave in waves))
    assert refused(command, collected, "ingest") == told(
        2,
        (
            f"{name}, whole file",
            "no such file",
            f"the responses of the wave {waves[-1].id}, which ended on {waves[-1].end}",
            "put the file there; where nobody answered, one with its heading alone",
        ),
        (
            "outcomes/surveys/notes.txt, whole file",
            "a file of no declared wave",
            f"one of {declared}",
            "rename it, or move it out of the folder",
        ),
    )


def test_the_wrong_encoding(command, draft, collected):
    rows = lines(draft, REGISTER)
    urn, rest = rows[3].split(",", 1)
    rows[3] = f"{urn},\u00d6{rest}"
    (draft.trial / REGISTER).write_bytes("".join(rows).encode("latin-1"))
    assert refused(command, draft, "check") == told(
        1,
        (
            f"{REGISTER}, line 4",
            "bytes that are not UTF-8",
            "a file in the encoding UTF-8",
            "save the file again as CSV UTF-8 (in Excel: Save As, CSV UTF-8)",
        ),
    )
    path = collected.trial / CONTACTS
    path.write_bytes(path.read_bytes().decode("utf-8-sig").encode("utf-16"))
    assert refused(command, collected, "ingest") == told(
        1,
        (
            f"{CONTACTS}, line 1",
            "wrong encoding: UTF-16",
            "UTF-8 throughout",
            'export the file again as "CSV UTF-8"',
        ),
    )


def test_an_unknown_column(command, draft):
    head, *rows = lines(draft, ROLLS)
    put(draft, ROLLS, [head.replace("pupils", "pupil"), *rows])
    assert refused(command, draft, "check") == told(
        2,
        (
            f"{ROLLS}, line 1",
            "no column pupils",
            "a column pupils with a whole number of 0 or more",
            "add the column or correct its heading",
        ),
        (
            f"{ROLLS}, line 1, column 3",
            "the unknown column 'pupil'",
            "only the columns urn, date, pupils",
            "remove the column or correct its heading",
        ),
    )


def test_a_duplicate_urn(command, draft):
    rows = lines(draft, REGISTER)
    urn = rows[2].split(",")[0]
    put(draft, REGISTER, [*rows, rows[2]])
    assert refused(command, draft, "check") == told(
        1,
        (
            f"{REGISTER}, line {len(rows) + 1}, column urn",
            f"the URN {urn} again (first on line 3)",
            "each school only once",
            "remove the row that does not belong",
        ),
    )


def test_a_school_in_two_authorities(command, draft):
    rows = lines(draft, REGISTER)
    (cells,) = csv.reader([rows[2]])
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerow([*cells[:2], "901", "Elsewhere", *cells[4:]])
    put(draft, REGISTER, [*rows, stream.getvalue()])
    assert refused(command, draft, "check") == told(
        1,
        (
            f"{REGISTER}, line {len(rows) + 1}, column la_code",
            f"school {cells[0]} in authority 901 and, on line 3, in 900",
            "each school in one authority",
            "keep the row of the authority that it lies in",
        ),
    )


def test_shares_that_do_not_sum_to_one(command, draft):
    arms = draft.folder().protocol.design.arms
    total = sum(arm.share for arm in arms)
    wrong = [f"{0.9 * arm.share / total:.3f}".rstrip("0") for arm in arms]
    text = protocol(draft)
    for value in wrong:
        text = re.sub(r"share: [0-9.]+, int", f"share: {value}, INT", text, count=1)
    text = text.replace(", INT", ", int")
    put_protocol(draft, text)
    place = text.index("- {", text.index("\n  arms:"))
    first = text[place : text.index("\n", place)]
    assert refused(command, draft, "check") == told(
        1,
        (
            f"trial.yaml, {at(text, first, first)}, design.arms",
            f"shares that sum to 0.9 ({' + '.join(wrong)})",
            "shares that sum to exactly 1, or whole numbers as a ratio",
            "correct a share, for example 0.4 and 0.6, or 2 and 3",
        ),
    )


def test_dates_out_of_order(command, draft):
    text, count = re.subn(
        r"(id: outcome, from: )([0-9-]+), to: ([0-9-]+)", r"\1\3, to: \2", protocol(draft)
    )
    assert count == 1
    put_protocol(draft, text)
    start, end = re.search(r"id: outcome, from: ([0-9-]+), to: ([0-9-]+)", text).groups()
    said = refused(command, draft, "check")
    wrong = f"from: {start}, to: {end}"
    assert said == told(
        1,
        (
            f"trial.yaml, {at(text, wrong, end)}, design.periods.windows[2].to",
            end,
            f"a date on or after the first day, {start}",
            "correct one of the two dates",
        ),
    )


def test_an_empty_extract(command, collected):
    put(collected, CONTACTS, lines(collected, CONTACTS)[:1])
    assert refused(command, collected, "ingest") == told(
        1,
        (
            f"{CONTACTS}, whole file",
            "no contacts",
            "at least one contact",
            "check the dates of the export and export it again",
        ),
    )


def test_an_unmapped_label_is_listed_and_counted_and_no_refusal(command, collected):
    """The analyst's own screen shows the label; the trial counts the contact as unmapped."""
    rows = list(csv.DictReader(io.StringIO("".join(lines(collected, CONTACTS)))))
    place, row = next(
        (i, r)
        for i, r in enumerate(rows, start=2)
        if r["Contact outcome"] == "No Further Action"
        and r["Referring organisation"].endswith("School")
        and r["Open case at contact (Y/N)"] == "N"
    )
    row["Contact outcome"] = "Binned by Derek"
    stream = io.StringIO()
    table = csv.DictWriter(stream, list(row), lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    put(collected, CONTACTS, [stream.getvalue()])
    out = collected.out / "unclear.csv"
    words = ("contacts", "check", collected.trial / "authority/900", "--register")
    said = command(*words, collected.trial / REGISTER, "--out", out)
    assert (said.code, said.err) == (0, "")
    assert re.match(rf"{len(rows)} rows read, \d+ kept\.\n", said.out)
    assert re.search(
        rf"\n\d+ points are unclear:\n(.*\n)*They are listed in {re.escape(str(out))}\. "
        r"It holds what was typed: keep it on this machine\.\n",
        said.out,
    )
    assert "Derek" not in said.out  # they are in the file, and only there
    listed = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"))))
    mine = [one for one in listed if one["found"] == "Binned by Derek"]
    assert [(one["row"], one["field"]) for one in mine] == [(str(place), "outcome")]
    assert "labels.csv" in mine[0]["why"]
    said = command("ingest", collected.trial, keys=collected.keys)
    assert said.code == 0
    assert "Derek" not in said.out + said.err


def test_a_school_with_no_pupils(command, draft):
    urn = lines(draft, ROLLS)[1].split(",")[0]
    none = [
        re.sub(r",\d+\s*$", ",0\n", row) if row.startswith(f"{urn},") else row
        for row in lines(draft, ROLLS)
    ]
    put(draft, ROLLS, none)
    said = refused(command, draft, "check")
    assert said == told(
        1,
        (
            f"{ROLLS}, school {urn}",
            "no pupils",
            f"one pupil or more on {draft.folder().protocol.roll_date}",
            "add the school's roll of that census, or correct its status",
        ),
    )


#: Words of the protocol, what is written there instead, and what is said of it.
TEN = (
    ("equipoise: 1", "1", "9", "9", "1", "choose one of them"),
    (
        "simulated: true",
        "true",
        "maybe",
        "'maybe'",
        "true or false",
        "write true or false, without quotes",
    ),
    (
        "role: sponsor",
        "sponsor",
        "king",
        "'king'",
        "one of sponsor, chief-investigator, statistician, unblinded-statistician, data-manager, "
        "programme-manager, independent-statistician, authority-analyst",
        "choose one of them",
    ),
    ("min_pupils: 30", "30", "-30", "-30", "a number of 1 or more", "correct the number"),
    (
        "shared_dsl: together",
        "together",
        "not-together",
        "'not-together'",
        "one of together, contamination",
        "write together",
    ),
    (
        "type: stratified",
        "stratified",
        "lottery",
        "'lottery'",
        "one of simple, complete, stratified, pairs, minimisation, constrained, rerandomisation",
        "choose one of them",
    ),
    ("settling_days: 28", "28", "-1", "-1", "a number of 0 or more", "correct the number"),
    (
        "direction: lower",
        "lower",
        "down",
        "'down'",
        "one of lower, higher, none",
        "choose one of them",
    ),
    ("alpha: 0.05", "0.05", "5", "5", "a number below 0.5", "correct the number"),
    ("interval: 0.95", "0.95", "95", "95", "a number below 1", "correct the number"),
)


def test_a_protocol_with_ten_errors(command, draft):
    text = protocol(draft)
    for words, value, wrong, *_ in TEN:
        assert words in text, words
        text = text.replace(words, words.replace(value, wrong), 1)
    put_protocol(draft, text)
    said = refused(command, draft, "check")
    listed = re.findall(
        r"  (trial\.yaml, (line \d+, column \d+), .*)\n    found:    (.*)\n"
        r"    expected: (.*)\n    do:       (.*)\n",
        said,
    )
    assert said == told(10, *[(place, *rest) for place, _, *rest in listed])
    expected = [
        (at(text, words.replace(value, wrong), wrong), *said_of)
        for words, value, wrong, *said_of in TEN
    ]
    assert sorted(tuple(found[1:]) for found in listed) == sorted(expected)


def test_a_key_that_does_not_fit(command, states, tmp_path):
    walk = states["blind-run"].copy(tmp_path / "w")
    shutil.copy(walk.keys / "sponsor.signing.pem", walk.keys / "data-manager.signing.pem")
    assert refused(command, walk, "freeze", "--by", "data-manager") == told(
        1,
        (
            "data-manager.signing.pem, whole file",
            "a key that does not fit",
            "the signing key of data-manager that the protocol declares",
            "name the folder that holds it in EQUIPOISE_KEYS, or ask its holder",
        ),
    )
    walk = states["frozen"].copy(tmp_path / "v")
    shutil.copy(walk.keys / "trial.sealing.pem", walk.keys / "see.sealing.pem")
    by = ("--by", "unblinded-statistician", "--by", "sponsor")
    assert refused(command, walk, "unblind", *by) == told(
        1,
        (
            "see.sealing.pem, whole file",
            "a key that does not fit",
            "the see-key that the protocol declares",
            "name the folder that holds it in EQUIPOISE_KEYS, or ask its holder",
        ),
    )
