"""Schools: an organisation as typed to a school of the register, abstaining where unclear."""

from equipoise.authority.schools.names import NameForm, name_form
from equipoise.authority.schools.register import KnownName, RosterSchool, known_names
from equipoise.authority.schools.resolver import Resolution, SchoolResolver
from equipoise.authority.schools.reviewed import NOT_A_SCHOOL, ReviewedSchools, read_schools

__all__ = [
    "NOT_A_SCHOOL",
    "KnownName",
    "NameForm",
    "Resolution",
    "ReviewedSchools",
    "RosterSchool",
    "SchoolResolver",
    "known_names",
    "name_form",
    "read_schools",
]
