"""Numbers of several trials in plain words: the pool, its bounds, its ratio; what is withheld."""

from __future__ import annotations

from collections.abc import Callable

from equipoise.reporting.tables.effects import COUNTED, MEASURED
from equipoise.reporting.tables.fields import Bound, Part, Parts, bound_also
from equipoise.reporting.tables.formats import NONE, WITHHELD, Writer, percent_text, rate_text
from equipoise.reporting.tables.views import words

PROGRAMME = "programme"
"""The source's name: a `ProgrammeResult`."""


def pool_path(writer: Writer) -> str | None:
    """Return the path of the pool that the decision rests on; None where nothing was pooled."""
    outcome = writer.fields.value(PROGRAMME, "decision.outcome")
    for key in writer.fields.keys(PROGRAMME, "pools"):
        if writer.fields.value(PROGRAMME, f"pools.{key}.outcome") == outcome:
            return f"pools.{key}"
    return None


def trial_paths(writer: Writer) -> tuple[str, ...]:
    """Return the paths of the trials, in order of date."""
    return tuple(f"trials.{key}" for key in writer.fields.keys(PROGRAMME, "trials"))


def offered_arm(writer: Writer) -> Bound:
    """Return the title of the first trial's arm with the intervention."""
    first = trial_paths(writer)[0]
    for key in writer.fields.keys(PROGRAMME, f"{first}.arms"):
        if writer.fields.value(PROGRAMME, f"{first}.arms.{key}.intervention"):
            path = f"{first}.arms.{key}"
            also = f"{PROGRAMME}:{path}.intervention"
            text = writer.plain(PROGRAMME, f"{path}.title").text
            return writer.choice(PROGRAMME, f"{path}.title", text, also)
    raise KeyError(f"{PROGRAMME}:{first}.arms has no arm with the intervention")


def _way(writer: Writer, path: str, kind: str | None) -> Bound:
    """Return "fewer" or "more"; ``kind`` is the path of a measure's type, None: things counted."""
    counted = kind is None or writer.fields.value(PROGRAMME, kind) == "rate"
    down, up, still = COUNTED if counted else MEASURED
    value = writer.fields.value(PROGRAMME, path)
    text = still if value == 0 else down if value < 0 else up
    return writer.choice(PROGRAMME, path, text, *((f"{PROGRAMME}:{kind}",) if kind else ()))


def change(writer: Writer, path: str, unit: str, kind: str | None = None) -> Parts:
    """Return a difference: "1.2 fewer pupils per 1,000", or "0.4 points higher".

    Parameters
    ----------
    path, unit
        Paths of the difference and of its unit.
    kind
        Path of the measure's type; None for things counted.
    """
    size, which = writer.size(PROGRAMME, path), _way(writer, path, kind)
    of = writer.plain(PROGRAMME, unit)
    if kind is None or writer.fields.value(PROGRAMME, kind) == "rate":
        return words(size, " ", which, " ", of)
    return words(size, " ", of, " ", which)


def between(
    writer: Writer, base: str, kind: str | None = None, *, before: str = "", after: str = ""
) -> Parts:
    """Return an interval: "2.5 fewer to 0.1 more".

    Parameters
    ----------
    base
        Path that holds the bounds.
    before
        What stands before ``lower`` and ``upper`` in their names, as ``prediction_``.
    """
    low, high = f"{base}.{before}lower{after}", f"{base}.{before}upper{after}"
    return words(
        writer.size(PROGRAMME, low),
        " ",
        _way(writer, low, kind),
        " to ",
        writer.size(PROGRAMME, high),
        " ",
        _way(writer, high, kind),
    )


def signed(writer: Writer, base: str, *, before: str = "", log: bool = False) -> Parts:
    """Return an interval with signs, or of ratios, for a table."""
    write = writer.ratio if log else writer.rate
    low, high = f"{base}.{before}lower", f"{base}.{before}upper"
    return words(write(PROGRAMME, low), " to ", write(PROGRAMME, high))


def estimated(writer: Writer, base: str, *, log: bool = False) -> Parts:
    """Return an estimate with its interval, for a table: "−1.2 (−2.6 to 0.2)"."""
    write = writer.ratio if log else writer.rate
    return words(write(PROGRAMME, f"{base}.estimate"), " (", *signed(writer, base, log=log), ")")


def badge_or_dash(writer: Writer, path: str, badge: Callable[[str], str]) -> Bound:
    """Return the badge of the class that a field holds; a dash where it holds none."""
    code = writer.fields.value(PROGRAMME, path)
    return writer.choice(PROGRAMME, path, NONE if code is None else badge(code))


def _few(writer: Writer, pool: str, measure: str) -> tuple[bool, tuple[str, ...]]:
    """Whether any rate of a pool stands for few children, and the fields that say so."""
    per = writer.fields.value(PROGRAMME, f"{pool}.per")
    few, also = False, [f"{PROGRAMME}:{pool}.per"]
    for key in writer.fields.keys(PROGRAMME, f"{pool}.{measure}.rows"):
        row = f"{pool}.{measure}.rows.{key}"
        trial = writer.fields.value(PROGRAMME, f"{row}.trial")
        for arm in writer.fields.keys(PROGRAMME, f"trials.{trial}.arms"):
            base = f"trials.{trial}.arms.{arm}"
            offered = writer.fields.value(PROGRAMME, f"{base}.intervention")
            name = "intervention_rate" if offered else "reference_rate"
            rate = writer.fields.value(PROGRAMME, f"{row}.{name}")
            pupils = writer.fields.value(PROGRAMME, f"{base}.pupils")
            also.extend(
                f"{PROGRAMME}:{path}"
                for path in (f"{row}.{name}", f"{base}.pupils", f"{base}.intervention")
            )
            few = few or pupils is None or 0 < round(rate * pupils / per) < writer.smallest
    return few, tuple(also)


def rates_withheld(writer: Writer, pool: str) -> bool:
    """Whether the rates of a pool are withheld.

    A trial's difference and ratio together give its two rates. Where one of these stands for few
    children, all rates and each trial's ratio are withheld; the pooled ratio is not.
    """
    return _few(writer, pool, "difference")[0]


def rate_of(writer: Writer, pool: str, row: str, name: str) -> Bound:
    """Return the rate of one arm of one trial of a pool, withheld where any stands for few."""
    few, also = _few(writer, pool, "difference")
    path = f"{row}.{name}"
    if few:
        return Bound(PROGRAMME, path, WITHHELD, None, also)
    text = rate_text(writer.fields.value(PROGRAMME, path))
    return writer.choice(PROGRAMME, path, text, *also)


def ratio_of(writer: Writer, pool: str, row: str) -> Parts:
    """Return the ratio of one trial of a pool with its interval; withheld as the rates are."""
    few, also = _few(writer, pool, "difference")
    if few:
        return (Bound(PROGRAMME, f"{row}.estimate", WITHHELD, None, also),)
    parts: list[Part] = []
    for part in estimated(writer, row, log=True):
        parts.append(
            writer.choice(PROGRAMME, part.path, part.text, *also)
            if isinstance(part, Bound)
            else part
        )
    return tuple(parts)


def money_range(writer: Writer, base: str) -> Parts:
    """Return "£850 to £900" from the cheapest to the dearest trial; once where they are alike."""
    low = writer.money(PROGRAMME, f"{base}.lowest")
    high = writer.money(PROGRAMME, f"{base}.highest")
    if low.text == high.text:
        return (bound_also(low, high.field),)
    return words(bound_also(low, high.field), " to ", bound_also(high, low.field))


def share_of(writer: Writer, trial: str, name: str = "share") -> Bound:
    """Return a share of answers, or words where it would give a small count of people away."""
    base = f"{trial}.perceived"
    seen = writer.fields.value(PROGRAMME, base)
    also = (f"{PROGRAMME}:{base}.n", f"{PROGRAMME}:{base}.useful")
    if any(0 < count < writer.smallest for count in (seen.useful, seen.n - seen.useful)):
        return Bound(PROGRAMME, f"{base}.{name}", WITHHELD, None, also)
    text = percent_text(getattr(seen, name))
    return writer.choice(PROGRAMME, f"{base}.{name}", text, *also)
