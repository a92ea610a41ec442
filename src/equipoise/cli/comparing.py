"""Comparing: authorities, an extract with an earlier one, records with a trial's need."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli.messages import say, say_json, show_table
from equipoise.cli.options import AsJson, Engine, Rows, need_engine, open_trial

if TYPE_CHECKING:
    from equipoise.authority.quality import Comparability, Evaluability, Finding
    from equipoise.design.power import BaselinePower

Register = Annotated[
    Path, typer.Option("--register", help="The schools: register.csv, or the official download")
]
_SIGNS = {"comparable": "yes", "caveat": "with care", "unknown": "unknown", "not": "no"}


def add_to(contacts: typer.Typer) -> None:
    """Add the commands."""
    contacts.command("compare")(compare)
    contacts.command("changes")(changes)
    contacts.command("evaluable")(evaluable)


def compare(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH...", help="A trial folder, packs, or folders of extracts"),
    ],
    register: Annotated[
        Path | None, typer.Option("--register", help="The schools, for extracts.")
    ] = None,
    engine: Rows = Engine.DUCKDB,
    as_json: AsJson = False,
) -> None:
    """Say which outcomes of which authority compare, and which rule decided.

    What an authority never answered is unknown, and so is what depends on it.

    Example: equipoise contacts compare trial
    """
    need_engine(engine)
    from equipoise.core.results import to_plain
    from equipoise.workspace.steps.compared import compared

    trials = [path for path in paths if (path / "trial.yaml").is_file()]
    if len(trials) > 1:
        raise typer.BadParameter("one trial folder at a time", param_hint="PATH")
    found = compared(
        [path for path in paths if path not in trials],
        trial=open_trial(trials[0]) if trials else None,
        register=register,
        engine=engine,
    )
    if as_json:
        say_json(to_plain(found))
        return
    _show_matrix(found)


def _show_matrix(found: Comparability) -> None:
    many = len(found.authorities)
    say(f"{many} {'authority' if many == 1 else 'authorities'}. Does each outcome compare?")
    heads = ("outcome", *found.authorities)
    show_table(
        heads,
        [
            (
                outcome.title,
                *(_SIGNS[found.cell(code, outcome.id).verdict] for code in found.authorities),
            )
            for outcome in found.outcomes
        ],
    )
    _show_rules(found)
    for code, name in found.authorities.items():
        said: dict[tuple[str, str, str], list[str]] = {}
        for outcome in found.outcomes:
            for reason in found.cell(code, outcome.id).reasons:
                said.setdefault((reason.verdict, reason.code, reason.words), []).append(outcome.id)
        say()
        say(f"{code} {name}:" + ("" if said else " every outcome compares."))
        say(f"  outcomes {found.counted[code]}")
        order = list(_SIGNS)
        for (verdict, rule, words), outcomes in sorted(
            said.items(), key=lambda item: (-order.index(item[0][0]), item[0])
        ):
            which = "every outcome" if len(outcomes) == len(found.outcomes) else ", ".join(outcomes)
            say(f"  {_SIGNS[verdict]} [{rule}] {words}")
            say(f"      {which}")


def _show_rules(found: Comparability) -> None:
    """Say by which rules of counting each outcome was decided, those of all authorities once."""
    say()
    say("Counted by these rules:")
    for outcome in found.outcomes:
        by_rules: dict[tuple[str, ...], list[str]] = {}
        for code in found.authorities:
            by_rules.setdefault(found.cell(code, outcome.id).rules, []).append(code)
        for rules, codes in by_rules.items():
            where = "" if len(by_rules) == 1 else f" ({', '.join(codes)})"
            say(f"  {outcome.id}{where}: {', '.join(rules) or 'not counted'}")


def changes(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="The folder of the older extract")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The folder of the newer extract")],
    register: Register,
    engine: Rows = Engine.DUCKDB,
    as_json: AsJson = False,
) -> None:
    """Compare two extracts of one authority: rows added, removed and changed, by month.

    Only counts are shown. Nothing leaves the machine.

    Example: equipoise contacts changes spring autumn --register register.csv
    """
    need_engine(engine)
    from equipoise.core.results import to_plain
    from equipoise.workspace.folder.examined import changed

    found = changed(old, new, register, engine=engine)
    if as_json:
        say_json(to_plain(found))
        return
    say(
        f"Authority {found.authority}: extracts of {found.made_before} and {found.made_after}. "
        "In months that both cover:"
    )
    for name, words in (
        ("added", "rows added"),
        ("removed", "rows removed"),
        ("moved", "rows moved to another month"),
        ("outcome_changed", "outcomes changed"),
        ("school_changed", "schools changed"),
    ):
        say(f"  {found.total(name):,} {words} of {found.total('before'):,}")
    if found.months:
        names = ("before", "after", "added", "removed", "moved")
        heads = ("month", *names, "outcome", "school", "covered by both")
        counts = (*names, "outcome_changed", "school_changed")
        show_table(
            heads,
            [
                (
                    month.month,
                    *(f"{getattr(month, name):,}" for name in counts),
                    "yes" if month.both_cover else "no",
                )
                for month in found.months
            ],
        )
    for change in found.outcomes:
        say(f"  {change.before} became {change.after}: {change.rows:,}")


def evaluable(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="profile.json and a baseline extract")
    ],
    register: Register,
    rolls: Annotated[
        Path | None, typer.Option("--rolls", help="Pupils by school: urn, date, pupils.")
    ] = None,
    schools: Annotated[
        int | None,
        typer.Option("--schools", min=4, help="Schools that a trial would draw; else those here."),
    ] = None,
    engine: Rows = Engine.DUCKDB,
    as_json: AsJson = False,
) -> None:
    """Say, before anybody is recruited, whether this authority can carry the primary outcome.

    From one baseline extract: how much is known, rates, the spread between schools, and how large
    an effect a trial with such schools could find. Nothing leaves the machine.

    Example: equipoise contacts evaluable extract --register register.csv --rolls rolls.csv
    """
    need_engine(engine)
    from equipoise.core.results import to_plain
    from equipoise.workspace.folder.examined import evaluable as found_in

    found = found_in(folder, register, rolls, engine=engine)
    power = _power(found, schools)
    if as_json:
        say_json({**to_plain(found), "power": None if power is None else to_plain(power)})
        return
    _show_evaluability(found)
    _show_power(found, power)
    show_findings(found.findings, "To ask the authority:")


def _power(found: Evaluability, schools: int | None) -> BaselinePower | None:
    """Return what a trial could find; None without rolls, or without NumPy and SciPy."""
    from importlib.util import find_spec

    drawn = schools if schools is not None else found.schools - found.schools_without_roll
    if found.sd is None or drawn < 4 or any(find_spec(n) is None for n in ("numpy", "scipy")):
        return None
    from equipoise.design.power import power_from_baseline

    return power_from_baseline(drawn, found.sd)


def _show_evaluability(found: Evaluability) -> None:
    words = {
        "yes": "Yes: this authority can carry the primary outcome.",
        "yes-if": "Yes, if:",
        "no": "No, because:",
    }
    say(f"{found.name} ({found.authority}), {found.first} to {found.last}.")
    say(words[found.answer])
    for line in found.obstacles or found.conditions:
        say(f"  - {line}")
    if found.obstacles and found.conditions:
        say("Beside that, if it is to become possible:")
        for line in found.conditions:
            say(f"  - {line}")
    if found.remarks:
        say("To bear in mind:")
        for line in found.remarks:
            say(f"  - {line}")
    say()
    say(
        f"  {found.months_usable} of {found.months} whole months usable; "
        f"{found.schools_with_contacts} of {found.schools} schools made contacts"
    )
    say(
        f"  the school is known for {found.linkage:.1%} of contacts by schools; "
        f"{found.unclear:.1%} of outcomes are blank, unclear or pending"
    )
    if found.rate is not None and found.pupils is not None:
        say(
            f"  per 1,000 pupils: {found.rate:.2f} children with no further action (strict), "
            f"{found.contacts_rate:.2f} new contacts; {found.pupils:,} pupils"
        )
        if found.cv is not None:
            say(
                f"  between schools: coefficient of variation {found.cv:.2f}, ICC {found.icc:.4f}; "
                f"SD of their rates {found.sd:.2f} per 1,000, chance included"
            )
    else:
        say(f"  {found.children:,} children with no further action (strict); no rolls, so no rate")


def _show_power(found: Evaluability, power: BaselinePower | None) -> None:
    if power is None:
        if found.sd is not None:
            say("  how large an effect could be found: needs 4 schools, and the trial extra")
        return
    share = f" ({power.mde / found.rate:.0%} of the rate)" if found.rate else ""
    say(
        f"  a trial with {power.schools} such schools, half with the programme, would find a "
        f"difference of {power.mde:.2f} per 1,000{share} with {power.power:.0%} power"
    )
    say(
        f"  if it saw no difference, it would at best rule out more than {power.ruled_out:.2f} "
        f"per 1,000, without a baseline value or strata"
    )


def show_findings(findings: tuple[Finding, ...], heading: str) -> None:
    """Say each finding with its months, how sure it is, what is usual and what to ask."""
    if not findings:
        return
    say()
    say(heading)
    for one in findings:
        months = one.first + (f" to {one.months[-1]}" if len(one.months) > 1 else "")
        say(f"  {one.title}{', ' if months else ''}{months} ({one.sure}): {one.seen}.")
        say(f"      usual: {one.usual}. {one.ask}")
