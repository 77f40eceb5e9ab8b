"""E-mail addresses and phone numbers as they are kept."""

from __future__ import annotations

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from eventapp.text import normal

# A mail server takes 254 characters; what is far longer is not looked at.
LONGEST_TYPED = 1000


def parse_email(text: str) -> str:
    """A usable address in lower case, its domain as mail servers take it. Raises ValueError; asks no name server."""
    if len(text) > LONGEST_TYPED:
        raise ValueError("too long for an address")
    try:
        found = validate_email(normal("NFKC", text).strip(), check_deliverability=False)
        return (found.ascii_email or found.normalized).lower()
    except EmailNotValidError as error:
        raise ValueError(str(error)) from None


def parse_phone(text: str, region: str = "CN") -> str:
    """A number in E.164 (+8613…), read as people write it in `region`. Raises ValueError."""
    if len(text) > LONGEST_TYPED:
        raise ValueError("too long for a number")
    typed = normal("NFKC", text).strip()
    if typed.startswith("00"):
        typed = f"+{typed[2:]}"
    try:
        number = phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException as error:
        raise ValueError(str(error)) from None
    if not phonenumbers.is_possible_number(number):
        raise ValueError("not a possible number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
