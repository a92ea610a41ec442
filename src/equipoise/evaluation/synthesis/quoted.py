"""Published findings beside the programme: quoted, and read by nothing that estimates."""

from __future__ import annotations

from equipoise.design.protocol import Programme, published_findings
from equipoise.evaluation.synthesis.programme_types import QuotedFinding

__all__ = ["quoted_findings"]


def quoted_findings(programme: Programme) -> tuple[QuotedFinding, ...]:
    """Give what the declared sets of published findings say, with its sources.

    Raises
    ------
    ProblemsError
        A set that is not shipped.
    """
    found = []
    for name in programme.context.published:
        shipped = published_findings(name)
        for finding in shipped.findings:
            source = shipped.cited(finding)
            found.append(
                QuotedFinding(
                    id=finding.id,
                    kind=finding.kind,
                    title=finding.title,
                    about=finding.about,
                    mode=finding.mode,
                    value=finding.value,
                    unit=finding.unit,
                    qualifier=finding.qualifier,
                    text=finding.quote,
                    note=finding.note,
                    source=source.title,
                    publisher=source.publisher,
                    published=source.published,
                    address=source.address,
                )
            )
    return tuple(found)
