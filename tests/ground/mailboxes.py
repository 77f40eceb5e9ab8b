"""A real SMTP server that keeps what it accepts and refuses what it is told to."""

from __future__ import annotations

import asyncio
import email
import email.policy
import time
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.ground.servers import free_port


class Mailbox:
    """The mail server of a test; also its handler of incoming mail."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self._refusals: dict[str, int] = {}
        self._seconds = 0.0
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port())

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    @property
    def url(self) -> str:
        """What MAIL_URL is set to."""
        return f"smtp://127.0.0.1:{self._controller.port}"

    def refuse(self, recipient: str, code: int = 550) -> None:
        """Answer `code` to this recipient: 5xx for good, 4xx for now."""
        self._refusals[recipient] = code

    def accept(self, recipient: str) -> None:
        """Refuse this recipient no longer."""
        self._refusals.pop(recipient, None)

    def slow(self, seconds: float) -> None:
        """Take this long over every message."""
        self._seconds = seconds

    def to(self, recipient: str) -> list[EmailMessage]:
        """What this recipient got, oldest first."""
        return [message for message in self.messages if recipient in message["To"]]

    def wait_for(self, recipient: str, seconds: float = 10, number: int = 1) -> EmailMessage:
        """The recipient's message number `number`, waiting for it to arrive; fails after `seconds`."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if len(found := self.to(recipient)) >= number:
                return found[number - 1]
            time.sleep(0.02)
        raise AssertionError(
            f"no mail for {recipient} within {seconds} s; there is mail for {[m['To'] for m in self.messages]}"
        )

    async def handle_RCPT(  # noqa: N802 - the server's name for it
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self._refusals:
            return f"{self._refusals[address]} no such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self._seconds)
        content = envelope.content
        raw = content if isinstance(content, bytes) else str(content).encode()
        self.messages.append(email.message_from_bytes(raw, policy=email.policy.default))
        return "250 OK"
