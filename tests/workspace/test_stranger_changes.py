"""The stranger's proof of what changed after the lock: amendments and corrections."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from equipoise.core.base import canonical, sha256_hex
from equipoise.core.ledger import Line, decode_line
from equipoise.workspace.steps.stranger import public_record
from equipoise.workspace.steps.stranger.changes import differences
from equipoise.workspace.steps.stranger.lines import NotProvedError
from equipoise.workspace.steps.stranger.proof import prove

Record = dict[str, Any]


@pytest.fixture(scope="module")
def changed(states, tmp_path_factory) -> tuple[Any, Record]:
    """A trial with a correction and then an amendment of design and plan, through its commands."""
    from equipoise.workspace.steps.amendments import amend
    from equipoise.workspace.steps.corrections import correct

    walk = states["sap-locked"].copy(tmp_path_factory.mktemp("changed") / "w")
    folder = walk.folder()
    correct(
        folder,
        kind="merged",
        urns=["900001", "900003"],
        reason="letter",
        by=["data-manager", "statistician"],
    )
    path = walk.trial / "trial.yaml"
    text = path.read_text(encoding="utf-8")
    text = text.replace("margin: {benefit: 2.0", "margin: {benefit: 1.5", 1)
    text = text.replace('protocol_version: "1.0"', 'protocol_version: "1.1"', 1)
    path.write_text(text, encoding="utf-8")
    folder = walk.folder()
    amend(folder, reason="asked for", by=["statistician", "sponsor"])
    return folder, public_record(folder)


@pytest.fixture
def record(changed) -> Record:
    return copy.deepcopy(changed[1])


def test_both_are_proved_and_said(record: Record) -> None:
    said = [words for verdict, words in prove(record, []) if verdict == "holds"]
    assert any("design: keys, arms and scheme are those fixed in line 10" in w for w in said)
    (amended,) = [w for w in said if w.startswith("amendment")]
    assert amended == (
        "amendment in line 10: 2 changes from version to version, by two people; "
        "the trial was sap-locked"
    )
    (corrected,) = [w for w in said if w.startswith("correction")]
    assert corrected.startswith("correction in line 9: merged (900001, 900003), by the rule")


def rewritten(folder: Any, record: Record, name: str, change: Callable[[Any], object]) -> None:
    """Change an entry, and sign it and all that follow anew, as whoever holds every key could."""
    lines = [decode_line(text.encode("utf-8")) for text in record["ledger"]]
    previous, written = "0" * 64, []
    for line in lines:
        plain = json.loads(line.encode())["entry"]
        plain["prev"] = previous
        if plain["name"] == name:
            change(plain)
        entry = type(line.entry)(**{**plain, "by": tuple(plain["by"])})
        signatures = {
            person: folder.keys.find(
                person, "signing", public=bytes.fromhex(folder.person(person).signing_key)
            )
            .sign(entry.message())
            .hex()
            for person in entry.by
        }
        again = Line(entry, signatures)
        previous = again.digest()
        written.append(again.encode().decode("utf-8"))
    record["ledger"] = written


def alone(plain: Any) -> None:
    plain["by"] = plain["by"][:1]


def not_drawn(plain: Any) -> None:
    plain["facts"]["urns"] = ["900001", "900004"]


def fewer(plain: Any) -> None:
    plain["facts"]["changes"] = plain["facts"]["changes"][:1]


def other_rule(plain: Any) -> None:
    plain["facts"]["rule"] = "set-aside"


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("correct", alone, "line 9: a correction that two people did not sign"),
        ("correct", not_drawn, "line 9: a correction of a school never drawn"),
        ("correct", other_rule, "corrections: other corrections than the ledger holds"),
        ("amend", alone, "line 10: an amendment that two people did not sign"),
        ("amend", fewer, "line 10: other changes than listed"),
    ],
)
def test_even_who_holds_every_key_is_found_out_where_the_record_does_not_agree(
    changed, record: Record, name: str, change: Callable[[Any], None], words: str
) -> None:
    rewritten(changed[0], record, name, change)
    with pytest.raises(NotProvedError) as caught:
        prove(record, [])
    assert str(caught.value) == words


def test_an_edited_list_of_corrections_and_an_edited_version_are_found(record: Record) -> None:
    edited = copy.deepcopy(record)
    edited["corrections"] = record["corrections"].replace("letter", "e-mail")
    with pytest.raises(NotProvedError, match="corrections: not the list that was signed"):
        prove(edited, [])
    edited = copy.deepcopy(record)
    first = edited["versions"][0]
    first["design"] = first["design"].replace('"benefit":2', '"benefit":3', 1)
    with pytest.raises(NotProvedError, match="line 3: the version is not the one that was signed"):
        prove(edited, [])
    del record["versions"][0]
    with pytest.raises(NotProvedError, match="versions: not one for each lock and amendment"):
        prove(record, [])


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2.5}, [("a", "1", "2.5")]),
        ({"a": None}, {"a": "x"}, [("a", None, "x")]),
        ({}, {"a": {"b": True}}, [("a", None, '{"b":true}')]),
        ({"l": [{"id": "x", "n": 1}]}, {"l": [{"id": "x", "n": 2}]}, [("l[x].n", "1", "2")]),
        ({"l": []}, {"l": [{"id": "x"}]}, [("l[x]", None, '{"id":"x"}')]),
        ({"l": [{"code": "x"}]}, {"l": []}, [("l[x]", '{"code":"x"}', None)]),
        (
            {"l": [{"id": "x"}, {"id": "y"}]},
            {"l": [{"id": "y"}, {"id": "x"}]},
            [("l (order)", '["x","y"]', '["y","x"]')],
        ),
        ({"l": [1, 2]}, {"l": [2, 1]}, [("l", "[1,2]", "[2,1]")]),
    ],
)
def test_differences_are_listed_field_by_field(old: Any, new: Any, found: list[Any]) -> None:
    listed = [(one["place"], one["old"], one["new"]) for one in differences(old, new)]
    assert listed == found
    assert not found or sha256_hex(canonical(old)) != sha256_hex(canonical(new))
