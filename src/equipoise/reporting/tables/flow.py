"""The flow of schools and pupils, and the completeness of data, as tables."""

from __future__ import annotations

from collections.abc import Sequence

from equipoise.core.disclosure import suppress
from equipoise.reporting.tables.fields import Bound, Parts, bound_also
from equipoise.reporting.tables.formats import NONE, WITHHELD, Writer, count_text
from equipoise.reporting.tables.nouns import box_nouns, drawn
from equipoise.reporting.tables.results import WITHHELD_NOTE
from equipoise.reporting.tables.views import Cell, TableView, capital, cell, table, words

BOXES = (
    ("assigned", "randomised to this arm"),
    ("received", "received what they were randomised to"),
    ("received_intended", "received the intended amount"),
    ("not_received", "did not receive it"),
    ("lost", "lost, without outcome data"),
    ("excluded", "not analysed"),
    ("analysed", "analysed"),
)


def _box(writer: Writer, path: str) -> list[Cell]:
    """Counts of one box, in the columns that the trial has."""
    names = [name for name, _ in box_nouns(writer)]
    if not writer.fields.has("flow", path):
        return [cell(writer.choice("flow", path, NONE)), *(cell(NONE) for _ in names[1:])]
    return [
        cell(pupils(writer, path) if name == "pupils" else writer.count("flow", f"{path}.{name}"))
        for name in names
    ]


def pupils(writer: Writer, path: str) -> Bound:
    """Return the pupils of a box; withheld where the arm's boxes would give a small count away."""
    value = writer.fields.value("flow", f"{path}.pupils")
    if value is None:
        return writer.count("flow", f"{path}.pupils")
    if path == "analysed":
        return _analysed_in_all(writer)
    arm = path.split(".")[1] if path.startswith("arms.") else None
    boxes = _lines(writer, arm)
    counts = [writer.fields.value("flow", f"{box}.pupils") or 0 for box in boxes]
    also = tuple(f"flow:{box}.pupils" for box in boxes if box != path)
    if path in boxes:
        shown = suppress([counts], smallest=writer.smallest).cells[0][boxes.index(path)]
        text = WITHHELD if shown is None else count_text(shown)
        held = Bound("flow", f"{path}.pupils", text, None if shown is None else value, also)
        return held
    return writer.people("flow", f"{path}.pupils")


def _analysed_in_all(writer: Writer) -> Bound:
    """Return the pupils analysed; withheld where an arm's own number was, or it would follow."""
    bases = [f"arms.{arm}" for arm in writer.fields.keys("flow", "arms")]
    withheld = any(pupils(writer, f"{base}.analysed").value is None for base in bases)
    also = tuple(
        f"flow:{box}.pupils"
        for arm in writer.fields.keys("flow", "arms")
        for box in _lines(writer, arm)
    )
    value = writer.fields.value("flow", "analysed.pupils")
    text = WITHHELD if withheld else count_text(value)
    return Bound("flow", "analysed.pupils", text, None if withheld else value, also)


def _lines(writer: Writer, arm: str | None) -> list[str]:
    """Boxes of an arm (or before the draw) that add up to its total."""
    if arm is None:
        listed = [f"excluded.{key}.box" for key in writer.fields.keys("flow", "excluded")]
        return [*listed, "randomised"]
    base = f"arms.{arm}"
    listed = [
        f"{base}.{kind}.{key}.box"
        for kind in ("lost", "excluded")
        for key in writer.fields.keys("flow", f"{base}.{kind}")
    ]
    return [*listed, f"{base}.analysed"]


def before_title(writer: Writer) -> str:
    """Say what the first box counts: schools approached, or assessed by the register alone."""
    desk = writer.fields.has("flow", "enrolment")
    return "Approached" if desk else "Assessed for eligibility"


def before_groups(writer: Writer) -> tuple[tuple[str, str], ...]:
    """Return why schools left before the draw, each with where its reasons stand."""
    groups = (("Not eligible", "excluded"),)
    if not writer.fields.has("flow", "enrolment"):
        return groups
    return (
        *groups,
        ("Declined", "enrolment.declined"),
        ("Enrolment not complete", "enrolment.incomplete"),
        ("Complete, not drawn", "enrolment.not_drawn"),
    )


def flow_table(writer: Writer) -> TableView:
    """The flow as text: every box of the diagram, with units, schools and pupils."""
    rows: list[list[Cell]] = [[cell(before_title(writer)), *_box(writer, "assessed")]]
    for label, path in before_groups(writer):
        for key in writer.fields.keys("flow", path):
            reason = writer.plain("flow", f"{path}.{key}.reason")
            rows.append([cell(f"{label}: ", reason), *_box(writer, f"{path}.{key}.box")])
    rows.append([cell("Randomised"), *_box(writer, "randomised")])
    for arm in writer.fields.keys("flow", "arms"):
        base = f"arms.{arm}"
        title = capital(writer.plain("flow", f"{base}.title"))
        for name, label in BOXES:
            path = f"{base}.{name}"
            if name in ("not_received", "lost", "excluded"):
                for key in writer.fields.keys("flow", path):
                    reason = writer.plain("flow", f"{path}.{key}.reason")
                    head = cell(title, ": ", label, ": ", reason)
                    rows.append([head, *_box(writer, f"{path}.{key}.box")])
            elif writer.fields.has("flow", path):
                rows.append([cell(title, ": ", label), *_box(writer, path)])
    rows.append([cell("Analysed in all"), *_box(writer, "analysed")])
    return table(
        "flow",
        "Flow through the trial",
        ["Step", *(noun.heading(writer) for _, noun in box_nouns(writer))],
        rows,
        numeric=range(1, 1 + len(box_nouns(writer))),
        notes=["A dash: not known at that step, or not reckoned in that unit."],
    )


QUALITY = (
    ("schools", "Schools", False),
    ("schools_without_data", "without data", False),
    ("contacts", "New contacts", True),
    ("children", "Children", True),
    ("children_beyond_roll", "beyond the roll", True),
    ("unmapped", "Outcome unmapped", True),
    ("pending", "Pending", True),
    ("open_case", "On open cases", True),
    ("repeats", "Repeats", True),
    ("unresolved", "School not found", True),
)
"""Field, heading, and whether it counts children or what could point at one."""


def published_column(
    writer: Writer, source: str, paths: Sequence[str], *, people: bool
) -> list[Bound]:
    """Return one column of counts, small ones and their neighbours withheld if of people."""
    counts = [int(writer.fields.value(source, path)) for path in paths]
    if not people or not counts:
        return [writer.count(source, path) for path in paths]
    column = suppress([[count] for count in counts], smallest=writer.smallest).cells[:-1]
    names = [f"{source}:{path}" for path in paths]
    return [
        Bound(
            source,
            path,
            WITHHELD if shown[0] is None else count_text(shown[0]),
            shown[0],
            tuple(name for name in names if name != f"{source}:{path}"),
        )
        for path, shown in zip(paths, column, strict=True)
    ]


def quality_table(writer: Writer) -> TableView | None:
    """Completeness by authority and window."""
    if not writer.fields.has("summary"):
        return None
    bases = [f"authorities.{key}" for key in writer.fields.keys("summary", "authorities")]
    if not bases:
        return None
    windows: dict[str, list[str]] = {}
    for base in bases:
        windows.setdefault(writer.fields.value("summary", f"{base}.window"), []).append(base)
    windowed = tuple(f"summary:{base}.window" for base in bases)
    rows: list[list[Cell]] = []
    for group in windows.values():
        columns = [
            published_column(writer, "summary", [f"{base}.{name}" for base in group], people=people)
            for name, _, people in QUALITY
        ]
        for place, base in enumerate(group):
            head = cell(
                bound_also(writer.plain("summary", f"{base}.la_code"), *windowed),
                ", ",
                writer.plain("summary", f"{base}.window"),
            )
            rows.append([head, *(cell(bound_also(column[place], *windowed)) for column in columns)])
    by_absence = _by_absence(writer, bases)
    return table(
        "quality",
        "Completeness of the records, by authority and period",
        ["Authority, period", *(heading for _, heading, _ in QUALITY)],
        rows,
        numeric=range(1, len(QUALITY) + 1),
        notes=[
            "“School not found”: contacts from a school that could not be told from what was "
            "typed; they belong to no school. “Beyond the roll”: children contacted about who "
            "cannot all be on the roll; they are included.",
            WITHHELD_NOTE,
            *by_absence,
        ],
    )


def _by_absence(writer: Writer, bases: Sequence[str]) -> list[Parts]:
    """Return a note on authorities whose records show no further action only by its absence."""
    flags = [f"{base}.by_absence" for base in bases]
    flagged = [
        base
        for base, flag in zip(bases, flags, strict=True)
        if writer.fields.has("summary", flag) and writer.fields.value("summary", flag)
    ]
    if not flagged:
        return []
    codes = dict.fromkeys(writer.fields.value("summary", f"{base}.la_code") for base in flagged)
    also = [f"summary:{flag}" for flag in flags if writer.fields.has("summary", flag)]
    also.extend(f"summary:{base}.la_code" for base in bases)
    path = f"{flagged[0]}.la_code"
    return [
        words(
            "No further action is taken from the absence of any other outcome, not from an entry "
            "of its own, in: ",
            writer.choice("summary", path, ", ".join(codes), *also),
            ".",
        )
    ]


def arm_quality_table(writer: Writer) -> TableView | None:
    """Completeness by arm; exists only after unblinding."""
    keys = writer.fields.keys("impact", "quality_by_arm")
    if not keys:
        return None
    rows = []
    for key in keys:
        base = f"quality_by_arm.{key}"
        rows.append(
            [
                cell(capital(writer.plain("impact", f"{base}.title"))),
                cell(writer.count("impact", f"{base}.schools")),
                *(
                    cell(writer.percent("impact", f"{base}.{name}"))
                    for name in ("with_data", "response", "unmapped", "pending")
                ),
            ]
        )
    return table(
        "quality-by-arm",
        "Completeness of the records, by arm",
        [
            "Arm",
            drawn(writer).heading(writer),
            "with data",
            "answered the survey",
            "outcome unmapped",
            "outcome pending",
        ],
        rows,
        numeric=range(1, 6),
        notes=["Shares of units (surveys) and of new contacts (outcomes), not adjusted."],
    )


def dropped_table(writer: Writer) -> TableView | None:
    """Rows that were not analysed, by outcome, arm and reason."""
    rows = []
    for outcome in writer.fields.keys("impact", "outcomes"):
        base = f"outcomes.{outcome}"
        school = writer.fields.value("impact", f"{base}.level") == "school"
        for key in writer.fields.keys("impact", f"{base}.dropped"):
            here = f"{base}.dropped.{key}"
            count = writer.count if school else writer.people
            rows.append(
                [
                    cell(capital(writer.plain("impact", f"{base}.title"))),
                    cell(writer.plain("impact", f"{here}.arm")),
                    cell(writer.plain("impact", f"{here}.reason")),
                    cell(bound_also(count("impact", f"{here}.rows"), f"impact:{base}.level")),
                    cell(writer.count("impact", f"{here}.units")),
                ]
            )
    if not rows:
        return None
    return table(
        "dropped",
        "Rows that were not analysed",
        ["Outcome", "Arm", "Reason", "Rows", "Units"],
        rows,
        numeric=(3, 4),
        notes=[
            words(
                "A row is one of the ",
                drawn(writer).plural(writer),
                " or a person, as the ",
                "outcome says.",
            )
        ],
    )
