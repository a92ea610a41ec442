"""The vault: the sealed seed and the sealed allocation of each stage, each file a row of boxes."""

from __future__ import annotations

from equipoise.core.base import Problem, ProblemsError
from equipoise.workspace.folder.keys import KeyPair
from equipoise.workspace.folder.seal import SealError, boxes, seal, unseal
from equipoise.workspace.folder.trial import TrialFolder
from equipoise.workspace.folder.work import Work

SEEDS = "design/seeds.sealed"
ALLOCATION = "allocation.sealed"
DELIVERY = "delivery.sealed"


def public_key(folder: TrialFolder, name: str) -> bytes:
    """Return the public see-, delivery- or trial-key that the protocol declares.

    Raises
    ------
    ProblemsError
        Where none is declared.
    """
    holder = getattr(folder.protocol.keys, name)
    if holder is None or holder.public is None:
        raise ProblemsError(
            [
                Problem(
                    "trial.yaml",
                    f"keys.{name}.public",
                    "nothing",
                    f"the public {name}-key",
                    "make the keys with: equipoise keys FOLDER",
                )
            ]
        )
    return bytes.fromhex(holder.public)


def holds_see_key(folder: TrialFolder) -> bool:
    """Return whether the see-key that the protocol declares is at hand."""
    public = folder.protocol.keys.see.public
    return public is not None and folder.keys.holds("see", "sealing", public=bytes.fromhex(public))


def private_key(folder: TrialFolder, name: str) -> KeyPair:
    """Return the private see-, delivery- or trial-key; `ProblemsError` where it is not at hand."""
    return folder.keys.find(name, "sealing", public=public_key(folder, name))


def put(work: Work, name: str, content: bytes, *, key: str, purpose: str) -> None:
    """Add one sealed box at the end of a file."""
    held = work.read_if_there(name) or b""
    box = seal(
        content, to=public_key(work.folder, key), purpose=purpose, secrets=work.folder.secrets
    )
    work.write(name, held + box)


def take(data: bytes, *, pair: KeyPair, name: str, purposes: list[str]) -> list[bytes]:
    """Open every box of a file, the n-th under the n-th purpose.

    Raises
    ------
    ProblemsError
        Where the key does not fit or the file was changed.
    """
    try:
        return [
            unseal(box, key=pair.private, purpose=purpose)
            for box, purpose in zip(boxes(data), purposes, strict=True)
        ]
    except (SealError, ValueError) as error:
        raise ProblemsError(
            [
                Problem(
                    name,
                    "whole file",
                    str(error),
                    "sealed boxes for this key, in the order of the ledger",
                    "use the key declared when the protocol was locked, or restore the file",
                )
            ]
        ) from None
