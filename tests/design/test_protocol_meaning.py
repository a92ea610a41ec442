"""Meaning, editing, locking and the schema."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from equipoise.core.base import ProblemsError, canonical
from equipoise.design.protocol import (
    Protocol,
    load_protocol,
    lock_notes,
    lock_problems,
    protocol_schema,
    set_values,
    template,
    templates,
)


def test_meaning_is_canonical_and_fixed(protocol: Protocol) -> None:
    """The meaning is its own canonical form."""
    for part in ("design", "plan", "all"):
        data = protocol.meaning(part)
        assert canonical(json.loads(data)) == data


def test_comments_order_and_quotes_mean_nothing(text: str, protocol: Protocol) -> None:
    """Lock keeps bytes and meaning apart: the same meaning in other bytes."""
    other = "# a comment\n" + text.replace("  id: dsl-primary\n", "").replace(
        "  funder: null\n", "  funder:   # nobody\n  id: 'dsl-primary'\n"
    ).replace("roll_date: 2021-05-20", 'roll_date: "2021-05-20"').replace(
        "benefit: 2.0, harm: 2.0, reason", "harm: 2, benefit: 2, reason"
    ).replace("  multiplicity: none-one-primary\n", "")
    assert other != text
    assert load_protocol(other.encode()).meaning("all") == protocol.meaning("all")


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("alpha: 0.05\n  interval: 0.95", "alpha: 0.1\n  interval: 0.9", "design"),
        ("simulated: false", "simulated: true", "design"),
        ("permutations: 999}\n    dsl", "permutations: 99}\n    dsl", "plan"),
        ("price_year: 2021-22", "price_year: 2020-21", "plan"),
        ("identifier: null", "identifier: ISRCTN1", "plan"),
        ("../delivery", "../elsewhere", "neither"),
    ],
)
def test_each_act_fixes_its_own_part(
    old: str, new: str, changed: str, text: str, protocol: Protocol
) -> None:
    """A change shows in the part that fixes it, and in no other."""
    assert text.count(old) == 1
    other = load_protocol(text.replace(old, new).encode())
    for part in ("design", "plan"):
        assert (other.meaning(part) != protocol.meaning(part)) == (part == changed)
    assert other.meaning("all") != protocol.meaning("all")


def test_values_are_set_and_all_else_stays(text: str) -> None:
    """Only the bytes of the values change."""
    key = "ab" * 32
    data = set_values(
        text.encode(), {("trial", "simulated"): True, ("people", 2, "signing_key"): key}
    )
    expected = text.replace("simulated: false", "simulated: true")
    line = next(x for x in expected.splitlines() if "id: unblinded-statistician, name" in x)
    expected = expected.replace(line, line.replace("null", f'"{key}"'))
    assert data.decode() == expected
    protocol = load_protocol(data)
    assert protocol.trial.simulated
    assert protocol.people[2].signing_key == key


@pytest.mark.parametrize(
    ("source", "path", "value", "expected"),
    [
        ("a:\n  b: 1 # c\n", ("a", "b"), 2.5, "a:\n  b: 2.5 # c\n"),
        ("a:\n  b: 1\n", ("a", "c"), "x", 'a:\n  c: "x"\n  b: 1\n'),
        ("a: {b: 1}\n", ("a", "c"), None, "a: {b: 1, c: null}\n"),
        ("a: {}\n", ("a", "c"), True, "a: {c: true}\n"),
        ("a:   # soon\nb: 1\n", ("a",), "x", 'a: "x"   # soon\nb: 1\n'),
        ("- {a: 1}\n", None, None, None),
        ("a:\r\n  b: 'é'\r\n  c: 1\r\n", ("a", "c"), 2, "a:\r\n  b: 'é'\r\n  c: 2\r\n"),
        ("a: [{b: x}]\n", ("a", 0, "b"), ["y", 1], 'a: [{b: ["y", 1]}]\n'),
    ],
)
def test_values_are_set_in_any_style(source: str, path: Any, value: Any, expected: Any) -> None:
    """Block, flow, empty and missing values alike; a list is no protocol."""
    if path is None:
        with pytest.raises(ProblemsError):
            set_values(source.encode(), {("a",): 1})
        return
    assert set_values(source.encode(), {path: value}).decode() == expected


def test_blocks_are_not_overwritten() -> None:
    """A group over several lines is left to its author."""
    with pytest.raises(ProblemsError, match="by hand"):
        set_values(b"a:\n  b: 1\n", {("a",): 2})


@pytest.mark.parametrize("name", templates())
def test_schema_takes_the_templates(name: str) -> None:
    """An editor that checks by the schema finds nothing in a template."""
    schema = protocol_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    plain = YAML(typ="safe", pure=True).load(template(name).decode())
    as_json = json.loads(json.dumps(plain, default=str))
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(as_json)) == []
    as_json["trial"]["titel"] = as_json["trial"].pop("title")
    assert len(list(jsonschema.Draft202012Validator(schema).iter_errors(as_json))) == 2


def test_schema_describes_every_key() -> None:
    """Each key has words; each key that is not a group has an example that fits."""
    schema = protocol_schema()
    for name, part in {"": schema, **schema["$defs"]}.items():
        for key, value in part.get("properties", {}).items():
            assert value.get("description"), (name, key)
            group = "$ref" in json.dumps(value)
            assert group or value.get("examples"), (name, key)


def test_lock_asks_for_keys_and_fitting_schools(text: str) -> None:
    """Four people and three keys are missing; then nothing is; then schools do not fit."""
    protocol = load_protocol(text.encode())
    missing = lock_problems(protocol)
    assert len(missing) == len(protocol.people) + 3
    values: dict[tuple[str | int, ...], Any] = {
        ("people", i, "signing_key"): f"{i + 1:064x}" for i in range(len(protocol.people))
    }
    values |= {("keys", k, "public"): "f" * 64 for k in ("see", "delivery", "trial")}
    data = set_values(text.encode(), values)
    real = load_protocol(data)
    assert lock_problems(real, ["100001"]) == ()
    assert "invented URN 900001" in lock_problems(real, ["100001", "900001"])[0].found
    simulated = load_protocol(set_values(data, {("trial", "simulated"): True}))
    assert lock_problems(simulated, ["900001"]) == ()
    assert "real URN 100001" in lock_problems(simulated, ["100001"])[0].found
    same = load_protocol(set_values(data, {("people", 1, "signing_key"): f"{1:064x}"}))
    assert "the same key as sponsor" in lock_problems(same)[0].found


def test_a_key_that_does_not_fit(text: str) -> None:
    """A key of another length is refused with what it should be."""
    data = set_values(text.encode(), {("keys", "see", "public"): "abc"})
    with pytest.raises(ProblemsError, match="64 digits"):
        load_protocol(data)


def test_notes_name_what_is_assumed(protocol: Protocol) -> None:
    """Assumptions are read before locking, with their place."""
    notes = lock_notes(protocol)
    assert any(note.startswith("design.intervention is an assumption") for note in notes)
    assert any(note.startswith("design.outcomes[1].margin") for note in notes)
    assert any("no registration number" in note for note in notes)
