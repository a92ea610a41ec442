"""Rules about the kind of scheme: which options it takes, and shares that it can follow."""

from __future__ import annotations

from fractions import Fraction

from equipoise.design.protocol.source import Path
from equipoise.design.protocol.tree import Tree

_SCHEME = ("design", "scheme")
_ARMS = ("design", "arms")
_OPTIONS = (
    "balance", "metric", "candidates", "accept", "threshold", "tries", "chance", "imbalance", "odd",
    "looks_back",
)  # fmt: skip
#: By kind, the options that it needs, and those that it may have.
_TAKES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "simple": ((), ()),
    "complete": ((), ()),
    "stratified": ((), ()),
    "pairs": (("balance", "odd"), ()),
    "minimisation": (("balance", "chance"), ("imbalance", "looks_back")),
    "constrained": (("balance", "candidates", "accept"), ("metric",)),
    "rerandomisation": (("balance",), ("metric", "accept", "threshold", "tries")),
}
#: How to write an option that is needed.
_WRITE = {
    "balance": "balance: [{variable: pupils}]",
    "odd": "odd: join, or odd: refuse",
    "chance": "chance: 4/5",
    "candidates": "candidates: 1000, or candidates: all",
    "accept": "accept: 1/10",
}
_WITHOUT_STRATA = ("simple", "complete", "minimisation")
_MOST_CANDIDATES = 100_000


def _kind(tree: Tree) -> str | None:
    if tree.get(*_SCHEME) is None:
        return None
    if not tree.given(*_SCHEME, "type"):
        return "stratified"
    name = tree.text(*_SCHEME, "type")
    return name if name in _TAKES else None


def options(tree: Tree) -> None:
    """A kind of scheme has the options that it needs, and no others."""
    kind = _kind(tree)
    if kind is None:
        return
    needed, allowed = _TAKES[kind]
    for name in _OPTIONS:
        path = (*_SCHEME, name)
        there = tree.given(*path) and tree.get(*path) != ()
        if name in needed and not there:
            tree.add(path, "nothing", f"{name}, which {kind} needs", f"add {_WRITE[name]}")
        elif there and name not in (*needed, *allowed):
            takes = ", ".join((*needed, *allowed)) or "none of them"
            tree.add(
                path,
                f"{name} with type: {kind}",
                f"options that {kind} takes: {takes}",
                f"remove {name}, or correct the type",
            )
    accept, threshold = (tree.given(*_SCHEME, name) for name in ("accept", "threshold"))
    if kind == "rerandomisation" and accept == threshold:
        tree.add(
            _SCHEME,
            "both accept and threshold" if accept else "neither accept nor threshold",
            "one of the two: when a draw is balanced enough",
            "write accept: 1/10, or a threshold",
        )


def bounds(tree: Tree) -> None:
    """Parts and chances lie where they mean something."""
    accept = _fraction(tree, (*_SCHEME, "accept"))
    if accept is not None and accept >= 1:
        tree.add(
            (*_SCHEME, "accept"), str(accept), "a part below 1, such as 1/10", "correct the part"
        )
    chance, shares = _fraction(tree, (*_SCHEME, "chance")), _shares(tree)
    if chance is not None and shares:
        smallest = min(shares) / sum(shares)
        if not smallest <= chance < 1:
            tree.add(
                (*_SCHEME, "chance"),
                str(chance),
                f"a chance of at least {smallest}, the smallest share, and below 1: a draw "
                "without chance can be foreseen",
                "write chance: 4/5 or another",
            )
    candidates = tree.get(*_SCHEME, "candidates")
    whole = isinstance(candidates, int) and not isinstance(candidates, bool)
    if whole and not 2 <= candidates <= _MOST_CANDIDATES:
        tree.add(
            (*_SCHEME, "candidates"),
            str(candidates),
            f"from 2 to {_MOST_CANDIDATES:,} candidates, or all",
            "correct the number",
        )


def strata_fit(tree: Tree) -> None:
    """Strata belong to schemes that keep them; so do rules for seats left over."""
    kind = _kind(tree)
    if kind in _WITHOUT_STRATA and tree.get(*_SCHEME, "strata"):
        remedy = "remove strata, or use type: stratified"
        if kind == "minimisation":
            remedy = "name the variables under balance: they are its factors"
        tree.add((*_SCHEME, "strata"), f"strata in a {kind} draw", "no strata", remedy)
    rule = tree.text(*_SCHEME, "remainder")
    if kind in ("complete",) and rule == "strata":
        tree.add(
            (*_SCHEME, "remainder"),
            "strata in a complete draw",
            "systematic or fixed",
            "correct the rule",
        )
    if kind in ("simple", "pairs", "minimisation") and rule in ("fixed", "strata"):
        tree.add(
            (*_SCHEME, "remainder"),
            f"{rule} with type: {kind}",
            f"no rule: a {kind} draw has no seats left over in strata",
            "remove remainder",
        )
    if tree.text(*_SCHEME, "candidates") == "all" and rule == "strata":
        tree.add(
            (*_SCHEME, "candidates"),
            "all, with remainders balanced over strata",
            "a number of candidates: such allocations cannot be listed",
            "write candidates: 1000",
        )


def shares_fit(tree: Tree) -> None:
    """Pairs have one unit for each of two arms."""
    shares = _shares(tree)
    if _kind(tree) != "pairs" or not shares:
        return
    if len(shares) != 2 or len(set(shares)) > 1:
        tree.add(
            (*_SCHEME, "type"),
            f"pairs with {len(shares)} arms of shares {' : '.join(map(str, shares))}",
            "two arms with equal shares",
            "use type: stratified, or correct the arms",
        )


def balanced(tree: Tree) -> None:
    """What is balanced stands once, is cut where it has to be, and is known before the draw."""
    kind = _kind(tree)
    seen: set[str] = set()
    for entry in tree.groups(*_SCHEME, "balance"):
        name = tree.text(*entry, "variable")
        if name is None:
            continue
        if name in seen:
            tree.add(
                (*entry, "variable"),
                f"{name} again",
                "each variable only once",
                "remove one of the two",
            )
        seen.add(name)
        _check_cut(tree, entry, name, kind)
        weight = tree.get(*entry, "weight")
        metric = tree.text(*_SCHEME, "metric")
        if metric == "mahalanobis" and weight not in (None, 1):
            tree.add(
                (*entry, "weight"),
                str(weight),
                "weight 1: Mahalanobis' distance weighs variables itself",
                "remove the weight, or use metric: l2",
            )
    external = tree.text(*_SCHEME, "draw") == "external"
    if seen and (external or tree.given("design", "table")):
        tree.add(
            (*_SCHEME, "balance"),
            "variables to balance",
            "none where the trial brings its own table or was drawn elsewhere",
            "use type: stratified; strata are read from the table",
        )


def _check_cut(tree: Tree, entry: Path, name: str, kind: str | None) -> None:
    label = tree.text(*entry, "kind") == "label" or name in ("la_code", "phase")
    at = tree.get(*entry, "at")
    cut = bool(tree.get(*entry, "cut")) + bool(at)
    if cut == 2:
        tree.add(entry, "both cut and at", "one of the two", "say how the number is cut")
    if label and cut:
        tree.add(
            entry,
            f"a cut of {name}",
            "no cut, since its values are categories",
            "remove cut and at",
        )
    if name in ("la_code", "phase") and tree.text(*entry, "kind") == "number":
        tree.add((*entry, "kind"), "number", f"label, since {name} is one", "remove kind")
    if kind == "minimisation" and not label and not cut:
        tree.add(
            entry,
            f"the number {name}, not cut",
            "classes: minimisation counts units in each",
            "add cut: median-within-stage, or at: [numbers]",
        )
    if kind == "pairs" and (label or cut):
        tree.add(
            entry,
            f"the classes of {name}",
            "numbers: pairs are those nearest to each other",
            "name it under strata, within which pairs are formed",
        )
    whole = isinstance(at, tuple) and all(isinstance(x, int) for x in at)
    if whole and (any(x < 1 for x in at) or list(at) != sorted(set(at))):
        tree.add(
            (*entry, "at"),
            ", ".join(map(str, at)),
            "numbers above zero in ascending order",
            "put them in order",
        )


def _shares(tree: Tree) -> list[Fraction]:
    """Return the shares of all arms; none where one of them is wrong."""
    found = [_fraction(tree, (*entry, "share")) for entry in tree.groups(*_ARMS)]
    known = [share for share in found if share is not None and share > 0]
    return known if len(known) == len(found) else []


def _fraction(tree: Tree, path: Path) -> Fraction | None:
    value = tree.get(*path)
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        return Fraction(str(value).replace(" ", ""))
    except (ValueError, ZeroDivisionError):
        return None


RULES = (options, bounds, strata_fit, shares_fit, balanced)
