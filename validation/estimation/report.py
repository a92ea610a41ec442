"""The section of docs/validation.md: every table and sentence is made from the results."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from validation.estimation import declared
from validation.estimation.declared import SITUATIONS, Cell, Situation
from validation.estimation.declared_estimators import ESTIMATORS, Estimator, Target
from validation.estimation.judge import Judged, Record, records

MARKS = {"passed": "", "not settled": "?", "failed": "!"}
VERDICTS = {"passed": "use", "not settled": "?", "failed": "not"}
TABLES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Averages over schools and pupils", ("linear", "strata", "baseline")),
    ("Mixed models, models of counts, GEE", ("mixed", "counts", "negative-binomial", "gee")),
    ("Randomisation tests and bootstraps", ("permutation", "wild", "bootstrap")),
)
NOUNS = {
    "school": "school-average",
    "pupil": "pupil-average",
    "log-ratio": "log ratio of pupil-averages",
    "test": "no effect on any school",
    "conditional": "log odds ratio in a school",
    "marginal": "log odds ratio of averages, precision-weighted",
    "limit": "precision-weighted",
}
QUESTIONS: tuple[tuple[str, tuple[Target, ...]], ...] = (
    ("the school-average", ("school",)),
    ("the pupil-average", ("pupil",)),
    ("a test", ("test",)),
    (
        "a ratio, an odds ratio or a precision-weighted effect",
        ("log-ratio", "conditional", "marginal", "limit"),
    ),
)


def section(judged: Sequence[Judged]) -> str:
    """Write the section; no times, so that the same run gives the same bytes."""
    lines = ["## Estimation: type I error and coverage", ""]
    lines += _summary(judged)
    for situation in SITUATIONS:
        found = records(judged, situation)
        if found:
            lines += _situation(situation, found)
    lines += ["", "### What ran", ""]
    lines += _estimators(judged)
    lines += ["", "### The declaration, written before the code", ""]
    lines += _declaration()
    lines += ["", *_cells(judged)]
    for title, groups in TABLES:
        lines += _results(title, [one for one in judged if one.estimator.group in groups])
    lines += _without(judged)
    return "\n".join(lines) + "\n"


def _summary(judged: Sequence[Judged]) -> list[str]:
    """Draw the table of situations, and say how to read it."""
    count = {name: sum(one.verdict == name for one in judged) for name in MARKS}
    found = {situation.words: records(judged, situation) for situation in SITUATIONS}
    lines = [
        "### Use this, not that",
        "",
        f"Of {len(judged)} pairs of cell and estimator {count['passed']} passed, "
        f"{count['not settled']} are not settled by the number of trials and {count['failed']} "
        "failed; the last two kinds are limits of use. Table and sentences are drawn from the "
        "results by rule. `use`: passed in every cell of that kind in which it ran; `not`: failed "
        "in one at least; `?`: failed in none, but is not settled in one at least; blank: did not "
        "run. Beside it the worst coverage in %, failed cells first (of a test: 100 less its "
        "rejection rate), or `none` where more than 1 trial in 100 had no interval, and the cells "
        "passed out of those run. Defaults of the product are in bold; w marks warning examples, "
        "which no sentence recommends.",
        "",
        "| estimator | " + " | ".join(found) + " |",
        "| --- |" + " --- |" * len(found),
    ]
    for estimator in ESTIMATORS:
        own = [_of(estimator, each) for each in found.values()]
        if any(own):
            entries = " | ".join("" if one is None else _standing(one) for one in own)
            lines.append(f"| {_name(estimator)} | {entries} |")
    return [*lines, ""]


def _of(estimator: Estimator, found: Sequence[Record]) -> Record | None:
    return next((one for one in found if one.estimator is estimator), None)


def _standing(record: Record) -> str:
    return f"{VERDICTS[record.verdict]} {_share(record.worst)} ({_ratio(record)})"


def _ratio(record: Record) -> str:
    return f"{record.passed}/{len(record.judged)}"


def _share(one: Judged) -> str:
    """Give a coverage, or say that intervals are missing where that is what failed."""
    return "none" if one.without > declared.WITHOUT else f"{100 * one.coverage:.1f}"


def _situation(situation: Situation, found: Sequence[Record]) -> list[str]:
    """Write a sentence for each question that trials of a kind may ask."""
    said = [
        _answer(question, [one for one in found if one.estimator.target in targets])
        for question, targets in QUESTIONS
    ]
    words = situation.words[0].upper() + situation.words[1:]
    return [f"- *{words}.* " + " ".join(text for text in said if text)]


def _answer(question: str, found: Sequence[Record]) -> str:
    """Say what to use, what not, and how the defaults fared."""
    own = [one for one in found if not one.estimator.warning or one.estimator.default]
    if not own:
        return ""
    use = [one.estimator.name for one in own if one.verdict == "passed"]
    against = [one for one in own if one.verdict == "failed"]
    unsettled = [one for one in own if one.verdict == "not settled" and one.estimator.default]
    parts = ["use " + ", ".join(use) if use else "nothing passed in every cell"]
    if against:
        parts.append("not " + ", ".join(_worst(one) for one in against))
    if unsettled:
        parts.append("not settled " + ", ".join(_worst(one) for one in unsettled))
    return f"For {question}: {'; '.join(parts)}."


def _worst(record: Record) -> str:
    """Name an estimator with its worst cell; defaults are marked."""
    name, worst = record.estimator.name, record.worst
    default = "the default " if record.estimator.default else ""
    if worst.without > declared.WITHOUT:
        share = f"no interval in {100 * worst.without:.1f} %"
    else:
        share = f"{_share(worst)} %"
    return f"{default}{name} ({share} in {worst.cell.name})"


def _estimators(judged: Sequence[Judged]) -> list[str]:
    ran = {one.estimator.name for one in judged}
    lines = ["| name | what it is | its estimand | trials a cell |", "| --- | --- | --- | ---: |"]
    for estimator in ESTIMATORS:
        if estimator.name in ran:
            trials = max(one.tally.trials for one in judged if one.estimator is estimator)
            noun = NOUNS[estimator.target]
            lines.append(f"| {_name(estimator)} | {estimator.words} | {noun} | {trials:,} |")
    return lines


def _name(estimator: Estimator) -> str:
    name = f"**{estimator.name}**" if estimator.default else estimator.name
    return f"{name} (w)" if estimator.warning else name


def _declaration() -> list[str]:
    """Take the declaration's own words, headings one level below the section's."""
    assert declared.__doc__ is not None
    lines: list[str] = []
    for line in declared.__doc__.strip().split("\n", 2)[2].splitlines():
        if line and set(line) == {"-"}:
            lines[-1] = f"#### {lines[-1]}"
            lines.append("")
        else:
            lines.append(line)
    return lines


def _cells(judged: Sequence[Judged]) -> list[str]:
    """Print the scenarios."""
    columns: tuple[tuple[str, Callable[[Cell], str]], ...] = (
        ("cell", lambda cell: cell.name),
        ("seed", lambda cell: str(cell.seed)),
        ("schools", lambda cell: f"{cell.schools:,}"),
        ("ICC", _icc),
        ("CV", lambda cell: f"{cell.size_cv:g}"),
        ("shares", _shares),
        ("rate", lambda cell: f"{100 * cell.rate:g} %"),
        ("effect", lambda cell: cell.effect),
        ("strata of", lambda cell: str(cell.stratum) if cell.stratum else "–"),
        ("baseline", lambda cell: "yes" if cell.baseline else "–"),
    )
    lines = ["#### The cells", ""]
    lines.append("| " + " | ".join(name for name, _ in columns) + " |")
    lines.append("| --- " * len(columns) + "|")
    for cell in dict.fromkeys(one.cell for one in judged):
        lines.append("| " + " | ".join(value(cell) for _, value in columns) + " |")
    return lines


def _icc(cell: Cell) -> str:
    other = "" if cell.treated_icc is None else f", treated {cell.treated_icc:g}"
    return f"{cell.icc:g}{other}"


def _shares(cell: Cell) -> str:
    shares = f"{cell.shares[0]}:{cell.shares[1]}"
    return f"{shares} and 1:3" if cell.effect == "by-share" else shares


def _results(title: str, judged: Sequence[Judged]) -> list[str]:
    """Print every cell with its Monte Carlo error."""
    names = [e.name for e in ESTIMATORS if any(one.estimator is e for one in judged)]
    found = {(one.cell.number, one.estimator.name): one for one in judged}
    lines = [
        "",
        f"### {title}",
        "",
        "Coverage in % (of a test: 100 less its rejection rate at 5 %) with its Monte Carlo "
        "error. `!` failed, `?` not settled, `=` judged as an exact test; a blank did not run; in "
        "brackets the trials without an interval.",
        "",
        "| cell | " + " | ".join(names) + " |",
        "| --- |" + " ---: |" * len(names),
    ]
    for cell in dict.fromkeys(one.cell for one in judged):
        row = [_entry(found.get((cell.number, name))) for name in names]
        lines.append(f"| {cell.name} | " + " | ".join(row) + " |")
    return lines


def _entry(one: Judged | None) -> str:
    if one is None:
        return ""
    missing = one.tally.trials - one.tally.given
    none = f" [{missing:,}]" if missing else ""
    mark = MARKS[one.verdict] + ("=" if one.exact else "")
    if not one.tally.given:
        return f"none{none} {mark}"
    return f"{100 * one.coverage:.2f} ± {100 * one.error:.2f}{none} {mark}".rstrip()


def _without(judged: Sequence[Judged]) -> list[str]:
    """Count trials without an interval by what refused them."""
    some = [one for one in judged if one.tally.why]
    lines = ["", "### Trials without an interval", ""]
    if not some:
        return [*lines, "None."]
    lines += [
        "| cell | estimator | trials | without | refused as |",
        "| --- | --- | ---: | ---: | --- |",
    ]
    for one in some:
        why = ", ".join(f"{name} {number:,}" for name, number in sorted(one.tally.why.items()))
        missing = f"{one.tally.trials:,} | {one.tally.trials - one.tally.given:,}"
        lines.append(f"| {one.cell.name} | {one.estimator.name} | {missing} | {why} |")
    return lines
