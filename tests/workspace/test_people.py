"""Children compared by Splink: right pairs, nothing where it is not installed, nothing written."""

import builtins
import random
import tempfile
from datetime import date, timedelta
from importlib.util import find_spec

import pytest

from equipoise.authority.pack import build_counts
from equipoise.authority.rules import SQLiteEngine
from equipoise.authority.schools import Person
from equipoise.authority.schools.people import accepted
from equipoise.core.base import ProblemsError
from equipoise.workspace.folder.people import SplinkLinker
from tests.authority.test_attended_packs import BY_ROLL, OWN, SCHOOLS, YEAR, extract, upn

missing_splink = pytest.mark.skipif(
    find_spec("splink") is None, reason="Splink is not installed (extra `linkage`)"
)
SYLLABLES = tuple(f"{first}{last}" for first in "bcdfghklmnprst" for last in "aeio")


def test_without_the_extra_one_sentence_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def missing(name, *rest, **more):
        if name == "splink":
            raise ModuleNotFoundError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(ProblemsError) as error:
        SplinkLinker(0.99)
    (problem,) = error.value.problems
    assert problem.found == "Splink is not installed"
    assert "equipoise[linkage]" in problem.remedy


@pytest.mark.parametrize("threshold", [0.5, 1.0, -1.0])
def test_a_threshold_that_is_none_is_refused(threshold):
    with pytest.raises(ProblemsError, match="a probability above"):
        SplinkLinker(threshold)


def misspelt(draw, name):
    at = draw.randrange(len(name))
    return name[:at] + draw.choice("aeiou") + name[at + 1 :]


def simulated(pupils, children, seed):
    """Return a roll, children of whom one in six is not on it, and who each of them is."""
    draw = random.Random(seed)

    def person(key):
        names = [
            "".join(draw.choices(SYLLABLES, k=draw.choice([1, 2]))) + draw.choice("nrst")
            for _ in range(2)
        ]
        born = date(2010, 9, 1) + timedelta(days=draw.randrange(4000))
        return Person(key, *names, born, f"QX{draw.randrange(1, 40)}{draw.randrange(10)}ZZ")

    roll = [person(upn(f"35020012{n:04}")) for n in range(pupils)]
    found, truth = [], {}
    for number, pupil in enumerate(draw.sample(roll, children)):
        key = f"K{number}"
        there = draw.random() > 1 / 6
        truth[key] = pupil.key if there else ""
        of = pupil if there else person("")
        forename, surname, born, postcode = of.forename, of.surname, of.born, of.postcode
        slip = draw.random()
        if slip < 0.1:
            forename = misspelt(draw, forename)
        elif slip < 0.2:
            surname = misspelt(draw, surname)
        elif slip < 0.25 and born.day <= 12:
            born = date(born.year, born.day, born.month)
        elif slip < 0.4:
            postcode = draw.choice(["", "QX991ZZ"])
        found.append(Person(key, forename, surname, born, postcode))
    return roll, found, truth


@pytest.mark.linkage
@missing_splink
def test_pairs_with_typing_errors_are_found_and_none_is_wrong(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    roll, children, truth = simulated(4000, 500, 3)
    linker = SplinkLinker(0.99)
    pairs = list(linker.likenesses(children, roll))
    assert pairs == list(linker.likenesses(children, roll))
    found = accepted(truth, pairs, linker.threshold)
    linked = [key for key, pupil in found.items() if pupil]
    there = [key for key, pupil in truth.items() if pupil]
    assert sum(found[key] == truth[key] for key in linked) >= 0.99 * len(linked)
    assert len(linked) >= 0.9 * len(there)
    assert not list(tmp_path.iterdir())


@pytest.mark.linkage
@missing_splink
def test_a_pack_links_children_without_a_number_and_says_so():
    roll, children, truth = simulated(600, 60, 5)
    rows = [
        f"{p.key},900003,01/09/2023,{p.forename},{p.surname},{p.born},{p.postcode}" for p in roll
    ]
    listed = [f"{p.key},{p.forename},{p.surname},{p.born:%d/%m/%Y},{p.postcode}" for p in children]
    files = extract(
        more={
            "roll.csv": "\n".join(
                ["UPN,URN,EntryDate,Forename,Surname,DOB,Postcode", *rows, ""]
            ).encode(),
            "children.csv": "\n".join(
                ["Child ID,Forename,Surname,DOB,Postcode", *listed, ""]
            ).encode(),
            "upns.csv": b"Child ID,UPN\nX,X\n",
        }
    )
    others = [("by-roll", BY_ROLL)]
    pack, _ = build_counts(
        files, SCHOOLS, OWN, YEAR, SQLiteEngine(), others=others, people=SplinkLinker(0.99)
    )
    by = {}
    for one in pack.quality.linkage:
        for how, number in one.by.items():
            by[how] = by.get(how, 0) + number
    # Without a valid number are the children K3, K5 and K6.
    known = sum(1 for key in ("K3", "K5", "K6") if truth[key])
    assert by.get("details", 0) <= known
    assert by.get("details", 0) + by.get("unclear", 0) == 3
    assert any("from a probability of 0.99 on" in note for note in pack.quality.notes)
    assert not any(pupil.key in repr(pack) for pupil in roll)
    assert "QX" not in repr(pack)
