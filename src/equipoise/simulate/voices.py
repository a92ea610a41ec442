"""Interviews as coded, and what those who were supervised ticked on the feedback form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from equipoise.core.base import Sink, csv_bytes
from equipoise.simulate.facts import SchoolFacts, TrialFacts
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.streams import Stream, running

_STANCES = ("positive", "mixed", "negative")
# By theme: how often it comes up, and the weights of the stances. Shaped after [A] and
# trials.md 1.5: well received; some already confident; time the main barrier. Sizes assumed.
_THEMES: dict[str, tuple[float, tuple[float, ...]]] = {
    "reflection": (0.75, (0.86, 0.11, 0.03)),
    "complex-cases": (0.62, (0.84, 0.12, 0.04)),
    "social-work-view": (0.66, (0.85, 0.11, 0.04)),
    "own-wellbeing": (0.55, (0.70, 0.25, 0.05)),
    "confident-already": (0.45, (0.08, 0.72, 0.20)),
    "confidence": (0.50, (0.62, 0.33, 0.05)),
    "time": (0.78, (0.05, 0.25, 0.70)),
}
_ANY_THEME = (0.5, (0.6, 0.3, 0.1))
_ROLES = ("dsl", "dsl", "dsl", "supervisor", "dsl", "head", "dsl", "dsl", "supervisor")
_ITEMS = ("well-run", "relevant", "recommend", "enough-time")
_HARDER = {"enough-time": 0.45}  # agreement with an item that time decides; assumed


def write_voices(
    scenario: Scenario,
    facts: TrialFacts,
    treated: Sequence[SchoolFacts],
    leads: Mapping[str, str],
    held: Mapping[str, int],
    sink: Sink,
) -> None:
    """Write ``interviews.csv`` and ``feedback.csv``.

    Parameters
    ----------
    scenario, facts
        How many interviews; the protocol's themes and the item set beside what was measured.
    treated
        Schools with supervision; only those with a session are heard.
    leads
        Designated safeguarding lead by URN.
    held
        Sessions held by URN.
    sink
        The unblinded team's folder.
    """
    reached = [school for school in treated if held.get(school.urn, 0) > 0]
    sink(
        "interviews.csv",
        csv_bytes(
            ("interview_id", "role", "urn", "la_code", "theme", "stance"),
            _interviews(scenario, facts, reached),
        ),
    )
    sink(
        "feedback.csv",
        csv_bytes(
            ("person_id", "urn", "item", "value"), _feedback(scenario, facts, reached, leads)
        ),
    )


def _interviews(
    scenario: Scenario, facts: TrialFacts, schools: Sequence[SchoolFacts]
) -> Iterator[tuple[str, str, str, str, str, str]]:
    serial = 0
    for la_code in sorted({school.la_code for school in schools}):
        stream = Stream(scenario.seed, "interviews", la_code)
        own = stream.shuffled([school for school in schools if school.la_code == la_code])
        for number in range(scenario.interviews_per_authority):
            role = _ROLES[number % len(_ROLES)]
            urn = "" if role == "supervisor" else own[number % len(own)].urn
            serial += 1
            coded = False
            for theme in facts.themes:
                often, weights = _THEMES.get(theme, _ANY_THEME)
                u, stance = stream.uniform(), stream.weighted(_STANCES, running(weights))
                if u < often:
                    coded = True
                    yield f"I{serial:03d}", role, urn, la_code, theme, stance
            if not coded:
                yield f"I{serial:03d}", role, urn, la_code, "", ""


def _feedback(
    scenario: Scenario,
    facts: TrialFacts,
    schools: Sequence[SchoolFacts],
    leads: Mapping[str, str],
) -> Iterator[tuple[str, str, str, int]]:
    seen: set[str] = set()
    for school in schools:
        person = leads.get(school.urn, "")
        stream = Stream(scenario.seed, "feedback", person)
        if not person or person in seen or not stream.chance(scenario.feedback_response):
            continue
        seen.add(person)
        for item in filter(None, (facts.perceived_item, *_ITEMS)):
            liked = _HARDER.get(item, scenario.well_received)
            high = stream.chance(liked)
            weights = running((0.35, 0.65) if not high else (0.45, 0.55))
            lower = stream.weighted((2, 3), weights)
            upper = stream.weighted((4, 5), weights)
            value = upper if high else (1 if stream.chance(0.1) else lower)
            yield person, school.urn, item, value
