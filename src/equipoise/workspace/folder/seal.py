"""Sealed boxes: bytes that only the holder of one key can open, and whose size says little.

A box is X25519 with a fresh key pair, HKDF-SHA-256, and ChaCha20-Poly1305 (RFC 7748, 5869, 8439).
It is padded to the smallest 2^k x 16 KiB that holds it, header included (docs/rules.md, rule 2).
"""

from __future__ import annotations

from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from equipoise.workspace.folder.randomness import Secrets

MAGIC = b"eqseal01"
UNIT = 16 * 1024
_HEAD = len(MAGIC) + 8 + 32
_TAG = 16
_NONCE = bytes(12)  # each box has a key of its own, so its nonce may be constant


class SealError(ValueError):
    """A box that does not open: the wrong key, the wrong purpose or damaged bytes."""


def padded_size(content: int) -> int:
    """Return the size of a box in bytes for a content of so many bytes.

    Examples
    --------
    >>> padded_size(10), padded_size(20_000), padded_size(40_000)
    (16384, 32768, 65536)
    """
    size = UNIT
    while size < content + 8 + _HEAD + _TAG:
        size *= 2
    return size


def content_room(size: int) -> int:
    """Return how many bytes of content fill a box of a size.

    Examples
    --------
    >>> padded_size(content_room(32_768)), padded_size(content_room(32_768) + 1)
    (32768, 65536)
    """
    return size - 8 - _HEAD - _TAG


def box_size(begin: bytes) -> int:
    """Return the size of a box from its first 16 bytes.

    Raises
    ------
    SealError
        Where no box begins so.
    """
    size = int.from_bytes(begin[len(MAGIC) : len(MAGIC) + 8], "big")
    if len(begin) < len(MAGIC) + 8 or not begin.startswith(MAGIC) or size < UNIT:
        raise SealError("not a whole number of sealed boxes")
    return size


def seal(content: bytes, *, to: bytes, purpose: str, secrets: Secrets) -> bytes:
    """Return a sealed box.

    Parameters
    ----------
    content
        What to seal.
    to
        The reader's X25519 public key, 32 bytes.
    purpose
        What the box is for; a box moved to another place does not open.
    secrets
        Where the fresh key comes from.
    """
    fresh = X25519PrivateKey.from_private_bytes(secrets.take(f"seal {purpose}", 32))
    public = fresh.public_key().public_bytes_raw()
    size = padded_size(len(content))
    head = MAGIC + size.to_bytes(8, "big") + public
    room = size - _HEAD - _TAG - 8 - len(content)
    plain = len(content).to_bytes(8, "big") + content + bytes(room)
    key = _key(fresh.exchange(X25519PublicKey.from_public_bytes(to)), public + to)
    return head + ChaCha20Poly1305(key).encrypt(_NONCE, plain, head + purpose.encode())


def unseal(box: bytes, *, key: bytes, purpose: str) -> bytes:
    """Open a sealed box.

    Raises
    ------
    SealError
        Where the key does not fit, the purpose is another, or a byte was changed.
    """
    if len(box) < _HEAD + _TAG or box[: len(MAGIC)] != MAGIC:
        raise SealError("not a sealed file of equipoise")
    private = X25519PrivateKey.from_private_bytes(key)
    public, head = box[len(MAGIC) + 8 : _HEAD], box[:_HEAD]
    own = private.public_key().public_bytes_raw()
    try:
        shared = private.exchange(X25519PublicKey.from_public_bytes(public))
        plain = ChaCha20Poly1305(_key(shared, public + own)).decrypt(
            _NONCE, box[_HEAD:], head + purpose.encode()
        )
    except (InvalidTag, ValueError):
        raise SealError("the key does not fit, or the file was changed") from None
    count = int.from_bytes(plain[:8], "big")
    return plain[8 : 8 + count]


def boxes(data: bytes) -> Iterator[bytes]:
    """Split a file of several boxes, one after another, into its boxes.

    Raises
    ------
    SealError
        Where the file does not divide into whole boxes.
    """
    at = 0
    while at < len(data):
        size = box_size(data[at : at + 16])
        box = data[at : at + size]
        if len(box) != size:
            raise SealError("not a whole number of sealed boxes")
        yield box
        at += size


def _key(shared: bytes, context: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=None, info=b"equipoise seal 1" + context).derive(shared)
