"""Break-even in words: whether the findings rule out that the programme pays for itself."""

from __future__ import annotations

from equipoise.reporting.tables import Writer
from equipoise.reporting.words.sentence import Sentence, say

SOURCE = "break_even"
_VERDICTS = {
    "ruled-out": "the findings rule out an effect as large as that",
    "reached": "the findings show an effect at least as large as that",
    "open": "the findings neither show nor rule out an effect as large as that",
}
_FIRM = {
    True: "whichever of the declared costs of an event is taken",
    False: "with another of the declared costs of an event this would be said otherwise",
}


def break_even(writer: Writer) -> tuple[Sentence, ...]:
    """Return what the findings say of the break-even effect; nothing where none was declared."""
    if not writer.fields.has(SOURCE):
        return ()
    w = writer
    assumed = bool(w.fields.value(SOURCE, "assumed"))
    found = [
        say(
            "break-even.effect",
            "At {school} for a school and {event} for an event ({assumed}prices of {year}), the "
            "events averted would pay for the programme from {effect} {unit}.",
            school=w.money(SOURCE, "school_pence"),
            event=w.money(SOURCE, "event_pence"),
            assumed=w.choice(SOURCE, "assumed", "partly assumed, " if assumed else ""),
            year=w.plain(SOURCE, "price_year"),
            effect=w.rate(SOURCE, "effect"),
            unit=w.plain(SOURCE, "unit_difference"),
        ),
        say(
            "break-even.verdict",
            "The {interval} interval of the benefit goes from {lower} to {upper}: {verdict}, "
            "{firm}.",
            interval=w.percent(SOURCE, "interval"),
            lower=w.rate(SOURCE, "benefit_lower"),
            upper=w.rate(SOURCE, "benefit_upper"),
            verdict=w.choice(
                SOURCE, "verdict", _VERDICTS[w.fields.value(SOURCE, "verdict")],
                f"{SOURCE}:effect",
            ),
            firm=w.choice(SOURCE, "firm", _FIRM[w.fields.value(SOURCE, "firm")]),
        ),
    ]  # fmt: skip
    if w.fields.has(SOURCE, "effect_as_spent"):
        found.append(
            say(
                "break-even.spent",
                "With the cost of a school and year as it was spent it would pay from {effect} "
                "{unit}.",
                effect=w.rate(SOURCE, "effect_as_spent"),
                unit=w.plain(SOURCE, "unit_difference"),
            )
        )
    found.append(
        say(
            "break-even.limit",
            "That counts nothing but the events: what the programme does for anyone's wellbeing, "
            "or later, is not in it.",
        )
    )
    return tuple(found)
