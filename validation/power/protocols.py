"""Protocols of planned trials, made from the templates by replacing text."""

import re

from equipoise.design.protocol import Protocol, load_protocol, template


def replaced(text: str, *pairs: tuple[str, str]) -> str:
    """Replace each text, which must stand there exactly once."""
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def of_members(
    model: str = "lmm, error: reml",
    *,
    units: int = 60,
    authorities: int = 5,
    members: int = 24,
    icc: float = 0.1,
    baseline: bool = True,
    strata: bool = True,
) -> Protocol:
    """Give a trial of pupils in units, with an outcome table of its own."""
    average = "pupil-average" if model.startswith(("ols", "wls")) else "precision-weighted"
    text = replaced(
        template("own-outcomes").decode("utf-8"),
        ("covariates: []", "covariates: [before]"),
        ("baseline: null\n      direction", f"baseline: {before(baseline)}\n      direction"),
        ("average: pupil-average", f"average: {average}"),
        (
            "model: wls, error: cr2, df: satterthwaite, strata: true, baseline: false",
            f"model: {model}, strata: {str(strata).lower()}, baseline: {str(baseline).lower()}",
        ),
        (
            "power: {icc: 0.2, member_sd: 32.0, r2: 0.0, power: 0.8, units: 226, members: 17",
            f"power: {{icc: {icc}, member_sd: 32.0, r2: 0.3, power: 0.8, units: {units}, "
            f"members: {members}, members_cv: 0.5",
        ),
        ("  disclosure: {", planned(units, authorities, ("regular", "small")) + "  disclosure: {"),
    )
    return load_protocol(text.encode("utf-8"))


def before(baseline: bool) -> str:
    return "{column: before}" if baseline else "null"


def planned(
    units: int, authorities: int, names: tuple[str, str], shares: tuple[int, int] = (1, 1)
) -> str:
    first = round(units * shares[0] / sum(shares))
    arms = f"{names[0]}: {first}, {names[1]}: {units - first}"
    return (
        f"  planned: {{schools: {units}, by_arm: {{{arms}}}, authorities: {authorities}, "
        "assumed: true, source: made up}\n"
    )


def of_schools(
    model: str | None = None,
    *,
    units: int = 120,
    authorities: int = 4,
    school_sd: float = 12.0,
    mean: float | None = None,
    members: int | None = None,
    r2: float = 0.3,
    shares: tuple[int, int] = (1, 1),
) -> Protocol:
    """Give a trial of schools' rates, two arms, no register."""
    text = template("dsl-primary").decode("utf-8")
    start = text.index("  planned:\n")
    text = text[:start] + text[text.index("  disclosure:", start) :]
    sizes = "" if members is None else f", members: {members}, members_cv: 0.5"
    rate = "" if mean is None else f", mean: {mean}"
    numbers = f"school_sd: {school_sd}{rate}, r2: {r2}, power: 0.8, units: {units}{sizes}"
    text, found = re.subn(
        r"\n  power: {.*}\n", f"\n  power: {{icc: null, {numbers}, source: made up}}\n", text
    )
    assert found == 1
    text = replaced(
        text,
        ("share: 726", f"share: {shares[0]}"),
        ("share: 472", f"share: {shares[1]}"),
        (
            "  disclosure: {",
            planned(units, authorities, ("usual", "supervision"), shares) + "  disclosure: {",
        ),
    )
    if model is not None:
        head, tail = text.split("  sensitivity:\n", 1)
        text = replaced(
            head + "  sensitivity: []\n" + tail[tail.index("  missing:") :],
            ("    default: {model: wls", f"    own: {{model: {model}}}\n    default: {{model: wls"),
        )
        # The primary outcome comes first.
        text = text.replace(
            "      direction: lower ", "      model: own\n      direction: lower ", 1
        )
        if not model.startswith(("ols", "wls")):
            text = text.replace("average: pupil-average ", "average: precision-weighted ", 1)
    return load_protocol(text.encode("utf-8"))
