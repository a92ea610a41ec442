"""Names as call-takers type them: an error model that shares no table with the matcher.

Written from how people at a front door type under time pressure: they shorten the phase, drop the
apostrophe, slip on the keyboard, hear a saint's name, leave the phase away, add who called or a
postcode, keep the name from before the conversion, and write down schools across the border. It
never imports the product, so that a gap in the product's word lists cannot hide itself here.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Typed:
    """One name as typed, and what it truly means.

    Attributes
    ----------
    name, la
        What was typed, and the authority that was called.
    urn
        The school meant; None where it is no school, or none of the register.
    kind
        How it was typed, or ``non-school`` or ``closed``.
    """

    name: str
    la: str
    urn: str | None
    kind: str


_SHORT: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Church of England", ("CE", "C of E", "CofE", "C.E.", "C.of.E", "Ch of Eng", "c/e")),
    ("CofE", ("CE", "C of E", "C.E", "Church of England")),
    ("Roman Catholic", ("RC", "R.C.", "Catholic", "Cath")),
    ("Catholic", ("RC", "Cath", "Cath.", "R.C.", "Roman Catholic")),
    ("Voluntary Aided", ("VA", "V.A.", "Aided", "")),
    ("Voluntary Controlled", ("VC", "VC", "")),
    ("Primary", ("Prim", "Pri", "Prim.", "Prm", "P")),
    ("Junior", ("Jnr", "Jun", "Jnr.", "Juniors")),
    ("Infant", ("Inf", "Inf.", "Infants", "Infts")),
    ("Nursery", ("Nurs", "Nsy", "Nursery")),
    ("Secondary", ("Sec", "Secondary")),
    ("Grammar", ("Gram", "Grammar")),
    ("Community", ("Comm", "Com", "")),
    ("High School", ("High", "HS", "High Sch")),
    ("Academy", ("Acad", "Acad.", "Acdmy")),
    ("School", ("Sch", "Sch.", "Schl", "")),
    ("Saint", ("St",)),
    ("Our Lady", ("Our Ladys", "OL")),
    ("and", ("&", "+", "n")),
    ("Street", ("St",)),
    ("Road", ("Rd",)),
    ("Lane", ("Ln",)),
    ("Park", ("Pk",)),
    ("Green", ("Grn",)),
    ("Great", ("Gt",)),
    ("Little", ("Lt",)),
    ("North", ("Nth", "N.")),
    ("South", ("Sth", "S.")),
    ("Mount", ("Mt",)),
    ("Avenue", ("Ave",)),
    ("Girls", ("Girls", "Grls")),
    ("Thomas", ("Thos",)),
    ("Bartholomew", ("Barts",)),
)
_NEIGHBOURS = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj",
    "i": "uo", "j": "hk", "k": "jl", "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "w",
    "r": "et", "s": "ad", "t": "ry", "u": "yi", "v": "cb", "w": "qe", "x": "zc", "y": "tu",
    "z": "x",
}  # fmt: skip
_HEARD = (
    ("ph", "f"), ("ie", "ei"), ("ei", "ie"), ("ll", "l"), ("tt", "t"), ("ss", "s"), ("ea", "ee"),
    ("ck", "k"), ("y", "i"), ("our", "or"), ("gh", "g"), ("ae", "e"), ("oo", "o"), ("ai", "ia"),
    ("nn", "n"), ("mm", "m"), ("rr", "r"), ("sh", "hs"), ("th", "ht"), ("c", "k"), ("ey", "y"),
)  # fmt: skip
_PHASE = re.compile(
    r"\b(Church of England|C of E|CofE|CE|Roman Catholic|Catholic|RC|Voluntary|Aided|Controlled|VA"
    r"|VC|Primary|Junior|Infants?'?|Nursery|Secondary|High|Community|School|Academy|College"
    r"|First|Middle|Preparatory|Grammar|Specialist|Special|Foundation|Endowed|Free)\b.*",
)
_FIRST = (
    "Sarah",
    "Emma",
    "Dave",
    "Mohammed",
    "Claire",
    "Nicola",
    "Steve",
    "Aisha",
    "Lisa",
    "Karen",
)
_LAST = ("Smith", "Patel", "Jones", "Khan", "Williams", "Taylor", "Hughes", "Ahmed", "Walker")
_ROLES = (
    "DSL", "Headteacher", "Head teacher", "Deputy Head", "SENCO", "Pastoral Lead",
    "Learning mentor", "Safeguarding Lead", "Attendance officer", "class teacher", "School office",
    "Head of Year",
)  # fmt: skip


def _case(text: str, draw: random.Random) -> str:
    u = draw.random()
    if u < 0.2:
        return text.upper()
    if u < 0.4:
        return text.lower()
    return text


def tidy(name: str, draw: random.Random) -> str:
    """Change what a careful typist changes: capitals, apostrophes, full stops, commas, "The"."""
    if draw.random() < 0.6:
        name = name.replace("'", "").replace("\u2019", "")
    if draw.random() < 0.4:
        name = re.sub(r"\bSt\b\.?", draw.choice(["St.", "Saint", "ST"]), name)
    if draw.random() < 0.4:
        name = name.replace(" and ", " & ")
    if draw.random() < 0.5:
        name = name.replace(",", draw.choice(["", " -", " ,"]))
    if draw.random() < 0.3:
        name = name.removeprefix("The ") if name.startswith("The ") else f"The {name}"
    if draw.random() < 0.2:
        name = name.replace(" ", "  ", 1) + " "
    if draw.random() < 0.2:
        name = name.replace("-", " ")
    return _case(name, draw)


def shortened(name: str, draw: random.Random) -> str:
    """Shorten words as a hurried typist does."""
    for word, choices in _SHORT:
        if draw.random() < 0.75:
            name = re.sub(rf"\b{word}s?\b", draw.choice(choices), name)
    name = name.replace("()", "").replace("'", "" if draw.random() < 0.8 else "'")
    return _case(" ".join(name.split()).strip(" ,"), draw)


def slipped(name: str, draw: random.Random, slips: int = 1) -> str:
    """Let the fingers slip on some word, or spell it as it was heard."""
    for _ in range(slips):
        words = name.split()
        long = [i for i, word in enumerate(words) if len(word) >= 5]
        if not long:
            return name
        at = draw.choice(long)
        words[at] = _slip(words[at], draw)
        name = " ".join(words)
    return name


def _slip(word: str, draw: random.Random) -> str:
    if draw.random() < 0.4:
        fits = [(old, new) for old, new in _HEARD if old in word[1:]]
        if fits:
            old, new = draw.choice(fits)
            return word[0] + word[1:].replace(old, new, 1)
    at = draw.randrange(1, len(word) - 1)
    what = draw.randrange(4)
    if what == 0:
        return word[:at] + word[at + 1 :]
    if what == 1:
        return word[:at] + word[at] + word[at:]
    if what == 2:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    other = draw.choice(_NEIGHBOURS.get(word[at].lower(), "e"))
    return word[:at] + other + word[at + 1 :]


def place_only(name: str, draw: random.Random) -> str:
    """Leave away everything from the phase on, and sometimes a town behind a comma too."""
    kept = _PHASE.sub("", name.removeprefix("The ")).strip(" ,-(")
    return _case(kept or name, draw)


def phase_dropped(name: str, draw: random.Random) -> str:
    """Leave "School" or the denomination away, keep the stage."""
    name = re.sub(r"\b(School|Academy)\b", "", name)
    if draw.random() < 0.5:
        name = re.sub(
            r"\b(Church of England|CofE|Roman Catholic|Catholic|Voluntary (Aided|Controlled)|"
            r"\((VA|VC|A|C|Aided|Controlled)\)|VA|VC|Community)\b", "", name
        )  # fmt: skip
    return _case(" ".join(name.replace("()", "").split()).strip(" ,"), draw)


def converted(name: str, draw: random.Random) -> str:
    """Type the name from before or after the conversion."""
    if "Academy" in name:
        name = re.sub(r"(?<!Primary )(?<!Junior )(?<!Infant )\bAcademy\b", "School", name)
        return name.replace("Academy", "School")
    if "High School" in name and draw.random() < 0.5:
        return name.replace("High School", draw.choice(["Secondary School", "High", "Academy"]))
    return re.sub(r"\bSchool\b", "Academy", name)


def with_caller(name: str, draw: random.Random) -> str:
    """Add who called, or where from."""
    person = f"{draw.choice(_FIRST)} {draw.choice(_LAST)}"
    title = f"{draw.choice(['Mrs', 'Mr', 'Miss', 'Ms'])} {draw.choice(_LAST)}"
    role = draw.choice(_ROLES)
    postcode = (
        f"B{draw.choice('LNH')}{draw.randint(1, 9)} {draw.randint(1, 9)}{draw.choice('ABDE')}Q"
    )
    return draw.choice(
        (
            f"{name} - {title}",
            f"{name} ({title}, {role})",
            f"{title} - {name}",
            f"{role}, {name}",
            f"{name} {role}",
            f"{name}, {postcode}",
            f"{name} - {person} ({role})",
            f"{name} 01204 {draw.randint(100000, 999999)}",
        )
    )


def initials(name: str, draw: random.Random) -> str:
    """Type the first letters."""
    del draw
    return "".join(word[0] for word in re.findall(r"[A-Za-z]+", name) if word not in ("of", "the"))


Habit = Callable[[str, random.Random], str]
#: How a school's name is typed, and the share of names typed so.
HABITS: tuple[tuple[str, Habit, float], ...] = (
    ("tidy", tidy, 0.16),
    ("shortened", shortened, 0.24),
    ("misspelt", lambda n, d: _case(slipped(n, d), d), 0.13),
    ("misspelt-short", lambda n, d: slipped(shortened(n, d), d), 0.08),
    ("misspelt-twice", lambda n, d: slipped(n, d, 2), 0.03),
    ("phase-dropped", phase_dropped, 0.08),
    ("place-only", place_only, 0.08),
    ("converted", lambda n, d: _case(converted(n, d), d), 0.07),
    ("with-caller", lambda n, d: with_caller(n if d.random() < 0.5 else shortened(n, d), d), 0.07),
    ("initials", initials, 0.01),
    ("border", lambda n, d: shortened(n, d) if d.random() < 0.5 else tidy(n, d), 0.05),
)
_BODIES = (
    "{la} Police", "{place} Police Station", "PC {last} - {la} Police",
    "Neighbourhood policing team", "Royal {place} Hospital", "{place} General Hospital",
    "A&E {place}", "{place} Medical Centre", "{place} Surgery", "Dr {last}",
    "Dr {last}, {place} Health Centre", "{place} Health Visiting Team", "Health Visitor",
    "School Nurse", "School Nursing Team {place}", "0-19 service", "Midwife", "CAMHS",
    "{place} CAMHS", "Mental Health Team", "Ambulance Service", "North West Ambulance",
    "Fire and Rescue", "{place} Housing", "{la} Homes", "{place} Housing Association", "Landlord",
    "Probation Service", "Youth Offending Team", "CAFCASS", "NSPCC", "NSPCC Helpline",
    "Barnardo's", "Women's Aid", "{place} Women's Refuge", "Home-Start {place}", "Childline",
    "{la} Council", "{la} Social Care", "Children's Social Care {la}", "Early Help {la}", "MASH",
    "Adult Social Care", "Education Welfare Service", "Education Welfare Officer",
    "EWO {first} {last}", "{la} SEN Team", "Educational Psychology Service", "School Admissions",
    "Virtual School {la}", "Little Stars Day Nursery", "{place} Day Nursery", "Tiny Tots Nursery",
    "Busy Bees {place}", "Happy Days Childcare", "{first}'s Childminding",
    "Childminder {first} {last}", "{place} Pre-school", "{place} Playgroup",
    "{place} Children's Centre", "{place} Family Centre", "{place} Family Hub", "{place} Library",
    "{place} Leisure Centre", "{place} Youth Club", "{place} Community Centre", "{place} Church",
    "St Mary's Church", "{place} Mosque", "St John Ambulance", "{place} Football Club",
    "{place} Dance School", "{place} Swimming Club", "Scouts {place}", "Mother", "Father", "Mum",
    "Dad of child", "Grandmother", "Maternal aunt", "Neighbour", "Member of public",
    "Anonymous caller", "{first} {last}", "Mrs {last}", "{first} {last} (mother)", "Foster carer",
    "Family friend", "Self", "Home Office", "{la} Magistrates Court", "DWP", "Job Centre {place}",
    "Food bank {place}", "Premier Inn {place}", "Tesco {place}", "{place} Care Home",
    "{place} House", "{place} Dental Practice", "Solicitor", "{last} & Co Solicitors",
    "Drug and alcohol service", "Change Grow Live", "Prison Service", "HMP {place}",
    "Border Force", "Citizens Advice {place}", "{place} Pharmacy", "Army welfare",
    "The Village Practice", "Victim Support", "Action for Children", "Salvation Army {place}",
    "{place} Driving School", "{place} Gymnastics Academy", "Taxi firm", "School transport",
    "School bus driver", "Private fostering team", "Independent Reviewing Officer", "LADO",
    "Out of hours team", "EDT", "{place} Walk in centre", "Community Paediatrician", "Dentist",
)  # fmt: skip


def typed_names(
    register: Sequence[Mapping[str, str]],
    authorities: Sequence[str],
    *,
    count: int,
    seed: int,
    closed: frozenset[str] = frozenset(),
) -> tuple[Typed, ...]:
    """Return names as typed in some authorities: a quarter no schools at all.

    Parameters
    ----------
    register
        Rows with urn, school_name, la_name; the schools that are meant.
    authorities
        Those that are called.
    count
        How many names.
    seed
        Of the draws.
    closed
        URNs that the matcher's register will not hold: what is typed of them has no answer.
    """
    draw = random.Random(seed)
    schools: dict[str, list[Mapping[str, str]]] = defaultdict(list)
    for row in register:
        schools[row["la_name"]].append(row)
    everywhere = list(register)
    gone = [row for row in register if row["urn"] in closed and row["la_name"] in set(authorities)]
    names = []
    shares = [share for _, _, share in HABITS]
    for _ in range(count):
        la = draw.choice(authorities)
        if draw.random() < 0.25:
            names.append(Typed(_body(schools[la], la, draw), la, None, "non-school"))
            continue
        if gone and draw.random() < 0.05:
            row = draw.choice(gone)
            how = draw.choices(HABITS, shares)[0][1]
            names.append(Typed(how(row["school_name"], draw), row["la_name"], None, "closed"))
            continue
        kind, habit, _ = draw.choices(HABITS, shares)[0]
        here = [row for row in schools[la] if row["urn"] not in closed]
        row = draw.choice(here)
        if kind == "border":
            row = draw.choice(everywhere)
            while row["la_name"] == la or row["urn"] in closed:
                row = draw.choice(everywhere)
        names.append(Typed(habit(row["school_name"], draw), la, row["urn"], kind))
    return tuple(names)


def _body(schools: Sequence[Mapping[str, str]], la: str, draw: random.Random) -> str:
    """Return something that is no school, often with the name of a place that has one."""
    kept = _PHASE.sub("", draw.choice(schools)["school_name"].removeprefix("The "))
    place = kept.split(",")[0].strip(" ,-(") or la
    text = draw.choice(_BODIES).format(
        la=la, place=place, first=draw.choice(_FIRST), last=draw.choice(_LAST)
    )
    return slipped(text, draw) if draw.random() < 0.1 else _case(text, draw)
