"""The first page over several trials: the finding, how sure, what it cost by mode, what to do."""

from __future__ import annotations

from equipoise.reporting.tables import (
    PROGRAMME,
    Bound,
    Parts,
    Writer,
    between,
    capital,
    change,
    money_range,
    offered_arm,
    pool_path,
    trial_paths,
)
from equipoise.reporting.words.classes import DECISIONS, class_words, normal
from equipoise.reporting.words.codes import TOGETHER, mode_words
from equipoise.reporting.words.sentence import Sentence, lowered, say, stopped

Group = tuple[Sentence, ...]


def programme_title(writer: Writer) -> Sentence:
    """Return the document's title."""
    return say("title", "{title}", title=stopped(writer.plain(PROGRAMME, "title")))


def programme_question(writer: Writer) -> Sentence:
    """Return the question that the programme asked."""
    return say("question", "{question}", question=writer.plain(PROGRAMME, "question"))


def pooled_trials(writer: Writer, pool: str) -> Parts:
    """Return "3 trials" of a pool."""
    return writer.things(PROGRAMME, f"{pool}.difference.trials", "trial", "trials")


def programme_headline(writer: Writer) -> Sentence:
    """Return the headline: the class of the pool, or that there is none."""
    pool = pool_path(writer)
    arm = lowered(offered_arm(writer))
    if pool is None:
        return say(
            "headline",
            "The trials of {arm} could not be put together: {decision}.",
            arm=arm,
            decision=clause(writer, 1),
        )
    code = f"{pool}.difference.conclusion"
    found = writer.fields.value(PROGRAMME, code)
    template = TOGETHER.get(normal(found), class_words(found).headline)
    before, _, after = template.partition("{arm}")
    return say(
        "headline",
        "Over {trials}, {before}{arm}{after}.",
        trials=pooled_trials(writer, pool),
        before=writer.choice(PROGRAMME, code, before),
        arm=arm,
        after=writer.choice(PROGRAMME, code, after),
    )


def clause(writer: Writer, which: int) -> Bound:
    """Return the decision's heading (0) or clause (1), ``{arm}`` still in it."""
    code = writer.fields.value(PROGRAMME, "decision.decision")
    text = DECISIONS[code][which].replace("this trial", "these trials")
    return writer.choice(PROGRAMME, "decision.decision", text)


def pooled_finding(writer: Writer, pool: str, name: str) -> Sentence:
    """Return the pooled difference with its interval."""
    base = f"{pool}.difference"
    return say(
        name,
        "{title}: {difference} with {arm} than without, over {trials} ({level} interval: "
        "{within}).",
        title=writer.plain(PROGRAMME, f"{pool}.title"),
        difference=change(writer, f"{base}.estimate", f"{pool}.unit_difference"),
        arm=lowered(offered_arm(writer)),
        trials=pooled_trials(writer, pool),
        level=writer.percent(PROGRAMME, f"{base}.interval"),
        within=between(writer, base),
    )


def pooled_ratio(writer: Writer, pool: str, name: str) -> Group:
    """Return the pooled ratio; nothing where there is none."""
    base = f"{pool}.ratio"
    if not writer.fields.has(PROGRAMME, base):
        return ()
    return (
        say(
            name,
            "As a ratio of the two rates: {ratio} ({low} to {high}); one means no difference.",
            ratio=writer.ratio(PROGRAMME, f"{base}.estimate"),
            low=writer.ratio(PROGRAMME, f"{base}.lower"),
            high=writer.ratio(PROGRAMME, f"{base}.upper"),
        ),
    )


def found_together(writer: Writer) -> Group:
    """Return what was found, for the first page."""
    pool = pool_path(writer)
    if pool is None:
        return (
            say(
                "found.none",
                "No outcome is counted alike in enough trials to be put together; "
                "{trials} stand side by side.",
                trials=(
                    writer.entries(PROGRAMME, "trials"),
                    writer.choice(PROGRAMME, "trials", " trials"),
                ),
            ),
        )
    return (
        pooled_finding(writer, pool, "found.difference"),
        *pooled_ratio(writer, pool, "found.ratio"),
    )


def prediction(writer: Writer, pool: str, name: str) -> Sentence:
    """Return where a further trial may lie, or why that is not said."""
    base = f"{pool}.difference"
    if writer.fields.has(PROGRAMME, f"{base}.prediction_lower"):
        return say(
            name,
            "In a further trial of this kind the true difference may lie anywhere from {within}.",
            within=between(writer, base, before="prediction_"),
        )
    text = (
        "Where a further trial may lie is not said: two trials are too few to tell how far "
        "trials differ"
    )
    return say(name, "{text}.", text=writer.choice(PROGRAMME, f"{base}.prediction_lower", text))


def pooled_class(writer: Writer, pool: str, name: str) -> Sentence:
    """Return what the class of the pool says, in plain words."""
    code = f"{pool}.difference.conclusion"
    entry = class_words(writer.fields.value(PROGRAMME, code))
    return say(
        name,
        "Class: “{badge}”. This means that {meaning}.",
        badge=writer.choice(PROGRAMME, code, entry.badge),
        meaning=writer.choice(PROGRAMME, code, entry.meaning),
    )


def safety_together(writer: Writer, name: str) -> Sentence:
    """Return whether safety was shown in the pooled trials."""
    pool = pool_path(writer)
    if pool is None:
        failing = [base for base in trial_paths(writer)
                   if writer.fields.value(PROGRAMME, f"{base}.safe") is False]  # fmt: skip
        text = "not shown in every trial" if failing else "no outcome that watches over it failed"
        fields = [f"{base}.safe" for base in trial_paths(writer)]
        also = [f"{PROGRAMME}:{field}" for field in fields[1:]]
        return say(name, "Safety: {text}.", text=writer.choice(PROGRAMME, fields[0], text, *also))
    verdict = {
        True: "Safety: in every pooled trial each outcome that watches over it kept within its "
        "margin",
        False: "Safety was not shown: in at least one pooled trial an outcome that watches over "
        "it did not keep within its margin",
        None: "Safety: no pooled trial declared an outcome that watches over it",
    }[writer.fields.value(PROGRAMME, f"{pool}.safe")]
    return say(name, "{verdict}.", verdict=writer.choice(PROGRAMME, f"{pool}.safe", verdict))


def sure_together(writer: Writer) -> Group:
    """Return how sure we are of the pooled finding."""
    pool = pool_path(writer)
    if pool is None:
        return (safety_together(writer, "sure.safety"),)
    return (
        pooled_class(writer, pool, "sure.class"),
        prediction(writer, pool, "sure.prediction"),
        say(
            "sure.p",
            "Were there truly no difference in any trial, chance alone would give one at least "
            "as large with a probability of {p}.",
            p=writer.p(PROGRAMME, f"{pool}.difference.p"),
        ),
        safety_together(writer, "sure.safety"),
    )


def cost_by_mode(writer: Writer, name: str = "cost") -> Group:
    """Return what a school and year cost, by mode."""
    sentences = []
    for key in writer.fields.keys(PROGRAMME, "costs"):
        base = f"costs.{key}"
        code = writer.fields.value(PROGRAMME, f"{base}.mode")
        mode = capital(writer.choice(PROGRAMME, f"{base}.mode", mode_words(code)))
        schools = writer.things(PROGRAMME, f"{base}.schools", "school", "schools")
        if writer.fields.has(PROGRAMME, f"{base}.pence_per_school_year"):
            sentences.append(
                say(
                    f"{name}.{key}",
                    "{mode}: {money} for each school a year ({schools}, prices of {years}).",
                    mode=mode,
                    money=writer.money(PROGRAMME, f"{base}.pence_per_school_year"),
                    schools=schools,
                    years=_years(writer, base),
                )
            )
        else:
            sentences.append(
                say(
                    f"{name}.{key}",
                    "{mode}: {range} for each school a year, by trial ({schools}; prices of "
                    "{years}, which are not added up{none}).",
                    mode=mode,
                    range=money_range(writer, base),
                    schools=schools,
                    years=_years(writer, base),
                    none=writer.choice(PROGRAMME, f"{base}.pence_per_school_year", ""),
                )
            )
    if not sentences:
        text = "No cost was recorded in any trial"
        return (say(f"{name}.none", "{text}.", text=writer.choice(PROGRAMME, "costs", text)),)
    return tuple(sentences)


def _years(writer: Writer, base: str) -> Parts:
    parts: Parts = ()
    for key in writer.fields.keys(PROGRAMME, f"{base}.price_years"):
        year = writer.plain(PROGRAMME, f"{base}.price_years.{key}")
        joint = (writer.choice(PROGRAMME, f"{base}.price_years", " and "),) if parts else ()
        parts = (*parts, *joint, year)
    return parts or (writer.choice(PROGRAMME, f"{base}.price_years", "no stated year"),)


def do_together(writer: Writer, name: str = "do") -> Group:
    """Return what to do, and that the rule of the programme says so."""
    head = clause(writer, 0)
    before, _, after = head.text.partition("{arm}")
    parts: Parts = (
        writer.choice(PROGRAMME, "decision.decision", before),
        lowered(offered_arm(writer)),
        writer.choice(PROGRAMME, "decision.decision", after),
    )
    rule = {
        "pooled-class": "The rule over all trials goes by the class of the pooled difference",
        "all-trials": "Without a pool the trials' own decisions count, and only where all agree",
    }[writer.fields.value(PROGRAMME, "decision.rule")]
    return (
        say(f"{name}.head", "{parts}.", parts=parts),
        say(
            f"{name}.rule",
            "{rule}; it says: {clause}.",
            rule=writer.choice(PROGRAMME, "decision.rule", rule),
            clause=clause(writer, 1),
        ),
    )
