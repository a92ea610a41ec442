"""Names of schools: abbreviations written out, then split into what tells schools apart."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from equipoise.authority.schools.words import name_words, phrase_at, written_out

_MOJIBAKE = re.compile("\u00e2\u20ac[\u2122\u02dc\u0153]?")
_DROPPED = dict.fromkeys(map(ord, "'\u2018\u2019\u201a\u201b`\u00b4\u2032\ufffd\u0092"), None)
_LOST_MARK = re.compile(r"(?<=[A-Za-z])\?(?=[sS]\b)")
#: A full stop between single letters belongs to an abbreviation: R.C., J.F.K.
_INITIALS = re.compile(r"(?<![A-Za-z])([A-Za-z])\.(?=[A-Za-z](?![A-Za-z]))")
_MARKS = re.compile(r"[^0-9a-z]+")
_BRACKETED = re.compile(r"[(\[{][^)\]}]*[)\]}]?")
#: A comma within brackets parts nothing.
_COMMAS = re.compile(r"[,;|:](?![^(\[{]*[)\]}])")
_DASH = re.compile(r"\s+[-\u2013\u2014]+\s*|\s*[\u2013\u2014]+\s*")
#: Words of a part that holds a person's name and role.
_MOST_OF_PERSON = 6


def plain(name: str) -> str:
    """Return a name in small letters and digits with single spaces, abbreviations as they are.

    Examples
    --------
    >>> plain("St. Chad\u2019s  C of E (Primary)")
    'st chads c of e primary'
    >>> plain("R.C.Primary St.Mary\ufffds & St.Bede")
    'rc primary st marys and st bede'
    """
    text = _MOJIBAKE.sub("", name).replace("&", " and ").translate(_DROPPED)
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in text if not unicodedata.combining(c))
    if "." in text:
        text = _INITIALS.sub(r"\1", text)
    if "?" in text:
        text = _LOST_MARK.sub("", text)
    return _MARKS.sub(" ", text.casefold()).strip()


@dataclass(frozen=True)
class Word:
    """A word of a name.

    Attributes
    ----------
    text
        As written here.
    stem
        As compared: a variant spelling replaced, a last s left off.
    weak
        Whether it says little about which school.
    aside
        Whether it stands behind a comma or dash, apart from the words of school.
    bracketed
        Whether it stands in brackets.
    free
        Whether it may stand in a typed name without being part of the school's: a role.
    """

    text: str
    stem: str
    weak: bool = False
    aside: bool = False
    bracketed: bool = False
    free: bool = False


@dataclass(frozen=True)
class NameForm:
    """A name as it is compared.

    Attributes
    ----------
    key
        The whole name in one form; equal keys are equal names.
    words
        The words that tell schools apart, weak ones included, in order.
    distinctive
        Their text, without the weak ones.
    kinds
        Words of stage, denomination and sex.
    has_school
        Whether a word says that this is a school.
    """

    key: str
    words: tuple[Word, ...]
    distinctive: frozenset[str]
    kinds: frozenset[str]
    has_school: bool

    @property
    def says_college(self) -> bool:
        """Tell whether it is called a college."""
        return "college" in self.key.split()

    @property
    def stages(self) -> frozenset[str]:
        """Return the words of stage."""
        return frozenset(kind for kind in self.kinds if kind in name_words().stages)

    def contradicts(self, other: NameForm) -> bool:
        """Tell whether the two names hold words of kind that exclude each other.

        Examples
        --------
        >>> name_form("St Chad's Infant School").contradicts(name_form("St Chad's Junior School"))
        True
        """
        words = name_words()
        for group in (words.denominations, words.sexes):
            mine, theirs = self.kinds & group, other.kinds & group
            if mine and theirs and not mine & theirs:
                return True
        return stages_exclude(self.stages, other.stages)


def stages_exclude(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    """Tell whether no age is taught in both of two groups of stages."""
    if not mine or not theirs:
        return False
    ages = name_words().stages
    return not any(
        ages[a][0] < ages[b][1] and ages[b][0] < ages[a][1] for a in mine for b in theirs
    )


@lru_cache(maxsize=65_536)
def stem_of(word: str) -> str:
    """Return a word as it is compared: without a last s, variants of a spelling made one.

    Examples
    --------
    >>> stem_of("marys"), stem_of("phillips"), stem_of("rd"), stem_of("cross")
    ('mary', 'philip', 'road', 'cross')
    """
    variants = name_words().variants
    word = variants.get(word, word)
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    return variants.get(word, word)


def name_form(name: str, *, typed: bool = False) -> NameForm:
    """Return a name in the form in which it is compared.

    Parameters
    ----------
    name
        The name.
    typed
        Whether somebody typed it: words of role ("headteacher") are then free.

    Examples
    --------
    >>> name_form("Saint Chad's Church of England Prim. Sch.").key
    'st chads ce primary school'
    >>> sorted(name_form("St Chads CofE Primary").distinctive)
    ['chads', 'st']
    >>> [w.text for w in name_form("St Mary's Primary School, Ripley").words if w.aside]
    ['ripley']
    """
    segments = [
        (_placed(written_out(plain(text).split())), bracketed)
        for text, bracketed in _segments(name)
    ]
    segments = [(tokens, bracketed) for tokens, bracketed in segments if tokens]
    schooled = [_says_school(tokens) for tokens, _ in segments]
    main = {n for n, (_, bracketed) in enumerate(segments) if schooled[n] and not bracketed} or {0}
    found: list[Word] = []
    kinds: set[str] = set()
    for number, (tokens, bracketed) in enumerate(segments):
        aside = bracketed or number not in main
        person = typed and aside and _tells_role(segments, number)
        _sort(tokens, aside, bracketed, typed, person, found, kinds)
    tokens = [token for segment, _ in segments for token in segment]
    return NameForm(
        key=" ".join(tokens),
        words=tuple(found),
        distinctive=frozenset(w.text for w in found if not w.weak and not w.free),
        kinds=frozenset(kinds),
        has_school=any(schooled),
    )


def _tells_role(segments: list[tuple[list[str], bool]], number: int) -> bool:
    """Tell whether a part of a typed name, or the part behind it, begins or ends with a role."""
    roles = name_words().roles
    for tokens, _ in segments[number : number + 2]:
        if any(phrase_at(roles, tokens, position) for position in range(len(tokens))):
            return len(segments[number][0]) <= _MOST_OF_PERSON
    return False


def _segments(name: str) -> list[tuple[str, bool]]:
    """Split a name at commas, dashes and brackets; say which parts stood in brackets.

    What stands before and behind a bracket is one part, and the bracket comes after it.
    """
    found = []
    for part in _COMMAS.split(_DASH.sub(",", name)):
        inside = _BRACKETED.findall(part)
        found.append((_BRACKETED.sub(" ", part), False))
        # "(C)" and "(A)" say who governs the school.
        found.extend((text, True) for text in inside if len(plain(text)) > 1)
    return found


def _placed(tokens: list[str]) -> list[str]:
    """Write "st" as street where no name follows it."""
    words = name_words()
    for position, token in enumerate(tokens):
        if token != "st" or position == 0:
            continue
        later = tokens[position + 1] if position + 1 < len(tokens) else ""
        if not later or later in words.generic or later in words.stages or later in _DENOMINATED:
            tokens[position] = "street"
    return tokens


_DENOMINATED = frozenset({"ce", "rc", "community"})
_SCHOOL = frozenset(
    {"school", "academy", "college", "pru", "collegiate", "sixthform", "grammar", "preparatory"}
)


def _says_school(tokens: list[str]) -> bool:
    """Tell whether words say that this is a school; "nursery" alone does not."""
    stages = name_words().stages
    return any(
        token in _SCHOOL or (token in stages and token != "nursery" and _is_stage(tokens, position))
        for position, token in enumerate(tokens)
    )


def _sort(
    tokens: list[str],
    aside: bool,
    bracketed: bool,
    typed: bool,
    person: bool,
    found: list[Word],
    kinds: set[str],
) -> None:
    """Sort the words of one part of a name into kinds and words that tell schools apart."""
    words = name_words()
    free_until = -1
    for position, token in enumerate(tokens):
        if typed:
            hit = phrase_at(words.roles, tokens, position)
            if hit is not None:
                free_until = max(free_until, position + hit[0])
        stage = token in words.stages and _is_stage(tokens, position)
        if stage or token in words.denominations or token in words.sexes:
            kinds.add(token)
        elif token not in words.generic:
            # A single letter is a word's initial, or what is left of "(C)" and "V A".
            free = person or position < free_until or (typed and len(token) == 1)
            weak = token in words.weak
            found.append(Word(token, stem_of(token), weak, aside, bracketed, free))


def _is_stage(tokens: list[str], position: int) -> bool:
    words = name_words()
    if tokens[position] not in words.positional:
        return True
    later = tokens[position + 1] if position + 1 < len(tokens) else ""
    return (
        not later
        or later in words.generic
        or later in words.stages
        or later in _SCHOOL
        or later in _DENOMINATED
    )
