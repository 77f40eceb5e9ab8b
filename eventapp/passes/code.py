"""What a pass says: 76 signed bytes as 184 digits, and how they are found in whatever a reader delivers."""

from __future__ import annotations

import re
import secrets
import struct
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from eventapp.text import normal

VERSION = 1
DIGITS = 184
SHORT_DIGITS = 8

_SIGNED = struct.Struct(">BH8sB")
_LENGTH = _SIGNED.size + 64
_RUN = re.compile(rf"[0-9]{{{DIGITS},}}")
_SHORT = re.compile(rf"[0-9](?:[\s\-‐‑–—]*[0-9]){{{SHORT_DIGITS - 1}}}")
# A keyboard-style scanner presses the digits' keys without shift: on French and Belgian layouts they give these.
_TYPED_ON_AZERTY = str.maketrans("à&é\"'(-è_ç§!", "012345678968")


class MalformedCode(ValueError):  # noqa: N818 - it stands beside the refusals, whose names are sentences
    """The digits are no pass of ours, whoever signed them."""


@dataclass(frozen=True)
class PassCode:
    """A code as read. `registration` is the public id: 8 bytes as 16 hex characters."""

    key_id: int
    registration: str
    serial: int
    signature: bytes

    @property
    def signed_part(self) -> bytes:
        """The 12 bytes that the signature vouches for."""
        return _signed_part(self.key_id, self.registration, self.serial)


def sign_code(private_key: Ed25519PrivateKey, key_id: int, registration: str, serial: int) -> str:
    """The 184 digits of a pass. Raises ValueError if a number is out of range or the id is not 16 hex characters."""
    signed_part = _signed_part(key_id, registration, serial)
    return _to_digits(signed_part + private_key.sign(signed_part))


def pass_url(base_url: str, digits: str) -> str:
    """The address in a QR code, in upper case throughout so that the code uses compact modes."""
    parts = urlsplit(base_url)
    host = (parts.hostname or "").encode("idna").decode("ascii")
    host = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{host}{port}{parts.path.rstrip('/')}/p/".upper() + digits


def find_digits(text: str) -> str | None:
    """The pass in what a camera or a keyboard-style scanner read: of the last long run of digits the last 184."""
    plain = normal("NFKC", text)
    runs = _RUN.findall(plain) or _RUN.findall(plain.translate(_TYPED_ON_AZERTY))
    return runs[-1][-DIGITS:] if runs else None


def find_short_code(text: str) -> str | None:
    """Eight digits typed at the door, with spaces or hyphens between them and nothing else."""
    typed = normal("NFKC", text).strip()
    return re.sub(r"[^0-9]", "", typed) if _SHORT.fullmatch(typed) else None


def new_short_code() -> str:
    """Eight random digits to type at the door; whether they are free in the event is the caller's to see."""
    return f"{secrets.randbelow(10**8):08}"


def parse_code(digits: str) -> PassCode:
    """Read 184 digits; says nothing about the signature. Raises MalformedCode."""
    if not re.fullmatch(rf"[0-9]{{{DIGITS}}}", digits):
        raise MalformedCode(f"a pass has {DIGITS} digits")
    number = int(digits)
    if number.bit_length() > _LENGTH * 8:
        raise MalformedCode("the number is too large for a pass")
    content = number.to_bytes(_LENGTH, "big")
    version, key_id, registration, serial = _SIGNED.unpack_from(content)
    if version != VERSION:
        raise MalformedCode(f"passes of version {version} are not known")
    return PassCode(key_id, registration.hex(), serial, content[_SIGNED.size :])


def signature_holds(code: PassCode, public_key: Ed25519PublicKey) -> bool:
    """Whether the owner of the key made this code, with nothing changed since."""
    try:
        public_key.verify(code.signature, code.signed_part)
    except InvalidSignature:
        return False
    return True


def new_key_pair() -> tuple[Ed25519PrivateKey, Ed25519PublicKey]:
    """A new key to sign with and its public half."""
    private_key = Ed25519PrivateKey.generate()
    return private_key, private_key.public_key()


def private_bytes(key: Ed25519PrivateKey) -> bytes:
    """The key as 32 raw bytes: seal them before they are stored."""
    return key.private_bytes_raw()


def public_bytes(key: Ed25519PublicKey) -> bytes:
    """The key as 32 raw bytes."""
    return key.public_bytes_raw()


def private_from_bytes(raw: bytes) -> Ed25519PrivateKey:
    """The opposite of `private_bytes`. Raises ValueError if there are not 32 of them."""
    return Ed25519PrivateKey.from_private_bytes(raw)


def public_from_bytes(raw: bytes) -> Ed25519PublicKey:
    """The opposite of `public_bytes`. Raises ValueError if there are not 32 of them."""
    return Ed25519PublicKey.from_public_bytes(raw)


def _signed_part(key_id: int, registration: str, serial: int) -> bytes:
    if not re.fullmatch(r"[0-9a-f]{16}", registration):
        raise ValueError("a registration's public id has 16 hex characters")
    if not (0 <= key_id <= 0xFFFF and 0 <= serial <= 0xFF):
        raise ValueError("key ids go up to 65535, serials up to 255")
    return _SIGNED.pack(VERSION, key_id, bytes.fromhex(registration), serial)


def _to_digits(content: bytes) -> str:
    return str(int.from_bytes(content, "big")).zfill(DIGITS)
