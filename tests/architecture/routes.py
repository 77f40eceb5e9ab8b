"""Every address of the application, filled with values that look right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask
from werkzeug.routing import IntegerConverter, Rule

# What stands for a part of an address whose row does not exist.
STRANGERS = {"digits": "0" * 184, "token": "x" * 43, "public_id": "0123456789abcdef"}
ANY_STRANGER = "0123456789abcdef"


@dataclass(frozen=True)
class Route:
    """One method of one rule, with an address that leads to it."""

    endpoint: str
    method: str
    rule: str
    path: str
    arguments: frozenset[str]

    def __str__(self) -> str:
        return f"{self.method} {self.rule}"


def all_routes(app: Flask, event: str) -> list[Route]:
    """Every route with `event` as the event of its address."""
    return [route for rule in app.url_map.iter_rules() for route in _routes_of(app, rule, event)]


def _routes_of(app: Flask, rule: Rule, event: str) -> Iterator[Route]:
    with app.test_request_context():
        values = {name: event if name == "event" else _stranger(rule, name) for name in rule.arguments}
        built = rule.build(values, append_unknown=False)
    assert built is not None, f"no address could be built for {rule}"
    for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
        yield Route(rule.endpoint, method, rule.rule, built[1], frozenset(rule.arguments))


def _stranger(rule: Rule, name: str) -> object:
    if isinstance(rule._converters[name], IntegerConverter):
        return 999_999
    return STRANGERS.get(name, ANY_STRANGER)
