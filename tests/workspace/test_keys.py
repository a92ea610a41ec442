"""Keys: found by what the protocol declares, never replaced, lost ones said so."""

import os
import stat
import sys
from pathlib import Path

import pytest

from equipoise.core.base import ProblemsError
from equipoise.workspace.folder import (
    KeyPair,
    KeyRing,
    RehearsalSecrets,
    SystemSecrets,
    key_folders,
    signature_holds,
)


def pair(seed: int, kind="signing") -> KeyPair:
    return KeyPair.make(kind, "ann", RehearsalSecrets(seed))


def test_a_key_is_found_again_by_its_public_half(tmp_path):
    ring = KeyRing((tmp_path,))
    path = ring.write("ann", pair(1))
    assert path.name == "ann.signing.pem"
    assert ring.find("ann", "signing", public=pair(1).public) == pair(1)
    assert ring.holds("ann", "signing", public=pair(1).public)
    assert not ring.holds("ann", "sealing", public=pair(1).public)


def test_two_trials_may_have_a_person_of_one_name(tmp_path):
    ring = KeyRing((tmp_path,))
    first = ring.write("ann", pair(1)).read_bytes()
    second = ring.write("ann", pair(2))
    assert second.name == f"ann-{pair(2).public.hex()[:8]}.signing.pem"
    assert (tmp_path / "ann.signing.pem").read_bytes() == first
    for seed in (1, 2):
        assert ring.find("ann", "signing", public=pair(seed).public) == pair(seed)
    assert ring.write("ann", pair(2)) == second
    assert len(list(tmp_path.iterdir())) == 2


def test_a_longer_name_is_another_person(tmp_path):
    ring = KeyRing((tmp_path,))
    ring.write("ann-statistician", pair(1))
    with pytest.raises(ProblemsError, match="no such key"):
        ring.find("ann", "signing", public=pair(1).public)


def test_the_second_folder_is_searched_too(tmp_path):
    KeyRing((tmp_path / "b",)).write("ann", pair(2))
    KeyRing((tmp_path / "a",)).write("ann", pair(1))
    ring = KeyRing((tmp_path / "a", tmp_path / "b", tmp_path / "missing"))
    assert ring.find("ann", "signing", public=pair(2).public) == pair(2)


@pytest.mark.parametrize(
    ("bytes_", "found"),
    [(pair(2).pem(), "does not fit"), (pair(1, "sealing").pem(), "not such a key"), (b"x", "not")],
)
def test_a_file_with_another_key_is_refused(tmp_path, bytes_, found):
    (tmp_path / "ann.signing.pem").write_bytes(bytes_)
    with pytest.raises(ProblemsError, match=found):
        KeyRing((tmp_path,)).find("ann", "signing", public=pair(1).public)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_only_the_owner_may_read_a_key(tmp_path):
    path = KeyRing((tmp_path,)).write("ann", pair(1))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_where_keys_are_looked_for():
    named = os.pathsep.join(["one", "", "two"])
    assert key_folders({"EQUIPOISE_KEYS": named}) == (Path("one"), Path("two"))
    if sys.platform != "win32":
        assert key_folders({"XDG_CONFIG_HOME": "/c"}) == (Path("/c/equipoise/keys"),)


def test_a_signature_holds_for_its_message_and_its_key_alone():
    signature = pair(1).sign(b"yes")
    assert signature_holds(pair(1).public, b"yes", signature)
    assert not signature_holds(pair(1).public, b"no", signature)
    assert not signature_holds(pair(2).public, b"yes", signature)
    assert not signature_holds(b"short", b"yes", signature)


def test_secrets_of_the_system_differ_and_those_of_a_rehearsal_do_not():
    assert SystemSecrets().take("a", 32) != SystemSecrets().take("a", 32)
    once = RehearsalSecrets(1)
    assert once.take("a", 100) == once.take("a", 100)
    assert len({once.take("a", 32), once.take("b", 32), RehearsalSecrets(2).take("a", 32)}) == 3
