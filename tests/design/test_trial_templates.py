"""The five trials as declared: sizes, sources, outcomes; and nothing of what was found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from ruamel.yaml import YAML

from equipoise.design.protocol import (
    COUNTS,
    Planned,
    Protocol,
    load_protocol,
    programme_template,
    published_findings,
    template,
)

FIVE = ("bolton-pilot", "dsl-gmca", "dsl-secondary", "dsl-primary", "dsl-csa")
THREE = FIVE[1:4]
#: Schools of usual practice and supervision, authorities, supervisors, as the issue has them.
SIZES = {
    "bolton-pilot": (47, 47, 1, 1),
    "dsl-gmca": (80, 80, 10, 10),
    "dsl-secondary": (190, 130, 8, 10),
    "dsl-primary": (726, 472, 12, 14),
    "dsl-csa": (360, 360, 9, None),
}


def plain(data: bytes) -> Any:
    return YAML(typ="safe", pure=True).load(data.decode("utf-8"))


def groups(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every group of keys in a YAML text, at any depth."""
    if isinstance(value, Mapping):
        yield value
    for item in value.values() if isinstance(value, Mapping) else value:
        if isinstance(item, (Mapping, list)):
            yield from groups(item)


def planned(name: str) -> Planned:
    found = load_protocol(template(name)).design.planned
    assert found is not None
    return found


@pytest.mark.parametrize("name", FIVE)
def test_sizes_are_those_of_the_trial(name: str) -> None:
    usual, supervision, authorities, supervisors = SIZES[name]
    found = planned(name)
    assert found.by_arm == {"usual": usual, "supervision": supervision}
    assert (found.schools, found.authorities) == (usual + supervision, authorities)
    assert found.supervisors == supervisors
    assert found.assumed
    protocol = load_protocol(template(name))
    assert protocol.design.power.units == found.schools
    shares = protocol.whole_shares()
    assert shares["usual"] * supervision == shares["supervision"] * usual


def test_three_trials_add_to_what_was_published() -> None:
    """1,678 = 682 + 996 schools, 26 authorities (four in two trials), 34 supervisors."""
    sizes = [planned(name) for name in THREE]
    told = published_findings("dsl-supervision")
    (overlap,) = plain(programme_template("dsl-programme"))["overlaps"]
    assert set(overlap["trials"]) < set(THREE)
    twice = overlap["authorities"] * (len(overlap["trials"]) - 1)
    sums = {
        "schools": sum(s.schools for s in sizes),
        "schools-supervision": sum(s.by_arm["supervision"] for s in sizes),
        "schools-usual": sum(s.by_arm["usual"] for s in sizes),
        "authorities": sum(s.authorities for s in sizes) - twice,
        "supervisors": sum(s.supervisors or 0 for s in sizes),
    }
    assert sums == {
        "schools": 1678, "schools-supervision": 682, "schools-usual": 996,
        "authorities": 26, "supervisors": 34,
    }  # fmt: skip
    assert {name: told.finding(name).value for name in sums} == sums
    assert planned("bolton-pilot").schools == told.finding("pilot-schools").value
    over = told.finding("four-trials").value
    assert over is not None
    assert planned("dsl-csa").schools + 1678 == pytest.approx(over, abs=5)


@pytest.mark.parametrize("name", [*FIVE, "dsl-programme"])
def test_whatever_is_assumed_has_a_source(name: str) -> None:
    """Marked groups have a source that says what is assumed; margins say why."""
    data = programme_template(name) if name == "dsl-programme" else template(name)
    assumed = [group for group in groups(plain(data)) if group.get("assumed")]
    assert len(assumed) >= (2 if name == "dsl-programme" else 8)
    for group in assumed:
        assert len(group["source"]) > 20, group
    for group in groups(plain(data)):
        for key in ("reason", "source"):
            words = group.get(key)
            if isinstance(words, str) and words.startswith("assumed"):
                assert re.fullmatch(r"assumed: .{12,}", words), words


@pytest.mark.parametrize("name", FIVE)
def test_no_template_holds_what_was_found(name: str) -> None:
    """No estimate, no published cost, no word of a finding stands in a declared trial."""
    data = template(name)
    keys = {key for group in groups(plain(data)) for key in group}
    found = {"estimate", "effect", "se", "p", "p_value", "lower", "upper", "ci", "result"}
    assert not keys & (found | {"results", "findings", "finding", "cost"})
    text = data.decode("utf-8").lower()
    for word in ("significant", "no impact", "small reduction", "well received", "40%", "40 %"):
        assert word not in text
    costs = [f for f in published_findings("dsl-supervision").findings if f.kind == "cost"]
    assert len(costs) == 3
    for finding in costs:
        assert not re.search(rf"\b({finding.value}|{finding.value:,})\b", text)
    for finding in published_findings("dsl-supervision").findings:
        assert finding.kind == "size" or (finding.quote or "-").lower() not in text


@pytest.mark.parametrize("name", FIVE)
def test_definitions_of_no_further_action_stand_together(name: str) -> None:
    """Strict, with advice and with early help (rules 4), wherever it leads."""
    protocol = load_protocol(template(name))
    for outcome in protocol.design.outcomes:
        above = outcome.measure.numerator or ""
        if above.startswith("nfa_") and (outcome.role == "primary" or outcome.id == "nfa_pupils"):
            stem = above.removesuffix("strict")
            shown = [also.numerator for also in outcome.also_shown]
            assert shown == [stem + "advice", stem + "early_help"]
    safety = {o.id for o in protocol.design.outcomes if o.role == "safety"}
    assert safety == {"referrals", "section47", "recontact"}


def test_each_trial_asks_its_own_question() -> None:
    """Denominators and directions of the primary outcomes, and how supervision is given."""
    told = {}
    for name in FIVE:
        protocol = load_protocol(template(name))
        measure = protocol.primary.measure
        costs = protocol.costs
        assert costs is not None
        told[name] = (
            measure.numerator, measure.denominator, measure.per, protocol.primary.direction,
            protocol.design.intervention.how, costs.modes,
        )  # fmt: skip
    pupils = ("nfa_any_strict", "pupils", 1000, "lower")
    assert told == {
        "bolton-pilot": (
            "nfa_contacts_strict", "contacts", 100, "lower", "one-to-one", ("one-to-one",)
        ),
        "dsl-gmca": (*pupils, "mixed", ("mixed",)),
        "dsl-secondary": (*pupils, "group", ("group",)),
        "dsl-primary": (*pupils, "one-to-one", ("one-to-one",)),
        "dsl-csa": ("csa_any", "pupils", 1000, "none", "mixed", ("one-to-one", "group")),
    }  # fmt: skip
    by_phase = load_protocol(template("dsl-csa")).design.intervention.how_by_phase
    assert by_phase == {"primary": "one-to-one", "secondary": "group"}
    not_measured = load_protocol(template("bolton-pilot")).design.not_measured
    assert len(not_measured) == 6


def test_a_count_by_reason_is_asked_for() -> None:
    """Only a trial that asks for the reason of contacts gets the count that needs it."""
    names = {name: load_protocol(template(name)).counts for name in FIVE}
    assert names.pop("dsl-csa") == (*COUNTS, "csa_any")
    assert set(names.values()) == {COUNTS}


def test_a_count_without_its_reason_is_refused(sentences: Callable[[str], list[str]]) -> None:
    text = template("dsl-csa").decode("utf-8")
    line = next(x for x in text.splitlines() if x.strip().startswith("reasons:"))
    found = sentences(text.replace(line + "\n", ""))
    assert len(found) == 1
    assert "csa_any, a count by reason; expected the reason sexual-abuse" in found[0]


PLANNED = [
    ("schools: 1198", "schools: 1200", "726 + 472 = 1198; expected a sum of 1200"),
    ("by_arm: {usual: 726, supervision: 472}", "by_arm: {usual: 599, supervision: 599}",
     "by_arm.supervision: found 599; expected about 472"),
    ("by_arm: {usual: 726,", "by_arm: {control: 726,", "'control'; expected the name of a"),
    ("authorities: 12 ", "authorities: 1299 ", "1299; expected 1198 or fewer, the schools"),
    ("units: 1198", "units: 1199", "power.units: found 1199; expected 1198 or fewer"),
    ("modes: [one-to-one]", "modes: [group]", "group; expected one-to-one, as the intervention"),
    ("    how: one-to-one\n", "    how: one-to-one\n    how_by_phase: {primary: group}\n",
     "found one-to-one; expected group, as how_by_phase says"),
    ("    how: one-to-one\n", "    how: one-to-one\n    how_by_phase: {nursery: one-to-one}\n",
     "'nursery'; expected the name of a declared phase"),
    ("supervisors: 14\n    assumed: true\n    source: ",
     "supervisors: 14\n    assumed: true\n    # ",
     "planned.source: found nothing; expected a source, since assumed is true"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "words"), PLANNED)
def test_what_is_planned_agrees_with_itself(
    old: str, new: str, words: str, sentences: Callable[[str], list[str]]
) -> None:
    text = template("dsl-primary").decode("utf-8")
    assert text.count(old) == 1
    found = sentences(text.replace(old, new))
    assert any(words in sentence for sentence in found), found


def test_shares_may_be_parts_of_one() -> None:
    """A share written as a decimal fits the planned numbers to within one school."""
    text = template("dsl-primary").decode("utf-8")
    parts = text.replace("share: 726", "share: 0.606").replace("share: 472", "share: 0.394")
    protocol: Protocol = load_protocol(parts.encode())
    assert protocol.whole_shares() == {"usual": 303, "supervision": 197}
