"""Rules of addresses that make what builds an address when it is first asked for.

There are hundreds of rules, and making all builders takes half of the time in which the application is built.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


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
