"""Why a contact was made: the reason that an authority's system asks for."""

from __future__ import annotations

SEXUAL_ABUSE = "SEXUAL_ABUSE"

# How common the other reasons are among a school's contacts; assumed.
_OTHERS = (
    ("PHYSICAL_ABUSE", 0.16),
    ("EMOTIONAL_ABUSE", 0.09),
    ("NEGLECT", 0.19),
    ("DOMESTIC_ABUSE", 0.17),
    ("EXPLOITATION", 0.04),
    ("MENTAL_HEALTH", 0.11),
    ("FAMILY_STRESS", 0.14),
    ("BEHAVIOUR", 0.06),
    ("OTHER", 0.04),
)
REASONS = (SEXUAL_ABUSE, *(code for code, _ in _OTHERS))


def reason_of(u: float, csa_share: float) -> str:
    """Return a reason, decided by a uniform number.

    >>> reason_of(0.01, 0.05), reason_of(0.06, 0.05)
    ('SEXUAL_ABUSE', 'PHYSICAL_ABUSE')
    """
    if u < csa_share:
        return SEXUAL_ABUSE
    rest = (u - csa_share) / (1.0 - csa_share)
    for code, share in _OTHERS:
        if rest < share:
            return code
        rest -= share
    return "OTHER"
