"""What a check of an extract found, in words and as plain values, for the analyst's own screen."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from equipoise.cli.asking import counted
from equipoise.cli.comparing import show_findings
from equipoise.cli.messages import say, show_table

if TYPE_CHECKING:
    from equipoise.authority.quality import Quality, Unclear
    from equipoise.workspace.folder.extract import Looked

_WINDOW = ("window", "contacts", "by schools", "school unclear", "no school", "source unclear",
           "outcome missing", "outcome unclear", "pending")  # fmt: skip


def show_quality(found: Looked, *, verbose: bool) -> None:
    """Say what seems wrong with an extract, as its pack would say it, and what is not known.

    Parameters
    ----------
    found
        The extract.
    verbose
        Whether the counts by window are shown too.
    """
    from equipoise.authority.quality import outcome_lines

    quality = found.quality
    if quality.findings:
        show_findings(quality.findings, "What seems wrong, and what to ask:")
    else:
        say("Nothing that was looked for in its months seems wrong.")
    for end, short in (("first", quality.first_month_short), ("last", quality.last_month_short)):
        if short:
            say(f"  the {end} month holds fewer than half of a usual month's contacts: cut off?")
    for window in quality.windows_not_covered:
        say(f"  window {window} is not covered whole by the extract")
    if quality.open_case_unknown:
        contacts = counted(quality.open_case_unknown, "contact")
        say(f"  nobody recorded for {contacts} whether the case was open")
    if quality.by_absence:
        contacts = counted(quality.by_absence, "contact")
        say(f"  {contacts} by schools: no further action was read from empty boxes")
    if verbose or quality.referrals is not None:
        for line in outcome_lines(quality.outcomes, quality.referrals):
            say(f"  {line}")
    if verbose:
        say()
        _show_windows(quality)
    if found.not_known:
        say()
        say("What cannot be known here:")
        for line in found.not_known:
            say(f"  - {line}")
    say()


#: So many unclear points are listed on the screen unless more are asked for.
MOST_LISTED = 20


def show_unclear(unclear: tuple[Unclear, ...], *, verbose: bool) -> None:
    """List what is unclear, row by row; without ``verbose`` the first `MOST_LISTED`."""
    shown = [
        (str(u.file), str(u.sheet), str(u.row), u.field, u.found, u.why)
        for u in (unclear if verbose else unclear[:MOST_LISTED])
    ]
    heads = ("file", "sheet", "row", "field", "found", "why")
    # Most extracts are one file with one sheet: their numbers would be noise.
    noise = [place for place in (0, 1) if all(row[place] == "1" for row in shown)]
    kept = [place for place in range(len(heads)) if place not in noise]
    show_table(tuple(heads[n] for n in kept), [tuple(row[n] for n in kept) for row in shown])
    if len(shown) < len(unclear):
        more = counted(len(unclear) - len(shown), "more point")
        say(f"  and {more}: --out FILE lists all of them, --verbose shows them here")


_VOCABULARIES = {
    "source": "source-of-contact",
    "outcome": "contact-outcome",
    "reason": "contact-reason",
}


def show_next(unclear: tuple[Unclear, ...]) -> None:
    """Say with which command the words and names that are unclear are decided."""
    for field, vocabulary in _VOCABULARIES.items():
        if any(one.field == field for one in unclear):
            option = "" if field == "source" else f" --vocabulary {vocabulary}"
            say(f"Decide on words of {field}: equipoise contacts labels FOLDER{option} --review")
    if any(one.field == "organisation" for one in unclear):
        say("Decide on names of schools: equipoise contacts schools FOLDER --review")


def show_reasons(unclear: tuple[Unclear, ...]) -> None:
    """Say how many points are unclear for each reason, the most frequent first."""
    reasons = Counter((one.field, one.why) for one in unclear)
    if len(reasons) < 2 or len(reasons) == len(unclear):
        return
    rows = sorted(((-count, field, why) for (field, why), count in reasons.items()))
    show_table(("times", "what", "why"), [(f"{-n:,}", field, why) for n, field, why in rows])
    say()


def quality_plain(found: Looked) -> dict[str, Any]:
    """Return the quality report as plain values, set-aside rows left to their own entry."""
    from equipoise.core.results import to_plain

    plain: dict[str, Any] = to_plain(found.quality)
    for held in ("rows_read", "rows_kept", "set_aside", "notes", "linkage", "tables"):
        plain.pop(held, None)
    return {"quality": plain, "not_known": list(found.not_known)}


def _show_windows(quality: Quality) -> None:
    rows = [
        (
            w.window,
            f"{w.contacts:,}",
            f"{w.school_contacts:,}",
            _part(w.school_contacts_unresolved, w.share_unresolved),
            f"{w.not_school:,}",
            _part(w.ambiguous_source, w.share_ambiguous_source),
            _part(w.missing, w.share_missing),
            _part(w.unmapped, w.share_unmapped),
            _part(w.pending, w.share_pending),
        )
        for w in quality.windows
    ]
    show_table(_WINDOW, rows)


def _part(count: int, share: float) -> str:
    return f"{count:,} ({share:.1%})" if count else "0"
