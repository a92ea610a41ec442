"""How each authority words things: its own lists of labels and shapes of extract.

These lists are the simulation's own. They share nothing with the vocabulary that the product
ships, so that a wrong map cannot cancel itself. The patterns (numbering, codes inside, dashes,
trailing spaces, local team names) are those of data.md B.5, B.6 and B.9; the words are invented
or in general use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Dialect:
    """One system's words.

    Attributes
    ----------
    system
        Name of the case system, for ``profile.json``.
    shape
        1: CSV with one outcome label; 2: workbook with Y/N flags; 3: CSV of tick boxes; 4: CSV of
        next actions; 5: workbook with codes of the vendor; 6: workbook of several sheets.
    sources, outcomes
        By code, the labels in use; the first is the commonest.
    ambiguous
        Source labels that fit a school and another body alike.
    unmapped
        Outcome labels that say nothing; the analyst leaves them alone.
    comments
        Whether the flags carry a count and a free-text remark beside them.
    read_as
        Outcomes that this shape cannot hold, and what a perfect reader makes of them.
    sources_as
        Sources that share a label with another, and the code that the analyst gave it.
    remarks
        Free text that may stand behind an outcome's label.
    encoding
        How a CSV is encoded, where it is not plain UTF-8.
    """

    system: str
    shape: int
    sources: Mapping[str, tuple[str, ...]]
    outcomes: Mapping[str, tuple[str, ...]]
    ambiguous: tuple[str, ...]
    unmapped: tuple[str, ...] = ()
    comments: bool = False
    read_as: Mapping[str, str] = field(default_factory=dict)
    sources_as: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    encoding: str | None = None

    @property
    def open_cases(self) -> str:
        """How contacts on open cases are known, in the words of the profile."""
        return "flagged" if self.shape in (1, 3, 5) else "by-outcome"


WORDS = {
    "1A": "Family member, relative or carer",
    "1B": "Acquaintance",
    "1C": "Self",
    "1D": "Other individual",
    "2B": "Education services",
    "3A": "GP",
    "3B": "Health visitor",
    "3C": "School nurse",
    "3D": "Other primary health services",
    "3E": "A&E",
    "3F": "Other health services",
    "4": "Housing",
    "5A": "LA social care",
    "5B": "LA other internal",
    "5C": "LA external",
    "6": "Police",
    "7": "Other legal agency",
    "8": "Other",
    "9": "Anonymous",
    "10": "Unknown",
}


def coded(pattern: str) -> dict[str, tuple[str, ...]]:
    """Return labels of every source but schools; the pattern holds {code} and {words}."""
    return {code: (pattern.format(code=code, words=words),) for code, words in WORDS.items()}


_A = Dialect(
    system="Caseline",
    shape=1,
    sources={
        **coded("{words}"),
        "2A": ("School", "Schools", "2A: Schools", "School ", "Edu - Pri", "Primary Sch/Academy"),
        "6": ("Police", "6 - Police", "Police – PPN"),
        "3A": ("GP", "3A: GP"),
        "3E": ("A&E", "Hosp A and E"),
    },
    outcomes={
        "NFA": (
            "No Further Action",
            "NFA",
            "No further action ",
            "Closed at screening",
            "NFA - info shared to HV",
        ),
        "ADVICE": ("Advice", "Advice given to caller", "I&A only"),
        "EARLY_HELP": ("Early Help", "MAST", "Step to EH hub"),
        "REFERRAL": ("Referral", "Progress to C&F assessment"),
        "EXISTING": ("Open case – passed to allocated worker",),
        "CP_ENQUIRY": ("Section 47", "Strategy disc/S47"),
        "OTHER": ("Private fostering notification", "NRPF"),
    },
    ambiguous=("Education",),
    unmapped=("See case note", "As per manager"),
)
_FLAGGED = {"EARLY_HELP": "OTHER"}  # there is no flag for early help (data.md A.8)
_B = Dialect(
    system="Keyfile",
    shape=2,
    sources={
        **coded("{code}: {words}"),
        "2A": ("2A: Schools", "2A: SCHOOLS", "2A – Schools "),
    },
    outcomes={},
    ambiguous=("Education / School / Pre-school",),
    read_as=_FLAGGED,
)
_C = Dialect(
    system="Fourways",
    shape=1,
    sources={
        **{code: (f"{n:02d}) {words}",) for n, (code, words) in enumerate(WORDS.items(), start=1)},
        "2A": ("30) Education - School", "30) Education – School", "School", "31) Edu Acad (Pri)"),
    },
    outcomes={
        "NFA": ("1. NFA", "01 - No further action", "NFA – No role for CSC", "Screened out"),
        "ADVICE": ("2. Advice", "02 - Info & advice", "Signposted"),
        "EARLY_HELP": ("3. Early help", "TAF / Family Hub"),
        "REFERRAL": ("4. Referral", "04 - Referral", "To A&I team"),
        "EXISTING": ("5. Info on open case",),
        "CP_ENQUIRY": ("6. S47", "Strat meeting"),
        "OTHER": ("7. Other (fostering, court, NRPF)",),
    },
    ambiguous=("College/School 16+",),
    unmapped=("8. ???", "As discussed"),
)
_D = Dialect(
    system="Keyfile",
    shape=2,
    sources={
        **coded("{words} ({code})"),
        "2A": ("Schools (2A)", "EDUC – SCHOOL", "School"),
        "6": ("Police (6)", "POLICE - MERLIN TYPE"),
    },
    outcomes={},
    ambiguous=("CYP - EDUCATION",),
    read_as=_FLAGGED,
    comments=True,
)
FOUR = (_A, _B, _C, _D)

FLAGS = (
    "NEW_REFERRAL_FLAG",
    "EXISTING_REFERRAL_FLAG",
    "CP_ENQUIRY_FLAG",
    "NFA_FLAG",
    "NON_AGENCY_ADOPTION_FLAG",
    "PRIVATE_FOSTERING_FLAG",
    "ADVICE_FLAG",
    "MISSING_FLAG",
    "OLA_CP_FLAG",
    "OTHER_OUTCOMES_EXIST_FLAG",
)
# Which flags each outcome sets; early help has none of its own (data.md A.8).
FLAGS_OF: dict[str, tuple[str, ...]] = {
    "NFA": ("NFA_FLAG",),
    "ADVICE": ("ADVICE_FLAG",),
    "EARLY_HELP": ("OTHER_OUTCOMES_EXIST_FLAG",),
    "REFERRAL": ("NEW_REFERRAL_FLAG",),
    "EXISTING": ("EXISTING_REFERRAL_FLAG",),
    "CP_ENQUIRY": ("CP_ENQUIRY_FLAG",),
    "OTHER": ("PRIVATE_FOSTERING_FLAG",),
}
# Set as well in some rows; the outcome higher in the precedence of data.md A.8 still holds.
FLAGS_BESIDE: dict[str, tuple[str, ...]] = {
    "ADVICE": ("NFA_FLAG",),
    "CP_ENQUIRY": ("NEW_REFERRAL_FLAG",),
    "REFERRAL": ("ADVICE_FLAG",),
}
# How each reason is worded; the first is the commonest. Invented or in general use.
REASON_LABELS: dict[str, tuple[str, ...]] = {
    "SEXUAL_ABUSE": ("Sexual abuse", "CSA", "Sexual abuse - child on child", "Sexual harm"),
    "PHYSICAL_ABUSE": ("Physical abuse", "Injury / mark seen"),
    "EMOTIONAL_ABUSE": ("Emotional abuse",),
    "NEGLECT": ("Neglect", "Home conditions", "Attendance and neglect"),
    "DOMESTIC_ABUSE": ("Domestic abuse", "DV"),
    "EXPLOITATION": ("Exploitation", "CSE / CCE"),
    "MENTAL_HEALTH": ("Mental health", "Self-harm"),
    "FAMILY_STRESS": ("Family stress", "Parenting support"),
    "BEHAVIOUR": ("Behaviour",),
    "OTHER": ("Other concern",),
}
# What a general vocabulary may be expected to know; all else stands in the reviewed labels.csv.
COMMON = frozenset(
    word.casefold()
    for word in (
        "School",
        "Schools",
        "2A",
        "2A: Schools",
        "No further action",
        "NFA",
        "Advice",
        "Early Help",
        "Referral",
        "Section 47",
        *WORDS,
        *(f"{code}: {words}" for code, words in WORDS.items()),
    )
)
NOT_SCHOOLS = ("NHS", "Little Acorns Nursery", "Health visiting team", "Family centre")
UNKNOWN_SCHOOLS = ("unknown school", "school - not stated", "", "n/k", "out of area school")


def tidy(label: str) -> str:
    """Return a label without differences of case, dashes and spaces.

    >>> tidy("2A –  SCHOOLS ") == tidy("2a - schools")
    True
    """
    return " ".join(label.replace("–", "-").casefold().split())
