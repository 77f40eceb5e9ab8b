"""The project's Python files as trees: what they import, what they call, which room they belong to."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "eventapp"
TEMPLATES = ROOT / "templates"

ROOMS = (
    "messaging",
    "accounts",
    "events",
    "people",
    "agenda",
    "passes",
    "registration",
    "speakers",
    "checkin",
    "ceremony",
    "reports",
)
# Files of a room that compose pages, commands and mail: they may read any room.
VIEWS = ("public", "manage", "api", "mails", "cli")


@dataclass(frozen=True)
class SourceFile:
    """One Python file under eventapp/."""

    path: Path

    def __str__(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def module(self) -> str:
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def room(self) -> str | None:
        """The room it belongs to; None for what stands outside the rooms."""
        parts = self.path.relative_to(PACKAGE).parts
        return parts[0] if parts[0] in ROOMS else None

    @property
    def role(self) -> str:
        """What kind of file it is: 'models', 'actions', 'public' … A package of that name counts as the file."""
        return self.path.relative_to(PACKAGE).parts[1].removesuffix(".py") if self.room else self.path.stem

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text(encoding="utf-8"), filename=str(self.path))

    def imports(self) -> Iterator[tuple[int, str]]:
        """(line, full name) of everything imported, also inside functions; names from a module as module.name."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = node.module or ""
                if node.level:
                    here = self.module.split(".")
                    package = here if self.path.name == "__init__.py" else here[:-1]
                    base = ".".join([*package[: len(package) - node.level + 1], *filter(None, [base])])
                yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def source_files() -> list[SourceFile]:
    """Every Python file under eventapp/."""
    return [SourceFile(path) for path in sorted(PACKAGE.rglob("*.py"))]
