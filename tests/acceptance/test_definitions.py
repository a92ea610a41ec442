"""Other declared definitions of a new contact, from the extract to the brief."""

import re

import polars as pl

from equipoise.core.results import decode_result

NAMES = {
    "open-cases-counted": "Counting contacts on open cases too",
    "a-month-apart": "Counting no contact within 30 days of an earlier one on the same child",
    "by-school-attended": "Counting by the school attended",
}


def text_of(page) -> str:
    words = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", page.read_text("utf-8"), flags=re.S)
    return re.sub(r"\s+", " ", words)


def test_the_counts_differ_as_the_definitions_say(demo):
    schools = pl.read_parquet(demo.trial / "outcomes" / "schools.parquet")
    own = schools["contacts_outcome"]
    # Contacts set aside as on open cases are counted then; of repeats, more are set aside.
    counted = schools["contacts_outcome@open-cases-counted"]
    assert (counted >= own).all()
    assert (counted - own).sum() > 0
    assert schools["open_case_outcome@open-cases-counted"].sum() == 0
    apart = schools["contacts_outcome@a-month-apart"]
    assert (apart <= own).all()
    assert (own - apart).sum() == (
        schools["repeats_outcome@a-month-apart"] - schools["repeats_outcome"]
    ).sum()
    assert (own - apart).sum() > 0


def test_the_brief_says_what_each_definition_gives(demo):
    impact = decode_result((demo.trial / "results" / "impact.json").read_bytes()).data
    primary = next(o for o in impact.outcomes if o.role == "primary")
    found = {one.id: one for one in primary.sensitivity}
    (page,) = (demo.trial / "report").glob("*brief.html")
    text = text_of(page)
    for name, words in NAMES.items():
        variant = found[f"contact@{name}"]
        fewer = "fewer" if variant.estimate < 0 else "more"
        said = f"{words} : {abs(variant.estimate):.1f} {fewer}"
        assert said in text
        assert f"{words} pupils per 1,000 on the roll" in text  # the table of sensitivities
        assert variant.rows == primary.rows


def test_the_blind_run_fitted_them_before_anybody_knew_an_arm(demo):
    blind = decode_result((demo.trial / "results" / "blind.json").read_bytes()).data
    models = {model.id: model for outcome in blind.outcomes for model in outcome.models}
    assert all(models[f"contact@{name}"].ran for name in NAMES)
