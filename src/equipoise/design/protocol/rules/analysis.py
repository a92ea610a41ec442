"""Rules about analysis: levels, models, subgroups, sensitivity, dose, decision and size."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from equipoise.design.protocol.names import PRECISION_WEIGHTED, REGISTER_COLUMNS
from equipoise.design.protocol.rules.measures import refer_to_count
from equipoise.design.protocol.source import Path
from equipoise.design.protocol.tree import Tree

_OUTCOMES = ("design", "outcomes")
_MODELS = ("plan", "models")


def levels(tree: Tree) -> None:
    """The interval's level is one minus alpha."""
    alpha, interval = (
        tree.number("design", key) if tree.given("design", key) else default
        for key, default in (("alpha", 0.05), ("interval", 0.95))
    )
    if alpha is None or interval is None or not 0 < alpha < 1:
        return
    expected = 1 - Decimal(str(alpha))
    if Decimal(str(interval)) != expected:
        path = ("design", "interval" if tree.given("design", "interval") else "alpha")
        tree.add(
            path,
            f"alpha {alpha} and an interval of {interval}",
            f"an interval of {expected}, one minus alpha",
            "correct one of the two",
        )


def models(tree: Tree) -> None:
    """There is a default model; covariates exist."""
    named = tree.get(*_MODELS)
    if not isinstance(named, Mapping):
        return
    if "default" not in named:
        tree.add(
            _MODELS,
            "no model named default",
            "a model named default",
            "add default, used by every outcome without a model of its own",
        )
    known = _columns(tree)
    for name in named:
        for entry in tree.entries(*_MODELS, name, "covariates"):
            tree.refer(entry, known, "a covariate")
    for entry in tree.groups(*_OUTCOMES):
        tree.refer((*entry, "model"), tuple(named), "the name of a model in plan.models")


def _columns(tree: Tree) -> tuple[str, ...]:
    own = tree.get("design", "table", "covariates")
    if tree.given("design", "table"):
        return tuple(x for x in own if isinstance(x, str)) if isinstance(own, tuple) else ()
    return REGISTER_COLUMNS


def _model_of(tree: Tree, entry: Path) -> str | None:
    named = tree.get(*_MODELS)
    if not isinstance(named, Mapping):
        return None
    asked = (tree.text(*entry, "model"), tree.text(*entry, "level"), "default")
    return next((name for name in asked if name in named), None)


def estimand_fits_model(tree: Tree) -> None:
    """A model may only be labelled with an average that it estimates (rules: estimands)."""
    for entry in tree.groups(*_OUTCOMES):
        name = _model_of(tree, entry)
        average = tree.text(*entry, "estimand", "average")
        if name is None or average is None:
            continue
        path = (*_MODELS, name)
        place = (*entry, "estimand", "average")
        model = tree.text(*path, "model")
        if model in PRECISION_WEIGHTED and average != "precision-weighted":
            tree.add(
                place,
                average,
                f"precision-weighted, since {name} is {model}, which weights by precision",
                "correct the label, or name a model of another kind",
            )
        if model in ("ols", "wls"):
            if average == "precision-weighted":
                tree.add(
                    place, average, f"an average, since {name} is {model}", "correct the label"
                )
            if (
                tree.get(*path, "strata") is not False
                and tree.get(*path, "inverse_share") is False
                and tree.get(*path, "interact_strata") is not True
            ):
                tree.add(
                    (*path, "inverse_share"),
                    "false",
                    f"true, so that {tree.text(*entry, 'id')} may be called a {average}",
                    "weight by the inverse realised share, or interact with strata",
                )


def error_fits_rows(tree: Tree) -> None:
    """HC2 and HC3 need one row per unit."""
    members = tree.text("design", "table", "rows") == "member"
    for entry in tree.groups(*_OUTCOMES):
        name = _model_of(tree, entry)
        if name is None:
            continue
        error = tree.text(*_MODELS, name, "error")
        many = tree.text(*entry, "level") in ("dsl", "pupil") or members
        if error in ("hc2", "hc3") and many:
            tree.add(
                (*_MODELS, name, "error"),
                error,
                f"cr2, since {tree.text(*entry, 'id')} has several rows in a unit",
                "use error: cr2",
            )


def subgroups(tree: Tree) -> None:
    """A subgroup names an outcome and a variable that exist; numbers are cut."""
    outcomes = tree.names(*_OUTCOMES)
    for entry in tree.groups("design", "subgroups"):
        tree.refer((*entry, "outcome"), outcomes, "the id of an outcome")
        tree.refer((*entry, "variable"), _columns(tree), "a column to group by")
        if tree.text(*entry, "variable") == "pupils" and not tree.given(*entry, "cut"):
            tree.add((*entry, "cut"), "nothing", "cut: median, since pupils is a number", "add it")


def sensitivity(tree: Tree) -> None:
    """A sensitivity analysis names an outcome and changes something that exists."""
    outcomes = tree.names(*_OUTCOMES)
    named = tree.get(*_MODELS)
    own = tree.given("design", "table")
    for entry in tree.groups("plan", "sensitivity"):
        change = (*entry, "change")
        tree.refer((*entry, "outcome"), outcomes, "the id of an outcome")
        if tree.get(*change) == {}:
            tree.add(change, "an empty group", "what is changed", "name at least one change")
        if isinstance(named, Mapping):
            tree.refer((*change, "model"), tuple(named), "the name of a model in plan.models")
        if not own:
            refer_to_count(tree, (*change, "numerator"))
            refer_to_count(tree, (*change, "denominator"), "pupils")
        for covariate in tree.entries(*change, "covariates"):
            tree.refer(covariate, _columns(tree), "a covariate")


def dose(tree: Tree) -> None:
    """The intended dose is at least any dose, and no more than was planned."""
    path = ("design", "compliance")
    least, intended = tree.number(*path, "any"), tree.number(*path, "intended")
    planned = tree.number("design", "intervention", "when", "sessions")
    if intended is not None and intended < (1 if least is None else least):
        tree.add(
            (*path, "intended"),
            str(intended),
            f"{least} or more, the least dose",
            "correct one of the two",
        )
    if intended is not None and planned is not None and intended > planned:
        tree.add(
            (*path, "intended"),
            str(intended),
            f"{planned} or fewer, the sessions planned",
            "correct one of the two",
        )


def decision(tree: Tree) -> None:
    """No class both continues and stops the programme."""
    go = tree.get("design", "decision", "continue_if")
    for entry in tree.entries("design", "decision", "stop_if"):
        name = tree.text(*entry)
        if name is not None and isinstance(go, tuple) and name in go:
            tree.add(
                entry,
                f"{name}, also under continue_if",
                "each class in one list only",
                "remove it from one of the two",
            )


def size(tree: Tree) -> None:
    """The size is reckoned from a standard deviation, a correlation, or a rate and its spread."""
    path = ("design", "power")
    if isinstance(tree.get(*path), Mapping) and not any(
        tree.given(*path, key) for key in ("school_sd", "icc", "cv")
    ):
        tree.add(
            path,
            "neither school_sd nor icc",
            "at least one of them",
            "add the standard deviation between units, with its source",
        )
    for key, other in (("cv", "mean"), ("group_icc", "group_size"), ("group_size", "group_icc")):
        if tree.given(*path, key) and not tree.given(*path, other):
            tree.add((*path, other), "nothing", f"a value, since {key} is given", f"add {other}")


def money(tree: Tree) -> None:
    """A break-even effect is of a rate of events, and its lowest cost is not the highest."""
    for entry in tree.entries("design", "outcomes"):
        path = (*entry, "margin", "money")
        if not tree.given(*path):
            continue
        kind = tree.text(*entry, "measure", "type")
        if kind is not None and kind != "rate":
            tree.add(
                path,
                f"an outcome of type {kind}",
                "a rate, whose events can be counted and paid for",
                "remove money, or declare it at a rate",
            )
        if tree.text(*entry, "direction") == "none":
            tree.add(
                path,
                "an outcome of which neither way is better",
                "an outcome whose events are fewer or more for the better",
                "remove money, or declare a direction",
            )
        low, high = tree.number(*path, "lowest"), tree.number(*path, "highest")
        middle = tree.number(*path, "event_cost")
        known = [value for value in (low, middle, high) if value is not None]
        if known != sorted(known):
            tree.add(
                (*path, "event_cost"),
                " and ".join(f"{value:g}" for value in known),
                "lowest, event_cost and highest in rising order",
                "correct one of them",
            )


RULES = (
    levels,
    models,
    estimand_fits_model,
    error_fits_rows,
    subgroups,
    sensitivity,
    dose,
    decision,
    size,
    money,
)
