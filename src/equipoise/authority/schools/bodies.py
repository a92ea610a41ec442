"""Bodies and persons that are no schools: what in a typed name says so."""

from __future__ import annotations

from equipoise.authority.schools.names import plain
from equipoise.authority.schools.words import name_words, phrase_at

#: A title and at most so many words less one are a person; with one of these, where from.
_MOST_NAMES = 4
_FROM = frozenset({"at", "from", "of"})


def body_in(typed: str, school: str = "", *, has_school: bool = False) -> str | None:
    """Return the first words that name a body or person which is no school.

    Parameters
    ----------
    typed
        The name as typed.
    school
        The school that it fits best, in plain form: where its name holds the words, they name no
        body. The hospital of Chalkhill Hospital School is none, where "school" was typed too.
    has_school
        Whether a word of the typed name says that it is a school.

    Examples
    --------
    >>> body_in("School Nurse, Thornwick Primary")
    'school nurse'
    >>> body_in("Chalkhill Hospital", "chalkhill hospital school")
    'hospital'
    >>> body_in("Chalkhill Hospital Sch", "chalkhill hospital school", has_school=True) is None
    True
    """
    words = name_words()
    tokens = plain(typed).split()
    position = 0
    while position < len(tokens):
        role = phrase_at(words.roles, tokens, position)
        body = phrase_at(words.bodies, tokens, position)
        if body is None and not has_school:
            body = phrase_at(words.meek_bodies, tokens, position)
        if role is not None and (body is None or role[0] >= body[0]):
            position += role[0]
            continue
        if body is not None:
            found = " ".join(tokens[position : position + body[0]])
            meek = phrase_at(words.bodies, tokens, position) is None
            if not (has_school or meek) or f" {found} " not in f" {school} ":
                return found
        position += 1
    return None


def is_person(typed: str) -> bool:
    """Tell whether a typed name begins with a title and holds no more than a person's names.

    Examples
    --------
    >>> is_person("Mrs A. Walker"), is_person("Mrs Walker, Thornwick Primary School")
    (True, False)
    """
    tokens = plain(typed).split()
    return (
        1 <= len(tokens) <= _MOST_NAMES
        and tokens[0] in name_words().titles
        and not _FROM & set(tokens)
    )
