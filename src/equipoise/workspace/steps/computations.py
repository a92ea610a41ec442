"""The computations after ingest: power, the blind run, the analysis, the report."""

from __future__ import annotations

from typing import Any

import equipoise
from equipoise.core.base import Problem, ProblemsError, day
from equipoise.core.ledger import Line
from equipoise.design.power import PowerResult, size
from equipoise.evaluation.analysis import (
    ComplianceResult,
    Received,
    Taken,
    characteristics,
    complier_effects,
    flow,
)
from equipoise.evaluation.analysis import analyse as analyse_arms
from equipoise.evaluation.analysis import analyse_blind as analyse_pooled
from equipoise.evaluation.outcomes import AnalysisSet, corrected, read_analysis_set
from equipoise.evaluation.synthesis import break_even_beside_effect, decide
from equipoise.programme.costs import CostResult, cost, read_costs
from equipoise.programme.delivery import Dose, dose, read_delivery
from equipoise.programme.process import ThemeResult, read_feedback, read_interviews, themes
from equipoise.reporting.documents import Documents, blind_report, brief
from equipoise.reporting.words import BlindInputs, BriefInputs, InputDigest, Provenance
from equipoise.workspace.folder import RESTORE, TrialFolder, Work
from equipoise.workspace.steps.before_draw import before_draw
from equipoise.workspace.steps.corrections import arms_within, signed_corrections
from equipoise.workspace.steps.deviations import deviations_of, protocol_digest
from equipoise.workspace.steps.drawing import known_in
from equipoise.workspace.steps.ingest import SUMMARY
from equipoise.workspace.steps.opening import ARMS, OPENED, opened_allocation
from equipoise.workspace.steps.powering import enrolment_for_size
from equipoise.workspace.steps.stages import is_external, registers_of

_AGAIN = "compute it again with: equipoise run FOLDER"


def reckon_power(folder: TrialFolder) -> PowerResult:
    """Return the trial's size from the register where there is one, else from what is planned."""
    return size(folder.protocol, enrolment_for_size(folder))


def power(folder: TrialFolder) -> Line:
    """Reckon the trial's size and keep it among the results."""
    work = Work(folder, "power")
    work.read("trial.yaml", remedy="restore the protocol")
    for name in folder.files("design/"):
        if name.endswith(".csv"):
            work.read(name, remedy=_AGAIN)
    work.write_result("results/power.json", reckon_power(folder))
    return work.finish()


def analyse_blind(folder: TrialFolder) -> Line:
    """Run every planned model on made-up arms; write the blind page."""
    work = Work(folder, "analyse-blind")
    data = _analysis_set(work)
    folder.tell("running every planned model on made-up arms")
    result = analyse_pooled(folder.protocol, corrected(data, signed_corrections(work)))
    work.write_result("results/blind.json", result)
    inputs = BlindInputs(
        protocol=folder.protocol,
        simulated=folder.protocol.trial.simulated,
        summary=data.summary,
        provenance=_provenance(work),
        blind=result,
        power=_data(work, "power"),
        balance=_data(work, "balance"),
        chances=_data(work, "chances"),
        surveys=_survey(work),
    )
    _write_documents(work, blind_report(inputs, clock_date=day(folder.clock.now())), "blind")
    return work.finish()


def _analysis_set(work: Work) -> AnalysisSet:
    """Read the frozen analysis set, or before the freeze the one that ingest made."""
    frozen = work.folder.last("freeze") is not None
    prefix = "frozen/" if frozen else "outcomes/"
    names = [n for n in work.folder.files(prefix) if n.endswith(".parquet")]
    files = {n.removeprefix(prefix): work.read(n, remedy=_AGAIN) for n in names}
    summary = work.result(SUMMARY, remedy=_AGAIN).data
    return read_analysis_set(files, summary)


def _data(work: Work, name: str) -> Any:
    envelope = work.result_if_there(f"results/{name}.json")
    return None if envelope is None else envelope.data


def _survey(work: Work) -> Any:
    names = [n for n in work.folder.files("results/survey-") if n.endswith(".json")]
    return work.result(names[0], remedy=_AGAIN).data if names else None


def _provenance(work: Work) -> Provenance:
    """Say where the numbers come from, as the ledger stood before this step."""
    folder = work.folder
    chain = folder.whole_chain()
    words = {True: "drawn elsewhere, not proved"}.get(
        is_external(folder),
        "draw repeated from the revealed seeds and the public events"
        if folder.last("unblind") is not None
        else "draw committed, not yet repeatable",
    )
    return Provenance(
        protocol_digest=protocol_digest(chain.entries),
        ledger_head=chain.head,
        draw=words,
        code_version=equipoise.__version__,
        deviations=deviations_of(chain.entries),
        inputs=tuple(
            InputDigest(name, digest)
            for name, digest in sorted(work.reads.items())
            if name.startswith(("frozen/", "outcomes/"))
        ),
    )


def analyse(folder: TrialFolder) -> Line:
    """Bring arm and outcome together as pre-specified; dose, costs, themes and the decision."""
    work = Work(folder, "analyse")
    protocol = folder.protocol
    data = _analysis_set(work)
    arms = opened_allocation(work.read(ARMS, remedy=RESTORE))
    signed = signed_corrections(work)
    counted = corrected(data, signed)
    within = arms_within(arms, counted)
    folder.tell("estimating the effects as pre-specified")
    impact = analyse_arms(protocol, counted, within, drawn=data)
    work.write_result("results/impact.json", impact)
    known = known_in(work) if protocol.design.population is not None else []
    work.write_result("results/characteristics.json", characteristics(protocol, data, arms, known))
    given = _dose(work, arms)
    spent = _costs(work, data, given)
    said = _themes(work, given)
    moved_by = None if given is None else _compliance(folder, counted, within, given)
    for name, value in (
        ("dose", given and given.result),
        ("compliance", moved_by),
        ("costs", spent),
        ("themes", said),
    ):
        if value is not None:
            work.write_result(f"results/{name}.json", value)
    excluded: dict[str, int] = {}
    enrolment = None
    if protocol.design.population is not None:
        excluded, enrolment = before_draw(folder, registers_of(work))
    received = None
    if given is not None:
        received = Received(
            any=[school.urn for school in given.schools if school.any],
            intended=[school.urn for school in given.schools if school.intended],
        )
    moved = flow(
        protocol,
        data,
        arms,
        excluded=excluded,
        received=received,
        corrections=signed,
        enrolment=enrolment,
    )
    work.write_result("results/flow.json", moved)
    decision = decide(protocol, impact, said, spent)
    work.write_result("results/decision.json", decision)
    paid = break_even_beside_effect(protocol, impact, spent)
    if paid is not None:
        work.write_result("results/break-even.json", paid)
    # Files that no computation asked for were there all the same: a new one makes this due.
    work.read_all("frozen/")
    return work.finish()


def _opened(work: Work, name: str) -> bytes | None:
    return work.read_if_there(f"{OPENED}{name}")


def _dose(work: Work, arms: dict[str, str]) -> Dose | None:
    design = work.folder.protocol.design
    files = [_opened(work, n) for n in ("supervisors.csv", "caseloads.csv", "sessions.csv")]
    supervisors, caseloads, sessions = files
    if supervisors is None or caseloads is None or sessions is None:
        return None
    if design.compliance is None or design.periods.delivery is None:
        raise ProblemsError(
            [
                Problem(
                    "trial.yaml",
                    "design.compliance",
                    "nothing, but sessions were recorded",
                    "the levels of supervision and the period of delivery",
                    "declare design.compliance and design.periods.delivery",
                )
            ]
        )
    registers = registers_of(work)
    drawn = {school.urn: school.la_code for school in registers.schools if school.urn in arms}
    delivery = read_delivery(
        supervisors,
        caseloads,
        sessions,
        schools=drawn,
        start=design.periods.delivery.start,
        end=design.periods.delivery.end,
        files=[f"{OPENED}{n}" for n in ("supervisors.csv", "caseloads.csv", "sessions.csv")],
    )
    return dose(
        delivery,
        any_level=design.compliance.any,
        intended_level=design.compliance.intended,
        unit="minutes" if design.compliance.unit == "minutes" else "sessions",
    )


def _compliance(
    folder: TrialFolder, data: AnalysisSet, arms: dict[str, str], given: Dose
) -> ComplianceResult | None:
    """Estimate what supervision did for those who took it up (rules 10)."""
    minutes = given.result.unit == "minutes"
    had = {s.urn: float(s.minutes if minutes else s.sessions_held) for s in given.schools}
    return complier_effects(folder.protocol, data, arms, Taken(had))


def _costs(work: Work, data: AnalysisSet, given: Dose | None) -> CostResult | None:
    protocol = work.folder.protocol
    sheet = _opened(work, "costs.csv")
    if sheet is None or protocol.costs is None or given is None:
        return None
    period = protocol.design.periods.delivery
    if period is None:
        return None
    on_caseload = [school for school in given.schools if school.on_caseload]
    rolls = dict(data.schools.select("urn", "pupils").iter_rows())
    schools: dict[str, int] = {}
    pupils: dict[str, int] = {}
    for school in on_caseload:
        schools[school.la_code] = schools.get(school.la_code, 0) + 1
        pupils[school.la_code] = pupils.get(school.la_code, 0) + rolls.get(school.urn, 0)
    lines = read_costs(
        sheet,
        categories=protocol.costs.categories,
        authorities=set(data.schools["la_code"].to_list()),
        start=period.start,
        end=period.end,
        file=f"{OPENED}costs.csv",
    )
    return cost(
        lines,
        categories=protocol.costs.categories,
        schools=schools,
        pupils=pupils,
        sessions_held=given.result.distinct_sessions_held,
        start=period.start,
        end=period.end,
        annual_months=protocol.costs.annual_months,
        price_year=protocol.costs.price_year,
        perspective=protocol.costs.perspective,
    )


def _themes(work: Work, given: Dose | None) -> ThemeResult | None:
    process = work.folder.protocol.process
    interviews, feedback = _opened(work, "interviews.csv"), _opened(work, "feedback.csv")
    if process is None or interviews is None or feedback is None:
        return None
    caseload = [] if given is None else [s.urn for s in given.schools if s.on_caseload]
    return themes(
        read_interviews(
            interviews,
            themes={theme.code: theme.title for theme in process.themes},
            file=f"{OPENED}interviews.csv",
        ),
        read_feedback(
            feedback,
            schools=caseload,
            perceived_item=process.perceived_item,
            file=f"{OPENED}feedback.csv",
        ),
        perceived_item=process.perceived_item,
        people_supervised=None if given is None else given.result.people,
        level=work.folder.protocol.design.interval,
    )


def report(folder: TrialFolder) -> Line:
    """Write the brief from the results, and from nothing else."""
    work = Work(folder, "report")
    needed = {
        name: work.result(f"results/{name}.json", remedy=_AGAIN).data
        for name in ("impact", "decision", "flow")
    }
    inputs = BriefInputs(
        protocol=folder.protocol,
        simulated=folder.protocol.trial.simulated,
        impact=needed["impact"],
        decision=needed["decision"],
        flow=needed["flow"],
        provenance=_provenance(work),
        summary=_data(work, "outcomes"),
        power=_data(work, "power"),
        balance=_data(work, "balance"),
        characteristics=_data(work, "characteristics"),
        chances=_data(work, "chances"),
        surveys=_survey(work),
        dose=_data(work, "dose"),
        compliance=_data(work, "compliance"),
        break_even=_data(work, "break-even"),
        costs=_data(work, "costs"),
        themes=_data(work, "themes"),
    )
    for name in folder.files("results/"):
        work.read(name, remedy=_AGAIN)
    folder.tell("writing the brief")
    _write_documents(work, brief(inputs, clock_date=day(folder.clock.now())), "brief")
    return work.finish()


def _write_documents(work: Work, made: Documents, kind: str) -> None:
    """Hold a document's files; the names of simulated ones say so."""
    work.write(f"report/{made.name}.html", made.html)
    work.write(f"report/{made.name}.pdf", made.pdf)
    work.write(f"report/{made.name}.docx", made.docx)
    for name, data in {**made.figures, **made.tables}.items():
        work.write(f"report/{kind}/{name}", data)
