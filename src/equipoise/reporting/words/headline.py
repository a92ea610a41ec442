"""The first page: the finding, how sure we are, what it cost, what to do."""

from __future__ import annotations

from equipoise.reporting.tables import (
    Bound,
    Parts,
    Writer,
    counted,
    difference,
    oriented,
    primary_path,
    unit,
    within,
)
from equipoise.reporting.words.classes import DECISIONS, NOT_CORRECTED, class_words, normal
from equipoise.reporting.words.sentence import Sentence, filled, lowered, say, stopped

SOURCE = "impact"


def arm_title(writer: Writer, outcome: str) -> Bound:
    """Return the title of the arm that an outcome compares with the reference."""
    return writer.plain(SOURCE, f"arms.{writer.fields.value(SOURCE, f'{outcome}.arm')}.title")


def reference_title(writer: Writer, outcome: str) -> Bound:
    """Return the title of the reference arm."""
    return writer.plain(SOURCE, f"arms.{writer.fields.value(SOURCE, f'{outcome}.reference')}.title")


def headline(writer: Writer) -> Sentence:
    """Return the headline: what the class of the primary outcome says."""
    path = primary_path(writer)
    code = f"{path}.conclusion"
    before, _, after = class_words(writer.fields.value(SOURCE, code)).headline.partition("{arm}")
    return say(
        "headline",
        "{before}{arm}{after}.",
        before=writer.choice(SOURCE, code, before),
        arm=arm_title(writer, path),
        after=writer.choice(SOURCE, code, after),
    )


def finding(writer: Writer, path: str) -> Sentence:
    """Return an outcome's difference with its interval."""
    return say(
        f"finding.{path.removeprefix('outcomes.')}.difference",
        "{title}: {difference} with {arm} than with {reference} ({level} interval: {within}).",
        title=writer.plain(SOURCE, f"{path}.title"),
        difference=difference(writer, path),
        arm=arm_title(writer, path),
        reference=reference_title(writer, path),
        level=writer.percent(SOURCE, f"{path}.interval"),
        within=within(writer, path),
    )


def sureness(writer: Writer) -> tuple[Sentence, ...]:
    """Return how sure we are of the primary finding: class, interval, p values, records."""
    path = primary_path(writer)
    sentences = [
        say(
            "sure.interval",
            "The difference given above is the single best estimate; the data are compatible with "
            "anything from {within}{of}.",
            within=within(writer, path),
            of=filled(" {unit}", unit=unit(writer, path))
            if counted(writer, path)
            else filled(" ({unit})", unit=unit(writer, path)),
        ),
        meaning(writer, path, "sure.class"),
        say(
            "sure.p",
            "Were there truly no difference, chance alone would give one at least as large with "
            "a probability of {p}; re-drawing the allocation {draws} times gives {permutation}.",
            p=writer.p(SOURCE, f"{path}.p"),
            draws=writer.count(SOURCE, f"{path}.permutations"),
            permutation=writer.p(SOURCE, f"{path}.p_permutation"),
        )
        if writer.fields.value(SOURCE, f"{path}.p_permutation") is not None
        else say(
            "sure.p",
            "Were there truly no difference, chance alone would give one at least as large with "
            "a probability of {p}{permutation}.",
            p=writer.p(SOURCE, f"{path}.p"),
            permutation=writer.choice(
                SOURCE, f"{path}.p_permutation", "", f"{SOURCE}:{path}.permutations"
            ),
        ),
    ]
    sentences.extend(uncorrected(writer, path, "sure.records"))
    sentences.append(Sentence("sure.safety", safety_verdict(writer).parts))
    return tuple(sentences)


def safety_verdict(writer: Writer) -> Sentence:
    """Return whether safety was shown."""
    verdict = {
        True: "Safety: every outcome that watches over it kept within its margin",
        False: "Safety was not shown: at least one outcome that watches over it did not keep "
        "within its margin",
        None: "Safety: no outcome was declared to watch over it",
    }[writer.fields.value(SOURCE, "safe")]
    return say("safety.all", "{verdict}.", verdict=writer.choice(SOURCE, "safe", verdict))


def meaning(writer: Writer, path: str, name: str) -> Sentence:
    """Return what the class of an outcome says, in plain words."""
    code = f"{path}.conclusion"
    entry = class_words(writer.fields.value(SOURCE, code))
    return say(
        name,
        "Class: “{badge}”. This means that {meaning}.",
        badge=writer.choice(SOURCE, code, entry.badge),
        meaning=writer.choice(SOURCE, code, entry.meaning),
    )


def uncorrected(writer: Writer, path: str, name: str) -> tuple[Sentence, ...]:
    """Return the sentence on incomplete records where the class needs it (rules, 9)."""
    code = normal(writer.fields.value(SOURCE, f"{path}.conclusion"))
    hold = writer.fields.value(SOURCE, "records_hold")
    if code not in NOT_CORRECTED or hold is not None:
        return ()
    return (
        say(
            name,
            "{text}.",
            text=writer.choice(
                SOURCE,
                "records_hold",
                "The finding is not corrected for incomplete records, which would hide part of "
                "a true difference",
                f"{SOURCE}:{path}.conclusion",
            ),
        ),
    )


def ruled_out(writer: Writer, path: str, name: str) -> tuple[Sentence, ...]:
    """Return what the interval rules out and what it does not, against M and H."""
    fields = writer.fields
    result = fields.value(SOURCE, path)
    compared = ("lower", "upper", "margin", "harm", "direction", "conclusion")
    also = tuple(f"{SOURCE}:{path}.{field}" for field in compared)
    _, low, high = oriented(result.direction, result.estimate, result.lower, result.upper)

    def verdict(field: str, out: bool) -> Bound:
        return writer.choice(SOURCE, f"{path}.{field}", "is ruled out" if out else
                             "is not ruled out", *also)  # fmt: skip

    if result.direction == "none":
        return (
            say(
                f"{name}.difference",
                "A rise of {margin} {unit} or more {up}; a fall of as much {down}.",
                margin=writer.size(SOURCE, f"{path}.margin"),
                unit=unit(writer, path),
                up=verdict("upper", high < result.margin),
                down=verdict("lower", low > -result.margin),
            ),
        )
    better, worse = ("fall", "rise") if result.direction == "lower" else ("rise", "fall")
    return (
        say(
            f"{name}.benefit",
            "A {way} of {margin} {unit} or more, the least benefit worth having, {verdict}.",
            way=writer.choice(SOURCE, f"{path}.direction", better),
            margin=writer.size(SOURCE, f"{path}.margin"),
            unit=unit(writer, path),
            verdict=verdict("upper" if result.direction == "higher" else "lower",
                            high < result.margin),
        ),
        say(
            f"{name}.harm",
            "A {way} of {harm} {unit} or more, the least harm worth worrying about, {verdict}.",
            way=writer.choice(SOURCE, f"{path}.direction", worse),
            harm=writer.size(SOURCE, f"{path}.harm"),
            unit=unit(writer, path),
            verdict=verdict("lower" if result.direction == "higher" else "upper",
                            low > -result.harm),
        ),
    )  # fmt: skip


def cost(writer: Writer) -> tuple[Sentence, ...]:
    """Return what it cost, for the first page."""
    if not writer.fields.has("costs"):
        return (
            say(
                "cost.none",
                "{text}.",
                text=writer.choice(
                    "decision", "cost.reason", "No cost was recorded for this trial"
                ),
            ),
        )
    sentences = []
    if writer.fields.has("costs", "recurring_pence_per_school_year"):
        sentences.append(
            say(
                "cost.school",
                "{money} for each school a year, {pupil} for each pupil a year and {session} for "
                "each session held, in prices of {year}.",
                money=writer.money("costs", "recurring_pence_per_school_year"),
                pupil=writer.money("costs", "recurring_pence_per_pupil_year"),
                session=writer.money("costs", "recurring_pence_per_session_held"),
                year=writer.plain("costs", "price_year"),
            )
        )
    sentences.append(
        say(
            "cost.start",
            "Starting up cost {money} more, once.",
            money=writer.money("costs", "start_up_pence"),
        )
    )
    return tuple(sentences)


def decision_clause(writer: Writer, which: int) -> Bound:
    """Return the decision's heading (0) or clause (1) as bound text, ``{arm}`` still in it."""
    code = writer.fields.value("decision", "decision")
    return writer.choice("decision", "decision", DECISIONS[code][which])


def decision(writer: Writer) -> tuple[Sentence, ...]:
    """Return what to do, and that it is the protocol's own rule that says so."""
    head = decision_clause(writer, 0)
    before, _, after = head.text.partition("{arm}")
    arm = lowered(arm_title(writer, primary_path(writer)))
    parts: Parts = (
        writer.choice("decision", "decision", before),
        arm,
        writer.choice("decision", "decision", after),
    )
    return (
        say("decision.head", "{parts}.", parts=parts),
        say(
            "decision.rule",
            "The rule was written into the protocol before the draw; on this class it says: "
            "{clause}.",
            clause=decision_clause(writer, 1),
        ),
    )


def question(writer: Writer) -> Sentence:
    """Return the question that the trial asked."""
    return say("question", "{question}", question=writer.plain(SOURCE, "question"))


def title(writer: Writer) -> Sentence:
    """Return the document's title."""
    return say("title", "{title}", title=stopped(writer.plain(SOURCE, "title")))
