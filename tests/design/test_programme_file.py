"""programme.yaml and the published findings: read whole, refused whole."""

from __future__ import annotations

import json
import random
from datetime import date
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from equipoise.core.base import ProblemsError, canonical
from equipoise.design.protocol import (
    Programme,
    Protocol,
    load_programme,
    load_protocol,
    load_published,
    outcome_end,
    programme_problems,
    programme_schema,
    programme_template,
    programme_templates,
    published_findings,
    published_sets,
    set_values,
    template,
)

POOLED = "    trials: [bolton-pilot, dsl-gmca, dsl-secondary, dsl-primary, dsl-csa]\n"


@pytest.fixture
def whole() -> str:
    return programme_template("dsl-programme").decode("utf-8")


@pytest.fixture
def programme(whole: str) -> Programme:
    return load_programme(whole.encode())


@pytest.fixture
def protocols(programme: Programme) -> dict[str, Protocol]:
    return {member.id: load_protocol(template(member.id)) for member in programme.trials}


def problems(text: str) -> list[str]:
    with pytest.raises(ProblemsError) as caught:
        load_programme(text.encode())
    return [problem.sentence() for problem in caught.value.problems]


def test_the_template_is_read_and_agrees_with_its_trials(
    programme: Programme, protocols: dict[str, Protocol]
) -> None:
    assert programme_templates() == ("dsl-programme",)
    assert programme_problems(programme, protocols) == ()
    assert canonical(json.loads(programme.meaning())) == programme.meaning()
    assert [m.ended for m in programme.trials] == [outcome_end(p) for p in protocols.values()]
    assert programme.trials[0].ended == date(2020, 3, 31)
    assert programme.pool(programme.sequence.pool) is programme.pools[0]
    assert programme.member("dsl-csa").folder == "dsl-csa"
    with pytest.raises(ProblemsError, match="one of bolton-pilot"):
        programme.member("dsl")


def test_schema_takes_the_template_and_refuses_another(whole: str) -> None:
    schema = programme_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    plain = YAML(typ="safe", pure=True).load(whole)
    as_json = json.loads(json.dumps(plain, default=str))
    validator = jsonschema.Draft202012Validator(schema)
    assert list(validator.iter_errors(as_json)) == []
    as_json["pools"][0]["made_from"] = "estimates"
    as_json["panel"] = []
    assert len(list(validator.iter_errors(as_json))) == 2


def test_schema_describes_every_key() -> None:
    schema = programme_schema()
    for name, part in {"": schema, **schema["$defs"]}.items():
        for key, value in part.get("properties", {}).items():
            assert value.get("description"), (name, key)
            assert "$ref" in json.dumps(value) or value.get("examples"), (name, key)


def test_every_problem_is_told_at_once(whole: str) -> None:
    """One mistake, one problem, each at its line, in the order of the file."""
    changes = (
        ("folder: dsl-gmca", "folder: ../dsl-gmca", "a folder beside programme.yaml"),
        ("ended: 2021-12-17", "ended: 2019-12-17", "a day on or after 2020-03-31"),
        ("  - trials: [dsl-secondary,", "  - trials: [dsl-second,", "'dsl-second'; expected"),
        ("made_from: school-tables", "made_from: estimates", "'estimates'; expected school-tables"),
        ("nfa_any_strict, denominator: pupils", "nfa_any, denominator: contacts",
         "'nfa_any'; expected a count"),
        ("harm: 2.0, reason", "harm: -2.0, reason", "-2; expected a number above 0"),
        ("by: outcome-end\n  pool: nfa_pupils", "by: outcome-end\n  pool: nfa", "'nfa'; expected"),
        ("stop_if: [benefit-too-small", "stop_if: [worthwhile-benefit", "also under continue_if"),
        ("[dsl-supervision]", "[dsl]", "'dsl'; expected a set of published findings"),
    )  # fmt: skip
    wrong = whole
    for old, new, _ in changes:
        assert wrong.count(old) == 1, old
        wrong = wrong.replace(old, new)
    found = problems(wrong)
    for _, _, words in changes:
        assert sum(words in sentence for sentence in found) == 1, (words, found)
    extra = "shares of contacts are not pooled"
    assert any(extra in sentence for sentence in found)
    assert len(found) == len(changes) + 1
    lines = [int(s.split("line ")[1].split(",")[0]) for s in found]
    assert lines == sorted(lines)
    place = wrong[: wrong.index("folder: ../dsl-gmca")].count("\n") + 1
    assert lines[0] == place


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("folder: dsl-gmca,", "folder: bolton-pilot,", "'bolton-pilot' again"),
        ("  - id: share\n", "  - id: own-primary\n", "'own-primary' again"),
        ("  - {mode: group,", "  - {mode: one-to-one,", "'one-to-one' again"),
        (POOLED, POOLED.replace("dsl-csa]", "dsl-gmca]"), "'dsl-gmca' again"),
        ("trial: dsl-csa, outcome: csa_pupils", "trial: dsl-cs, outcome: csa_pupils", "'dsl-cs'"),
        ("interval: floored-hartung-knapp", "interval: plain", "expected floored-hartung-knapp"),
        ("prediction_from: 3", "prediction_from: 2", "2; expected a number of 3 or more"),
        ("    authorities: 4\n    assumed: true\n    source",
         "    authorities: 4\n    assumed: true\n    #",
         "a source, since assumed is true"),
    ],
)  # fmt: skip
def test_what_does_not_agree_is_said(old: str, new: str, words: str, whole: str) -> None:
    assert whole.count(old) == 1, old
    found = problems(whole.replace(old, new))
    assert len(found) == 1, found
    assert words in found[0]


def changed(name: str, values: dict[tuple[str | int, ...], Any]) -> Protocol:
    return load_protocol(set_values(template(name), values))


def test_trials_that_do_not_fit_are_all_named(
    programme: Programme, protocols: dict[str, Protocol]
) -> None:
    """Another trial, simulated beside real, other windows, outcomes, modes and contact rules."""
    protocols["bolton-pilot"] = changed("bolton-pilot", {("trial", "simulated"): True})
    protocols["dsl-gmca"] = changed(
        "dsl-gmca", {("trial", "id"): "gmca", ("costs", "modes"): ["group"]}
    )
    protocols["dsl-secondary"] = changed(
        "dsl-secondary",
        {
            ("design", "contact", "repeat_days"): 7,
            ("design", "periods", "windows", 1, "to"): "2022-07-20",
        },
    )
    protocols["dsl-primary"] = changed("dsl-primary", {("design", "outcomes", 2, "id"): "nfa_part"})
    found = [p.sentence() for p in programme_problems(programme, protocols)]
    for words in (
        "trials[1]: found the simulated trial bolton-pilot; expected real trials alone",
        "trials[2].folder: found the trial gmca in dsl-gmca",
        "trials[3].ended: found 2022-07-21; expected 2022-07-20",
        "panels[2].members[4].outcome: found 'nfa_share'",
        "pools[1].trials: found dsl-secondary, which counts contacts with repeat_days: 7",
        "costs[3].trials: found dsl-gmca, which shows the cost of group",
    ):
        assert sum(words in sentence for sentence in found) == 1, (words, found)
    assert len(found) == 6


def test_only_trials_with_the_counts_are_pooled(whole: str, protocols: dict[str, Protocol]) -> None:
    """A count by reason cannot be pooled over trials that never asked for the reason."""
    programme = load_programme(whole.replace("nfa_any_strict", "csa_any").encode())
    found = [p.sentence() for p in programme_problems(programme, protocols)]
    assert len(found) == 4
    assert all("found csa_any; expected a count that" in sentence for sentence in found)
    table = dict(protocols, **{"dsl-csa": load_protocol(template("own-outcomes"))})
    said = " ".join(p.sentence() for p in programme_problems(load_programme(whole.encode()), table))
    assert "dsl-csa, which brings its own table" in said


def test_published_findings_have_their_words_and_sources() -> None:
    """Costs and sizes as quoted; every finding cites a listed source."""
    (name,) = published_sets()
    told = published_findings(name)
    costs = {f.mode: (f.value, f.qualifier) for f in told.findings if f.kind == "cost"}
    assert costs == {
        "one-to-one": (850, "exactly"), "group": (1900, "exactly"), "mixed": (4500, "about"),
    }  # fmt: skip
    trials = {member.id for member in load_programme(programme_template("dsl-programme")).trials}
    for finding in told.findings:
        assert told.cited(finding).publisher
        assert set(finding.about) <= trials
        assert finding.quote or finding.note
    with pytest.raises(ProblemsError, match="one of schools"):
        told.finding("effect")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("value: 850", "value: 580", "found 580; expected a number that stands in the quotation"),
        ("    source: pilot-page\n    note: read", "    source: page\n    note: read", "'page'"),
        ("  - id: cost-group\n", "  - id: cost-gmca\n", "'cost-gmca' again"),
        ("    source: scale-up-page\n    note: read", "    source: scale-up-page\n    # read",
         "neither a quotation nor a note"),
        ("    value: 34\n    unit: supervising social workers\n", "    value: 34\n", "the unit of"),
    ],
)  # fmt: skip
def test_published_findings_that_do_not_hold_are_refused(old: str, new: str, words: str) -> None:
    folder = files("equipoise.design.protocol.published")
    text = folder.joinpath("dsl-supervision.yaml").read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    with pytest.raises(ProblemsError) as caught:
        load_published(text.replace(old, new).encode("utf-8"))
    found = [problem.sentence() for problem in caught.value.problems]
    assert len(found) == 1, found
    assert words in found[0]


@pytest.mark.parametrize("case", range(30))
def test_whatever_is_wrong_is_a_problem(case: int, whole: str) -> None:
    """Lines taken out and values replaced at random never end in anything but problems."""
    rng = random.Random(f"programme {case}")
    lines = whole.splitlines()
    for _ in range(rng.randint(1, 4)):
        i = rng.randrange(len(lines))
        value = rng.choice(["", "null", "[]", "{}", "3", "-1", "x", "2024-02-30", "[{}]", "[[1]]"])
        key, colon, _ = lines[i].partition(": ")
        lines[i] = rng.choice(["", f"{key}{colon}{value}", lines[i].replace(": ", f": {value} #")])
    try:
        load_programme("\n".join(lines).encode())
    except ProblemsError as error:
        assert all(p.place.startswith(("line ", "whole file")) for p in error.problems)
        assert len({(p.place, p.found) for p in error.problems}) == len(error.problems)
