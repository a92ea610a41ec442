"""The brief over several trials: every number follows its field, and context stays apart."""

from __future__ import annotations

import datetime
import html
import io
import re
import sys
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

import pypdf
import pytest

sys.path.insert(0, str(Path(__file__).parent))

import brief_perturb as perturb
import programme_samples as samples

from equipoise.design.protocol import fixed as declared
from equipoise.evaluation.synthesis import ProgrammeResult
from equipoise.reporting.documents import Document, Documents, programme_brief, programme_document
from equipoise.reporting.documents.model import Aside
from equipoise.reporting.figures.forest import Forest, ForestRow, domain_of
from equipoise.reporting.tables import SIMULATED, Bound, Parts
from equipoise.reporting.words import (
    GROUNDS,
    ProgrammeInputs,
    class_words,
    programme_panels,
    programme_sentences,
    programme_tables,
)

DAY = datetime.date(2026, 1, 2)
STEM = "SIMULATED-DATA-NOT-FINDINGS-"
NAMES = perturb.NAMES | {"group", "panel", "outcome", "publisher", "address"}
"""Names of things; and what a source is called, which is bound where it is first quoted."""
CODES = {
    "mode": "group",
    "decision": "continue",
    "own_decision": "continue",
    "rule": "all-trials",
    "part": "window",
    "kind": "cost",
    "more_homogeneous": "no-ratio",
    "qualifier": "over",
    "method": "one-trial",
    "code": "pooled-class",
    "stage": "trial",
    "on": "2021-02-03",
    "window_start": "2018-02-03",
    "window_end": "2023-02-03",
}
SHAPES = ("measure", "measure_type", "simulated", "delivery_start", "delivery_end")
LISTED = re.compile(r"\.(trials|not_split|no_costs|authorities|safety_failing)\.\d+$")
"""Entries of lists of names."""


def changed(path: str, value: Any) -> Any:
    """Return another value that the field could hold."""
    last = path.rsplit(".", 1)[-1]
    if path.startswith("costs.") and last == "mode":
        return None
    if last in CODES:
        return CODES[last] if CODES[last] != value else None
    if last.endswith("conclusion"):
        return "harm-size-unclear"
    return perturb.changed(path, value)


def pieces(result: ProgrammeResult) -> dict[str, Parts]:
    """Every sentence, and every cell, caption and note of every table, by its name."""
    writer = ProgrammeInputs(result, samples.programme()).writer()
    found: dict[str, Parts] = {one.id: one.parts for one in programme_sentences(writer)}
    views = [*programme_tables(writer).values(), *(view for _, view in programme_panels(writer))]
    for view in views:
        found[f"{view.id}/caption"] = view.caption
        for place, parts in enumerate((*view.columns, *view.notes)):
            found[f"{view.id}/around/{place}"] = parts
        for place, row in enumerate(view.rows):
            for column, entry in enumerate(row):
                found[f"{view.id}/{place}/{column}"] = entry.parts
    return found


def text(parts: Parts | None) -> str | None:
    return None if parts is None else "".join(part.text for part in parts)


def names(parts: Parts | None) -> set[str]:
    found: set[str] = set()
    for part in parts or ():
        if isinstance(part, Bound):
            found |= {part.field, *part.also}
    return found


def said(result: ProgrammeResult) -> dict[str, str]:
    return {name: str(text(parts)) for name, parts in pieces(result).items()}


@lru_cache(maxsize=1)
def documents() -> Documents:
    return programme_brief(samples.result(), samples.programme(), clock_date=DAY)


def document(result: ProgrammeResult) -> Document:
    return programme_document(ProgrammeInputs(result, samples.programme()), DAY)


def pages(made: Documents) -> list[str]:
    reader = pypdf.PdfReader(io.BytesIO(made.pdf))
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def test_sentences_have_names_of_their_own() -> None:
    writer = ProgrammeInputs(samples.result(), samples.programme()).writer()
    ids = [one.id for one in programme_sentences(writer)]
    assert len(ids) == len(set(ids))


def test_a_changed_field_changes_its_sentences_and_no_other() -> None:
    result = samples.result()
    before = pieces(result)
    quoted = 0
    for path, old in perturb.leaves(result):
        if path.rsplit(".", 1)[-1] in NAMES or path.rsplit(".", 1)[-1] in SHAPES or old is None:
            continue
        which = LISTED.search(path) or (path.endswith(".intervention") and isinstance(old, bool))
        new = None if which else changed(path, old)
        if new is None:
            continue
        after = pieces(perturb.replaced(result, path, new))
        leaf = f"programme:{path}"
        for name in before.keys() | after.keys():
            one, two = before.get(name), after.get(name)
            if text(one) != text(two):
                assert leaf in names(one) | names(two), (leaf, name, text(one), text(two))
            shown = any(
                isinstance(part, Bound) and part.field == leaf and part.value == old
                and not part.also and re.search(r"\d", part.text)
                for part in one or ()
            )  # fmt: skip
            if shown and not isinstance(old, (str, bool)):
                quoted += 1
                assert text(one) != text(two), (leaf, name, text(one))
    assert quoted > 150


def test_every_number_of_the_result_that_is_a_finding_is_somewhere() -> None:
    bound = set().union(*(names(parts) for parts in pieces(samples.result()).values()))
    for leaf in (
        "pools.nfa_pupils.difference.plain_lower", "pools.nfa_pupils.ratio.estimate",
        "pools.nfa_pupils.difference.prediction_upper", "cumulative.late.fixed_upper",
        "costs.group.lowest", "totals.later.supervisors", "trials.late.dose.share_intended",
        "trials.late.perceived.share", "pools.nfa_pupils.difference.leave_one_out.late.tau2",
    ):  # fmt: skip
        assert f"programme:{leaf}" in bound


def test_first_page_is_complete_in_itself() -> None:
    first = pages(documents())[0]
    for words in (
        "Over 3 trials, supervision made no difference large enough to matter",
        "0.2 fewer pupils per 1,000 on the roll", "1.7 fewer to 1.3 more", "0.99 (0.93 to 1.05)",
        "3.4 fewer to 3.0 more", "One-to-one: £850 for each school a year",
        "£1,903 to £4,504 for each school", "Do not continue or extend supervision",
    ):  # fmt: skip
        assert words in first
    assert "What was evaluated" not in first


def test_sections_follow_the_order_of_the_policy_paper() -> None:
    page = documents().html.decode()
    order = ["headline", "found", "sure", "cost", "do", "evaluated", "findings", "rct", "messages",
             "trials", "panels", "pools", "cumulative", "costs", "views", "means", "conclusion",
             "sources"]  # fmt: skip
    places = [page.index(f'id="{name}"') for name in order]
    assert places == sorted(places)


def test_the_mark_is_on_every_page_figure_table_and_name() -> None:
    made = documents()
    assert all(page.count(SIMULATED) >= 2 for page in pages(made))
    assert all(SIMULATED in svg.decode() for svg in made.figures.values())
    assert all(data.decode().startswith("status,") for data in made.tables.values())
    assert all(Path(name).name.startswith(STEM) for name in made.files())


def test_one_simulated_trial_marks_the_whole() -> None:
    result = samples.real(samples.result())
    plain = programme_brief(result, samples.programme(), clock_date=DAY)
    assert not any("SIMULATED" in name for name in plain.files())
    assert "simulated" not in plain.html.decode().lower()
    first = replace(result.trials[0], simulated=True)
    mixed = replace(result, trials=(first, *result.trials[1:]))
    assert document(mixed).mark == SIMULATED
    assert document(replace(result, simulated=True)).mark == SIMULATED


def test_every_numeral_of_the_page_is_bound_to_a_field() -> None:
    page = html.unescape(documents().html.decode())
    page = re.sub(r"<(style|svg)\b.*?</\1>", "", page, flags=re.DOTALL)
    page = re.sub(r'<span data-field="[^"]*">[^<]*</span>', "", page)
    loose = re.sub(r"<[^>]*>", "", page)
    assert re.findall(r".{20}\d.{20}", loose) == []


def test_published_findings_stand_apart_and_are_never_mixed_with_ours() -> None:
    for name, parts in pieces(samples.result()).items():
        fields = {field.partition(":")[2] for field in names(parts)}
        published = {field for field in fields if field.startswith("quoted.")}
        assert not published or published == fields, name
    made = document(samples.result())
    held = {one.id for block in made.blocks if isinstance(block, Aside) for group in block.groups
            for one in group}  # fmt: skip
    assert held == {f"quoted.{one.id}" for one in samples.quoted()}
    assert all(block.title.text.startswith("Published elsewhere")
               for block in made.blocks if isinstance(block, Aside))  # fmt: skip


def test_every_quotation_names_its_source() -> None:
    found = said(samples.result())
    assert found["quoted.q-size"] == (
        "Schools drawn: “nearly 5,127 schools” (A charity, May 2001). Note: counted twice."
    )
    assert found["quoted.q-plan"].startswith(
        "Schools planned: about 6,131 schools (A council, A page)"
    )
    assert found["source.q-size"] == (
        "A charity: A paper on five schools, May 2001. example.org/paper."
    )


def test_only_pools_have_a_diamond() -> None:
    made = documents()
    kinds = {
        name: made.figures[f"{STEM}figure-{name}.svg"].decode().count("mark-area")
        for name in ("pool-nfa_pupils", "first", "panel-own-primary", "panel-recontact",
                     "cumulative")
    }  # fmt: skip
    assert kinds["pool-nfa_pupils"] == 2 and kinds["first"] == 1
    assert kinds["panel-own-primary"] == kinds["panel-recontact"] == kinds["cumulative"] == 0


def test_an_interval_far_longer_than_the_others_does_not_set_the_axis() -> None:
    rows = tuple(ForestRow("trial", 0.1 * k, -1.0, 1.0) for k in range(3))
    long = ForestRow("two trials", 0.0, -60.0, 60.0)
    assert domain_of(Forest("u", "", "", (*rows, long))) == domain_of(Forest("u", "", "", rows))
    low, high = domain_of(
        Forest("r", "", "", (ForestRow("t", 0.5, 0.25, 1.0),), none=1.0, log=True)
    )
    assert 0 < low < 0.25 and high > 1


def test_without_a_pool_no_sum_is_printed_and_the_reasons_are() -> None:
    decision = replace(
        samples.decision(), rule="all-trials", decision="test-further", conclusion=None,
        outcome="nfa_share", reasons=samples.decision().reasons[-2:],
    )  # fmt: skip
    bare = samples.result(pools=(), decision=decision, quoted=(), costs=())
    found = said(bare)
    assert found["headline"].startswith("The trials of supervision could not be put together")
    assert "No cost was recorded" in found["cost.none"]
    assert found["not-pooled/0/2"] == "Length of the period"
    made = programme_brief(bare, samples.programme(), clock_date=DAY)
    assert not any("pool-" in name for name in made.figures)
    assert "quoted" not in re.sub(r"<style>.*?</style>", "", made.html.decode(), flags=re.DOTALL)


def test_two_trials_have_no_prediction_interval_and_it_is_said_why() -> None:
    two = replace(samples.measure(), trials=2, rows=samples.rows()[1:], leave_one_out=(),
                  prediction_lower=None, prediction_upper=None)  # fmt: skip
    found = said(samples.result(pools=(samples.pool(difference=two, ratio=None),)))
    assert "two trials are too few" in found["sure.prediction"]
    assert "found.ratio" not in found


def test_rates_of_few_children_are_withheld_and_the_ratio_with_them() -> None:
    few = samples.rows()
    few = (replace(few[0], reference_rate=0.2, intervention_rate=0.1), *few[1:])
    pool = samples.pool(difference=replace(samples.measure(), rows=few))
    found = said(samples.result(pools=(pool,)))
    cells = [found[f"pool-nfa_pupils/{row}/{column}"] for row in range(3) for column in (2, 3, 6)]
    assert cells == ["withheld"] * 9
    assert found["found.ratio"].startswith("As a ratio of the two rates: 0.99")
    made = programme_brief(samples.result(pools=(pool,)), samples.programme(), clock_date=DAY)
    assert "ratio of" not in made.figures[f"{STEM}figure-pool-nfa_pupils.svg"].decode()


def test_a_nearly_unanimous_view_does_not_give_the_few_away() -> None:
    trials = samples.trials()
    assert trials[2].perceived is not None
    few = replace(trials[2].perceived, useful=85, share=0.966, upper=0.981)
    found = said(samples.result(trials=(*trials[:2], replace(trials[2], perceived=few))))
    assert not [name for name, words in found.items() if "96.6%" in words or "98.1%" in words]
    assert "withheld" in found["views.trials.late"]


def test_modes_that_cost_alike_in_every_trial_give_one_amount() -> None:
    alike = replace(samples.costs()[1], lowest=84_600, highest=84_649)
    found = said(samples.result(costs=(alike,)))
    assert found["cost.group"].startswith("In groups: £846 for each school a year, by trial")


def test_one_and_many_are_chosen_by_the_number() -> None:
    found = said(samples.result())
    assert found["evaluated.trials.early"].endswith("in 1 authority.")
    assert found["evaluated.trials.late"].endswith("in 2 authorities.")
    assert "(1 trial)" in found["believed.early"] and "(2 trials)" in found["believed.late"]


@pytest.mark.parametrize("code", get_args(declared.Conclusion))
def test_every_class_reads_and_none_says_no_impact(code: str) -> None:
    pool = samples.pool(difference=replace(samples.measure(), conclusion=code))
    found = said(samples.result(pools=(pool,)))
    assert found["headline"].startswith("Over 3 trials, ")
    assert "{" not in found["headline"] and "this trial" not in found["headline"].lower()
    assert class_words(code).badge in found["conclusion.class"]
    assert "no impact" not in " ".join(found.values()).lower()


@pytest.mark.parametrize("code", sorted(GROUNDS))
def test_every_ground_has_words(code: str) -> None:
    reason = replace(samples.decision().reasons[0], code=code)
    decision = replace(samples.decision(), reasons=(reason,))
    assert said(samples.result(decision=decision))["grounds/0/0"].lower() == GROUNDS[code].lower()


def test_same_result_and_date_give_the_same_bytes() -> None:
    again = programme_brief(samples.result(), samples.programme(), clock_date=DAY)
    assert again.files() == documents().files()
