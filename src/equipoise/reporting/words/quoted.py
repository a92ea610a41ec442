"""Published findings, quoted as context: their own words, and where they stand."""

from __future__ import annotations

from equipoise.reporting.tables import PROGRAMME, Parts, Writer, capital
from equipoise.reporting.words.codes import QUALIFIERS
from equipoise.reporting.words.sentence import Sentence, filled, say

Group = tuple[Sentence, ...]


def quotations(writer: Writer, *kinds: str) -> tuple[Group, ...]:
    """Return the quotations of some kinds, each with its source.

    Nothing else is bound in these sentences, and these fields are bound in no other: what was
    published never stands in one sentence with a number of this report.
    """
    groups = []
    for key in writer.fields.keys(PROGRAMME, "quoted"):
        base = f"quoted.{key}"
        if writer.fields.value(PROGRAMME, f"{base}.kind") in kinds:
            groups.append((_quotation(writer, base, key),))
    return tuple(groups)


def _quotation(writer: Writer, base: str, key: str) -> Sentence:
    said = _words(writer, base)
    note: Parts = ()
    if writer.fields.has(PROGRAMME, f"{base}.note"):
        note = filled(" Note: {note}.", note=writer.plain(PROGRAMME, f"{base}.note"))
    # A date tells a publisher's papers apart; where there is none, the title does.
    named = "published" if writer.fields.has(PROGRAMME, f"{base}.published") else "source"
    return say(
        f"quoted.{key}",
        "{title}: {said} ({publisher}, {source}).{note}",
        title=capital(writer.plain(PROGRAMME, f"{base}.title")),
        said=said,
        publisher=writer.plain(PROGRAMME, f"{base}.publisher"),
        source=writer.plain(PROGRAMME, f"{base}.{named}"),
        note=note,
    )


def _words(writer: Writer, base: str) -> Parts:
    """Return the source's own words; where only a reading is at hand, its number."""
    if writer.fields.has(PROGRAMME, f"{base}.text"):
        return filled("“{text}”", text=writer.plain(PROGRAMME, f"{base}.text"))
    if not writer.fields.has(PROGRAMME, f"{base}.value"):
        return filled("no words are at hand")
    code = f"{base}.qualifier"
    return filled(
        "{qualifier}{value} {unit}",
        qualifier=writer.choice(PROGRAMME, code, QUALIFIERS[writer.fields.value(PROGRAMME, code)]),
        value=writer.count(PROGRAMME, f"{base}.value"),
        unit=writer.plain(PROGRAMME, f"{base}.unit"),
    )


def sources_quoted(writer: Writer) -> tuple[Group, ...]:
    """Return the sources that are quoted, each once, with its address where it is known."""
    groups, seen = [], set()
    for key in writer.fields.keys(PROGRAMME, "quoted"):
        base = f"quoted.{key}"
        title = writer.fields.value(PROGRAMME, f"{base}.source")
        if title in seen:
            continue
        seen.add(title)
        sources = [
            f"{PROGRAMME}:quoted.{other}.source"
            for other in writer.fields.keys(PROGRAMME, "quoted")
        ]
        groups.append(
            (
                say(
                    f"source.{key}",
                    "{publisher}: {title}{dated}. {address}.",
                    publisher=writer.plain(PROGRAMME, f"{base}.publisher"),
                    title=writer.choice(PROGRAMME, f"{base}.source", title, *sources),
                    dated=filled(", {date}", date=writer.plain(PROGRAMME, f"{base}.published"))
                    if writer.fields.has(PROGRAMME, f"{base}.published")
                    else (),
                    address=writer.plain(
                        PROGRAMME, f"{base}.address", missing="Address not recorded"
                    ),
                ),
            )
        )
    return tuple(groups)
