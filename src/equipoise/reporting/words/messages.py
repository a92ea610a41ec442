"""Key messages, what the findings mean, the conclusion, and what the design cannot show."""

from __future__ import annotations

from equipoise.reporting.tables import Part, Parts, Writer, primary_path, unit, within
from equipoise.reporting.words.classes import REASONS, class_words
from equipoise.reporting.words.findings import arm_of_primary, views
from equipoise.reporting.words.headline import (
    SOURCE,
    decision,
    decision_clause,
    ruled_out,
    uncorrected,
)
from equipoise.reporting.words.sentence import Sentence, say

Group = tuple[Sentence, ...]


def key_messages(writer: Writer) -> tuple[Group, ...]:
    """Return the messages for policy and practice, a group of sentences to a bullet."""
    groups: list[Group] = [
        (
            *(Sentence(f"message.{one.id}", one.parts) for one in decision(writer)),
            *grounds(writer),
        )
    ]
    seen = views(writer)
    if seen:
        groups.append(
            (
                say(
                    "message.views",
                    "Views and measurements answer different questions, and this report shows "
                    "them side by side: {gap}.",
                    gap=seen[-1].parts[0],
                ),
            )
        )
    groups.append(
        (
            say(
                "message.test",
                "Testing before a programme is spread costs less than spreading one that does "
                "not do what it was meant to do; and a test that cannot tell is a reason for a "
                "better test, not for a guess.",
            ),
        )
    )
    groups.append(
        (
            say(
                "message.records",
                "Authorities record contacts each in their own way; the tables at the end show "
                "what could not be counted alike. More even records would make the next test "
                "sharper and cheaper.",
            ),
        )
        if writer.fields.has("summary", "authorities")
        and writer.fields.keys("summary", "authorities")
        else (
            say(
                "message.records",
                "The outcome table was made elsewhere; how complete it is cannot be judged here.",
            ),
        )
    )
    return tuple(groups)


def grounds(writer: Writer) -> Group:
    """Return the grounds of the decision."""
    sentences = []
    for key in writer.fields.keys("decision", "reasons"):
        base = f"reasons.{key}"
        code = writer.fields.value("decision", f"{base}.code")
        clause = REASONS[code]
        before, slot, after = clause.partition("{badge}")
        parts: list[Part] = [writer.choice("decision", f"{base}.code", before)]
        if slot:
            found = writer.fields.value("decision", f"{base}.conclusion")
            badge = class_words(found).badge if found else "not given"
            parts.append(writer.choice("decision", f"{base}.conclusion", badge))
            parts.append(writer.choice("decision", f"{base}.code", after))
        sentences.append(
            say(
                f"ground.{key}",
                "Ground ({outcome}): {parts}.",
                outcome=_outcome_name(writer, base),
                parts=tuple(parts),
            )
        )
    return tuple(sentences)


def _outcome_name(writer: Writer, base: str) -> Parts:
    """Return the title of the outcome, and the analysis where it is not the main one."""
    analysis = writer.fields.value("decision", f"{base}.analysis")
    path = f"outcomes.{writer.fields.value('decision', f'{base}.outcome')}.title"
    text = writer.plain(SOURCE, path).text
    outcome = writer.choice("decision", f"{base}.outcome", text, f"{SOURCE}:{path}")
    if analysis is None:
        return (outcome,)
    return (outcome, writer.choice("decision", f"{base}.analysis", f", {analysis}"))


def meaning_of_findings(writer: Writer) -> Group:
    """Return what the findings mean: what is ruled out, what is not, what nobody measured."""
    path = primary_path(writer)
    arm = arm_of_primary(writer)
    return (
        say(
            "means.range",
            "On the main question the data are compatible with anything from {within} ({unit}).",
            within=within(writer, path),
            unit=unit(writer, path),
        ),
        *ruled_out(writer, path, "means.out"),
        *uncorrected(writer, path, "means.records"),
        say(
            "means.offer",
            "This is the effect of being offered {arm}, whatever was taken up.",
            arm=arm,
        ),
        *(
            (
                say(
                    "means.proxy",
                    "Fewer or more contacts of a kind are a stand-in for better decisions, not the "
                    "same thing: they can change because decisions changed or because records did.",
                ),
            )
            if writer.fields.has("protocol", "design.contact")
            else ()
        ),
        say(
            "means.unmeasured",
            "Whether {arm} did anything that was not measured, this trial cannot say.",
            arm=arm,
        ),
    )


def conclusion(writer: Writer) -> Group:
    """Return the conclusion: the class again, its range, and the decision."""
    path = primary_path(writer)
    code = f"{path}.conclusion"
    entry = class_words(writer.fields.value(SOURCE, code))
    return (
        say(
            "conclusion.class",
            "The main finding is “{badge}”: {meaning}.",
            badge=writer.choice(SOURCE, code, entry.badge),
            meaning=writer.choice(SOURCE, code, entry.meaning),
        ),
        say(
            "conclusion.decision",
            "By the rule set before the draw, the advice is: {clause}.",
            clause=decision_clause(writer, 1),
        ),
        say(
            "conclusion.thanks",
            "Whatever the answer, it is known because those who took part let chance decide; the "
            "next question deserves the same.",
        ),
    )


def limits(writer: Writer) -> Group:
    """Return what the design cannot show."""
    sentences = [
        say(
            "limit.places",
            "Those that took part were not drawn from all that might have; others may differ.",
        ),
        say(
            "limit.knowing",
            "Those who took part and those who wrote down what is counted knew who was offered it; "
            "that knowledge alone may have changed what they did or wrote down.",
        ),
        say(
            "limit.buying",
            "Those in the other arm may have bought or found something alike; the comparison is "
            "with what they did, not with nothing.",
        ),
        say(
            "limit.dose",
            "Those that took up more are not comparable with those that took up less; nothing here "
            "says that more would have done more.",
        ),
        say(
            "limit.interviews",
            "Interviews say what people thought and why; they are not proof of an effect, nor of "
            "its absence.",
        ),
        say(
            "limit.many",
            "Several outcomes are shown and no correction is made for their number beyond what "
            "was declared ({multiplicity}); a single class among the secondary ones should be "
            "read with that in mind.",
            multiplicity=writer.plain(SOURCE, "multiplicity"),
        ),
    ]
    return tuple(sentences)
