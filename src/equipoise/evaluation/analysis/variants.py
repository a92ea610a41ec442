"""The planned models of an outcome: the main one, definitions beside it, sensitivity analyses."""

from __future__ import annotations

from dataclasses import dataclass, replace

from equipoise.core.base import Problems
from equipoise.design.protocol import Model, Outcome, Protocol
from equipoise.evaluation.outcomes import Definition

__all__ = ["Variant", "check_plan", "main_variant", "variants"]

MAIN = "main"


@dataclass(frozen=True)
class Variant:
    """One planned model of one outcome.

    Attributes
    ----------
    id, title
        ``main``, or as declared.
    tier
        0 for the main model and for definitions always shown; else the declared tier.
    change
        What differs from the main model, in words; empty for the main model.
    definition
        The numerator and denominator, where they differ.
    average
        The declared average.
    baseline
        Whether the baseline is adjusted for.
    model
        The model with its error, strata and covariates.
    """

    id: str
    title: str
    tier: int
    change: str
    definition: Definition
    average: str
    baseline: bool
    model: Model


def main_variant(protocol: Protocol, outcome: Outcome) -> Variant:
    """Give the main model of an outcome."""
    _, model = protocol.model_of(outcome)
    return Variant(
        id=MAIN,
        title=outcome.title,
        tier=0,
        change="",
        definition=Definition(),
        average=outcome.estimand.average,
        baseline=model.baseline and outcome.baseline is not None,
        model=model,
    )


def variants(protocol: Protocol, outcome: Outcome) -> tuple[Variant, ...]:
    """Give the other planned models of an outcome: definitions, then sensitivity analyses."""
    main = main_variant(protocol, outcome)
    shown = [
        replace(
            main,
            id=also.id,
            title=also.title,
            change=f"numerator = {also.numerator}",
            definition=Definition(numerator=also.numerator),
        )
        for also in outcome.also_shown
    ]
    changed = []
    for planned in protocol.plan.sensitivity:
        if planned.outcome != outcome.id:
            continue
        change = planned.change
        model = main.model if change.model is None else protocol.plan.models[change.model]
        update = {
            name: value
            for name in ("strata", "error", "covariates")
            if (value := getattr(change, name)) is not None
        }
        baseline = main.baseline if change.model is None else model.baseline
        changed.append(
            replace(
                main,
                id=planned.id,
                title=planned.id.replace("-", " ").replace("_", " "),
                tier=planned.tier,
                change=_words(change.model_dump(exclude_none=True))
                + ("" if model.is_linear else ", precision-weighted"),
                definition=Definition(change.numerator, change.denominator),
                average=change.average or main.average,
                baseline=(baseline if change.baseline is None else change.baseline)
                and outcome.baseline is not None,
                model=model.model_copy(update=update),
            )
        )
    return (*shown, *changed)


def _words(change: dict[str, object]) -> str:
    return ", ".join(
        f"{name} = {', '.join(map(str, value)) if isinstance(value, (tuple, list)) else value}"
        for name, value in sorted(change.items())
    )


def check_plan(protocol: Protocol) -> None:
    """Refuse what this version cannot run, all of it at once.

    Raises
    ------
    ProblemsError
        An effect that interacts with the strata; a ratio of means.
    """
    problems = Problems()

    def refuse(place: str, found: str, expected: str, remedy: str) -> None:
        problems.add(file="trial.yaml", place=place, found=found, expected=expected, remedy=remedy)

    for outcome in protocol.design.outcomes:
        place = f"plan.models, outcome {outcome.id}"
        for variant in (main_variant(protocol, outcome), *variants(protocol, outcome)):
            model = variant.model
            if model.interact_strata:
                refuse(
                    f"{place}, analysis {variant.id}",
                    "interact_strata: true",
                    "inverse_share: true in this version",
                    "weight by the inverse realised share",
                )
        if outcome.estimand.summary != "difference":
            refuse(
                f"design.outcomes, outcome {outcome.id}, estimand.summary",
                outcome.estimand.summary,
                "difference in this version",
                "declare a difference",
            )
    problems.raise_if_any()
