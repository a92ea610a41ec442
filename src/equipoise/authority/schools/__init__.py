"""Schools: an organisation as typed to a school of the register, abstaining where unclear."""

from equipoise.authority.schools.attended import (
    Attended,
    Rolls,
    RollSpell,
)
from equipoise.authority.schools.child_tables import REASONS as TABLE_REASONS
from equipoise.authority.schools.child_tables import TableAccount
from equipoise.authority.schools.domains import Domains, read_domains
from equipoise.authority.schools.history import History, Span
from equipoise.authority.schools.linking import ELSEWHERE, Linking
from equipoise.authority.schools.links import SchoolLink, declared_history, read_links
from equipoise.authority.schools.matching import SchoolMatcher, match_all
from equipoise.authority.schools.names import NameForm, name_form, plain
from equipoise.authority.schools.official import OfficialSchool, read_official
from equipoise.authority.schools.people import (
    CHILDREN_FILES,
    Likeness,
    PeopleLinker,
    Person,
    linked_people,
)
from equipoise.authority.schools.register import KnownName, RosterSchool, known_names
from equipoise.authority.schools.resolution import METHODS, Resolution
from equipoise.authority.schools.resolver import SchoolResolver, Surroundings
from equipoise.authority.schools.reviewed import (
    NOT_A_SCHOOL,
    ReviewedSchools,
    joined_schools,
    read_schools,
)
from equipoise.authority.schools.roll_file import (
    ROLL_FILES,
    UPN_FILES,
    one_of,
    read_roll,
    read_upns,
)
from equipoise.authority.schools.typed_names import (
    NameColumns,
    TypedName,
    names_bytes,
    read_names,
)
from equipoise.authority.schools.upn import Upn, check_letter, read_upn

__all__ = [
    "CHILDREN_FILES",
    "ELSEWHERE",
    "METHODS",
    "NOT_A_SCHOOL",
    "ROLL_FILES",
    "TABLE_REASONS",
    "UPN_FILES",
    "Attended",
    "Domains",
    "History",
    "KnownName",
    "Likeness",
    "Linking",
    "NameColumns",
    "NameForm",
    "OfficialSchool",
    "PeopleLinker",
    "Person",
    "Resolution",
    "ReviewedSchools",
    "RollSpell",
    "Rolls",
    "RosterSchool",
    "SchoolLink",
    "SchoolMatcher",
    "SchoolResolver",
    "Span",
    "Surroundings",
    "TableAccount",
    "TypedName",
    "Upn",
    "check_letter",
    "declared_history",
    "joined_schools",
    "known_names",
    "linked_people",
    "match_all",
    "name_form",
    "names_bytes",
    "one_of",
    "plain",
    "read_domains",
    "read_links",
    "read_names",
    "read_official",
    "read_roll",
    "read_schools",
    "read_upn",
    "read_upns",
]
