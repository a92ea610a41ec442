"""Keys: who may sign, who may open. Private keys lie outside the trial folder."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from equipoise.core.base import Problem, ProblemsError, write_atomic
from equipoise.workspace.folder.randomness import Secrets

Kind = Literal["signing", "sealing"]
VARIABLE = "EQUIPOISE_KEYS"


def key_folders(environment: Mapping[str, str] = os.environ) -> tuple[Path, ...]:
    """Return where private keys are looked for: ``EQUIPOISE_KEYS``, else the user's configuration.

    Several folders may be named, divided as in ``PATH``: that is how two people sign at one desk.
    """
    named = environment.get(VARIABLE)
    if named:
        return tuple(Path(part) for part in named.split(os.pathsep) if part)
    if sys.platform == "win32":
        base = Path(environment.get("APPDATA", Path.home() / "AppData" / "Roaming"))
    else:
        base = Path(environment.get("XDG_CONFIG_HOME", Path.home() / ".config"))
    return (base / "equipoise" / "keys",)


@dataclass(frozen=True)
class KeyPair:
    """A private key as raw bytes, and its public half.

    Attributes
    ----------
    kind
        ``signing`` (Ed25519) or ``sealing`` (X25519).
    private, public
        32 bytes each.
    """

    kind: Kind
    private: bytes
    public: bytes

    @classmethod
    def make(cls, kind: Kind, name: str, secrets: Secrets) -> KeyPair:
        """Make a new pair."""
        return cls.of(kind, secrets.take(f"{kind} key {name}", 32))

    @classmethod
    def of(cls, kind: Kind, private: bytes) -> KeyPair:
        """Return the pair of a raw private key."""
        return cls(kind, private, _loaded(kind, private).public_key().public_bytes_raw())

    def pem(self) -> bytes:
        """Return the private key as an unencrypted PKCS #8 PEM file."""
        return _loaded(self.kind, self.private).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    def sign(self, message: bytes) -> bytes:
        """Sign a message with Ed25519."""
        return Ed25519PrivateKey.from_private_bytes(self.private).sign(message)


def _loaded(kind: Kind, private: bytes) -> Ed25519PrivateKey | X25519PrivateKey:
    if kind == "signing":
        return Ed25519PrivateKey.from_private_bytes(private)
    return X25519PrivateKey.from_private_bytes(private)


def signature_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether an Ed25519 signature is good."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@dataclass(frozen=True)
class KeyRing:
    """The private keys at hand.

    Parameters
    ----------
    folders
        Where they lie, first found wins.
    """

    folders: tuple[Path, ...]

    def write(self, name: str, pair: KeyPair) -> Path:
        """Store a pair in the first folder. Keys are never replaced.

        Where a key of that name and kind is there already and is another one (of another trial),
        the new file's name goes on with the first eight digits of the public key.
        """
        plain = self.folders[0] / f"{name}.{pair.kind}.pem"
        path = plain
        if plain.exists() and self._read(plain, pair.kind).public != pair.public:
            path = plain.with_name(f"{name}-{pair.public.hex()[:8]}.{pair.kind}.pem")
        if not path.exists():
            write_atomic(path, pair.pem())
            path.chmod(0o600)
        return path

    def find(self, name: str, kind: Kind, *, public: bytes) -> KeyPair:
        """Return a person's or a purpose's private key.

        Parameters
        ----------
        name
            The person, or ``see``, ``delivery``, ``trial``.
        kind
            signing or sealing.
        public
            The public key that the protocol declares; the private one must fit it.

        Raises
        ------
        ProblemsError
            Where there is no such key, or none fits the protocol.
        """
        seen: list[str] = []
        for path in self._files(name, kind):
            pair = self._read(path, kind)
            if pair.public == public:
                return pair
            seen.append(path.name)
        whose = f"the {kind} key of {name}" if kind == "signing" else f"the {name}-key"
        if seen:
            raise _problem(
                ", ".join(seen),
                "a key that does not fit",
                f"{whose} that the protocol declares",
                f"name the folder that holds it in {VARIABLE}, or ask its holder",
            )
        raise _problem(
            f"{name}.{kind}.pem",
            "no such key",
            f"{whose}, in a folder named by {VARIABLE} or in the user's configuration folder",
            "ask its holder to give the command, or name the key's folder; "
            "a key that is lost cannot be made again",
        )

    def holds(self, name: str, kind: Kind, *, public: bytes) -> bool:
        """Return whether the key that the protocol declares is at hand."""
        return any(self._read(path, kind).public == public for path in self._files(name, kind))

    def _files(self, name: str, kind: Kind) -> Iterator[Path]:
        """Yield the files that may hold a key, the plain name first in each folder."""
        marked = re.compile(rf"{re.escape(name)}-[0-9a-f]{{8}}\.{kind}\.pem")
        for folder in self.folders:
            plain = folder / f"{name}.{kind}.pem"
            if plain.is_file():
                yield plain
            if folder.is_dir():
                yield from (p for p in sorted(folder.iterdir()) if marked.fullmatch(p.name))

    @staticmethod
    def _read(path: Path, kind: Kind) -> KeyPair:
        wanted = Ed25519PrivateKey if kind == "signing" else X25519PrivateKey
        try:
            loaded = serialization.load_pem_private_key(path.read_bytes(), password=None)
        except (ValueError, TypeError):
            loaded = None
        if not isinstance(loaded, wanted):
            raise _problem(
                path.name,
                "a file that is not such a key",
                f"a {kind} key as PKCS #8 PEM",
                "restore the key from its safe copy",
            )
        return KeyPair.of(kind, loaded.private_bytes_raw())


def key_at(path: Path, kind: Kind) -> KeyPair:
    """Read the private key of a file; `ProblemsError` where it holds none of that kind."""
    if not path.is_file():
        found, expected = "no such file", f"a {kind} key as PKCS #8 PEM"
        raise _problem(path.name, found, expected, "name the file that holds the key")
    return KeyRing._read(path, kind)


def _problem(file: str, found: str, expected: str, remedy: str) -> ProblemsError:
    return ProblemsError([Problem(file, "whole file", found, expected, remedy)])
