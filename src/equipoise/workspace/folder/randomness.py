"""Where secrets come from: the operating system, or the seed of a rehearsal."""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import dataclass
from typing import Protocol


class Secrets(Protocol):
    """A source of secret bytes, each asked for under a label of its own."""

    def take(self, label: str, count: int) -> bytes:
        """Return ``count`` secret bytes."""
        ...


class SystemSecrets:
    """The operating system's generator: what every real trial uses."""

    def take(self, label: str, count: int) -> bytes:
        """Return ``count`` secret bytes; the label is not used."""
        del label
        return os.urandom(count)


@dataclass(frozen=True)
class RehearsalSecrets:
    """Bytes that follow from a seed, so that a rehearsal repeats byte for byte. Never secret.

    Parameters
    ----------
    seed
        The rehearsal's seed.

    Examples
    --------
    >>> RehearsalSecrets(1).take("a", 4) == RehearsalSecrets(1).take("a", 4)
    True
    """

    seed: int

    def take(self, label: str, count: int) -> bytes:
        """Return ``count`` bytes that follow from seed and label (HMAC-SHA-256 in counter mode)."""
        key = f"equipoise rehearsal {self.seed}".encode()
        blocks = (
            hmac.new(key, f"{label}\n{block}".encode(), hashlib.sha256).digest()
            for block in range(-(-count // 32))
        )
        return b"".join(blocks)[:count]
