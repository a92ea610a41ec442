"""Golden extracts broken on purpose: refused whole, set aside with a reason, or unclear."""

import json
from dataclasses import asdict
from functools import cache

import pytest

from equipoise.authority.pack import build_pack, unclear
from equipoise.core.base import ProblemsError
from equipoise.workspace.folder.engine import DuckDBEngine
from tests.authority.golden_folders import GOLDEN, described, raw_files, sent, told, trial_of
from tests.authority.test_golden import ALL, files_of, rows_of

TRIALS = {trial[0]: trial for trial in (*ALL, *(trial_of(name) for name in described()))}
BROKEN = [
    (name, number, case)
    for name in sorted(TRIALS)
    for number, case in enumerate(
        json.loads((GOLDEN / name / "BROKEN.json").read_text(encoding="utf-8")), start=1
    )
]
# Cells without a word: whether the analyst's list shows them as found is not what is tested here.
WORDLESS = {"", "-", "N/K", "NULL"}


def edited(data, change):
    """Return the bytes after one change, which must find its place exactly once."""
    if "keep" in change:
        return data[: int(len(data) * change["keep"])]
    encoding = "latin-1" if "bytes" in change else text_encoding(data)
    old, new = change.get("bytes") or change["replace"]
    text = data.decode(encoding)
    assert text.count(old) == 1, (old, text.count(old))
    return text.replace(old, new).encode(encoding)


def text_encoding(data):
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def broken_files(name, change):
    """Return the files as sent, with one of them changed before or after it is written."""
    files, target = raw_files(name), change["file"]
    late = "bytes" in change or "keep" in change
    if not late:
        if change.get("remove"):
            del files[target]
        else:
            files[target] = edited(files[target], change)
    files = sent(files) if name in described() else files_of(name, files)
    if late:
        files[target] = edited(files[target], change)
    return files


@cache
def intact(name):
    """Build the unbroken extract: what is refused already proves nothing when it is broken."""
    _, schools, definitions, windows = TRIALS[name]
    return build_pack(files_of(name), schools, definitions, windows, DuckDBEngine())


def counts_of(pack):
    return [
        {key: str(value) for key, value in asdict(count).items() if value is not None}
        for count in pack.counts
    ]


def expected_counts(name, changes):
    rows = rows_of((GOLDEN / name / "totals.csv").read_bytes())
    for urn, window, cells in changes:
        (row,) = (row for row in rows if (row["urn"], row["window"]) == (urn, window))
        assert set(cells) <= set(row)
        row.update({column: str(value) for column, value in cells.items()})
    return rows


def test_every_golden_folder_is_broken_in_two_ways_or_more():
    assert len(TRIALS) == 23
    assert {name for name, *_ in BROKEN} == set(TRIALS)
    assert all(sum(broken[0] == name for broken in BROKEN) >= 2 for name in TRIALS)


@pytest.mark.parametrize(
    ("name", "case"),
    [pytest.param(name, case, id=f"{name}-{number}") for name, number, case in BROKEN],
)
def test_a_broken_extract_is_refused_or_says_what_was_lost(name, case):
    _, schools, definitions, windows = TRIALS[name]
    files, expect = broken_files(name, case["change"]), case["expect"]
    assert intact(name).counts
    if "refused" in expect:
        with pytest.raises(ProblemsError) as refusal:
            build_pack(files, schools, definitions, windows, DuckDBEngine())
        assert all(word in str(refusal.value).lower() for word in expect["refused"])
        return
    try:
        pack = build_pack(files, schools, definitions, windows, DuckDBEngine())
    except ProblemsError:
        assert expect.get("or_refused"), "refused, and should not be"
        return
    assert counts_of(pack) == expected_counts(name, expect.get("totals", ()))
    quality = pack.quality
    assert quality.rows_read == quality.rows_kept + sum(r.rows for r in quality.set_aside)
    for key, found in (("read", quality.rows_read), ("kept", quality.rows_kept)):
        assert found == expect.get(key, found)
    if expect.get("set_aside") is not None:
        assert {r.reason: r.rows for r in quality.set_aside} == expect["set_aside"]
    listed = [(u.row, u.field, u.found) for u in unclear(files, schools, definitions)]
    for row, field, found in expect.get("unclear", ()):
        assert any((row, field) == entry[:2] and found in (None, entry[2]) for entry in listed)


@pytest.mark.parametrize("name", described())
def test_rows_are_kept_or_set_aside_as_worked_by_hand(name):
    _, schools, definitions, windows = trial_of(name)
    said = told(name)
    quality = build_pack(
        sent(raw_files(name)), schools, definitions, windows, DuckDBEngine()
    ).quality
    assert (quality.rows_read, quality.rows_kept) == (said["rows"]["read"], said["rows"]["kept"])
    assert {r.reason: r.rows for r in quality.set_aside} == said["rows"]["set_aside"]
    assert quality.by_absence == said.get("by_absence", quality.by_absence)
    assert quality.open_case_unknown == said.get("open_case_unknown", quality.open_case_unknown)


@pytest.mark.parametrize("name", described())
def test_the_unclear_rows_are_those_listed_by_hand(name):
    _, schools, definitions, _ = trial_of(name)
    listed = told(name)["unclear"]
    located = all(row is not None for row, *_ in listed)
    shown = unclear(sent(raw_files(name)), schools, definitions)
    # Rows that do not say whether the case was open are shown to the analyst too; by hand they
    # were counted, not listed.
    unsaid = [u for u in shown if u.field == "open case"]
    assert len(unsaid) == told(name).get("open_case_unknown", len(unsaid))
    found = [
        (u.row if located else None, u.field, u.found)
        for u in shown
        if u not in unsaid and not (u.field in {"organisation", "reason"} and u.found in WORDLESS)
    ]
    assert sorted(found, key=str) == sorted((tuple(entry) for entry in listed), key=str)
