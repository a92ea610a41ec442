"""Schools: an organisation as typed to a school of the register, abstaining where unclear."""

from equipoise.authority.schools.attended import (
    Attended,
    LinkageLoss,
    Rolls,
    RollSpell,
    linkage_loss,
)
from equipoise.authority.schools.history import History, Span
from equipoise.authority.schools.matching import SchoolMatcher, match_all
from equipoise.authority.schools.names import NameForm, name_form
from equipoise.authority.schools.official import OfficialSchool, read_official
from equipoise.authority.schools.register import KnownName, RosterSchool, known_names
from equipoise.authority.schools.resolution import METHODS, Resolution
from equipoise.authority.schools.resolver import SchoolResolver, Surroundings
from equipoise.authority.schools.reviewed import NOT_A_SCHOOL, ReviewedSchools, read_schools
from equipoise.authority.schools.typed_names import (
    NameColumns,
    TypedName,
    names_bytes,
    read_names,
)
from equipoise.authority.schools.upn import Upn, check_letter, read_upn

__all__ = [
    "METHODS",
    "NOT_A_SCHOOL",
    "Attended",
    "History",
    "KnownName",
    "LinkageLoss",
    "NameColumns",
    "NameForm",
    "OfficialSchool",
    "Resolution",
    "ReviewedSchools",
    "RollSpell",
    "Rolls",
    "RosterSchool",
    "SchoolMatcher",
    "SchoolResolver",
    "Span",
    "Surroundings",
    "TypedName",
    "Upn",
    "check_letter",
    "known_names",
    "linkage_loss",
    "match_all",
    "name_form",
    "names_bytes",
    "read_names",
    "read_official",
    "read_schools",
    "read_upn",
]
