"""What other processes do while a test looks."""

from __future__ import annotations

from eventapp.accounts.actor import SYSTEM
from eventapp.events.actions import set_banner
from eventapp.operations.actions import beat


def change_banner(_index: int, event_id: int, words: str) -> None:
    set_banner(event_id, words, "", by=SYSTEM)


def write_again_and_again(index: int, times: int) -> None:
    for turn in range(times):
        beat(f"writer {index} {turn}")
