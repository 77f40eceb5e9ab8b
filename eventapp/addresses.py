"""Rules of addresses that make what builds an address when it is first asked for, and the numbers in them.

There are hundreds of rules, and making all builders takes half of the time in which the application is built.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Rule

Builder = Callable[..., tuple[str, str]]
# The largest whole number that a column holds; no database looks up a larger one.
LARGEST_NUMBER = 2**31 - 1


def init_addresses(app: Flask) -> None:
    """Use these rules and numbers for every address of the application."""
    app.url_rule_class = LazyRule
    app.url_map.converters["int"] = NumberConverter


class NumberConverter(IntegerConverter):
    """A whole number in an address, `<int:number>`, of so few digits that any column holds it; at others there is nothing."""

    regex = r"[0-9]{1,9}"


class LazyRule(Rule):
    """A rule like any other; should the library one day build otherwise, this is not called and costs nothing."""

    def _compile_builder(self, append_unknown: bool = True) -> Builder:
        make: Callable[[bool], Builder] = super()._compile_builder
        made: list[Builder] = []

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            if not made:
                made.append(make(append_unknown))
            return made[0](rule, **values)

        return build
