"""Rules about checks of the main analysis, imputation and several tests."""

from __future__ import annotations

from equipoise.design.protocol.rules.models import planned
from equipoise.design.protocol.tree import Tree

_OUTCOMES = ("design", "outcomes")
_MODELS = ("plan", "models")
_TWO_ARMS = ("inversion", "inversion-ratio", "worst-case", "lee-bounds", "tipping-point")
_FEWEST = {"wild-bootstrap": 99, "lee-bounds": 50, "inversion": 99, "inversion-ratio": 99}


def checks(tree: Tree) -> None:
    """A check names an outcome of least squares, and has what its kind needs."""
    outcomes = tree.names(*_OUTCOMES)
    kinds = {
        tree.text(*entry, "id"): tree.text(*entry, "measure", "type")
        for entry in tree.groups(*_OUTCOMES)
    }
    arms = len(tree.names("design", "arms"))
    for entry in tree.groups("plan", "checks"):
        tree.refer((*entry, "outcome"), outcomes, "the id of an outcome")
        kind, name = tree.text(*entry, "kind"), tree.text(*entry, "outcome")
        measure = kinds.get(name)
        if kind is None or measure is None:
            continue
        if measure == "share":
            tree.add(
                (*entry, "outcome"),
                f"the share {name}",
                "a rate, score or value: a share is compared as sum over sum",
                "name another outcome",
            )
        if kind == "inversion-ratio" and measure != "rate":
            tree.add((*entry, "kind"), f"{kind} of a {measure}", "a rate", "use kind: inversion")
        if kind in _TWO_ARMS and arms > 2:
            tree.add(
                (*entry, "kind"),
                f"{kind} with {arms} arms",
                "two arms: what a unit would have had in a third is not known",
                "remove the check",
            )
        _needs(tree, entry, kind, measure)


def _needs(tree: Tree, entry: tuple[str | int, ...], kind: str, measure: str) -> None:
    shifts, span = (*entry, "shifts"), (*entry, "range")
    if kind == "tipping-point" and not tree.get(*shifts):
        tree.add(shifts, "nothing", "shifts to look at", "add shifts: [-10.0, 10.0]")
    if kind != "tipping-point" and tree.get(*shifts):
        tree.add(shifts, f"shifts with {kind}", "shifts of a tipping-point", "remove shifts")
    if kind == "worst-case" and measure != "rate" and not tree.given(*span):
        tree.add(
            span, "nothing", "between what the outcome can lie", "add range: [lowest, highest]"
        )
    if kind != "worst-case" and tree.given(*span):
        tree.add(span, f"a range with {kind}", "a range of worst-case alone", "remove range")
    bounds = tree.get(*span)
    if isinstance(bounds, tuple) and len(bounds) == 2 and not bounds[0] < bounds[1]:
        tree.add(span, f"{bounds[0]} to {bounds[1]}", "the lower number first", "correct it")
    draws, fewest = tree.number(*entry, "draws"), _FEWEST.get(kind, 2)
    if draws is not None and draws < fewest:
        tree.add((*entry, "draws"), str(draws), f"{fewest} or more", "correct the number")


def of_least_squares(tree: Tree) -> None:
    """Imputation and checks are of main models in least squares."""
    checked = {tree.text(*entry, "outcome") for entry in tree.groups("plan", "checks")}
    imputed = tree.text("plan", "missing", "outcome") == "multiple-imputation"
    for entry, name in planned(tree):
        model, outcome = tree.text(*_MODELS, name, "model"), tree.text(*entry, "id")
        if model in (None, "ols", "wls"):
            continue
        if imputed:
            tree.add(
                ("plan", "missing", "outcome"),
                f"multiple-imputation with the model {model} of {outcome}",
                "ols or wls: what is imputed is normal",
                "plan complete cases, or another model",
            )
        if outcome in checked and (tree.text(*entry, "model") or "default") == name:
            tree.add(
                ("plan", "checks"),
                f"a check of {outcome}, whose model is {model}",
                "checks of ols or wls",
                "remove the check, or make it a sensitivity analysis",
            )


def several(tree: Tree) -> None:
    """A joint test over re-drawn allocations needs models that are re-drawn."""
    if tree.text("design", "multiplicity") != "max-t-secondary":
        return
    if tree.text("design", "scheme", "draw") == "external":
        tree.add(
            ("design", "multiplicity"),
            "max-t-secondary for a trial drawn elsewhere",
            "holm-secondary or hochberg-secondary: its rule of re-drawing is not known",
            "correct it",
        )


RULES = (checks, of_least_squares, several)
