"""Views: the tables of a request."""

from __future__ import annotations

from collections.abc import Callable

from equipoise.reporting.documents.request.facts import RequestFacts
from equipoise.reporting.tables import Bound, TableView, date_text, table
from equipoise.reporting.words import Sentence, say


def _text(path: str, text: str) -> Bound:
    return Bound("request", path, text, text)


def _day(path: str, value: object) -> Bound:
    return Bound("request", path, date_text(str(value)), str(value))


def fields_view(facts: RequestFacts) -> TableView:
    """Return the columns that are asked for."""
    return table(
        "fields",
        "Columns of the extract",
        ["heading", "needed", "what it holds", "what it is used for"],
        [
            [
                _text(f"fields.{field.id}.heading", field.heading),
                _text(f"fields.{field.id}.needed", field.needed),
                _text(f"fields.{field.id}.holds", field.holds),
                _text(f"fields.{field.id}.use", field.use),
            ]
            for field in facts.fields
        ],
    )


def windows_view(facts: RequestFacts) -> TableView:
    """Return the windows and the dates of the extract."""
    rows: list[list[Bound | str]] = [
        [
            _text(f"windows.{window.id}.id", f"window {window.id}"),
            _day(f"windows.{window.id}.start", window.start),
            _day(f"windows.{window.id}.end", window.end),
        ]
        for window in facts.windows
    ]
    rows.append(["contacts to send", _day("first", facts.first), _day("last", facts.last)])
    rows.append(["extract made", _day("made_from", facts.made_from), "or later"])
    return table("windows", "Dates", ["what", "from", "to"], rows)


def outcomes_view(facts: RequestFacts) -> TableView:
    """Return the trial's outcomes that contacts give."""
    return table(
        "outcomes",
        "Outcomes counted from contacts",
        ["outcome", "role"],
        [
            [
                _text(f"outcomes.{outcome.id}.title", outcome.title),
                _text(f"outcomes.{outcome.id}.role", outcome.role),
            ]
            for outcome in facts.outcomes
        ],
    )


def others_view(facts: RequestFacts) -> TableView:
    """Return what other files give of the trial's outcomes, and why."""
    return table(
        "others",
        "What other files can give, and what they cannot",
        ["file", "outcome", "can it be had", "why"],
        [
            [
                _text(f"others.{other.id}.file", other.file),
                _text(f"others.{other.id}.outcome", other.outcome),
                _text(f"others.{other.id}.gives", other.gives),
                _text(f"others.{other.id}.why", other.why),
            ]
            for other in facts.others
        ],
    )


def never_sent(facts: RequestFacts) -> Sentence:
    """Return what must not be sent, in one sentence."""
    listed = _text("never", "; ".join(facts.never))
    return say("never", "Do not send {never}.", never=listed)


VIEWS: dict[str, Callable[[RequestFacts], TableView]] = {
    "fields": fields_view,
    "windows": windows_view,
    "outcomes": outcomes_view,
    "others": others_view,
}
