"""What every test would have compiled anew is compiled once: SQL, and the addresses of routes.

Each test has an application and an engine of its own, and both compile the same again: a third of the processor's time. Only
what follows from the code is shared; nothing of a test's rows or settings is in it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine.default import DefaultDialect
from werkzeug.routing import Rule

# What compiling an address leaves in its rule. The last two are functions that take the rule first.
LEFT_BY_COMPILING = ("_parts", "_trace", "_converters")
BUILDERS = ("_build", "_build_unknown")

_statements: dict[str, Any] = {}
_addresses: dict[tuple[str, bool | None], dict[str, Any]] = {}
_compile_address = Rule.compile


class _Alike:
    """How dialects compare: a compiled statement is kept by its engine's dialect, and those of one kind are all alike."""

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))


def share_statements(engine: Engine) -> None:
    """Let an engine find the statements that others have compiled for a database of its kind."""
    DefaultDialect.__eq__ = _Alike.__eq__  # type: ignore[method-assign, assignment]
    DefaultDialect.__hash__ = _Alike.__hash__  # type: ignore[method-assign]
    engine._compiled_cache = _statements.setdefault(engine.dialect.name, engine._compiled_cache)


def share_addresses() -> None:
    """Let applications that are made from now on take their addresses as others have compiled them."""
    Rule.compile = _compile  # type: ignore[method-assign]


def _compile(rule: Rule) -> None:
    key = rule.rule, rule.merge_slashes
    if rule.defaults or rule.subdomain or rule.host:
        _compile_address(rule)
    elif key not in _addresses:
        _compile_address(rule)
        left = {name: getattr(rule, name) for name in LEFT_BY_COMPILING}
        _addresses[key] = left | {name: getattr(rule, name).__func__ for name in BUILDERS}
    else:
        known = _addresses[key]
        for name in LEFT_BY_COMPILING:
            setattr(rule, name, known[name])
        for name in BUILDERS:
            setattr(rule, name, known[name].__get__(rule))
        rule.arguments |= known["_converters"].keys()
