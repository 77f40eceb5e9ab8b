"""What the tests of the door share: an event with a gate, and devices that scan at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from flask import Flask

from eventapp.checkin.models import Checkpoint
from eventapp.events.models import Event
from tests.checkin.stage import Scanner, make_checkpoint, make_device
from tests.ground.visitors import Visitor

# A Monday; 09:00 in Shanghai.
MORNING = "2026-11-23T09:00:00+08:00"


@pytest.fixture
def morning() -> Iterator[Any]:
    """The clock stands at 09:00 in Shanghai; `morning.shift(seconds)` moves it."""
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def gate(event: Event) -> Checkpoint:
    """The checkpoint `gate`: each pass once."""
    return make_checkpoint(event)


@pytest.fixture
def scanner_at(app: Flask, event: Event) -> Callable[..., Scanner]:
    """`scanner_at("Phone 2", checkpoints=("gate",))` is one more paired device of the event."""
    return lambda name="Phone 1", **values: Scanner(Visitor(app), make_device(event, name, **values))


@pytest.fixture
def scanner(gate: Checkpoint, scanner_at: Callable[..., Scanner]) -> Scanner:
    """Phone 1, paired for all checkpoints there were when it was asked for."""
    return scanner_at()
