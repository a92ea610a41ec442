"""An authority's keys are made once, never replaced, and read back or refused by name."""

import pytest

from equipoise.core.base import ProblemsError
from equipoise.workspace.folder import RehearsalSecrets
from equipoise.workspace.folder.authority_keys import (
    HMAC,
    SIGNING,
    hmac_key,
    make_authority_keys,
    signing_key,
)
from equipoise.workspace.folder.keys import signature_holds


def test_keys_are_made_once_and_stay_as_they_are(tmp_path):
    pair = make_authority_keys(tmp_path, RehearsalSecrets(1))
    held = {name: (tmp_path / name).read_bytes() for name in (SIGNING, HMAC)}
    assert make_authority_keys(tmp_path, RehearsalSecrets(2)) == pair
    assert {name: (tmp_path / name).read_bytes() for name in held} == held
    assert signing_key(tmp_path) == signing_key(tmp_path / SIGNING) == pair
    assert len(hmac_key(tmp_path)) == len(hmac_key(tmp_path / HMAC)) == 32
    assert signature_holds(pair.public, b"message", pair.sign(b"message"))


@pytest.mark.parametrize("content", ["", "abcd\n", "not hexadecimal\n", "\N{EURO SIGN}"])
def test_a_file_that_holds_no_hmac_key_is_refused_and_not_shown(tmp_path, content):
    (tmp_path / HMAC).write_text(content, encoding="utf-8")
    with pytest.raises(ProblemsError, match="no HMAC key") as error:
        hmac_key(tmp_path)
    assert not content.strip() or content.strip() not in str(error.value)


def test_a_signing_key_that_is_missing_or_another_kind_is_refused(tmp_path):
    with pytest.raises(ProblemsError, match="no such file"):
        signing_key(tmp_path)
    (tmp_path / SIGNING).write_text("x", encoding="utf-8")
    with pytest.raises(ProblemsError, match="not such a key"):
        signing_key(tmp_path)
