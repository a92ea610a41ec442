"""Rules about models: errors and degrees of freedom that fit, outcomes that they can be of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from equipoise.design.protocol.names import (
    CONTACT_COUNTS,
    ERRORS,
    FREEDOMS,
    OF_COUNTS,
    OUT_OF_ROLL,
)
from equipoise.design.protocol.source import Path
from equipoise.design.protocol.tree import Tree

_OUTCOMES = ("design", "outcomes")
_MODELS = ("plan", "models")


def options(tree: Tree) -> None:
    """Errors, degrees of freedom, family and quadrature belong to their models."""
    named = tree.get(*_MODELS)
    if not isinstance(named, Mapping):
        return
    for name in named:
        path = (*_MODELS, name)
        model = tree.text(*path, "model")
        if model not in ERRORS:
            continue
        for key, known in (("error", ERRORS), ("df", FREEDOMS)):
            value = tree.text(*path, key)
            if value is not None and value not in known[model]:
                tree.add(
                    (*path, key),
                    value,
                    f"one of {', '.join(known[model])} for {model}",
                    f"correct the {'error' if key == 'error' else 'degrees of freedom'} or the "
                    "model",
                )
        for key, models in (("family", ("gee",)), ("quadrature", OF_COUNTS[:3])):
            if tree.get(*path, key) not in (None, 1) and model not in models:
                tree.add(
                    (*path, key),
                    f"{key} with {model}",
                    f"{key} for {', '.join(models)} alone",
                    f"remove {key}",
                )
        if tree.get(*path, "interact_strata") is True and model not in ("ols", "wls"):
            tree.add(
                (*path, "interact_strata"),
                f"an effect by stratum with {model}",
                "one with ols or wls alone",
                "remove interact_strata",
            )


def fit_outcomes(tree: Tree) -> None:
    """A model is of an outcome that it can be of: counts out of a roll, rows in clusters."""
    for entry, name in planned(tree):
        model = tree.text(*_MODELS, name, "model")
        kind = tree.text(*entry, "measure", "type")
        place, said = (*_MODELS, name, "model"), tree.text(*entry, "id")
        if model in (None, "ols", "wls") or kind is None:
            continue
        if kind == "share":
            tree.add(
                place,
                f"{model} for the share {said}",
                "ols or wls: a share is compared as sum over sum with a linearised error",
                f"give {said} a model of its own, or make it a rate",
            )
        elif kind != "rate" and model in OF_COUNTS:
            tree.add(
                place,
                f"{model} for {said}, a {kind}",
                f"a rate: {model} is a model of counts",
                "name lmm, gee, ols or wls",
            )
        elif model == "lmm" and _one_row(tree, entry):
            tree.add(
                place,
                f"lmm for {said}, with one row in each cluster",
                "several rows in a cluster: one alone has no variance within",
                "name wls, or a model of counts",
            )
        else:
            _out_of_roll(tree, entry, name)
        if tree.text(*entry, "estimand", "conditional") == "conditional":
            tree.add(
                (*entry, "estimand", "conditional"),
                "conditional",
                f"marginal: what {model} finds is standardised over all schools",
                "correct the word",
            )


def planned(tree: Tree) -> Iterator[tuple[Path, str]]:
    """Give every outcome with the name of each model that is planned for it."""
    named = tree.get(*_MODELS)
    if not isinstance(named, Mapping):
        return
    for entry in tree.groups(*_OUTCOMES):
        asked = (tree.text(*entry, "model"), tree.text(*entry, "level"), "default")
        main = next((name for name in asked if name in named), None)
        changed = [
            tree.text(*one, "change", "model")
            for one in tree.groups("plan", "sensitivity")
            if tree.text(*one, "outcome") == tree.text(*entry, "id")
        ]
        for name in dict.fromkeys(n for n in (main, *changed) if n is not None and n in named):
            yield entry, name


def _one_row(tree: Tree, entry: Path) -> bool:
    """Whether each cluster of an outcome has one row, but for schools that share a lead."""
    own = tree.get("design", "table")
    if isinstance(own, Mapping):
        members = tree.text("design", "table", "rows") == "member"
        return not members and not tree.given("design", "table", "cluster")
    return tree.text(*entry, "level") == "school"


def _out_of_roll(tree: Tree, entry: Path, name: str) -> None:
    """Refuse models of events out of the roll where events can exceed it."""
    model, family = (tree.text(*_MODELS, name, key) for key in ("model", "family"))
    above = tree.text(*entry, "measure", "numerator")
    if model not in OUT_OF_ROLL and (model, family) != ("gee", "binomial"):
        return
    if not tree.given("design", "table") and above in CONTACT_COUNTS:
        called = model if model in OUT_OF_ROLL else "gee with family: binomial"
        tree.add(
            (*_MODELS, name, "model"),
            f"{called} for {tree.text(*entry, 'id')}, which counts contacts: they can exceed the "
            "roll",
            "poisson or negbin with the log of the roll",
            "name model: poisson, or count pupils",
        )


RULES = (options, fit_outcomes)
