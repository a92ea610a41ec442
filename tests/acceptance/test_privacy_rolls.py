"""Nothing of rolls, pupil numbers, addresses or details is found in anything written or said."""

import json
import shutil
from dataclasses import replace
from datetime import date

import pytest

from equipoise.authority.pack import Declared, parse_roster, roster_bytes
from equipoise.authority.rules import Window
from equipoise.authority.schools import check_letter
from equipoise.workspace.folder.people import SplinkLinker
from equipoise.workspace.folder.seal import boxes
from equipoise.workspace.folder.vault import private_key
from tests.acceptance.test_privacy import CODE, MARKS, Everything, any_purpose, temporary
from tests.authority.test_golden import files_of

__all__ = ["temporary"]
REST = "900000171713"
UPN = check_letter(REST) + REST
OTHER = check_letter("900000171714") + "900000171714"
#: Beside those that are planted elsewhere: the pupil number and the local part of an address.
PLANTED = (*MARKS, UPN.lower(), "900000171713", "z.quillf")


def marks(seen):
    lowered = {n: (n.encode() + b"\n" + data).lower() for n, data in seen.found.items()}
    return sorted(
        (name, mark) for name, data in lowered.items() for mark in PLANTED
        if mark.encode() in data or mark.encode("utf-16-le") in data
    )  # fmt: skip


def extract_with_rolls(folder):
    """Write an extract whose contacts hold pupil numbers and addresses, and all files beside it."""
    files = files_of("local-columns")
    folder.mkdir(parents=True)
    profile = json.loads(files["profile.json"])
    (folder / "profile.json").write_text(json.dumps({**profile, "authority": CODE}), "utf-8")
    head, *rows = files["contacts.csv"].decode("utf-8").splitlines()
    numbers = [UPN, "", OTHER, UPN[:-1] + "X"]
    lines = [head + ",UPN,Referrer email"]
    lines += [
        f"{row},{numbers[n % 4]},Z.Quillfeather@fenmoor{n % 3}.sch.uk" for n, row in enumerate(rows)
    ]
    (folder / "contacts.csv").write_text("\n".join([*lines, ""]), "utf-8")
    children = sorted({row.split(",")[1] for row in rows})
    urns = "900001"
    for name, text in {
        "roll.csv": "UPN,URN,EntryDate,Forename,Surname,DOB,Postcode\n"
        f"{UPN},{urns},01/09/2020,Zebedee,Quillfeather,17/03/2013,QX9 7ZZ\n"
        f"{OTHER},{urns},01/09/2020,Ann,Other,18/03/2013,QX9 7ZZ\n",
        "upns.csv": f"Child ID,UPN\n{children[0]},{UPN}\n",
        "domains.csv": f"domain,urn\nfenmoor1.sch.uk,{urns}\n",
        "children.csv": "Child ID,Forename,Surname,DOB,Postcode\n"
        + "".join(f"{child},Zebedee,Quillfeather,17/03/2013,QX9 7ZZ\n" for child in children[1:]),
    }.items():
        (folder / name).write_text(text, "utf-8")
    return folder


class FakeLinker(SplinkLinker):
    """Calls the first pupil everybody, so that details are used without the extra."""

    def __init__(self, threshold):
        self.threshold = threshold

    def likenesses(self, children, roll):
        from equipoise.authority.schools import Likeness

        yield Likeness(children[0].key, roll[0].key, 0.9999)


@pytest.mark.parametrize("engine", ["duckdb", "sqlite"])
def test_nothing_of_rolls_and_numbers_is_found(
    states, tmp_path, command, temporary, monkeypatch, engine
):
    monkeypatch.setattr("equipoise.workspace.folder.people.SplinkLinker", FakeLinker)
    walk = states["blind-run"].copy(tmp_path / "w")
    outside = tmp_path / "analyst"
    roster, keys = outside / "roster.json", outside / "keys"
    seen = Everything(tmp_path)

    def give(*words):
        said = command(*words, keys=walk.keys)
        seen.add(f"said by {words[1]} {len(seen.found)}", said.out + said.err)
        assert said.code == 0, said.out + said.err
        return said

    give("contacts", "roster", walk.trial, "--authority", CODE, "--out", roster)
    handed = parse_roster(roster.read_bytes())
    own = replace(handed.roster.primary, pending_cut_off=date(2024, 7, 31))
    by_roll = replace(own, school="attended")
    declared = (Declared("primary", own), Declared("by-roll", by_roll))
    window = Window("spring", date(2024, 1, 1), date(2024, 6, 30))
    both = replace(handed.roster, declared=declared, windows=(window,))
    roster.write_bytes(roster_bytes(both, trial=handed.trial, simulated=handed.simulated))
    give("contacts", "keys", keys)
    extract = extract_with_rolls(outside / "extract")
    register = walk.trial / "design" / "register.csv"
    said = give("contacts", "check", extract, "--register", register)
    assert "linked to a roll" in said.out
    sent, rows = outside / "900.sealed", outside / "900.rows.sealed"
    people = ("--link-people", "0.99", "--engine", engine, "--yes")
    said = give("contacts", "pack", extract, "--trial", roster, "--out", sent, *people)
    assert "linked to a roll" in said.out
    assert "by-roll" in said.out
    give("contacts", "rows", extract, "--trial", roster, "--hmac", keys, "--out", rows, *people)
    give("contacts", "evaluable", extract, "--register", register)
    key = private_key(walk.folder(), "trial").private
    opened = 0
    for path in (sent, rows):
        for number, box in enumerate(boxes(path.read_bytes()), start=1):
            seen.add(f"inside {path.name} {number}", any_purpose(box, key, number))
            opened += 1
    assert opened >= 3
    seen.add_folder(tmp_path, but=(extract,))
    assert marks(seen) == []
    assert marks(temporary) == []
    # Linked they were: the counts and the quality report say how.
    assert any(b'"linkage"' in data for name, data in seen.found.items() if "inside" in name)
    (extract / "roll.csv").write_text(
        f"UPN,URN,EntryDate\n{UPN},Zebedee,17/03/2013\n{UPN},9,Quillfeather\n", "utf-8"
    )
    refused = command("contacts", "pack", extract, "--trial", roster, "--out", sent, "--yes")
    assert refused.code != 0
    seen.add("refused", refused.out + refused.err)
    assert marks(seen) == []
    shutil.rmtree(extract)
