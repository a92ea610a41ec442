"""Again: the size reckoned once more from pooled data. The allocation is never read."""

from __future__ import annotations

import polars as pl

from equipoise.core.base import Problem, ProblemsError
from equipoise.core.results import decode_result
from equipoise.design.power import PowerAgain, assumptions_of, seen_of, size_again
from equipoise.evaluation.outcomes import AnalysisSet, pooled_values, read_analysis_set
from equipoise.statistics.estimation import EstimationError
from equipoise.workspace.folder import TrialFolder
from equipoise.workspace.steps.ingest import SUMMARY
from equipoise.workspace.steps.powering import enrolment_for_size

__all__ = ["pooled_set", "reckoned_again"]


def reckoned_again(folder: TrialFolder, *, baseline: bool = False) -> PowerAgain:
    """Reckon the units needed from the spread of the pooled primary outcome.

    Parameters
    ----------
    folder
        The trial; its analysis set, as ingested or frozen, is all that is read of outcomes.
    baseline
        Whether to take the values before the draw.

    Raises
    ------
    ProblemsError
        Where nothing was ingested yet, or too little.
    """
    protocol = folder.protocol
    pooled = pooled_values(protocol, pooled_set(folder), baseline=baseline)
    assumed = assumptions_of(protocol, enrolment_for_size(folder))
    try:
        seen = seen_of(
            pooled.values,
            pooled.strata,
            pooled.units,
            pooled.covariates,
            what=pooled.what,
            missing=pooled.missing,
            effect=0.0 if baseline else assumed.margin,
            share=assumed.share,
        )
    except EstimationError as error:
        raise ProblemsError(
            [
                Problem(
                    "outcomes/schools.parquet",
                    f"{pooled.outcome}, {pooled.what}",
                    str(error),
                    "values of more schools than strata and covariates",
                    "take in more packs, or look at the other window",
                )
            ]
        ) from None
    return size_again(assumed, seen, title=protocol.primary.title)


def pooled_set(folder: TrialFolder) -> AnalysisSet:
    """Read the arm-free analysis set, frozen or as ingested, without a record of it.

    Raises
    ------
    ProblemsError
        Where it is not there.
    """
    for prefix in ("frozen/", "outcomes/"):
        names = [name for name in folder.files(prefix) if name.endswith(".parquet")]
        if names and (folder.path / SUMMARY).is_file():
            files = {n.removeprefix(prefix): (folder.path / n).read_bytes() for n in names}
            summary = decode_result((folder.path / SUMMARY).read_bytes()).data
            try:
                return read_analysis_set(files, summary)
            except (KeyError, pl.exceptions.PolarsError):
                continue
    raise ProblemsError(
        [
            Problem(
                str(folder.path),
                "outcomes",
                "no analysis set",
                "the arm-free analysis set, which ingest makes of packs or of outcomes.csv",
                "take the data in with: equipoise run FOLDER",
            )
        ]
    )
