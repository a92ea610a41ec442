"""Nothing of a list of referrals is found in anything that is written or said by its road."""

import json
from dataclasses import replace
from datetime import date

import pytest

from equipoise.authority.pack import Declared, parse_roster, roster_bytes
from equipoise.authority.rules import Window
from equipoise.workspace.folder.seal import boxes
from equipoise.workspace.folder.vault import private_key
from tests.acceptance.test_privacy import (
    CODE,
    MARKS,
    PLANTED,
    Everything,
    any_purpose,
    temporary,
)
from tests.authority.test_golden import files_of

__all__ = ["temporary"]
REFERRALS = f"list3 {PLANTED.replace('/', '-')}.csv"
DETAILS = ["Zebedee Quillfeather", "17/03/2013", "QX9 7ZZ", "Z812345678901"]


def planted(text, column):
    """Return a table whose children's numbers are planted, and their details beside them."""
    head, *rows = text.decode("utf-8").splitlines()
    lines = [f"{head},Forename,DOB,Postcode,UPN"]
    for row in rows:
        cells = row.split(",")
        cells[column] = f"LOC7781234 {cells[column]}"
        lines.append(",".join([*cells, *DETAILS]))
    return "\n".join([*lines, ""])


def extract_with_referrals(folder):
    """Write the golden extract without outcomes, contacts and referrals planted."""
    files = files_of("referral-list")
    folder.mkdir(parents=True)
    profile = json.loads(files["profile.json"])
    profile["referrals"]["files"] = [REFERRALS]
    (folder / "profile.json").write_text(json.dumps({**profile, "authority": CODE}), "utf-8")
    (folder / "contacts.csv").write_text(planted(files["contacts.csv"], 1), "utf-8")
    (folder / REFERRALS).write_text(planted(files["list3.csv"], 0), "utf-8")
    return folder


def roster_with_derived(path):
    """Declare outcomes derived from referrals beside the trial's own, in the extract's months."""
    handed = parse_roster(path.read_bytes())
    own = replace(handed.roster.primary, pending_cut_off=date(2024, 7, 31))
    derived = replace(own, outcome="derived", referral_within_days=28)
    window = Window("spring", date(2024, 1, 1), date(2024, 6, 30))
    both = replace(
        handed.roster,
        declared=(Declared("primary", own), Declared("by-referral", derived)),
        windows=(window,),
    )
    path.write_bytes(roster_bytes(both, trial=handed.trial, simulated=handed.simulated))


def marks(found):
    lowered = {name: (name.encode() + b"\n" + data).lower() for name, data in found.items()}
    return sorted(
        (name, mark) for name, data in lowered.items() for mark in MARKS
        if mark.encode() in data or mark.encode("utf-16-le") in data
    )  # fmt: skip


@pytest.mark.parametrize("engine", ["duckdb", "sqlite"])
def test_nothing_of_a_list_of_referrals_is_found(states, tmp_path, command, temporary, engine):
    walk = states["blind-run"].copy(tmp_path / "w")
    outside = tmp_path / "analyst"
    roster, keys = outside / "roster.json", outside / "keys"
    seen = Everything(tmp_path)

    def said_by(*words):
        said = command("contacts", *words, keys=walk.keys)
        seen.add(f"said by {words[0]} {len(seen.found)}", said.out + said.err)
        return said.code, said.out + said.err

    def give(*words):
        code, said = said_by(*words)
        assert code == 0, said

    give("roster", walk.trial, "--authority", CODE, "--out", roster)
    roster_with_derived(roster)
    give("keys", keys)
    extract = extract_with_referrals(outside / "extract")
    sent, rows = outside / "900.sealed", outside / "900.rows.sealed"
    of = (extract, "--trial", roster, "--engine", engine)
    give("check", *of)
    give("pack", *of, "--out", sent, "--yes")
    give("rows", *of, "--hmac", keys, "--out", rows, "--yes")
    key = private_key(walk.folder(), "trial").private
    for path in (sent, rows):
        for number, box in enumerate(boxes(path.read_bytes()), start=1):
            seen.add(f"inside {path.name} {number}", any_purpose(box, key, number))
    assert any(b'"derived"' in data for name, data in seen.found.items() if "inside" in name)
    whole = (extract / REFERRALS).read_bytes()
    (extract / REFERRALS).write_bytes(whole[:-40])
    assert said_by("pack", *of, "--out", sent, "--yes")[0] == 2
    assert said_by("rows", *of, "--hmac", keys, "--out", outside / "x.sealed", "--yes")[0] == 2
    seen.add_folder(tmp_path, but=(extract,))
    assert marks(seen.found) == []
    assert marks(temporary.found) == []
