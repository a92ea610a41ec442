"""What was evaluated, key findings, messages, meaning and conclusion over several trials."""

from __future__ import annotations

from equipoise.reporting.tables import (
    PROGRAMME,
    Bound,
    Writer,
    between,
    change,
    offered_arm,
    pool_path,
    share_of,
    trial_paths,
)
from equipoise.reporting.words.classes import GAPS, class_words
from equipoise.reporting.words.codes import HOMOGENEOUS, mode_words
from equipoise.reporting.words.sentence import Sentence, filled, lowered, say
from equipoise.reporting.words.together import (
    cost_by_mode,
    pooled_class,
    pooled_finding,
    pooled_ratio,
    prediction,
    safety_together,
)

Group = tuple[Sentence, ...]


def evaluated_together(writer: Writer) -> tuple[Group, ...]:
    """Return what was evaluated: all trials, the declared groups, then each trial."""
    groups: list[Group] = []
    for key in reversed(writer.fields.keys(PROGRAMME, "totals")):
        groups.append(_total(writer, f"totals.{key}", key))
    groups.extend((_trial(writer, base),) for base in trial_paths(writer))
    return tuple(groups)


def _total(writer: Writer, base: str, key: str) -> Group:
    count = writer.fields.value(PROGRAMME, f"{base}.trials")
    sentences = [
        say(
            f"evaluated.{key}",
            "{title} ({trials}{noun}): {schools} in {authorities}; {offered} were offered {arm} "
            "and {others} were not.",
            title=writer.plain(PROGRAMME, f"{base}.title"),
            trials=writer.entries(PROGRAMME, f"{base}.trials"),
            noun=writer.choice(
                PROGRAMME, f"{base}.trials", " trial" if len(count) == 1 else " trials"
            ),
            schools=writer.things(PROGRAMME, f"{base}.schools", "school", "schools"),
            authorities=writer.things(PROGRAMME, f"{base}.authorities", "authority", "authorities"),
            offered=writer.count(PROGRAMME, f"{base}.intervention"),
            arm=lowered(offered_arm(writer)),
            others=writer.count(PROGRAMME, f"{base}.reference"),
        )
    ]
    if writer.fields.has(PROGRAMME, f"{base}.supervisors"):
        sentences.append(
            say(
                f"evaluated.{key}.supervisors",
                "Supervision was given by {supervisors}.",
                supervisors=writer.things(
                    PROGRAMME, f"{base}.supervisors", "supervisor", "supervisors"
                ),
            )
        )
    if writer.fields.value(PROGRAMME, f"{base}.authorities_in_several"):
        sentences.append(
            say(
                f"evaluated.{key}.several",
                "Authorities that took part in more than one of these trials: {several}.",
                several=writer.count(PROGRAMME, f"{base}.authorities_in_several"),
            )
        )
    if writer.fields.value(PROGRAMME, f"{base}.schools_in_several"):
        sentences.append(
            say(
                f"evaluated.{key}.schools",
                "Schools that were drawn in more than one of these trials: {several}.",
                several=writer.count(PROGRAMME, f"{base}.schools_in_several"),
            )
        )
    return tuple(sentences)


def _trial(writer: Writer, base: str) -> Sentence:
    mode = writer.fields.value(PROGRAMME, f"{base}.mode")
    arms: list[object] = []
    for key in writer.fields.keys(PROGRAMME, f"{base}.arms"):
        arm = f"{base}.arms.{key}"
        if arms:
            arms.append(writer.choice(PROGRAMME, f"{base}.arms", ", "))
        arms.extend(
            filled(
                "{title} {schools}",
                title=writer.plain(PROGRAMME, f"{arm}.title"),
                schools=writer.count(PROGRAMME, f"{arm}.schools"),
            )
        )
    return say(
        f"evaluated.{base}",
        "{title} ({stage}, {mode}): {schools} ({arms}) in {authorities}.",
        title=writer.plain(PROGRAMME, f"{base}.title"),
        stage=writer.plain(PROGRAMME, f"{base}.stage"),
        mode=writer.choice(PROGRAMME, f"{base}.mode", mode_words(mode)),
        schools=writer.things(PROGRAMME, f"{base}.schools", "school", "schools"),
        arms=tuple(arms),  # type: ignore[arg-type]
        authorities=(
            writer.entries(PROGRAMME, f"{base}.authorities"),
            writer.choice(
                PROGRAMME,
                f"{base}.authorities",
                " authority"
                if len(writer.fields.value(PROGRAMME, f"{base}.authorities")) == 1
                else " authorities",
            ),
        ),
    )


def findings_together(writer: Writer) -> tuple[Group, ...]:
    """Return the key findings, a group of sentences to a bullet."""
    groups: list[Group] = []
    pool = pool_path(writer)
    if pool is not None:
        groups.append(
            (
                pooled_finding(writer, pool, "finding.pool"),
                *pooled_ratio(writer, pool, "finding.ratio"),
                pooled_class(writer, pool, "finding.class"),
                *ruled_out_together(writer, pool, "finding.out"),
            )
        )
        groups.append(spread(writer, pool))
    groups.extend(
        (own_finding(writer, base), *dose_of(writer, base), *views_of(writer, base))
        for base in trial_paths(writer)
    )
    groups.append((safety_together(writer, "finding.safety"),))
    first, *rest = cost_by_mode(writer, "finding.cost")
    groups.append((Sentence(first.id, (*filled("Cost. "), *first.parts)), *rest))
    return tuple(groups)


def spread(writer: Writer, pool: str) -> Group:
    """Return how far the trials differ, the plain interval beside, and a further trial's range."""
    base = f"{pool}.difference"
    homogeneous = writer.fields.value(PROGRAMME, f"{pool}.more_homogeneous")
    sentences = [
        say(
            "spread.between",
            "Of the variance of the differences {share} lies between the trials.",
            share=writer.percent(PROGRAMME, f"{base}.i2"),
        ),
        say(
            "spread.scale",
            "{text}.",
            text=writer.choice(PROGRAMME, f"{pool}.more_homogeneous", HOMOGENEOUS[homogeneous]),
        ),
        prediction(writer, pool, "spread.prediction"),
    ]
    if writer.fields.has(PROGRAMME, f"{base}.plain_lower"):
        sentences.append(
            say(
                "spread.plain",
                "The interval given is floored, so that trials that happen to agree cannot make "
                "it shorter than their own errors allow; the plain one would go from {within}.",
                within=between(writer, base, before="plain_"),
            )
        )
    return tuple(sentences)


def ruled_out_together(writer: Writer, pool: str, name: str) -> Group:
    """Return what the pooled interval rules out and what it does not, against M and H."""
    fields = writer.fields
    base = f"{pool}.difference"
    direction = fields.value(PROGRAMME, f"{pool}.direction")
    low = fields.value(PROGRAMME, f"{base}.lower")
    high = fields.value(PROGRAMME, f"{base}.upper")
    margin, harm = (fields.value(PROGRAMME, f"{pool}.{key}") for key in ("margin", "harm"))
    named = (f"{base}.lower", f"{base}.upper", f"{pool}.margin", f"{pool}.harm",
             f"{pool}.direction", f"{base}.conclusion")  # fmt: skip
    also = tuple(f"{PROGRAMME}:{path}" for path in named)

    def verdict(path: str, out: bool) -> Bound:
        text = "is ruled out" if out else "is not ruled out"
        return writer.choice(PROGRAMME, path, text, *also)

    of = writer.plain(PROGRAMME, f"{pool}.unit_difference")
    if direction == "none":
        return (
            say(
                f"{name}.difference",
                "A rise of {margin} {unit} or more {up}; a fall of as much {down}.",
                margin=writer.size(PROGRAMME, f"{pool}.margin"),
                unit=of,
                up=verdict(f"{base}.upper", high < margin),
                down=verdict(f"{base}.lower", low > -margin),
            ),
        )
    lower = direction == "lower"
    better, worse = ("fall", "rise") if lower else ("rise", "fall")
    return (
        say(
            f"{name}.benefit",
            "A {way} of {margin} {unit} or more, the least benefit worth having, {verdict}.",
            way=writer.choice(PROGRAMME, f"{pool}.direction", better),
            margin=writer.size(PROGRAMME, f"{pool}.margin"),
            unit=of,
            verdict=verdict(
                f"{base}.{'lower' if lower else 'upper'}",
                low > -margin if lower else high < margin,
            ),
        ),
        say(
            f"{name}.harm",
            "A {way} of {harm} {unit} or more, the least harm worth worrying about, {verdict}.",
            way=writer.choice(PROGRAMME, f"{pool}.direction", worse),
            harm=writer.size(PROGRAMME, f"{pool}.harm"),
            unit=of,
            verdict=verdict(
                f"{base}.{'upper' if lower else 'lower'}",
                high < harm if lower else low > -harm,
            ),
        ),
    )


def own_finding(writer: Writer, base: str) -> Sentence:
    """Return one trial's own main finding, and what its own rule says."""
    primary = f"{base}.primary"
    kind = f"{primary}.measure_type"
    code = f"{primary}.conclusion"
    return say(
        f"own.{base}",
        "{trial}, by itself: {title}, {difference} ({within}); class “{badge}”.",
        trial=writer.plain(PROGRAMME, f"{base}.title"),
        title=lowered(writer.plain(PROGRAMME, f"{primary}.title")),
        difference=change(writer, f"{primary}.estimate", f"{primary}.unit_difference", kind),
        within=between(writer, primary, kind),
        badge=writer.choice(
            PROGRAMME, code, class_words(writer.fields.value(PROGRAMME, code)).badge
        ),
    )


def badge_text(writer: Writer, path: str) -> Bound:
    """Return the badge of the class that a field holds."""
    return writer.choice(PROGRAMME, path, class_words(writer.fields.value(PROGRAMME, path)).badge)


def dose_of(writer: Writer, base: str) -> Group:
    """Return what was delivered in a trial."""
    if not writer.fields.has(PROGRAMME, f"{base}.dose"):
        return ()
    return (
        say(
            f"dose.{base}",
            "Delivered: {intended} of schools had the intended amount ({level} {unit} or more), "
            "{any} had any.",
            intended=writer.percent(PROGRAMME, f"{base}.dose.share_intended"),
            level=writer.plain(PROGRAMME, f"{base}.dose.intended_level"),
            unit=writer.plain(PROGRAMME, f"{base}.dose.unit"),
            any=writer.percent(PROGRAMME, f"{base}.dose.share_any"),
        ),
    )


def views_of(writer: Writer, base: str) -> Group:
    """Return how it was seen in a trial, beside what was measured."""
    if not writer.fields.has(PROGRAMME, f"{base}.perceived"):
        return ()
    return (
        say(
            f"views.{base}",
            "Seen: {share} of {n} answers found it useful; {gap}.",
            share=share_of(writer, base),
            n=writer.people(PROGRAMME, f"{base}.perceived.n"),
            gap=gap_of(writer, base),
        ),
    )


def gap_of(writer: Writer, base: str) -> Bound:
    """Return the words of the gap between what was felt and what was measured."""
    path = f"{base}.perceived.gap"
    return writer.choice(PROGRAMME, path, GAPS[writer.fields.value(PROGRAMME, path)])
