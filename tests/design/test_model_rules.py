"""Models from the protocol: what fits them, and what they are translated to."""

from __future__ import annotations

import pytest

from equipoise.core.base import ProblemsError
from equipoise.design.protocol import (
    Protocol,
    fit_specification,
    freedom_of,
    linear_specification,
    load_protocol,
)

DEFAULT = (
    "    default: {model: wls, error: hc2, df: satterthwaite, strata: true, baseline: true, "
    "inverse_share: true, permutations: 999}\n"
)
PRIMARY = "      direction: lower            # lower | higher | none : which is better\n"
AVERAGE = "        average: pupil-average    # pupil-average | school-average\n"


def counting(text: str, model: str) -> str:
    """Give the primary outcome a model of its own, labelled as it must be."""
    for old in (DEFAULT, PRIMARY, AVERAGE):
        assert text.count(old) == 1
    own = "        average: precision-weighted\n"
    text = text.replace(AVERAGE, own).replace(PRIMARY, PRIMARY + "      model: own\n")
    return text.replace(DEFAULT, f"{DEFAULT}    own: {{{model}}}\n")


def read(text: str) -> Protocol:
    return load_protocol(text.encode())


@pytest.mark.parametrize(
    ("model", "freedom"),
    [
        ("model: poisson, error: hessian", "design"),
        ("model: negbin, error: hessian, df: z, quadrature: 5", "z"),
        ("model: binomial, error: hessian", "design"),
        ("model: betabinomial, error: hessian", "design"),
        ("model: gee, error: robust", "z"),
        ("model: gee, error: fg, family: binomial", "g-p"),
    ],
)
def test_models_of_counts_are_accepted_with_their_own_freedom(text, model, freedom) -> None:
    protocol = read(counting(text, model))
    assert freedom_of(protocol.plan.models["own"]) == freedom


REFUSED = [
    ("model: poisson, error: hc2", "found hc2; expected one of hessian for poisson"),
    ("model: poisson, error: hessian, df: satterthwaite", "one of design, z for poisson"),
    ("model: gee, error: cr2", "expected one of robust, md, kc, fg for gee"),
    ("model: wls, error: hc2, df: kenward-roger", "one of satterthwaite, clusters, design, z"),
    ("model: poisson, error: hessian, family: binomial", "family for gee alone"),
    ("model: betabinomial, error: hessian, quadrature: 9", "quadrature for binomial, poisson"),
    ("model: lmm, error: reml", "lmm for nfa_pupils, with one row in each cluster"),
]


@pytest.mark.parametrize(("model", "words"), REFUSED)
def test_what_does_not_fit_a_model_is_refused(text, sentences, model, words) -> None:
    said = sentences(counting(text, model))
    assert any(words in one for one in said), said


def test_a_label_of_an_average_is_refused_for_what_weighs_by_precision(text, sentences) -> None:
    changed = counting(text, "model: gee, error: kc").replace(
        "average: precision-weighted", "average: pupil-average"
    )
    (said,) = sentences(changed)
    assert "precision-weighted, since own is gee, which weights by precision" in said


@pytest.mark.parametrize("model", ["binomial", "betabinomial"])
def test_models_out_of_the_roll_are_refused_for_counts_of_contacts(text, sentences, model) -> None:
    changed = counting(text, f"model: {model}, error: hessian").replace(
        "numerator: nfa_any_strict, denominator", "numerator: nfa_contacts_strict, denominator"
    )
    (said,) = sentences(changed)
    assert f"{model} for nfa_pupils, which counts contacts: they can exceed the roll" in said
    assert "Name model: poisson, or count pupils" in said


def test_a_share_stays_sum_over_sum(text, sentences) -> None:
    changed = counting(text, "model: poisson, error: hessian").replace(
        "      baseline: null\n      direction: lower\n      estimand: {population: all randomised "
        "schools, summary: difference, average: contact-average",
        "      baseline: null\n      direction: lower\n      model: own\n      estimand: "
        "{population: all randomised schools, summary: difference, average: precision-weighted",
        1,
    )
    said = sentences(changed)
    assert any("poisson for the share nfa_share" in one for one in said), said


def test_a_conditional_effect_is_not_what_is_reported(text, sentences) -> None:
    changed = counting(text, "model: poisson, error: hessian").replace(
        "        conditional: marginal\n", "        conditional: conditional\n", 1
    )
    (said,) = sentences(changed)
    assert "what poisson finds is standardised over all schools" in said


def test_a_sensitivity_s_model_is_checked_too(text, sentences) -> None:
    changed = counting(text, "model: poisson, error: hessian").replace(
        "  sensitivity:\n",
        "  sensitivity:\n    - {id: mixed, tier: 2, outcome: contacts, change: {model: mixed}}\n",
    )
    changed = changed.replace("    own:", "    mixed: {model: lmm, error: reml}\n    own:")
    (said,) = sentences(changed)
    assert "lmm for contacts, with one row in each cluster" in said


def test_the_translation_of_counts(text: str) -> None:
    protocol = read(counting(text, "model: poisson, error: hessian, quadrature: 7"))
    spec = fit_specification(
        protocol, protocol.primary, protocol.plan.models["own"], arm="supervision",
        covariates=("baseline",),
    )  # fmt: skip
    assert (spec.outcome, spec.trials, spec.cluster) == ("numerator", "denominator", "cluster")
    assert (spec.model, spec.quadrature, spec.freedom) == ("poisson", 7, "design")
    assert (spec.reference, spec.arm, spec.covariates) == ("usual", "supervision", ("baseline",))
    assert spec.strata == ("stage", "stratum")
    score = protocol.outcome("wellbeing")
    of_value = read(counting(text, "model: gee, error: kc"))
    spec = fit_specification(of_value, score, of_value.plan.models["own"], arm="supervision")
    assert (spec.outcome, spec.trials, spec.family) == ("value", None, "gaussian")


def test_the_companion_in_least_squares(text: str) -> None:
    protocol = read(counting(text, "model: poisson, error: hessian"))
    own = linear_specification(
        protocol, protocol.plan.models["own"], arm="supervision", clustered=True, permutations=9
    )
    assert (own.error, own.df, own.cluster) == ("cr2", "satterthwaite", "cluster")
    assert own.inverse_share and own.permutations == 9
    main = linear_specification(protocol, protocol.plan.models["default"], arm="supervision")
    assert (main.error, main.unit, main.cluster) == ("hc2", "cluster", None)


def test_unknown_models_are_refused(text: str) -> None:
    with pytest.raises(ProblemsError, match="one of ols, wls, lmm, binomial, poisson, negbin"):
        read(counting(text, "model: logit, error: hessian"))
