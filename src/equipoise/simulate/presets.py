"""Scenarios of the programme's five trials, and of all of England.

Sizes are those of the sources: the implications paper of April 2023 [A] and the project pages
(trials.md 1.2). How the 1,678 schools, 26 authorities and 34 supervisors of three trials fall to
the single trials is assumed, and so is everything else that has no mark.
"""

from __future__ import annotations

from dataclasses import replace

from equipoise.simulate.scenario import Scenario

# What all five share: the front doors' ways (data.md B.1, B.2) and what happens to schools.
_COMMON = Scenario(
    systems="six",
    other_sources=0.10,  # the others' contacts, one in ten
    border_share=0.02,
    advice_logged=0.85,
    open_logged=0.80,
    early_help_apart=0.10,
    closing_share=0.004,
    merging_share=0.004,
    academising_share=0.015,
    supervisor_turnover=0.0,  # so that posts and people are the 34 of [A]
)
_PRESETS: dict[str, Scenario] = {
    # 94 eligible schools of one authority; half of them, one senior social worker; about 40 % at
    # the intended level. Its cost is not published.
    "bolton-pilot": replace(
        _COMMON,
        schools=94,
        authorities=1,
        first_authority=900,
        first_urn=900_000,
        supervisors=1,
        intended_share=0.40,
        border_share=0.0,
    ),
    # 160 schools planned, ten authorities; near £4,500 a school and year [A].
    "dsl-gmca": replace(
        _COMMON,
        schools=160,
        authorities=10,
        first_authority=900,
        first_urn=901_000,
        supervisors=10,
        people_supervised=3,
        group_schools=3,
        hours_per_session=4.5,
        travel_hours=0.75,
        hours_per_group_session=7.0,
        hours_per_school=20.0,
        hours_per_supervisor=380.0,
        miles_per_visit=18.0,
    ),
    # Near £1,900 a school and year [A].
    "dsl-secondary": replace(
        _COMMON,
        schools=320,
        authorities=8,
        first_authority=910,
        first_urn=902_000,
        supervisors=10,
        people_supervised=2,
        group_schools=4,
        hours_per_school=10.0,
        hours_per_supervisor=360.0,
    ),
    # Near £850 a school and year [A]. Four of its authorities take part in the trial above too.
    "dsl-primary": replace(
        _COMMON,
        schools=1_198,
        authorities=12,
        first_authority=914,
        first_urn=904_000,
        supervisors=14,
    ),
    # What is left of "over 2,400" schools; nine authorities on its project page. Its cost and
    # its number of supervisors are not published.
    "dsl-csa": replace(
        _COMMON,
        schools=722,
        authorities=9,
        first_authority=926,
        first_urn=907_000,
        supervisors=18,
        secondary_share=0.25,
        people_supervised=2,
    ),
    # Every authority and school of a real register's structure, for speed and size.
    "england": replace(_COMMON, schools=24_000, authorities=152),
}
PRESETS = tuple(_PRESETS)


def preset(name: str, **changes: float | str) -> Scenario:
    """Return the scenario of a trial template, or of ``england``, with changes.

    Parameters
    ----------
    name
        One of `PRESETS`: the id of the trial's template.
    **changes
        Parameters with other values.

    Raises
    ------
    KeyError
        For a name that is none of them.

    Examples
    --------
    >>> preset("bolton-pilot").schools, preset("dsl-gmca", seed=7).seed
    (94, 7)
    """
    return replace(_PRESETS[name], **changes)  # type: ignore[arg-type]
