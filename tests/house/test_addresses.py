"""Addresses are built as the routing library builds them, only later; numbers in them are such as a row can have."""

from __future__ import annotations

import pytest
from werkzeug.routing import BuildError, IntegerConverter, Map, Rule

from eventapp.addresses import LARGEST_NUMBER, LazyRule
from tests.agenda.stage import make_session, publish

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


def _numbered(app) -> list[tuple[str, str, str]]:
    """Method, address and the number's name of every rule that has a number."""
    rules = [(rule, name) for rule in app.url_map.iter_rules() for name in rule.arguments]
    return [
        (method, rule.rule.replace("<event>", "delta-2026"), name)
        for rule, name in rules
        if isinstance(rule._converters[name], IntegerConverter)
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
    ]


@pytest.mark.parametrize("number", [str(LARGEST_NUMBER + 1), "9" * 25, "9" * 5000])
def test_at_a_number_that_no_row_can_have_there_is_nothing(app, event, staff, number):
    make_session(event)
    publish(event)
    desk, addresses = staff("organiser"), _numbered(app)
    assert len(addresses) > 10
    token = desk.get("/manage/delta-2026/", status=200).tree.xpath("//input[@name='csrf_token']/@value")[0]
    for method, rule, name in addresses:
        address = rule.replace(f"<int:{name}>", number)
        sent = {"headers": {"X-CSRFToken": token}} if method == "POST" else {}
        assert desk.open(address, method=method, **sent).status_code == 404, (method, rule)
