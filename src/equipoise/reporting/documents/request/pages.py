"""Pages: a template with its places filled in from the facts, as a document.

A template is plain text in ``data/``. Its head names it and says where it is from. Then come, with
empty lines between: ``# `` and ``## `` headings, ``- `` lists, ``@table NAME``, ``@never``,
``@page``, and paragraphs. ``[DECIDE] `` begins what a person must decide. ``?NAME `` in front keeps
a line only where that fact is there, ``!NAME `` only where it is not. ``{NAME}`` is filled in with
a fact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from importlib.resources import files

from equipoise.reporting.documents.model import (
    Aside,
    Block,
    Bullets,
    Document,
    Heading,
    PageBreak,
    Paragraph,
    TableBlock,
)
from equipoise.reporting.documents.request.facts import RequestFacts
from equipoise.reporting.documents.request.views import VIEWS, never_sent
from equipoise.reporting.tables import Bound, count_text, date_text, mark_of
from equipoise.reporting.words import Sentence, say
from equipoise.reporting.words.sentence import lowered

#: The documents, in the order in which they are listed.
NAMES = (
    "letter",
    "data-specification",
    "impact-assessment",
    "sharing-schedule",
    "privacy-notice-schools",
    "privacy-notice-families",
    "retention-record",
)
DECIDE = "[DECIDE] "
TO_DECIDE = "To be decided by a person"
_SLOT = re.compile(r"\{(\w+)\}")


def request_document(name: str, facts: RequestFacts) -> Document:
    """Return a document of the request.

    Parameters
    ----------
    name
        One of `NAMES`.
    facts
        What fills it in.

    Raises
    ------
    KeyError
        Where a template names a fact that there is not.
    """
    path = files(__package__) / "data" / f"{name}.txt"
    head, _, body = path.read_text(encoding="utf-8").partition("\n---\n")
    title = dict(line.split(": ", 1) for line in head.splitlines())["title"]
    locked = "the trial is locked" if facts.locked else "a draft: the trial is not locked yet"
    dated = say(
        f"{name}.dated",
        "Trial {trial}, protocol version {version} of {date}; {locked}.",
        trial=_bound(facts, "trial"),
        version=_bound(facts, "protocol_version"),
        date=_bound(facts, "protocol_date"),
        locked=Bound("request", "locked", locked, str(facts.locked)),
    )
    blocks = tuple(_blocks(name, body, facts))
    return Document(
        name, _sentence(f"{name}.title", title, facts), dated, mark_of(facts.simulated), blocks
    )


def _blocks(name: str, body: str, facts: RequestFacts) -> Iterator[Block]:
    decisions = 0
    for number, text in enumerate(body.strip().split("\n\n"), start=1):
        lines = [kept for line in text.split("\n") if (kept := _kept(line, facts)) is not None]
        if not lines:
            continue
        place, first = f"{name}.{number}", lines[0]
        if first.startswith("# "):
            yield Heading(1, place, _sentence(place, first[2:], facts))
        elif first.startswith("## "):
            yield Heading(2, place, _sentence(place, first[3:], facts))
        elif first.startswith("@page"):
            yield PageBreak()
        elif first.startswith("@table "):
            yield TableBlock(VIEWS[first.removeprefix("@table ")](facts))
        elif first == "@never":
            yield Paragraph((never_sent(facts),))
        elif first.startswith("- "):
            listed = [line.removeprefix("- ") for line in lines]
            yield Bullets(
                tuple((_sentence(f"{place}.{n}", line, facts),) for n, line in enumerate(listed))
            )
        elif first.startswith(DECIDE):
            decisions += 1
            told = [line.removeprefix(DECIDE) for line in lines]
            yield Aside(
                f"decide-{name}-{decisions}",
                Sentence(f"{place}.title", _sentence(place, TO_DECIDE, facts).parts),
                tuple((_sentence(f"{place}.{n}", line, facts),) for n, line in enumerate(told)),
            )
        else:
            kind = "note" if first.startswith("note: ") else "body"
            said = " ".join(lines).removeprefix("note: ")
            yield Paragraph((_sentence(place, said, facts),), kind)


def _kept(line: str, facts: RequestFacts) -> str | None:
    """Return a line without its condition, or None where the condition does not hold."""
    if line[:1] not in ("?", "!"):
        return line
    condition, _, rest = line.partition(" ")
    holds = bool(getattr(facts, condition[1:]))
    return rest if holds == (line[0] == "?") else None


def _sentence(name: str, template: str, facts: RequestFacts) -> Sentence:
    slots = {slot: _bound(facts, slot) for slot in _SLOT.findall(template)}
    if "intervention" in slots:  # it stands inside sentences
        slots["intervention"] = lowered(slots["intervention"])
    return say(name, template, **slots)


def _bound(facts: RequestFacts, name: str) -> Bound:
    if name not in {field.name for field in fields(facts)}:
        raise KeyError(name)
    value = getattr(facts, name)
    if isinstance(value, date):
        return Bound("request", name, date_text(value), value.isoformat())
    if isinstance(value, int):
        return Bound("request", name, count_text(value), value)
    text = value or "not given in the protocol"
    return Bound("request", name, text, value)
