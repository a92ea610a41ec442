"""Four further systems: their words, and which system an authority has.

As in `dialects`, the words are the simulation's own, in patterns publicly known of such systems
(data.md B.2 to B.4).
"""

from __future__ import annotations

from equipoise.simulate.dialects import FOUR, Dialect, coded

_LIVE = Dialect(
    system="Mosaic-like (live)",
    shape=3,
    sources={
        **coded("{words}"),
        "2A": ("School", "Education - Secondary School", "Education - Primary School", "Academy"),
        "2B": ("Education services", "Education Welfare"),
        "6": ("Police", "Police (MASH)"),
        "3E": ("Hospital - A&E",),
    },
    outcomes={
        "NFA": ("NULL",),
        "ADVICE": ("NULL",),
        "EARLY_HELP": ("EH Referral",),
        "REFERRAL": ("CIN Referral",),
        "EXISTING": ("NULL",),
        "CP_ENQUIRY": ("CIN Referral",),
        "OTHER": ("NULL",),
    },
    ambiguous=("Education Dept / School / Pre School",),
    # Two tick boxes are all there is: what is not ticked can only be read as no further action.
    read_as={"ADVICE": "NFA", "OTHER": "NFA", "CP_ENQUIRY": "REFERRAL"},
)
_WAREHOUSE = Dialect(
    system="Mosaic-like (warehouse)",
    shape=4,
    sources={
        **coded("[{code}] {words}"),
        "2A": ("[2A] Schools", "EDU – School – Primary", "EDU – School – Secondary", "School"),
        "8": ("[8] Other – Children’s Centre",),
    },
    outcomes={
        "NFA": ("No Further Action",),
        "ADVICE": ("Information and Advice",),
        "EARLY_HELP": ("Early Help",),
        "REFERRAL": ("Social Care",),
        "EXISTING": ("Case Note to Allocated Worker",),
        "CP_ENQUIRY": ("Strategy Discussion",),
        "OTHER": ("Private Fostering Notification",),
    },
    ambiguous=("Education – college",),
    unmapped=("Letter to Referrer",),
    encoding="cp1252",
)
_ECLIPSE = Dialect(
    system="Eclipse-like",
    shape=5,
    sources={
        "1A": ("FAMILY",),
        "1B": ("ACQUAINT",),
        "1C": ("SELF",),
        "1D": ("OTHER",),
        "2A": ("SCHOOLS",),
        "2B": ("EDUSERV",),
        "3A": ("HSERVGP",),
        "3B": ("HSERVHV",),
        "3C": ("HSERVSN",),
        "3D": ("HSERVPH",),
        "3E": ("HSERVAE",),
        "3F": ("HSERVOTH",),
        "4": ("HOUSING",),
        "5A": ("LASC",),
        "5B": ("LAINT",),
        "5C": ("LAEXT",),
        "6": ("POLICE",),
        "7": ("LEGAL",),
        "8": ("OTHER",),
        "9": ("ANON",),
        "10": ("UNKNOWN",),
    },
    outcomes={
        "NFA": ("No further action",),
        "ADVICE": ("Signpost", "Universal Services"),
        "EARLY_HELP": ("Early Intervention",),
        "REFERRAL": ("Assessment",),
        "EXISTING": ("",),
        "CP_ENQUIRY": ("Strategy Discussion/Meeting",),
        "OTHER": ("NRPF", "Private Fostering"),
    },
    ambiguous=("EDUCATION",),
    unmapped=("Outcome to be confirmed",),
    sources_as={"1D": "8"},
)
_LOCAL = Dialect(
    system="Local workbook",
    shape=6,
    sources={
        **coded("{words}"),
        "2A": ("School (primary or secondary)", "School", "Schools ", "Sch – academy"),
        "6": ("Police", "Police notification"),
    },
    outcomes={
        "NFA": ("01. NFA", "02. NFA at screening"),
        "ADVICE": ("03. Advice and info",),
        "EARLY_HELP": ("04. To early help panel",),
        "REFERRAL": ("06. Referral accepted", "07. Transfer to duty"),
        "EXISTING": ("05. Open case – to SW",),
        "CP_ENQUIRY": ("08. S47 / strat",),
        "OTHER": ("09. Other",),
    },
    ambiguous=("School nurse / school",),
    unmapped=("10. tbc",),
    remarks=("", " – parents informed", " - letter sent", " (see email)", " – referrer told"),
)
_SIX = (FOUR[0], FOUR[1], _LIVE, _WAREHOUSE, _ECLIPSE, _LOCAL, FOUR[2], FOUR[3])
_SYSTEMS = {"four": FOUR, "six": _SIX}


def dialect_of(place: int, systems: str = "four") -> Dialect:
    """Return the words of the authority at this place of the country; systems take turns.

    >>> [dialect_of(place, "six").shape for place in range(6)]
    [1, 2, 3, 4, 5, 6]
    """
    chosen = _SYSTEMS[systems]
    return chosen[place % len(chosen)]
