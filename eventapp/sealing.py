"""Secrets at rest: random tokens for links, their hashes, and sealing with the application's key."""

from __future__ import annotations

import base64
import hashlib
import secrets
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app


class SealBroken(Exception):  # noqa: N818
    """The sealed text was made with another SECRET_KEY, or was changed."""


def new_token() -> str:
    """A link's secret: 32 random bytes, safe in a URL."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored and looked up in place of a token. The token is random, so no salt is needed."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def seal(secret: bytes, purpose: str) -> str:
    """Encrypt `secret` with the application's key, for one purpose (AES-256-GCM, 12 random bytes of nonce)."""
    nonce = secrets.token_bytes(12)
    box = AESGCM(_key(current_app.config["SECRET_KEY"]))
    return base64.urlsafe_b64encode(nonce + box.encrypt(nonce, secret, purpose.encode())).decode("ascii")


def unseal(sealed: str, purpose: str) -> bytes:
    """Decrypt what `seal` made. Raises SealBroken."""
    box = AESGCM(_key(current_app.config["SECRET_KEY"]))
    try:
        raw = base64.urlsafe_b64decode(sealed)
        return box.decrypt(raw[:12], raw[12:], purpose.encode())
    except (InvalidTag, ValueError):
        raise SealBroken("a sealed secret cannot be opened: SECRET_KEY was changed") from None


@lru_cache(maxsize=4)
def _key(secret_key: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"eventapp sealing").derive(secret_key.encode())
