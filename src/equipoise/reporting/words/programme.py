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
from equipoise.reporting.words.evaluated import GROUPS_TOGETHER, what_a_trial_is
from equipoise.reporting.words.sentence import Sentence, filled, lowered, say
from equipoise.reporting.words.together import (
    clause,
    cost_by_mode,
    do_together,
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
    groups.append(tuple(own_finding(writer, base) for base in trial_paths(writer)))
    groups.append((safety_together(writer, "finding.safety"),))
    first, *rest = cost_by_mode(writer, "finding.cost")
    groups.append((Sentence(first.id, (*filled("Cost. "), *first.parts)), *rest))
    groups.extend(group for group in (doses(writer), views_together(writer)) if group)
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


def doses(writer: Writer) -> Group:
    """Return what was delivered, trial by trial."""
    return tuple(
        say(
            f"dose.{base}",
            "{title}: {intended} of schools had the intended amount ({level} {unit} or more), "
            "{any} had any.",
            title=writer.plain(PROGRAMME, f"{base}.title"),
            intended=writer.percent(PROGRAMME, f"{base}.dose.share_intended"),
            level=writer.plain(PROGRAMME, f"{base}.dose.intended_level"),
            unit=writer.plain(PROGRAMME, f"{base}.dose.unit"),
            any=writer.percent(PROGRAMME, f"{base}.dose.share_any"),
        )
        for base in trial_paths(writer)
        if writer.fields.has(PROGRAMME, f"{base}.dose")
    )


def views_together(writer: Writer) -> Group:
    """Return how it was seen beside what was measured, trial by trial."""
    return tuple(
        say(
            f"views.{base}",
            "{title}: {share} of {n} answers found it useful; {gap}.",
            title=writer.plain(PROGRAMME, f"{base}.title"),
            share=share_of(writer, base),
            n=writer.people(PROGRAMME, f"{base}.perceived.n"),
            gap=gap_of(writer, base),
        )
        for base in trial_paths(writer)
        if writer.fields.has(PROGRAMME, f"{base}.perceived")
    )


def gap_of(writer: Writer, base: str) -> Bound:
    """Return the words of the gap between what was felt and what was measured."""
    path = f"{base}.perceived.gap"
    return writer.choice(PROGRAMME, path, GAPS[writer.fields.value(PROGRAMME, path)])


def what_trials_are(writer: Writer) -> Group:
    """Return what a randomised trial is, and what putting several together adds."""
    lot, alike, limits = what_a_trial_is()
    return (
        lot,
        alike,
        say("rct.clusters", GROUPS_TOGETHER),
        limits,
        say(
            "rct.several",
            "Several trials of one thing say more than one: each is a test of its own, and "
            "together they show how far the answer changes from place to place.",
        ),
    )


def messages_together(writer: Writer) -> tuple[Group, ...]:
    """Return the messages for policy and practice, a group of sentences to a bullet."""
    groups: list[Group] = [do_together(writer, "message.do")]
    if any(writer.fields.has(PROGRAMME, f"{base}.perceived") for base in trial_paths(writer)):
        groups.append(
            (
                say(
                    "message.views",
                    "Views and measurements answer different questions: being liked is not proof "
                    "of working, nor is a missing effect proof that nobody was helped. This "
                    "report keeps the two side by side, trial by trial.",
                ),
            )
        )
    groups.extend(
        (
            (
                say(
                    "message.pilot",
                    "A pilot alone can mislead in either direction: the table of what would have "
                    "been believed after each trial shows how much each of them changed.",
                ),
            ),
            (
                say(
                    "message.test",
                    "Testing before a programme is spread costs less than spreading one that "
                    "does not do what it was meant to do.",
                ),
            ),
            (
                say(
                    "message.alike",
                    "Only what is counted alike can be put together. More even records of "
                    "contacts would make every later trial sharper, cheaper and easier to join "
                    "to these.",
                ),
            ),
        )
    )
    return tuple(groups)


def meaning_together(writer: Writer) -> Group:
    """Return what the findings mean: what is ruled out, what is not, what nobody measured."""
    pool = pool_path(writer)
    arm = lowered(offered_arm(writer))
    sentences: list[Sentence] = []
    if pool is not None:
        sentences.extend(
            (
                say(
                    "means.range",
                    "On the common outcome the trials together are compatible with an average "
                    "difference of anything from {within} ({unit}).",
                    within=between(writer, f"{pool}.difference"),
                    unit=writer.plain(PROGRAMME, f"{pool}.unit_difference"),
                ),
                *ruled_out_together(writer, pool, "means.out"),
            )
        )
    sentences.extend(
        (
            say(
                "means.offer",
                "These are effects of being offered {arm}, whatever was taken up; schools that "
                "took up more are not comparable with schools that took up less.",
                arm=arm,
            ),
            say(
                "means.proxy",
                "Contacts that come to nothing are a stand-in for better decisions, not the same "
                "thing: they can change because decisions changed or because records did.",
            ),
            say(
                "means.unmeasured",
                "Whether {arm} did anything that was not measured, these trials cannot say.",
                arm=arm,
            ),
        )
    )
    return tuple(sentences)


def conclusion_together(writer: Writer) -> Group:
    """Return the conclusion: the class again, and the decision."""
    pool = pool_path(writer)
    sentences: list[Sentence] = []
    if pool is not None:
        code = f"{pool}.difference.conclusion"
        entry = class_words(writer.fields.value(PROGRAMME, code))
        sentences.append(
            say(
                "conclusion.class",
                "Over all pooled trials the finding is “{badge}”: {meaning}.",
                badge=writer.choice(PROGRAMME, code, entry.badge),
                meaning=writer.choice(PROGRAMME, code, entry.meaning),
            )
        )
    sentences.extend(
        (
            say("conclusion.decision", "The advice is: {clause}.", clause=clause(writer, 1)),
            say(
                "conclusion.thanks",
                "Whatever the answer, it is known because schools and authorities let chance "
                "decide, more than once; the next question deserves the same.",
            ),
        )
    )
    return tuple(sentences)


def believed(writer: Writer) -> Group:
    """Return what would have been believed after each trial, a sentence for each."""
    sentences = []
    for place, key in enumerate(writer.fields.keys(PROGRAMME, "cumulative")):
        base = f"cumulative.{key}"
        title = writer.plain(PROGRAMME, f"{base}.title")
        if not writer.fields.has(PROGRAMME, f"{base}.estimate"):
            text = "nothing could yet be said on the common outcome"
            sentences.append(
                say(
                    f"believed.{key}",
                    "After {title}: {text}.",
                    title=title,
                    text=writer.choice(PROGRAMME, f"{base}.estimate", text),
                )
            )
            continue
        code = f"{base}.conclusion"
        pool = pool_path(writer)
        unit = f"{pool}.unit_difference" if pool else f"{base}.own_unit"
        sentences.append(
            say(
                f"believed.{key}",
                "{then} {title} ({trials}): {difference} ({within}), “{badge}”.",
                then=filled("After" if place == 0 else "Then, after"),
                title=title,
                trials=writer.things(PROGRAMME, f"{base}.trials", "trial", "trials"),
                difference=change(writer, f"{base}.estimate", unit),
                within=between(writer, base),
                badge=badge_text(writer, code),
            )
        )
    return tuple(sentences)
