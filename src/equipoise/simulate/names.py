"""Invented names of authorities, places, schools and people, in English patterns.

Nothing here is taken from a register; a name that also exists somewhere is chance.
"""

from __future__ import annotations

from equipoise.simulate.streams import Stream, running

_FIRST = [
    "Thorn",
    "Alder",
    "Bracken",
    "Cold",
    "Dun",
    "Elver",
    "Fallow",
    "Garth",
    "Hazel",
    "Ivel",
    "Kell",
    "Larch",
    "Marl",
    "Nether",
    "Oaken",
    "Pell",
    "Quarr",
    "Raven",
    "Sallow",
    "Tarn",
    "Ulver",
    "Wether",
    "Yarrow",
    "Ash",
    "Birk",
    "Crake",
    "Dray",
    "Esk",
    "Fenn",
    "Gorse",
    "Heron",
    "Ket",
    "Linden",
    "Mere",
    "Nidd",
    "Otter",
    "Plover",
    "Rush",
    "Stan",
    "Teasel",
]
_LAST = [
    "wick",
    "mere",
    "by",
    "ford",
    "ley",
    "thorpe",
    "ham",
    "combe",
    "dale",
    "stow",
    "hurst",
    "field",
    "worth",
    "bourne",
    "holme",
    "gate",
    "sea",
    "cliffe",
    "bridge",
    "minster",
    "ness",
    "garth",
    "croft",
    "stead",
]
_SAINTS = [
    "Aelred",
    "Hilda",
    "Wilfrid",
    "Cuthbert",
    "Etheldreda",
    "Oswin",
    "Werburgh",
    "Chad",
    "Cedd",
    "Botolph",
    "Edburga",
    "Frideswide",
    "Guthlac",
    "Kenelm",
    "Milburga",
    "Neot",
    "Osyth",
    "Paulinus",
    "Swithun",
    "Wulstan",
    "Anselm",
    "Bede",
    "Columba",
    "Dunstan",
]
_BODIES = "Borough Council|County Council|Council|City Council|Metropolitan Borough Council"
_GIVEN = [
    "Amina",
    "Beth",
    "Carys",
    "Dawn",
    "Elaine",
    "Farah",
    "Grace",
    "Helen",
    "Imran",
    "Joanne",
    "Kemi",
    "Louise",
    "Mark",
    "Nadia",
    "Olu",
    "Priya",
    "Rhian",
    "Sam",
    "Tariq",
    "Una",
    "Vikki",
    "Wendy",
    "Yusuf",
    "Zoe",
]
_FAMILY = [
    "Ackerley",
    "Bramwell",
    "Chaudry",
    "Dalgarno",
    "Eastoe",
    "Fennimore",
    "Greaves",
    "Hollin",
    "Ibbotson",
    "Jowett",
    "Kirkbride",
    "Lamming",
    "Mistry",
    "Norcliffe",
    "Okafor",
    "Pemble",
    "Quayle",
    "Rudkin",
    "Sowerby",
    "Tindall",
    "Usher",
    "Varley",
    "Whitham",
]

# Patterns of a primary's name and their weights (assumed); {p} is the place, {s} a saint.
_PRIMARY = (
    ("{p} Primary School", 30.0),
    ("{p} Community Primary School", 12.0),
    ("{p} C of E Primary School", 14.0),
    ("St {s}'s C of E Primary School", 9.0),
    ("St {s}'s Catholic Primary School", 11.0),
    ("{p} Primary Academy", 9.0),
    ("{p} Junior School", 5.0),
    ("{p} Infant School", 5.0),
    ("Holy Trinity C of E Primary School, {p}", 2.0),
    ("Our Lady and St {s} Catholic Primary School", 3.0),
)
_SECONDARY = (
    ("{p} High School", 5.0),
    ("{p} Academy", 5.0),
    ("{p} Community College", 2.0),
    ("St {s}'s Catholic High School", 2.0),
)
_PATTERNS = {
    "primary": _PRIMARY,
    "secondary": _SECONDARY,
    "special": (("{p} Special School", 1.0), ("{p} Lodge School", 1.0)),
    "independent": (("{p} House School", 1.0), ("St {s}'s School, {p}", 1.0)),
    "nursery": (("{p} Nursery School", 1.0),),
}


def place_name(stream: Stream) -> str:
    """Return an invented place.

    >>> place_name(Stream(1, "doctest")).isalpha()
    True
    """
    while True:
        first, last = stream.pick(_FIRST), stream.pick(_LAST)
        if first.lower() != last and first[-1].lower() != last[0]:
            return first + last


def authority_names(seed: int, first: int, number: int, taken: frozenset[str]) -> tuple[str, ...]:
    """Return the names of authorities by their place in the country, each of them once.

    Parameters
    ----------
    seed
        Seed of the scenario: trials of one programme that share it share the names.
    first, number
        Place of the first authority, from 0, and how many there are.
    taken
        Names in small letters that nobody may bear.
    """
    stream = Stream(seed, "authority names")
    places: set[str] = set()
    found: list[str] = []
    while len(found) < first + number:
        place = place_name(stream)
        body = stream.pick(_BODIES.split("|"))
        if place not in places and place.casefold() not in taken:
            places.add(place)
            found.append(f"{place} {body}")
    return tuple(found[first:])


def school_name(
    stream: Stream, phase: str, used: set[str], taken: frozenset[str] = frozenset()
) -> str:
    """Return a school's name that its authority does not use yet, and note it in `used`.

    `taken` holds names of a real register, which are never given.
    """
    patterns = _PATTERNS.get(phase, _PATTERNS["nursery"])
    cumulative = running([weight for _, weight in patterns])
    for attempt in range(10_000):
        pattern = stream.weighted(patterns, cumulative)[0]
        name = pattern.format(p=place_name(stream), s=stream.pick(_SAINTS))
        if attempt > 200:  # a very large authority: places alone no longer suffice
            name = f"{place_name(stream)} {name}"
        if name.casefold() not in used and name.casefold() not in taken:
            used.add(name.casefold())
            return name
    raise RuntimeError("no further school name")  # pragma: no cover - millions of combinations


def person_name(stream: Stream) -> str:
    """Return an invented person's name."""
    return f"{stream.pick(_GIVEN)} {stream.pick(_FAMILY)}"
