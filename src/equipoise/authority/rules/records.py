"""Records: the rows of an extract as an engine keeps them, numbers and short codes alone."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2s

from equipoise.authority.rules.engine import SCHEMAS, Rows, RowStore, Value

#: So many rows go to the store at once; memory holds one such chunk.
CHUNK = 65_536


class RecordWriter:
    """Rows of an extract on their way into a store, chunk by chunk.

    Columns of ``records``: `number` is the row's place in the extract, `file`, `sheet` and `row`
    where it stands; `aside` why it is set aside ("" where it is not); `contact`, `child` and
    `content` keyed hashes; `day`, `month` and `decided` dates; the four texts are numbers of
    distinct texts, kept by whoever resolves them; the rest is what they were resolved to;
    `family` a keyed hash of the household, `referred` the day of the child's next referral.

    Parameters
    ----------
    store
        Where the rows go.
    """

    def __init__(self, store: RowStore) -> None:
        self._store = store
        self._rows: list[tuple[Value, ...]] = []
        self._number = 0

    def add_aside(self, file: int, sheet: int, row: int, reason: str) -> None:
        """Add a row that is set aside: nothing of it but its origin and the reason is kept."""
        self.add((file, sheet, row, reason, *_NOTHING))

    def add(self, row: tuple[Value, ...]) -> None:
        """Add a row: the values of the columns from ``file`` on."""
        self._rows.append(row)
        if len(self._rows) >= CHUNK:
            self.close()

    def close(self) -> None:
        """Hand over what is left."""
        if self._rows:
            names, kinds = zip(*SCHEMAS["records"], strict=True)
            numbers = range(self._number, self._number + len(self._rows))
            self._store.append(Rows(names, kinds, (numbers, *zip(*self._rows, strict=True))))
            self._number += len(self._rows)
            self._rows = []


_NOTHING = (
    *(0, 0, 0),
    *(None, None, None),
    *(None, None, None, None),
    *(False, False, None, "", False, False, False, False, "", "", None, "", None, None),
)


def keyed_hash(key: bytes, purpose: str) -> Callable[[str], int]:
    """Return a function from text to a signed 64-bit number: BLAKE2s under a key.

    Parameters
    ----------
    key
        The store's secret: without it nobody can try out identifiers.
    purpose
        Keeps the numbers of one kind of text apart from those of another; at most 8 letters.

    Examples
    --------
    >>> child, contact = keyed_hash(b"k", "child"), keyed_hash(b"k", "contact")
    >>> child("7") == child("7"), child("7") == contact("7")
    (True, False)
    """
    # A copy has taken in the key already, which is half of the work for a short text.
    begun = blake2s(digest_size=8, key=key, person=purpose.encode("ascii")).copy

    def hashed(text: str) -> int:
        hasher = begun()
        hasher.update(text.encode("utf-8", "surrogatepass"))
        return int.from_bytes(hasher.digest(), "little", signed=True)

    return hashed
