"""Addresses are built as the routing library builds them, only later."""

from __future__ import annotations

import pytest
from werkzeug.routing import BuildError, Map, Rule

from eventapp.addresses import LazyRule

RULES = ("/", "/e/<event>/agenda/<session>", "/p/<int:digits>.svg")


def _built(kind: type[Rule]) -> list[str]:
    addresses = Map([kind(rule, endpoint=rule) for rule in RULES]).bind("localhost")
    return [
        addresses.build("/"),
        addresses.build("/e/<event>/agenda/<session>", {"event": "a b", "session": "开", "lang": "zh"}),
        addresses.build("/e/<event>/agenda/<session>", {"event": "c", "session": "d"}),
        addresses.build("/p/<int:digits>.svg", {"digits": 7}),
    ]


def test_a_lazy_rule_builds_what_an_ordinary_one_builds():
    assert _built(LazyRule) == _built(Rule)


def test_a_lazy_rule_refuses_what_an_ordinary_one_refuses():
    addresses = Map([LazyRule("/p/<int:digits>", endpoint="p")]).bind("localhost")
    with pytest.raises(BuildError):
        addresses.build("p", {"other": 1})


def test_the_application_uses_them(app):
    assert {type(rule) for rule in app.url_map.iter_rules() if rule.endpoint != "static"} == {LazyRule}
