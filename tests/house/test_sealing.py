"""Secrets at rest."""

from __future__ import annotations

import base64

import pytest

from eventapp.sealing import SealBroken, new_token, seal, token_hash, unseal


def test_what_is_sealed_opens_again(app):
    for secret in (b"", b"\0\xff" * 100, "参会码".encode()):
        assert unseal(seal(secret, "try"), "try") == secret


def test_the_same_secret_is_sealed_differently_each_time(app):
    assert seal(b"secret", "try") != seal(b"secret", "try")
    assert b"secret" not in base64.urlsafe_b64decode(seal(b"secret", "try"))


def test_another_purpose_does_not_open_it(app):
    with pytest.raises(SealBroken):
        unseal(seal(b"secret", "signing_key"), "registration_link")


def test_another_key_does_not_open_it(app):
    sealed = seal(b"secret", "try")
    app.config["SECRET_KEY"] = "another key of the application, as long"
    with pytest.raises(SealBroken, match="SECRET_KEY was changed"):
        unseal(sealed, "try")


@pytest.mark.parametrize(
    "change",
    [lambda text: text[:-4] + "AAAA", lambda text: text[:10], lambda _: "", lambda _: "é!", lambda text: "A" + text],
)
def test_what_was_changed_does_not_open(app, change):
    with pytest.raises(SealBroken):
        unseal(change(seal(b"secret", "try")), "try")


def test_tokens_are_long_safe_in_addresses_and_never_the_same():
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert {len(token) for token in tokens} == {43}
    assert all(character.isalnum() or character in "-_" for token in tokens for character in token)


def test_a_tokens_hash_is_found_again_whatever_was_sent():
    assert token_hash("x") == token_hash("x") != token_hash("y")
    assert len(token_hash("\ud800\0")) == 64
