"""An authority's own keys: one signs what it sends, the other hides its children. Neither leaves.

They lie in a folder on the authority's side: `authority.signing.pem` (Ed25519, PKCS #8) and
`authority.hmac` (32 bytes as hexadecimal digits).
"""

from __future__ import annotations

from pathlib import Path

from equipoise.core.base import Problem, ProblemsError, write_atomic
from equipoise.workspace.folder.keys import KeyPair, KeyRing, key_at
from equipoise.workspace.folder.randomness import Secrets

SIGNING, HMAC = "authority.signing.pem", "authority.hmac"
_NAME = "authority"
_BYTES = 32


def make_authority_keys(folder: Path, secrets: Secrets) -> KeyPair:
    """Make the keys that are not there yet; return the signing pair.

    Keys are never replaced: with another HMAC key a child would get another pseudonym.

    Parameters
    ----------
    folder
        Where they lie; made where it is missing.
    secrets
        Where they come from.
    """
    signing, hidden = folder / SIGNING, folder / HMAC
    if not signing.exists():
        KeyRing((folder,)).write(_NAME, KeyPair.make("signing", _NAME, secrets))
    if not hidden.exists():
        write_atomic(hidden, (secrets.take("hmac key authority", _BYTES).hex() + "\n").encode())
        hidden.chmod(0o600)
    return key_at(signing, "signing")


def signing_key(place: Path) -> KeyPair:
    """Read the signing key of a file, or of a folder that holds an authority's keys."""
    return key_at(place / SIGNING if place.is_dir() else place, "signing")


def hmac_key(place: Path) -> bytes:
    """Read the HMAC key of a file, or of a folder that holds an authority's keys.

    Raises
    ------
    ProblemsError
        Where there is none.
    """
    path = place / HMAC if place.is_dir() else place
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        key = b""
    if len(key) < _BYTES:
        raise ProblemsError(
            [
                Problem(
                    path.name,
                    "whole file",
                    "no HMAC key",
                    f"{_BYTES} bytes as hexadecimal digits",
                    "make the authority's keys with: equipoise contacts keys FOLDER",
                )
            ]
        )
    return key
