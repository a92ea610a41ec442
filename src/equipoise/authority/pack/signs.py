"""Signs: what a prepared extract shows month by month."""

from __future__ import annotations

from collections.abc import Iterable

from equipoise.authority.pack.prepare import Prepared
from equipoise.authority.quality import Signs, signs_of
from equipoise.authority.rules import Answer, label_months, month_signs

_CHANGES = ("threshold", "family_help", "front_door", "system")


def extract_signs(extract: Prepared) -> Signs:
    """Return what an extract shows month by month.

    Parameters
    ----------
    extract
        With its texts resolved and its records stored.
    """

    def ask(query: str) -> Iterable[Answer]:
        return extract.store.ask(query, {})

    profile = extract.profile
    return signs_of(
        profile.authority,
        month_signs(ask),
        covers=(profile.covers_from, profile.covers_to),
        made=profile.extract_date,
        labels=label_months(ask),
        forms=extract.texts.forms,
        declared=[
            (day.year * 100 + day.month, what.replace("_", " "))
            for what in _CHANGES
            for day in profile.answers.changed(what) or ()
        ],
        marks_open_cases=profile.open_cases == "flagged",
    )
