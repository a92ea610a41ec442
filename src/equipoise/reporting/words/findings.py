"""Key findings: every outcome, safety, dose, cost, what people said."""

from __future__ import annotations

from equipoise.evaluation.analysis import contact_id
from equipoise.reporting.tables import (
    Bound,
    Writer,
    bound_also,
    difference,
    outcome_paths,
    primary_path,
    unit,
    within,
)
from equipoise.reporting.words.classes import COST_REASONS, GAPS, class_words
from equipoise.reporting.words.headline import (
    SOURCE,
    arm_title,
    cost,
    finding,
    meaning,
    ruled_out,
    safety_verdict,
    uncorrected,
)
from equipoise.reporting.words.sentence import Sentence, filled, say

Group = tuple[Sentence, ...]


def key_findings(writer: Writer) -> tuple[Group, ...]:
    """Return the key findings, a group of sentences to a bullet."""
    groups: list[Group] = [primary_finding(writer)]
    groups.extend(definitions(writer))
    groups.extend(contacts_otherwise(writer))
    groups.append(safety(writer))
    groups.extend(other_findings(writer))
    groups.extend(group for group in (dose(writer), money(writer), views(writer)) if group)
    return tuple(groups)


def primary_finding(writer: Writer) -> Group:
    """Return the primary finding and what it rules out."""
    path = primary_path(writer)
    short = path.removeprefix("outcomes.")
    return (
        finding(writer, path),
        meaning(writer, path, f"finding.{short}.class"),
        *ruled_out(writer, path, f"finding.{short}.out"),
    )


def definitions(writer: Writer) -> tuple[Group, ...]:
    """Return the primary outcome under the definitions that are always shown together."""
    path = primary_path(writer)
    keys = writer.fields.keys(SOURCE, f"{path}.shown")
    if not keys:
        return ()
    sentences = [
        say(
            f"finding.shown.{key}",
            "{title}: {difference} ({within}); class “{badge}”.",
            title=writer.plain(SOURCE, f"{path}.shown.{key}.title"),
            difference=difference(writer, path, f"{path}.shown.{key}.estimate"),
            within=within(writer, path, f"{path}.shown.{key}"),
            badge=_badge(writer, f"{path}.shown.{key}.conclusion"),
        )
        for key in keys
    ]
    return (tuple(sentences),)


def contacts_otherwise(writer: Writer) -> tuple[Group, ...]:
    """Return the primary outcome under other declared definitions of a new contact.

    The sentence gives the declared count alone; its other definitions stand in the table.
    """
    path = primary_path(writer)
    if not writer.fields.has("protocol", "design.contact"):
        return ()
    held = writer.fields.keys(SOURCE, f"{path}.sensitivity")
    declared = writer.fields.keys("protocol", "design.contact.also")
    bases = {key: contact_id(key) for key in declared}
    sentences = [
        say(
            f"finding.contact.{key}",
            "{title}: {difference} ({within}); class “{badge}”.",
            title=bound_also(
                writer.plain(SOURCE, f"{path}.sensitivity.{base}.title"),
                f"protocol:design.contact.also.{key}.id",
            ),
            difference=difference(writer, path, f"{path}.sensitivity.{base}.estimate"),
            within=within(writer, path, f"{path}.sensitivity.{base}"),
            badge=_badge(writer, f"{path}.sensitivity.{base}.conclusion"),
        )
        for key, base in bases.items()
        if base in held
    ]
    return (tuple(sentences),) if sentences else ()


def _badge(writer: Writer, path: str) -> Bound:
    return writer.choice(SOURCE, path, class_words(writer.fields.value(SOURCE, path)).badge)


def safety(writer: Writer) -> Group:
    """Return whether safety was shown, and each outcome that watches over it."""
    return (
        safety_verdict(writer),
        *(safety_of(writer, path) for path in outcome_paths(writer, "safety")),
    )


def safety_of(writer: Writer, path: str) -> Sentence:
    """Return one safety outcome against its margin."""
    holds = writer.fields.value(SOURCE, f"{path}.safety_holds")
    verdict = {
        True: "rules out",
        False: "does not rule out",
        None: "was not set against",
    }[holds]
    return say(
        f"safety.{path.removeprefix('outcomes.')}",
        "{title}: {difference} ({within}), which {verdict} a change for the worse, {worse}, of "
        "more than {margin} {unit}.",
        title=writer.plain(SOURCE, f"{path}.title"),
        difference=difference(writer, path),
        within=within(writer, path),
        verdict=writer.choice(SOURCE, f"{path}.safety_holds", verdict),
        margin=writer.size(SOURCE, f"{path}.safety_margin"),
        unit=unit(writer, path),
        worse=writer.choice(
            SOURCE,
            f"{path}.safety_worse",
            {"lower": "a fall", "higher": "a rise"}.get(
                str(writer.fields.value(SOURCE, f"{path}.safety_worse")), ""
            ),
        ),
    )


def other_findings(writer: Writer) -> tuple[Group, ...]:
    """Return every outcome that is neither primary nor safety."""
    roles = ("primary", "safety")
    return tuple(
        (
            finding(writer, path),
            meaning(writer, path, f"finding.{path.removeprefix('outcomes.')}.class"),
            *(
                ruled_out(writer, path, f"finding.{path.removeprefix('outcomes.')}.out")
                if class_words(writer.fields.value(SOURCE, f"{path}.conclusion")).tone == "open"
                else ()
            ),
            *uncorrected(writer, path, f"finding.{path.removeprefix('outcomes.')}.records"),
        )
        for path in outcome_paths(writer)
        if writer.fields.value(SOURCE, f"{path}.role") not in roles
    )


def dose(writer: Writer) -> Group:
    """Return what was delivered."""
    if not writer.fields.has("dose"):
        return ()
    return (
        say(
            "dose.schools",
            "Delivery: of {schools} offered it, {any} had any and {intended} had the "
            "intended amount ({level} {unit} or more).",
            schools=writer.things("dose", "schools", "school", "schools"),
            any=writer.count("dose", "schools_any"),
            intended=writer.count("dose", "schools_intended"),
            level=writer.plain("dose", "intended_level"),
            unit=writer.plain("dose", "unit"),
        ),
        say(
            "dose.sessions",
            "Held of {planned} that were planned: {held} ({share}), {mean} for each school.",
            planned=writer.things("dose", "sessions_planned", "session", "sessions"),
            held=writer.count("dose", "sessions_held"),
            share=writer.percent("dose", "share_held"),
            mean=writer.rate("dose", "mean_sessions"),
        ),
    )


def money(writer: Writer) -> Group:
    """Return what it cost, and cost against effect where that can be said."""
    if not writer.fields.has("costs"):
        return ()
    shown = writer.fields.value("decision", "cost.shown")
    head = filled("Cost: ")
    first, *rest = cost(writer)
    sentences = [Sentence(f"finding.{first.id}", (*head, *first.parts))]
    sentences.extend(Sentence(f"finding.{one.id}", one.parts) for one in rest)
    reason = writer.fields.value("decision", "cost.reason")
    sentences.append(
        say(
            "finding.cost.reason",
            "{text}.",
            text=writer.choice("decision", "cost.reason", COST_REASONS[reason]),
        )
    )
    if shown:
        sentences.append(
            say(
                "finding.cost.event",
                "For each of the {event} averted that is {money} (from {low} to {high}).",
                event=bound_also(writer.plain("decision", "cost.event"), "decision:cost.shown"),
                money=writer.money("decision", "cost.pence_per_event"),
                low=writer.money("decision", "cost.pence_lower"),
                high=writer.money("decision", "cost.pence_upper"),
            )
        )
    return tuple(sentences)


def views(writer: Writer) -> Group:
    """Return what those who took part said, beside what was measured."""
    if not writer.fields.has("decision", "perceived"):
        return ()
    gap = writer.fields.value("decision", "perceived.gap")
    return (
        say(
            "views.share",
            "Views: asked whether it was {item}, {share} of {n} answers were at the top two "
            "steps of the scale ({level} interval: {low} to {high}).",
            item=writer.plain("decision", "perceived.item"),
            share=_share(writer),
            n=writer.people("decision", "perceived.n"),
            level=writer.percent("decision", "perceived.interval"),
            low=_share(writer, "lower"),
            high=_share(writer, "upper"),
        ),
        say(
            "views.gap",
            "{gap}.",
            gap=writer.choice("decision", "perceived.gap", GAPS[gap]),
        ),
    )


def _share(writer: Writer, name: str = "share") -> Bound:
    """Return a share of answers, or words where it would give a small count away."""
    perceived = writer.fields.value("decision", "perceived")
    also = ("decision:perceived.n", "decision:perceived.useful")
    few = [0 < count < writer.smallest for count in
           (perceived.useful, perceived.n - perceived.useful)]  # fmt: skip
    if any(few):
        return Bound("decision", f"perceived.{name}", "a withheld share", None, also)
    plain = writer.percent("decision", f"perceived.{name}")
    return writer.choice("decision", f"perceived.{name}", plain.text, *also)


def arm_of_primary(writer: Writer) -> Bound:
    """Return the title of the arm that the primary outcome compares."""
    return arm_title(writer, primary_path(writer))
