"""How well the vocabulary of sources maps real labels, fitted and held out.

Run with ``python -m benchmarks.labels LABELS.csv`` (columns label and source_code, whose first
letter is the group). Three figures are printed for each way of splitting:

*fitted*: every label with the vocabulary as it ships; its author had seen these labels.

*held out*: the labels are split into folds. For each fold a word, phrase, label or short form of
the vocabulary is used only where a label of the *other* folds holds it, or the official title of a
code. What the vocabulary owes to the held-out labels alone is thus taken away from it, and so is
all that it knows from the field and no other fold happens to show: the figure is a lower bound.

*near copies together*: likewise, with labels that differ only in codes, marks, capitals and plurals
in one fold, so that no spelling of a held-out label stands in the others.
"""

from __future__ import annotations

import csv
import random
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from equipoise.authority.vocabulary import Vocabulary, describe, load_codes, normalise
from equipoise.authority.vocabulary.codes import CodeList
from equipoise.authority.vocabulary.tokens import TokenRule

DAY = date(2025, 9, 30)
FOLDS, SEEDS = 10, 3
SCHOOLS, EDUCATION = "b", "c"


@dataclass(frozen=True)
class Labelled:
    """A real label and the letter of the group that its authority gave it."""

    label: str
    group: str


@dataclass(frozen=True)
class Score:
    """Counts over labels.

    Attributes
    ----------
    labels, mapped, right
        All; those whose group was said to be certain; and of these, those whose group was right.
    called, called_wrong
        Labels said to be schools, and of these, those of another group.
    schools, schools_kept
        Labels of schools, and of these, those said to be schools or left open between schools and
        education services.
    """

    labels: int = 0
    mapped: int = 0
    right: int = 0
    called: int = 0
    called_wrong: int = 0
    schools: int = 0
    schools_kept: int = 0

    def __add__(self, other: Score) -> Score:
        """Add the counts of two parts."""
        return Score(*(a + b for a, b in zip(_counts(self), _counts(other), strict=True)))

    def row(self, name: str) -> str:
        """Return a line of the table."""
        return (
            f"| {name} | {self.labels} | {self.mapped / self.labels:.1%} "
            f"| {self.right / self.mapped:.1%} | {self.called_wrong} of {self.called} "
            f"| {self.schools_kept} of {self.schools} |"
        )


def read(path: Path) -> list[Labelled]:
    """Read labels with their groups."""
    with path.open(encoding="utf-8", newline="") as file:
        return [Labelled(row["label"], row["source_code"][0]) for row in csv.DictReader(file)]


def score(codes: CodeList, labelled: Sequence[Labelled]) -> Score:
    """Count what a vocabulary says of labels against their groups."""
    lines = {x.label: x for x in describe(Vocabulary(codes, DAY), (x.label for x in labelled))}
    total = Score()
    for real in labelled:
        line = lines[real.label]
        mapped = line.status == "mapped"
        called = mapped and line.group == SCHOOLS
        school = real.group == SCHOOLS
        kept = called or set(line.groups) == {SCHOOLS, EDUCATION}
        total += Score(
            labels=1,
            mapped=mapped,
            right=mapped and line.group == real.group,
            called=called,
            called_wrong=called and not school,
            schools=school,
            schools_kept=school and kept,
        )
    return total


def held_out(
    labelled: Sequence[Labelled],
    folds: int = FOLDS,
    seeds: Iterable[int] = range(SEEDS),
    *,
    copies_together: bool = False,
) -> Score:
    """Return the score of labels each of which was held out once for each seed."""
    whole = load_codes("source-of-contact", DAY)
    total = Score()
    for seed in seeds:
        for test, train in _splits(whole, labelled, folds, seed, copies_together):
            total += score(attested(whole, [x.label for x in train]), test)
    return total


def attested(codes: CodeList, labels: Iterable[str]) -> CodeList:
    """Return a vocabulary without what stands in none of some labels, nor in an official title."""
    texts = [normalise(label) for label in labels] + [normalise(c.title) for c in codes.codes]
    shown = [f" {text} " for text in texts] + [f" {codes.plain(text)} " for text in texts]
    memory: dict[str, bool] = {}

    def seen(phrase: str) -> bool:
        if phrase not in memory:
            memory[phrase] = any(f" {phrase} " in text for text in shown)
        return memory[phrase]

    def kept(rules: Iterable[TokenRule]) -> tuple[TokenRule, ...]:
        return tuple(
            replace(
                rule,
                any_of=tuple(filter(seen, rule.any_of)),
                none_of=tuple(filter(seen, rule.none_of)),
            )
            for rule in rules
        )

    return replace(
        codes,
        codes=tuple(
            replace(code, labels=frozenset(filter(seen, code.labels))) for code in codes.codes
        ),
        rules=kept(codes.rules),
        heads=kept(codes.heads),
        weak_heads=kept(codes.weak_heads),
        expansions={short: long for short, long in codes.expansions.items() if seen(short)},
    )


def _splits(
    codes: CodeList, labelled: Sequence[Labelled], folds: int, seed: int, together: bool
) -> Iterator[tuple[list[Labelled], list[Labelled]]]:
    groups: dict[str, list[Labelled]] = defaultdict(list)
    for real in labelled:
        groups[_core(codes, real.label) if together else real.label].append(real)
    names = sorted(groups)
    random.Random(seed).shuffle(names)
    for fold in range(folds):
        test = [real for name in names[fold::folds] for real in groups[name]]
        train = [
            real for at, name in enumerate(names) if at % folds != fold for real in groups[name]
        ]
        if test:
            yield test, train


def _core(codes: CodeList, label: str) -> str:
    """Return a label without its codes, marks, plurals and the order of its words."""
    words = re.sub(r"\b([1-5][a-f]|\d+)\b", " ", codes.plain(normalise(label))).split()
    return " ".join(sorted(set(words))) or label


def _counts(one: Score) -> tuple[int, ...]:
    return (
        one.labels,
        one.mapped,
        one.right,
        one.called,
        one.called_wrong,
        one.schools,
        one.schools_kept,
    )


def main(arguments: Sequence[str]) -> None:
    """Print the table for a file of labels."""
    if len(arguments) != 1:
        raise SystemExit("usage: python -m benchmarks.labels LABELS.csv")
    labelled = read(Path(arguments[0]))
    print("| labels | number | mapped | of these right | called schools, wrongly | schools kept |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    print(score(load_codes("source-of-contact", DAY), labelled).row("fitted"))
    for folds in (2, FOLDS):
        print(held_out(labelled, folds).row(f"held out, {folds} folds x {SEEDS}"))
    for folds in (2, FOLDS):
        found = held_out(labelled, folds, copies_together=True)
        print(found.row(f"near copies together, {folds} folds x {SEEDS}"))


if __name__ == "__main__":
    main(sys.argv[1:])
