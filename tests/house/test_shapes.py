"""The shapes in which programs and pages send JSON: what they may hold is bounded, so that no database fails over it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Flask

from eventapp.addresses import LARGEST_NUMBER
from eventapp.jsonapi import Sent


def _shapes(kind: type[Sent] = Sent) -> Iterator[type[Sent]]:
    for shape in kind.__subclasses__():
        yield shape
        yield from _shapes(shape)


def _numbers(told: Any) -> Iterator[dict[str, Any]]:
    """Every place of a JSON schema that takes a whole number."""
    if isinstance(told, dict):
        if told.get("type") == "integer":
            yield told
        for part in told.values():
            yield from _numbers(part)
    elif isinstance(told, list):
        for part in told:
            yield from _numbers(part)


def test_every_whole_number_that_is_sent_is_one_that_a_column_can_hold(app: Flask) -> None:
    numbers = {shape: list(_numbers(shape.model_json_schema())) for shape in _shapes()}
    assert sum(map(len, numbers.values())) > 20
    for shape, places in numbers.items():
        assert all(-LARGEST_NUMBER <= place["minimum"] <= place["maximum"] <= LARGEST_NUMBER for place in places), shape
