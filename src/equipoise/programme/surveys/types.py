"""What the surveys say about themselves: response numbers and reliability, arm-free."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.core.results import result
from equipoise.programme.surveys.counts import CodeCount


@dataclass(frozen=True)
class ItemSummary:
    """One item of the instrument in one wave.

    Attributes
    ----------
    item
        The item's column, such as ``swemwbs_3``; never its wording.
    answered
        Respondents who answered it.
    missing
        Respondents who left it blank.
    """

    item: str
    answered: int
    missing: int


@dataclass(frozen=True)
class WaveSummary:
    """One wave: how many were asked, answered and could be scored, and the scores overall.

    ``invited = responded + not_responded`` and ``responded = scored + incomplete``.

    Attributes
    ----------
    wave
        The wave's identifier in the protocol.
    invited
        People on the list of the wave.
    responded
        People on the list with at least one item answered within the wave.
    not_responded
        The other people on the list.
    scored
        Respondents who answered enough items for a score.
    incomplete
        Respondents who did not.
    response_share
        `responded` of `invited`, 0 to 1; None where nobody was invited.
    scored_share
        `scored` of `invited`, 0 to 1; None where nobody was invited.
    rows_read
        Rows of the wave's file.
    set_aside
        Rows not used, by reason; ``rows_read = responded + the sum of these``.
    mean
        Mean score over all respondents of all arms, in the instrument's unit; None without scores.
    sd
        Standard deviation of the scores (n - 1), same unit; None under two scores.
    lowest, highest
        Least and greatest score, same unit; None without scores.
    at_floor, at_ceiling
        Respondents with the least and the greatest score that the instrument allows.
    alpha
        Cronbach's alpha of the items over all arms (complete answers only); None where it is not
        defined (fewer than two people, or no variance).
    alpha_people
        People with every item answered, on whom alpha rests.
    items
        Answered and missing, per item.
    """

    wave: str
    invited: int
    responded: int
    not_responded: int
    scored: int
    incomplete: int
    response_share: float | None
    scored_share: float | None
    rows_read: int
    set_aside: tuple[CodeCount, ...]
    mean: float | None
    sd: float | None
    lowest: float | None
    highest: float | None
    at_floor: int
    at_ceiling: int
    alpha: float | None
    alpha_people: int
    items: tuple[ItemSummary, ...]


@result("programme.surveys", version=1)
@dataclass(frozen=True)
class SurveyResult:
    """Response and reliability of one instrument, wave by wave, over all arms together.

    Attributes
    ----------
    instrument
        The instrument's name, as the protocol gives it.
    title
        Its full title.
    unit
        The unit of its score, in words.
    source
        Where the scoring rule was published.
    licence
        Terms of use, with the copyright line that must be shown.
    waves
        One summary per wave, in the order given.
    """

    instrument: str
    title: str
    unit: str
    source: str
    licence: str
    waves: tuple[WaveSummary, ...]
