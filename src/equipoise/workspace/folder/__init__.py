"""The trial folder: keys, sealed boxes, files, and the record of each step."""

from equipoise.workspace.folder.bundle import pack_files, unpack_files
from equipoise.workspace.folder.keys import KeyPair, KeyRing, key_folders, signature_holds
from equipoise.workspace.folder.randomness import RehearsalSecrets, Secrets, SystemSecrets
from equipoise.workspace.folder.seal import SealError, boxes, padded_size, seal, unseal
from equipoise.workspace.folder.trial import PROTOCOL, TrialFolder, recorded
from equipoise.workspace.folder.work import ROLES, Work, is_current

__all__ = [
    "PROTOCOL",
    "ROLES",
    "KeyPair",
    "KeyRing",
    "RehearsalSecrets",
    "SealError",
    "Secrets",
    "SystemSecrets",
    "TrialFolder",
    "Work",
    "boxes",
    "is_current",
    "key_folders",
    "pack_files",
    "padded_size",
    "recorded",
    "seal",
    "signature_holds",
    "unpack_files",
    "unseal",
]
