"""The order of the rooms, and what each kind of file may do."""

from __future__ import annotations

import ast
import re

import pytest

from tests.architecture.source import PACKAGE, ROOMS, ROOT, VIEWS, SourceFile, source_files

FILES = source_files()
# Words, states and labels are pure: they hold translated names, so they may translate, and use nothing else of Flask.
TABLES_OF_WORDS = ("states", "roles", "words")
TRANSLATING = ("flask_babel.lazy_gettext", "flask_babel.force_locale")
LIMIT_OF_LINES = 400
WEB_AND_DATABASE = (
    "flask",
    "flask_babel",
    "flask_login",
    "flask_wtf",
    "wtforms",
    "werkzeug",
    "sqlalchemy",
    "flask_sqlalchemy",
    "eventapp.db",
    "eventapp.web",
    "eventapp.access",
)
# These files of a room know the database or the web; every other one only computes.
KINDS = ("models", "queries", "actions", "forms", "jobs", "errors", *VIEWS)
WRITING_STATEMENT = re.compile(
    r"(sqlalchemy\.|sa\.|postgresql\.|sqlite\.)?(insert|insert_new|update|delete)\("
    r"|text\(['\"]\s*(insert|update|delete|drop|alter|create)\b",
    re.IGNORECASE,
)


def _room_of(name: str) -> str | None:
    parts = name.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == "eventapp" and parts[1] in ROOMS else None


def test_a_room_imports_only_rooms_below_it():
    upward = [
        f"{file}:{line} imports {name}"
        for file in FILES
        if file.room and file.role not in VIEWS
        for line, name in file.imports()
        if (other := _room_of(name)) and ROOMS.index(other) > ROOMS.index(file.room)
    ]
    assert upward == []


def test_no_room_imports_anothers_views():
    crossing = [
        f"{file}:{line} imports {name}"
        for file in FILES
        if file.room
        for line, name in file.imports()
        if (other := _room_of(name)) and other != file.room and name.split(".")[2] in VIEWS
    ]
    assert crossing == []


def test_pages_take_from_higher_rooms_only_what_reads_or_acts():
    allowed = ("models", "queries", "actions", "forms", "errors", "states", "roles", "words", "mails")
    strange = [
        f"{file}:{line} imports {name}"
        for file in FILES
        if file.room and file.role in VIEWS
        for line, name in file.imports()
        if (other := _room_of(name))
        and ROOMS.index(other) > ROOMS.index(file.room)
        and name.split(".")[2] not in allowed
    ]
    assert strange == []


def test_what_all_rooms_share_knows_no_room():
    """db, clock, errors, i18n, web, jobs and sealing are below all rooms."""
    shared = ("db", "clock", "errors", "i18n", "web", "jobs", "sealing", "logs", "text")
    knowing = [
        f"{file}:{line} imports {name}"
        for file in FILES
        if file.module in {f"eventapp.{name}" for name in shared}
        for line, name in file.imports()
        if _room_of(name)
    ]
    assert knowing == []


def _writes(file: SourceFile) -> list[str]:
    """Places where a file begins a transaction or changes rows."""
    found = []
    for node in ast.walk(file.tree):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        called = name.rsplit(".", 1)[-1]
        on_session = "." in name and name.rsplit(".", 1)[0].split("(")[0].endswith("session")
        if name in ("transaction", "db.transaction") or (
            on_session and called in ("add", "add_all", "delete", "commit", "merge", "flush")
        ):
            found.append(f"{file}:{node.lineno} calls {name}()")
        elif called in ("execute", "scalar", "scalars") and node.args:
            statement = ast.unparse(node.args[0])
            if WRITING_STATEMENT.match(statement):
                found.append(f"{file}:{node.lineno} executes {statement[:60]}")
    return found


def _may_write(file: SourceFile) -> bool:
    outside_the_rooms = file.module in ("eventapp.db", "eventapp.operations.actions") or file.module.startswith(
        "eventapp.demo"
    )
    return outside_the_rooms or (file.room is not None and file.role == "actions")


def test_only_actions_write():
    writing = [place for file in FILES if not _may_write(file) for place in _writes(file)]
    # A command may hold several actions together in one transaction.
    joined = [place for place in writing if re.search(r"/cli\.py:\d+ calls transaction\(\)", place)]
    assert [place for place in writing if place not in joined] == []


def test_actions_never_read_the_request():
    reading = [
        f"{file}:{line} imports {name}"
        for file in FILES
        if file.role == "actions" and file.room
        for line, name in file.imports()
        if name in ("flask.request", "flask.session", "flask.g", "flask_login.current_user", "eventapp.access")
        or name.startswith("eventapp.access.")
    ]
    assert reading == []


# -- Pure files ----------------------------------------------------------------------------------------------------


def _asks_database_or_web(file: SourceFile) -> list[str]:
    found = []
    for line, name in file.imports():
        if name in TRANSLATING and file.role in TABLES_OF_WORDS:
            continue
        if any(name == module or name.startswith(f"{module}.") for module in WEB_AND_DATABASE):
            found.append(f"{file}:{line} imports {name}")
    return found


# Files of a room that are neither one of KINDS nor pure, each for its reason.
NEITHER = {
    "checkin/shell.py": "renders the page that devices keep",
    "messaging/delivery.py": "renders with Flask and talks to the mail server",
    "registration/invitation.py": "writes links with the site's own address",
}


def test_pure_files_know_neither_web_nor_database():
    asking = [
        place
        for file in FILES
        if file.room and file.role not in (*KINDS, "__init__") and str(file.path.relative_to(PACKAGE)) not in NEITHER
        for place in _asks_database_or_web(file)
    ]
    assert asking == []


@pytest.mark.parametrize("name", NEITHER)
def test_the_exceptions_are_still_needed(name):
    file = SourceFile(PACKAGE / name)
    assert _asks_database_or_web(file) != []


# -- Sizes, names, the clock ---------------------------------------------------------------------------------------


def test_no_file_is_longer_than_comfortable():
    long = {
        str(file): count
        for file in FILES
        if (count := len(file.path.read_text(encoding="utf-8").splitlines())) > LIMIT_OF_LINES
    }
    assert long == {}


def test_nothing_is_named_for_being_useful():
    vague = {"utils", "util", "helpers", "helper", "common", "misc", "tools", "lib"}
    everywhere = [
        *PACKAGE.rglob("*"),
        *(ROOT / "tests").rglob("*"),
        *(ROOT / "static").glob("*/*"),
        *(ROOT / "templates").rglob("*"),
    ]
    assert [str(path.relative_to(ROOT)) for path in everywhere if path.stem in vague] == []


def test_only_the_clock_reads_the_clock():
    reading = re.compile(r"\b(datetime\.(now|utcnow|today)|date\.today|time\.time)\(")
    places = [
        f"{file}:{number}"
        for file in FILES
        if file.module not in ("eventapp.clock", "eventapp.vendoring")
        for number, line in enumerate(file.path.read_text(encoding="utf-8").splitlines(), 1)
        if reading.search(line)
    ]
    assert places == []


def test_the_rooms_of_templates_and_tests_are_those_of_the_code():
    others = {"layouts", "components", "errors", "gallery"}
    assert {path.name for path in (ROOT / "templates").iterdir()} - others <= set(ROOMS)
    ground = {"ground", "architecture", "vendor", "house", "operations", "demo", "whole_job"}
    rooms_of_tests = {
        path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and not path.name.startswith("__")
    }
    assert rooms_of_tests - ground <= set(ROOMS)
