"""Agreement: whether programme.yaml and the protocols of its trials say the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from equipoise.core.base import Problem
from equipoise.design.protocol.model import Protocol
from equipoise.design.protocol.programme.model import Pool, Programme

_FILE = "programme.yaml"


def programme_problems(
    programme: Programme, protocols: Mapping[str, Protocol]
) -> tuple[Problem, ...]:
    """Return where the programme and its trials' protocols do not agree.

    Parameters
    ----------
    programme
        As declared.
    protocols
        The protocol that was found in each trial's folder, by the trial's id in the programme;
        trials that are not there yet may be left out.

    Returns
    -------
    tuple of Problem
        Another trial in a folder, simulated beside real trials, another last day, outcomes,
        windows, modes and counts that a trial does not declare, contacts that the trials of a pool
        count by other rules.
    """
    return tuple(
        problem
        for part in (_heads, _panels, _pools, _costs)
        for problem in part(programme, protocols)
    )


def outcome_end(protocol: Protocol) -> date | None:
    """Return the last day of the primary outcome's window or wave; None for an own table.

    Examples
    --------
    >>> from equipoise.design.protocol import load_protocol, template
    >>> outcome_end(load_protocol(template("dsl-primary"))).isoformat()
    '2022-07-21'
    """
    measure = protocol.primary.measure
    if measure.window is not None:
        return protocol.window(measure.window).end
    return None if measure.wave is None else protocol.wave(measure.wave).end


def _problem(place: str, found: str, expected: str, remedy: str) -> Problem:
    return Problem(_FILE, place, found, expected, remedy)


def _heads(programme: Programme, protocols: Mapping[str, Protocol]) -> Iterator[Problem]:
    for i, member in enumerate(programme.trials, start=1):
        protocol = protocols.get(member.id)
        if protocol is None:
            continue
        if protocol.trial.id != member.id:
            yield _problem(
                f"trials[{i}].folder",
                f"the trial {protocol.trial.id} in {member.folder}",
                f"the trial {member.id}",
                "correct the id or the folder",
            )
        if protocol.trial.simulated != programme.programme.simulated:
            kinds = ("real", "simulated")
            yield _problem(
                f"trials[{i}]",
                f"the {kinds[protocol.trial.simulated]} trial {member.id}",
                f"{kinds[programme.programme.simulated]} trials alone, as programme.simulated says",
                "never put simulated and real trials together",
            )
        end = outcome_end(protocol)
        if member.ended is not None and end is not None and end != member.ended:
            yield _problem(
                f"trials[{i}].ended",
                member.ended.isoformat(),
                f"{end}, the last day of its outcome window",
                "correct it, or write null",
            )


def _panels(programme: Programme, protocols: Mapping[str, Protocol]) -> Iterator[Problem]:
    for i, panel in enumerate(programme.panels, start=1):
        for j, member in enumerate(panel.members, start=1):
            protocol = protocols.get(member.trial)
            known = [o.id for o in protocol.design.outcomes] if protocol else [member.outcome]
            if member.outcome not in known:
                yield _problem(
                    f"panels[{i}].members[{j}].outcome",
                    repr(member.outcome),
                    f"an outcome of {member.trial}: {', '.join(known)}",
                    "correct the name, or declare the outcome in that trial",
                )


def _pools(programme: Programme, protocols: Mapping[str, Protocol]) -> Iterator[Problem]:
    for i, pool in enumerate(programme.pools, start=1):
        own = {name: protocols[name] for name in pool.trials if name in protocols}
        for name, protocol in own.items():
            yield from _pool_member(f"pools[{i}]", pool, name, protocol)
        yield from _alike(f"pools[{i}].trials", own)


def _pool_member(place: str, pool: Pool, name: str, protocol: Protocol) -> Iterator[Problem]:
    if protocol.design.contact is None:
        yield _problem(
            f"{place}.trials",
            f"{name}, which brings its own table",
            "trials whose outcome can be made again from school tables",
            f"show {name} in a panel",
        )
        return
    windows = {w.id for w in protocol.design.periods.windows}
    for key, window in (("window", pool.measure.window), ("baseline", pool.measure.baseline)):
        if window is not None and window not in windows:
            yield _problem(
                f"{place}.measure.{key}",
                repr(window),
                f"a window of {name}: {', '.join(sorted(windows))}",
                f"name a window that every trial has, or leave {name} out",
            )
    if pool.measure.numerator not in protocol.counts:
        yield _problem(
            f"{place}.measure.numerator",
            pool.measure.numerator,
            f"a count that {name} asks for",
            f"ask for its reason in design.contact of {name}, or leave {name} out",
        )


def _alike(place: str, own: Mapping[str, Protocol]) -> Iterator[Problem]:
    """Compare how contacts are counted with the first trial of the pool."""
    counted = {n: p.design.contact for n, p in own.items() if p.design.contact is not None}
    if not counted:
        return
    first, model = next(iter(counted.items()))
    for name, contact in counted.items():
        for key in (
            "school",
            "source_codes",
            "open_cases",
            "repeat_days",
            "recontact_days",
            "outcome",
            "siblings",
            "same_day",
        ):
            one, other = getattr(model, key), getattr(contact, key)
            if one != other:
                yield _problem(
                    place,
                    f"{name}, which counts contacts with {key}: {_said(other)}",
                    f"{key}: {_said(one)}, as {first} does",
                    f"count alike in both trials, or show {name} in a panel",
                )


def _said(value: object) -> str:
    return "[" + ", ".join(map(str, value)) + "]" if isinstance(value, tuple) else str(value)


def _costs(programme: Programme, protocols: Mapping[str, Protocol]) -> Iterator[Problem]:
    for i, line in enumerate(programme.costs, start=1):
        for name in line.trials:
            protocol = protocols.get(name)
            declared = protocol.costs.modes if protocol and protocol.costs else ()
            if protocol is not None and line.mode not in declared:
                yield _problem(
                    f"costs[{i}].trials",
                    f"{name}, which shows the cost of {', '.join(declared) or 'no mode'}",
                    f"a trial with {line.mode} under costs.modes",
                    f"add the mode to {name}, or leave {name} out",
                )
