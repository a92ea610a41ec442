"""The trial folder: keys, sealed boxes, files, and the record of each step."""

from equipoise.workspace.folder.bundle import pack_files, unpack_files
from equipoise.workspace.folder.keys import KeyPair, KeyRing, key_folders, signature_holds
from equipoise.workspace.folder.randomness import RehearsalSecrets, Secrets, SystemSecrets
from equipoise.workspace.folder.seal import SealError, boxes, padded_size, seal, unseal
from equipoise.workspace.folder.signers import ROLES, signatures_of
from equipoise.workspace.folder.trial import PROTOCOL, TrialFolder, recorded
from equipoise.workspace.folder.versions import fixed_parts, fixed_text, fixings, version_file
from equipoise.workspace.folder.work import RESTORE, OvertakenError, Work, is_current

__all__ = [
    "PROTOCOL",
    "RESTORE",
    "ROLES",
    "KeyPair",
    "KeyRing",
    "OvertakenError",
    "RehearsalSecrets",
    "SealError",
    "Secrets",
    "SystemSecrets",
    "TrialFolder",
    "Work",
    "boxes",
    "fixed_parts",
    "fixed_text",
    "fixings",
    "is_current",
    "key_folders",
    "pack_files",
    "padded_size",
    "recorded",
    "seal",
    "signature_holds",
    "signatures_of",
    "unpack_files",
    "unseal",
    "version_file",
]
