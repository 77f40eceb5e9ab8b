"""SQL that every test would have compiled anew is compiled once.

Each test has an engine of its own, and an engine compiles each statement at its first use: a quarter of the processor's time.
Only what follows from the code is shared; nothing of a test's rows is in it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine.default import DefaultDialect

_compiled: dict[str, Any] = {}


class _Alike:
    """How dialects compare: a compiled statement is kept by its engine's dialect, and those of one kind are all alike."""

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))


def share_compiled(engine: Engine) -> None:
    """Let an engine find the statements that others have compiled for a database of its kind."""
    DefaultDialect.__eq__ = _Alike.__eq__  # type: ignore[method-assign, assignment]
    DefaultDialect.__hash__ = _Alike.__hash__  # type: ignore[method-assign]
    engine._compiled_cache = _compiled.setdefault(engine.dialect.name, engine._compiled_cache)
