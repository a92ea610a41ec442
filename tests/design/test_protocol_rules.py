"""Rules between values: one change of the template, one problem."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

import pytest

from equipoise.design.protocol import COUNTS, load_protocol, template
from equipoise.design.protocol.fixed import Conclusion
from equipoise.statistics.estimation.conclusions import ConclusionCode

Sentences = Callable[[str], list[str]]
USUAL = "title: usual practice, share: 1"
ARM = "title: supervision, share: 1, intervention: true"

ONE_CHANGE = [
    (
        "shares-short",
        [(USUAL, USUAL[:-1] + "0.5"), ("supervision, share: 1,", "supervision, share: 0.4,")],
        "shares that sum to 0.9 (0.5 + 0.4)",
    ),
    (
        "shares-thirds",
        [(USUAL, USUAL[:-1] + "1/3"), ("supervision, share: 1,", "supervision, share: 1/3,")],
        "shares that sum to 2/3",
    ),
    (
        "no-reference",
        [("share: 1, intervention: false", "share: 1, intervention: true")],
        "no arms without the intervention",
    ),
    ("two-references", [(ARM, ARM.replace("true", "false"))], "2 arms without the intervention"),
    (
        "reference-last",
        [
            ("share: 1, intervention: false", "share: 1, intervention: true"),
            (ARM, ARM.replace("true", "false")),
        ],
        "an arm with the intervention first",
    ),
    ("same-id", [("id: supervision, title", "id: usual, title")], "'usual' again (first on line"),
    (
        "other-definitions-named-primary",
        [
            (
                "source_codes: [2A]\n",
                "source_codes: [2A]\n    also: [{id: primary, repeat_days: 9}]\n",
            )
        ],
        "another name: primary is design.contact itself",
    ),
    (
        "other-definitions-that-do-not-differ",
        [("source_codes: [2A]\n", "source_codes: [2A]\n    also: [{id: same}]\n")],
        "nothing that differs",
    ),
    ("no-primary", [("role: primary\n", "role: secondary\n")], "found no primary outcome"),
    ("two-primary", [("role: secondary\n", "role: primary\n")], "primary outcome"),
    (
        "roll-after-draw",
        [("roll_date: 2021-05-20", "roll_date: 2021-09-16")],
        "found 2021-09-16; expected a census before the draw",
    ),
    (
        "delivery-before-draw",
        [("delivery: {from: 2021-10-01", "delivery: {from: 2021-09-01")],
        "delivery that begins on or after the draw",
    ),
    (
        "baseline-after-draw",
        [("from: 2020-10-01, to: 2021-07-21", "from: 2020-10-01, to: 2021-09-20")],
        "a baseline that ends before the draw",
    ),
    (
        "overlap",
        [("from: 2020-10-01, to: 2021-07-21", "from: 2020-10-01, to: 2021-10-01")],
        "found 2021-10-01, inside baseline",
    ),
    (
        "not-settled",
        [("pending_cut_off: 2022-09-30", "pending_cut_off: 2022-08-01")],
        "expected 2022-08-18 or later",
    ),
    (
        "unknown-wave",
        [("instrument: swemwbs, wave: endline", "instrument: swemwbs, wave: summer")],
        "found 'summer'; expected the id of a wave in periods: baseline, endline",
    ),
    ("unknown-scale", [("instrument: swemwbs", "instrument: phq9")], "a scale that can be scored"),
    (
        "unknown-count",
        [("numerator: referral_any", "numerator: referrals_any")],
        "'referrals_any'; expected a count that authorities send",
    ),
    (
        "rate-of-contacts",
        [
            (
                "numerator: s47_first, denominator: pupils",
                "numerator: s47_first, denominator: contacts",
            )
        ],
        "'contacts'; expected pupils, since the type is rate",
    ),
    (
        "no-denominator",
        [("numerator: s47_first, denominator: pupils", "numerator: s47_first")],
        "the key denominator, which a rate needs",
    ),
    (
        "safety-without-margin",
        [("      safety: {worse: higher, margin: 1.5}\n", "")],
        "worse and margin, which a safety outcome needs",
    ),
    (
        "safety-wrong-way",
        [("safety: {worse: higher, margin: 1.5}", "safety: {worse: lower, margin: 1.5}")],
        "another way than the better one, lower",
    ),
    (
        "dsl-average-of-schools",
        [("average: contact-average", "average: dsl-average")],
        "at level school",
    ),
    (
        "unknown-holder",
        [("holder: data-manager", "holder: nobody")],
        "'nobody'; expected the id of a person under people",
    ),
    (
        "blind-see-key",
        [("holder: unblinded-statistician", "holder: statistician")],
        "statistician, who is blind; expected a person who is not blind",
    ),
    (
        "seeing-analyst",
        [("role: statistician, blind: true", "role: statistician, blind: false")],
        "false; expected true for a statistician",
    ),
    ("unknown-reader", [("reveal_to: [programme-manager]", "reveal_to: [head]")], "'head'"),
    (
        "one-signature",
        [("[randomise, unblind, correct, amend]", "[unblind, correct, amend]")],
        "no second signature for randomise",
    ),
    (
        "no-event",
        [
            (
                '    event: {source: "drand default chain, league of entropy", '
                'round: "declared per stage at commit", not_before: 2021-09-16}\n',
                "",
            )
        ],
        "the public event that is mixed into the draw",
    ),
    (
        "external-with-event",
        [("draw: internal", "draw: external")],
        "no event, since the draw is external",
    ),
    ("uncut-pupils", [(", cut: median-within-stage", "")], "found no cut"),
    (
        "stratum-of-table",
        [("- {variable: la_code}", "- {variable: stratum}")],
        "la_code, phase or pupils",
    ),
    (
        "mixed-as-average",
        [("{model: wls, error: hc2", "{model: lmm, error: reml")],
        "precision-weighted, since default",
    ),
    ("wrong-error", [("{model: wls, error: hc2", "{model: wls, error: reml")], "for wls"),
    (
        "hc2-of-leads",
        [("{model: ols, error: cr2", "{model: ols, error: hc2")],
        "cr2, since wellbeing has several rows",
    ),
    (
        "no-inverse-share",
        [
            (
                "baseline: true, inverse_share: true, permutations: 999}\n    dsl",
                "baseline: true, inverse_share: false, permutations: 999}\n    dsl",
            )
        ],
        "so that nfa_pupils may be called a pupil-average",
    ),
    ("no-default", [("    default: {", "    other: {")], "no model named default"),
    (
        "subgroup-of-nothing",
        [("cut: median, outcome: nfa_pupils", "cut: median, outcome: nfa")],
        "'nfa'",
    ),
    ("sensitivity-of-nothing", [("change: {baseline: false}", "change: {}")], "what is changed"),
    ("dose-over-plan", [("intended: 6", "intended: 7")], "6 or fewer, the sessions planned"),
    (
        "decision-twice",
        [("stop_if: [benefit-too-small", "stop_if: [worthwhile-benefit")],
        "also under continue_if",
    ),
    ("looser-disclosure", [("smallest: 6", "smallest: 5")], "5; expected a number of 6 or more"),
    ("no-secondary", [("secondary: true", "secondary: false")], "false; expected true"),
    (
        "folder-inside",
        [("delivery_dir: ../delivery", "delivery_dir: delivery")],
        "a folder outside the trial's folder",
    ),
    (
        "no-folder",
        [("delivery_dir: ../delivery", "delivery_dir: null")],
        "the folder of sessions, costs",
    ),
    (
        "no-size",
        [("{icc: null, school_sd: 12.0, r2: 0.3", "{r2: 0.3")],
        "neither school_sd nor icc",
    ),
    (
        "protocol-after-draw",
        [("protocol_date: 2021-06-03", "protocol_date: 2021-10-03")],
        "a protocol dated before the draw",
    ),
]


@pytest.mark.parametrize(
    ("changes", "words"), [c[1:] for c in ONE_CHANGE], ids=[c[0] for c in ONE_CHANGE]
)
def test_what_does_not_agree_is_said(
    changes: list[tuple[str, str]], words: str, text: str, sentences: Sentences
) -> None:
    """Each rule speaks where it is broken (and is silent in the template)."""
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    found = sentences(text)
    assert any(words in sentence for sentence in found), found


def test_shares_as_ratio_or_parts(text: str) -> None:
    """2:3, 0.4 + 0.6 and 2/5 + 3/5 are the same shares, exactly."""
    for one, two in (("2", "3"), ("0.4", "0.6"), ("2/5", '"3/5"')):
        changed = text.replace(USUAL, USUAL[:-1] + one).replace(
            "supervision, share: 1,", f"supervision, share: {two},"
        )
        assert load_protocol(changed.encode()).whole_shares() == {"usual": 2, "supervision": 3}


def test_three_arms_in_tenths(text: str) -> None:
    """0.1 + 0.2 + 0.7 is exactly one, though not in binary."""
    more = "    - {id: group, title: group, share: 0.7, intervention: true}\n  population:"
    changed = (
        text.replace(USUAL, USUAL[:-1] + "0.1")
        .replace("supervision, share: 1,", "supervision, share: 0.2,")
        .replace("  population:", more, 1)
    )
    assert load_protocol(changed.encode()).whole_shares() == {
        "usual": 1, "supervision": 2, "group": 7,
    }  # fmt: skip


def test_a_table_needs_neither_register_nor_contacts() -> None:
    """The template for an own table declares no population, and its draw is external."""
    protocol = load_protocol(template("own-outcomes"))
    assert protocol.brings_table
    assert protocol.design.population is None
    assert protocol.design.scheme.draw == "external"


def test_authorities_need_what_a_table_does_not(sentences: Sentences) -> None:
    """Without its table, the same protocol lacks all that authorities' files need."""
    text = template("own-outcomes").decode("utf-8")
    start, end = text.index("  table:"), text.index("  intervention:")
    found = " ".join(sentences(text[:start] + text[end:]))
    for key in ("population", "contact", "pending_cut_off", "compliance", "roll_date"):
        assert f"{key}: " in found


def test_decision_knows_every_conclusion() -> None:
    """The classes of the decision rule are those that the statistics floor can give."""
    given = {code.replace("_", "-") for code in get_args(ConclusionCode)}
    assert set(get_args(Conclusion)) == given


def test_template_counts_are_known() -> None:
    """No count name is listed twice."""
    assert len(set(COUNTS)) == len(COUNTS)
