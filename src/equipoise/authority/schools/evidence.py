"""Evidence: how well a name as typed fits a school, as a log-odds in nats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from equipoise.authority.schools.index import Entry
from equipoise.authority.schools.names import NameForm, Word, stages_exclude
from equipoise.authority.schools.reading import Reading
from equipoise.authority.schools.weights import WordWeights
from equipoise.authority.schools.words import name_words


@dataclass(frozen=True)
class Costs:
    """What a difference between the typed and the school's name costs, in nats.

    Set on half of England's authorities with a made-up typist (benchmarks/schools.py), reported
    on the other half.
    """

    #: A word typed that the school does not bear.
    extra: float = 4.0
    extra_unknown: float = 3.2
    extra_weak: float = 0.5
    extra_aside: float = 0.8
    extra_bracketed: float = 9.0
    extra_elsewhere: float = 6.0
    #: The same where no word says that it is a school.
    extra_unschooled: float = 4.0
    #: Only words beside the name fit: "Ashby School (Ripley)" is no Ripley School.
    only_aside: float = 5.0
    #: No more was typed than the place behind a school's name.
    only_place: float = 6.0
    #: A word of the school's name that was not typed: the first, and each after it.
    dropped: float = 1.3
    dropped_more: float = 0.7
    dropped_weak: float = 0.15
    dropped_aside: float = 0.4
    #: Words of kind.
    denomination_excluded: float = 9.0
    denomination_extra: float = 1.5
    denomination_dropped: float = 0.3
    sex_excluded: float = 6.0
    sex_extra: float = 1.5
    sex_dropped: float = 0.4
    stage_excluded: float = 7.0
    stage_other: float = 1.6
    nursery_other: float = 4.0
    stage_extra: float = 1.2
    stage_dropped: float = 0.3
    college_young: float = 4.0
    college_old: float = 0.7
    stage_same: float = -1.0
    stage_shared: float = -0.5
    #: What is left of the costs of words not typed where no word of school was typed either.
    bare: float = 0.35
    #: Nothing more and nothing less, in words and in kinds.
    complete: float = -1.5
    complete_kinds: float = -1.2


COSTS = Costs()
#: From this cost on a word counts as misspelt.
MISSPELT = 0.5
#: Stages that no college teaches.
YOUNG = frozenset({"nursery", "infant", "first", "lower", "junior", "primary"})


@dataclass(frozen=True)
class Fit:
    """How a school fits.

    Attributes
    ----------
    weight
        Log-odds that the school is meant, before its prior.
    spelt
        Whether every word that fits is spelt as in the register.
    complete
        Whether no word is more or less.
    plain
        The school's name, in plain form.
    converted
        Whether a school was typed and the register has an academy.
    """

    weight: float
    spelt: bool
    complete: bool
    plain: str
    converted: bool = False


def fit(reading: Reading, entry: Entry, weights: WordWeights, home: frozenset[str]) -> Fit:
    """Weigh how a typed name fits a school's name.

    Parameters
    ----------
    reading
        The typed name.
    entry
        The school's name.
    weights
        The register's weights.
    home
        Words of the authority's own name, which tell nothing within it.
    """
    matched: dict[str, float] = {}
    explained: set[int] = set()
    for position, options in enumerate(reading.options):
        best = _best(options, entry.stems)
        if best is not None:
            stem, penalty = best
            explained.add(position)
            matched[stem] = min(penalty, matched.get(stem, penalty))
        else:
            for stem, pair in entry.joined.items():
                if stem in options:
                    explained.add(position)
                    matched.update(dict.fromkeys(pair, 0.3))
    for position, stem in reading.joins:
        if stem in entry.stems and not {position, position + 1} <= explained:
            explained |= {position, position + 1}
            matched[stem] = 0.3
    strong = [stem for stem in matched if not entry.stems[stem].weak]
    value = weights.information(strong or matched) - sum(matched.values())
    more, more_told = _extra(reading, explained, weights, home)
    less, less_told = _dropped(entry, matched, home)
    if not reading.form.has_school:
        less *= COSTS.bare
    complete = not more_told and not less_told
    value -= more + less + _kinds(reading, entry)
    if complete:
        value -= COSTS.complete
        if reading.form.kinds and reading.form.kinds == entry.form.kinds:
            value -= COSTS.complete_kinds
    spelt = not any(penalty >= MISSPELT for penalty in matched.values())
    if matched and not reading.form.has_school and _is_place(entry, matched):
        value -= COSTS.only_place
    converted = _only("school", reading.form) and _only("academy", entry.form)
    return Fit(value, spelt, complete, entry.plain, converted)


def _is_place(entry: Entry, matched: Mapping[str, float]) -> bool:
    """Tell whether only the place behind a school's name fits: many schools may lie there."""
    return all(entry.stems[stem].aside for stem in matched) and not all(
        word.aside for word in entry.stems.values()
    )


def _only(word: str, form: NameForm) -> bool:
    """Tell whether a name says school or academy and not the other."""
    said = {"school", "academy"} & set(form.key.split())
    return said == {word}


def _best(options: Mapping[str, float], stems: Mapping[str, Word]) -> tuple[str, float] | None:
    found: tuple[str, float] | None = None
    for stem, penalty in options.items():
        if stem in stems and (found is None or penalty < found[1]):
            found = (stem, penalty)
    return found


def _extra(
    reading: Reading, explained: set[int], weights: WordWeights, home: frozenset[str]
) -> tuple[float, bool]:
    """Return what words beyond the school's name cost, and whether one of them tells something."""
    cost, told, strange = 0.0, False, False
    brands = name_words().brands
    for position, word in enumerate(reading.form.words):
        if position in explained or word.free or word.stem in home:
            continue
        if word.weak or word.text in brands:
            cost += COSTS.extra_weak
            continue
        if word.aside and not word.bracketed and position not in reading.elsewhere:
            cost += COSTS.extra_aside
            continue
        told = True
        if position in reading.elsewhere:
            cost += COSTS.extra_elsewhere
        elif word.bracketed:
            cost += COSTS.extra_bracketed
        else:
            strange = True
            cost += COSTS.extra if weights.knows(word.stem) else COSTS.extra_unknown
    if strange and not reading.form.has_school:
        cost += COSTS.extra_unschooled
    if strange and all(reading.form.words[position].aside for position in explained):
        cost += COSTS.only_aside
    return cost, told


def _dropped(
    entry: Entry, matched: Mapping[str, float], home: frozenset[str]
) -> tuple[float, bool]:
    """Return what the words cost that were not typed, and whether one of them tells something."""
    cost, told, first = 0.0, False, True
    brands = name_words().brands
    for stem, word in entry.stems.items():
        if stem in matched:
            continue
        if word.weak or stem in home or word.text in brands:
            cost += COSTS.dropped_weak
            continue
        told = True
        if word.aside:
            cost += COSTS.dropped_aside
        else:
            cost += COSTS.dropped if first else COSTS.dropped_more
            first = False
    return cost, told


def _kinds(reading: Reading, entry: Entry) -> float:
    words = name_words()
    mine, theirs = reading.form.kinds, entry.form.kinds
    cost = _group(
        mine & words.denominations,
        theirs & words.denominations,
        COSTS.denomination_excluded,
        COSTS.denomination_extra,
        COSTS.denomination_dropped,
    ) + _group(
        mine & words.sexes,
        theirs & words.sexes,
        COSTS.sex_excluded,
        COSTS.sex_extra,
        COSTS.sex_dropped,
    )
    if reading.form.says_college != entry.form.says_college and reading.form.has_school:
        stages = entry.form.stages if reading.form.says_college else reading.form.stages
        young = bool(stages) and stages <= YOUNG
        cost += COSTS.college_young if young else COSTS.college_old
    return cost + _stages(reading.form.stages, entry.form.stages)


def _group(
    mine: frozenset[str], theirs: frozenset[str], excluded: float, extra: float, dropped: float
) -> float:
    if mine and theirs:
        return 0.0 if mine & theirs else excluded
    if mine:
        return extra
    return dropped if theirs else 0.0


def _stages(mine: frozenset[str], theirs: frozenset[str]) -> float:
    if not mine or not theirs:
        if mine == {"nursery"}:
            return COSTS.nursery_other
        return COSTS.stage_extra if mine else COSTS.stage_dropped if theirs else 0.0
    if mine == theirs:
        return COSTS.stage_same
    if mine & theirs:
        return COSTS.stage_shared
    if stages_exclude(mine, theirs):
        return COSTS.stage_excluded
    return COSTS.nursery_other if "nursery" in mine | theirs else COSTS.stage_other
