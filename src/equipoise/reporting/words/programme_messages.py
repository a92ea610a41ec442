"""Messages, meaning and conclusion over several trials, and what was believed after each."""

from __future__ import annotations

from equipoise.reporting.tables import (
    PROGRAMME,
    Writer,
    between,
    change,
    offered_arm,
    pool_path,
    trial_paths,
)
from equipoise.reporting.words.classes import class_words
from equipoise.reporting.words.evaluated import GROUPS_TOGETHER, what_a_trial_is
from equipoise.reporting.words.programme import badge_text, ruled_out_together
from equipoise.reporting.words.sentence import Sentence, filled, lowered, say
from equipoise.reporting.words.together import clause, do_together

Group = tuple[Sentence, ...]


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
