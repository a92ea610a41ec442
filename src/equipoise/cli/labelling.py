"""What labels mean: an authority's words to codes, and the review of those that are unclear."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli.asking import Asker, counted, cut
from equipoise.cli.messages import say, say_json, show_table, warn
from equipoise.cli.options import AsJson, a_date, the_clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from equipoise.authority.vocabulary import (
        LabelLine,
        Question,
        Review,
        ReviewedLabels,
        Vocabulary,
    )


def add_to(contacts: typer.Typer) -> None:
    """Add the commands."""
    contacts.command("labels")(labels)
    contacts.command("vocabularies")(vocabularies)


def vocabularies(as_json: AsJson = False) -> None:
    """List the vocabularies that ship, with their versions and sources.

    Example: equipoise contacts vocabularies
    """
    from equipoise.authority.vocabulary import NAMES, load_codes, starts_of

    lists = [load_codes(name) for name in NAMES]
    if as_json:
        say_json(
            [
                {
                    "vocabulary": found.name,
                    "title": found.title,
                    "version": found.version,
                    "changes_on": [start.isoformat() for start in starts_of(found.name)],
                    "codes": {code.code: code.title for code in found.codes},
                    "source": found.source,
                }
                for found in lists
            ]
        )
        return
    rows = [(found.name, str(len(found.codes)), found.version, found.title) for found in lists]
    show_table(("vocabulary", "codes", "version", "what"), rows)


def labels(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="LABELS.csv|FOLDER", help="One label on each line; or an extract's folder."
        ),
    ],
    column: Annotated[
        str, typer.Option("--column", help="The heading of the column with the labels.")
    ] = "label",
    vocabulary: Annotated[
        str,
        typer.Option(
            "--vocabulary",
            help="source-of-contact, contact-outcome, contact-reason, referral-outcome, need or "
            "setting-type.",
        ),
    ] = "source-of-contact",
    on: Annotated[
        str | None,
        typer.Option(
            "--on",
            metavar="DATE",
            help="The day for which codes hold; default today, of a folder the extract's.",
        ),
    ] = None,
    reviewed: Annotated[
        Path | None,
        typer.Option(
            "--reviewed",
            metavar="FILE",
            help="The map of labels decided before; of a folder its labels.csv.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write every label to this CSV file.")
    ] = None,
    as_json: AsJson = False,
    review: Annotated[
        bool, typer.Option("--review", help="Ask about each unclear label; needs --reviewed.")
    ] = False,
    workbook: Annotated[
        Path | None,
        typer.Option("--workbook", metavar="XLSX", help="Write the unclear labels to fill in."),
    ] = None,
    filled: Annotated[
        Path | None,
        typer.Option("--from", metavar="XLSX", help="Read it back; needs --reviewed."),
    ] = None,
    who: Annotated[
        str | None, typer.Option("--by", metavar="NAME", help="Who decides, in a review.")
    ] = None,
    authority: Annotated[
        str, typer.Option("--authority", help="The authority for which decisions hold.")
    ] = "",
    system: Annotated[
        str, typer.Option("--system", help="The case system for which decisions hold.")
    ] = "",
) -> None:
    """Say what each label means: its code, its group and how sure that is.

    A label is mapped where its code is certain, or at least its group (a to k); the codes that
    stay open are then listed with bars between them. It is ambiguous where it may belong to
    several groups, and unmapped where its words say nothing. Nothing is guessed. Of an extract's
    folder the labels are those of its contacts, and what is decided is kept in its labels.csv.

    Example: equipoise contacts labels LABELS.csv --column label --vocabulary source-of-contact
    """
    from equipoise.authority.vocabulary import describe, read_listed
    from equipoise.core.base import csv_bytes, read_bytes, write_atomic

    # With --json the output is for a program: what is said goes to the error stream.
    note = warn if as_json else say
    if file.is_dir():
        reviewed = reviewed or file / "labels.csv"
    _check_options(vocabulary, file, reviewed, review=review or filled is not None)
    day = a_date(on, "--on")
    words: Sequence[str]
    if file.is_dir():
        from equipoise.authority.readers import UNKNOWN
        from equipoise.workspace.folder.extract_labels import labels_in

        profile, words = labels_in(file, vocabulary)
        day = day or profile.extract_date
        authority = authority or profile.authority
        # A decision for a system that nobody could name would be lost once it is named.
        system = system or ("" if profile.system == UNKNOWN else profile.system)
    else:
        data = read_bytes(file, file=file.name, remedy="name the CSV file with the labels")
        words = read_listed(data, file.name, column)
    day = day or the_clock().now().date()
    known = _reviewed(reviewed, authority, system)
    codes = _vocabulary(vocabulary, day, known)
    if filled is not None and reviewed is not None:
        decided = _read_filled(filled, codes, who, authority, system)
        _keep(reviewed, vocabulary, decided)
        codes = _vocabulary(vocabulary, day, _reviewed(reviewed, authority, system))
        note(f"{counted(len(decided), 'decision')} read from {filled.name}, kept in {reviewed}.")
    if review and reviewed is not None:
        _ask(codes, words, reviewed, who, authority, system)
        codes = _vocabulary(vocabulary, day, _reviewed(reviewed, authority, system))
    lines = describe(codes, words)
    if workbook is not None:
        note(_write_workbook(workbook, codes, words, file))
    if out is not None:
        rows = [(x.label, x.code, x.group, x.method, x.status) for x in lines]
        heads = ("label", "code", "group", "method", "status")
        write_atomic(out, csv_bytes(heads, rows))
    if as_json:
        say_json(_as_json(codes, lines))
        return
    _show(lines, out)


def _check_options(vocabulary: str, file: Path, reviewed: Path | None, *, review: bool) -> None:
    from equipoise.authority.vocabulary import NAMES

    if vocabulary not in NAMES:
        raise typer.BadParameter(
            f"found {vocabulary!r}; expected one of {', '.join(NAMES)}", param_hint="--vocabulary"
        )
    if review and reviewed is None:
        raise typer.BadParameter(
            "name the file that keeps what is decided, such as labels.csv", param_hint="--reviewed"
        )
    if reviewed is not None and reviewed.exists() and file.exists() and reviewed.samefile(file):
        raise typer.BadParameter(
            "it is the file of labels itself; name another for the decisions",
            param_hint="--reviewed",
        )


def _vocabulary(name: str, day: date, known: dict[str, ReviewedLabels]) -> Vocabulary:
    from equipoise.authority.vocabulary import Vocabulary, field_of

    return Vocabulary.load(name, day, known[field_of(name)])


def _reviewed(path: Path | None, authority: str, system: str) -> dict[str, ReviewedLabels]:
    from equipoise.authority.vocabulary import read_labels

    data = path.read_bytes() if path is not None and path.exists() else None
    name = "labels.csv" if path is None else path.name
    return read_labels(data, name, authority=authority or None, system=system or None)


def _keep(path: Path, vocabulary: str, decided: Sequence[Review]) -> None:
    """Join decisions to the map on the disk, whole or not at all."""
    from equipoise.authority.vocabulary import field_of, joined, read_labels
    from equipoise.core.base import write_atomic

    data = path.read_bytes() if path.exists() else None
    known = read_labels(data, path.name, every=True)
    write_atomic(path, joined(known, field_of(vocabulary), decided, path.name))


def _read_filled(
    path: Path, codes: Vocabulary, who: str | None, authority: str, system: str
) -> tuple[Review, ...]:
    from equipoise.authority.vocabulary import answers, read_workbook
    from equipoise.core.base import read_bytes

    data = read_bytes(path, file=path.name, remedy="name the workbook that was filled in")
    return read_workbook(
        data,
        path.name,
        codes.codes.name,
        answers(codes),
        who=who,
        when=the_clock().now().date(),
        authority=authority,
        system=system,
    )


def _open(codes: Vocabulary, words: Iterable[str]) -> tuple[Question, ...]:
    from equipoise.authority.vocabulary import describe, questions

    return questions(codes, describe(codes, words))


def _ask(
    codes: Vocabulary,
    words: Iterable[str],
    path: Path,
    who: str | None,
    authority: str,
    system: str,
) -> None:
    from equipoise.authority.vocabulary import Review, answers

    def keep(label: str, code: str, by: str, why: str) -> None:
        on = the_clock().now().date()
        review = Review(label, code, by, on, why, authority, system)
        _keep(path, codes.codes.name, [review])

    kept = Asker(answers(codes), keep, who).ask(_open(codes, words))
    say(f"{counted(kept, 'decision')} kept in {path}.")


def _write_workbook(path: Path, codes: Vocabulary, words: Iterable[str], file: Path) -> str:
    from equipoise.authority.vocabulary import answers, workbook_bytes
    from equipoise.core.base import write_atomic

    asked = _open(codes, words)
    write_atomic(path, workbook_bytes(codes.codes.name, asked, answers(codes), codes.on))
    return (
        f"{counted(len(asked), 'unclear label')} written to {path}: pick a code for each that you "
        f"know, save it, and read it back with --from {path}"
        + ("" if file.is_dir() else " --reviewed labels.csv")
    )


def _as_json(codes: Vocabulary, lines: Sequence[LabelLine]) -> dict[str, object]:
    return {
        "vocabulary": codes.codes.name,
        "version": codes.codes.version,
        "on": codes.on.isoformat(),
        "counts": _counts(lines),
        "labels": [
            {
                "label": line.label,
                "code": line.code,
                "candidates": list(line.codes),
                "group": line.group,
                "method": line.method,
                "status": line.status,
                "seen": line.seen,
            }
            for line in lines
        ],
    }


def _counts(lines: Sequence[LabelLine]) -> dict[str, int]:
    counts = {"labels": len(lines), "rows": sum(line.seen for line in lines)}
    for status in ("mapped", "ambiguous", "unmapped"):
        counts[status] = sum(1 for line in lines if line.status == status)
        counts[f"{status}_rows"] = sum(line.seen for line in lines if line.status == status)
    return counts


def _show(lines: Sequence[LabelLine], out: Path | None) -> None:
    counts = _counts(lines)
    say(f"{counted(counts['labels'], 'label')} in {counted(counts['rows'], 'row')}:")
    for status in ("mapped", "ambiguous", "unmapped"):
        say(f"  {status}: {counts[status]} ({counted(counts[f'{status}_rows'], 'row')})")
    if out is not None:
        say(f"Every label is in {out}.")
        shown = [line for line in lines if line.status != "mapped"]
        if shown:
            say("Not clear:")
    else:
        shown = list(lines)
    if shown:
        show_table(
            ("label", "code", "group", "method", "status"),
            [(cut(x.label), x.code, x.group, x.method, x.status) for x in shown],
        )
