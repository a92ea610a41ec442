"""What was evaluated and how: the intervention, the trial, what a randomised trial is."""

from __future__ import annotations

from equipoise.reporting.tables import Bound, Parts, Writer, drawn, outcome_paths, own_table
from equipoise.reporting.words.headline import SOURCE
from equipoise.reporting.words.sentence import Sentence, filled, lowered, say, stopped

Group = tuple[Sentence, ...]

TIDIER = (
    ("why", "Why: {text}."),
    ("procedures", "What happens: {text}."),
    ("materials", "With what: {text}."),
    ("who", "By whom: {text}."),
    ("how", "In what form: {text}."),
    ("where", "Where: {text}."),
    ("tailoring", "What may differ from place to place: {text}."),
    ("modifications", "What was changed on the way: {text}."),
    ("fidelity_planned", "How delivery was watched: {text}."),
    ("comparator", "Compared with: {text}."),
)
"""Declared items of TIDieR (Hoffmann and others, template for intervention description)."""


def _declared(writer: Writer, path: str) -> Bound:
    return lowered(stopped(writer.plain("protocol", path)))


def _drawn(writer: Writer, path: str) -> Parts:
    """Return "61 schools in 59 units"; in a trial with its own table its units alone."""
    counted = drawn(writer).counted(writer, "flow", f"{path}.schools")
    if own_table(writer):
        return counted
    units = writer.things("flow", f"{path}.units", "unit", "units")
    return (*counted, *filled(" in {units}", units=units))


def what_was_evaluated(writer: Writer) -> Group:
    """Return, in three or four sentences, what was tested, where and how many."""
    noun = drawn(writer)
    sentences = [
        say(
            "evaluated.what",
            "The trial set {name} against {comparator}.",
            name=_declared(writer, "design.intervention.name"),
            comparator=_declared(writer, "design.intervention.comparator"),
        ),
        say(
            "evaluated.size",
            "Drawn by lot to one or the other: {randomised}; in the main analysis: {analysed}.",
            randomised=_drawn(writer, "randomised"),
            analysed=noun.counted(writer, "flow", "analysed.schools"),
        ),
    ]
    for arm in writer.fields.keys("flow", "arms"):
        sentences.append(
            say(
                f"evaluated.arm.{arm}",
                "{title}: {assigned}.",
                title=writer.plain("flow", f"arms.{arm}.title"),
                assigned=_drawn(writer, f"arms.{arm}.assigned"),
            )
        )
    return tuple(sentences)


DRAWN = {
    "pupil": "Here single pupils were drawn.",
}
"""Unit of the draw to a sentence, where members are not drawn together."""


GROUPS_TOGETHER = (
    "Here whole groups were drawn, since those who work or learn together share what they learn; "
    "the analysis takes account of that."
)


def what_a_trial_is() -> Group:
    """Return what a randomised trial is: the lot, what it makes alike, what it answers for."""
    return (
        say(
            "rct.lot",
            "In a randomised trial chance decides who is offered a programme, as in the drawing "
            "of lots.",
        ),
        say(
            "rct.alike",
            "Groups made by lot are alike on average in everything, known and unknown, but the "
            "offer; so a difference later on that is larger than chance would make can be put "
            "down to the offer.",
        ),
        say(
            "rct.limits",
            "A trial answers for what it measured, where and when it measured it, and its answer "
            "always comes with a range.",
        ),
    )


def randomised_trials(writer: Writer) -> Group:
    """Return what a randomised trial is, and what was drawn here."""
    unit = writer.fields.value("protocol", "design.unit.randomised")
    lot, alike, limits = what_a_trial_is()
    drawn = say(
        "rct.clusters",
        "{text}",
        text=writer.choice("protocol", "design.unit.randomised", DRAWN.get(unit, GROUPS_TOGETHER)),
    )
    return (lot, alike, drawn, limits)


def intervention(writer: Writer) -> Group:
    """Return what the intervention is, by the declared items."""
    sentences = []
    for name, template in TIDIER:
        if writer.fields.has("protocol", f"design.intervention.{name}"):
            sentences.append(
                say(
                    f"intervention.{name}",
                    template,
                    text=_declared(writer, f"design.intervention.{name}"),
                )
            )
    when = "design.intervention.when"
    if all(
        writer.fields.has("protocol", f"{when}.{name}") for name in ("sessions", "every", "minutes")
    ):
        sentences.append(
            say(
                "intervention.when",
                "How much: {sessions}, one every {every}, of {minutes} minutes.",
                sessions=writer.things("protocol", f"{when}.sessions", "session", "sessions"),
                every=writer.plain("protocol", f"{when}.every"),
                minutes=writer.plain("protocol", f"{when}.minutes"),
            )
        )
    return tuple(sentences)


def how_evaluated(writer: Writer) -> Group:
    """Return the design in words: population, draw, periods."""
    sentences = []
    if writer.fields.has("protocol", "design.population"):
        sentences.append(
            say(
                "how.population",
                "Who could take part: {text}.",
                text=_declared(writer, "design.population.description"),
            )
        )
    if writer.fields.has("summary"):
        sentences.append(
            say(
                "how.draw",
                "The lot was drawn in {stages} and {strata}, so that like was compared with like.",
                stages=writer.things("summary", "stages", "stage", "stages"),
                strata=writer.things("summary", "strata", "stratum", "strata"),
            )
        )
    if writer.fields.has("protocol", "design.periods.delivery"):
        sentences.append(
            say(
                "how.delivery",
                "It was offered from {start} to {end}.",
                start=writer.date("protocol", "design.periods.delivery.start"),
                end=writer.date("protocol", "design.periods.delivery.end"),
            )
        )
    sentences.append(
        say(
            "how.blind",
            "Those who gave the programme, those who took part and those who wrote down what is "
            "counted knew who was offered it; those who prepared and analysed the outcomes did "
            "not, until the data were frozen.",
        )
    )
    return tuple(sentences)


def outcomes_listed(writer: Writer) -> Group:
    """Return the outcomes in the order of the protocol, with their roles."""
    words = {"lower": "lower is better", "higher": "higher is better",
             "none": "neither direction is taken as better"}  # fmt: skip
    return tuple(
        say(
            f"outcome.{path.removeprefix('outcomes.')}",
            "{title} ({role}; {unit}; {direction}).",
            title=writer.plain(SOURCE, f"{path}.title"),
            role=writer.plain(SOURCE, f"{path}.role"),
            unit=writer.plain(SOURCE, f"{path}.unit"),
            direction=writer.choice(
                SOURCE,
                f"{path}.direction",
                words[writer.fields.value(SOURCE, f"{path}.direction")],
            ),
        )
        for path in outcome_paths(writer)
    )
