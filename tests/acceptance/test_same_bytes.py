"""The same seed gives the same bytes; another seed, or one contact, gives others."""

import csv
import dataclasses
import datetime as calendar
import io
import json
import time
from collections import Counter
from datetime import date
from pathlib import Path

from equipoise.core.base import clock, csv_bytes
from equipoise.design.protocol import load_protocol
from equipoise.workspace.steps.demonstration import demonstrate
from tests.rehearsed import SMALL, begun, contents, silent


class AnotherDay(calendar.datetime):
    """A wall clock that is far off."""

    @classmethod
    def now(cls, tz=None):
        return cls(2031, 2, 3, 4, 5, 6, tzinfo=tz)


def test_the_same_with_two_workers_on_another_day(demo, tmp_path, monkeypatch):
    whole = demo.trial.parent
    monkeypatch.setattr(clock, "datetime", AnotherDay)
    monkeypatch.setattr(time, "time", lambda: 1_927_853_106.0)
    again = demonstrate(tmp_path / "again", scenario=SMALL, tell=silent, workers=2)
    assert contents(tmp_path / "again") == contents(whole)
    assert again.verification == demo.verification
    assert demo.verification.consistent


def enrolled(trial: Path, la_code: str) -> set[str]:
    """Return the names of an authority's drawn schools, as the register has them."""
    commitment = json.loads((trial / f"results/commitment-{la_code}.json").read_bytes())
    urns = {urn for unit in commitment["data"]["roster"] for urn in unit["urns"]}
    text = (trial / "design/register.csv").read_text(encoding="utf-8")
    return {r["school_name"] for r in csv.DictReader(io.StringIO(text)) if r["urn"] in urns}


def refer_one(data: bytes, schools: set[str], start: date, end: date) -> tuple[bytes, int]:
    """Turn one contact of a school from NFA to referral: of a child named once, in the window."""
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    named = Counter(row["Child ID"] for row in rows)
    count = 0
    for row in rows:
        day = calendar.datetime.strptime(row["Date of contact"], "%d/%m/%Y").date()
        plain = row["Contact source"] == "School" and row["Contact outcome"] == "No Further Action"
        known = row["Referring organisation"] in schools
        closed = row["Open case at contact (Y/N)"] == "N"
        if plain and known and closed and start <= day <= end and named[row["Child ID"]] == 1:
            row["Contact outcome"], count = "Referral", count + 1
            break
    return csv_bytes(tuple(rows[0]), rows), count


def test_one_contact_changes_the_brief(demo, tmp_path):
    protocol = load_protocol((demo.trial / "trial.yaml").read_bytes(), "trial.yaml")
    window, schools = protocol.design.periods.windows[-1], enrolled(demo.trial, "900")
    changed = []

    def one_other(name: str, data: bytes) -> bytes:
        if name == "authority/900/contacts.csv":
            data, count = refer_one(data, schools, window.start, window.end)
            changed.append(count)
        return data

    other = demonstrate(tmp_path / "changed", scenario=SMALL, tell=silent, change=one_other)
    assert changed == [1]
    assert other.page.read_bytes() != demo.page.read_bytes()
    assert other.primary.estimate != demo.primary.estimate
    before, after = contents(demo.trial), contents(other.trial)
    differ = {name for name in before if before[name] != after.get(name)}
    assert set(before) == set(after)
    assert {"authority/900/contacts.csv", "results/outcomes.json", "results/impact.json"} <= differ
    assert not {n for n in differ if n.startswith(("design/", "authority/901/", "trial.yaml"))}


def test_another_seed_gives_other_bytes(demo, tmp_path):
    folder = begun(tmp_path, dataclasses.replace(SMALL, seed=SMALL.seed + 1))
    for name in ("design/register.csv", "design/rolls.csv", "trial.yaml", "ledger.jsonl"):
        assert (folder.path / name).read_bytes() != (demo.trial / name).read_bytes(), name
