"""Templates and routes: none without use, none that is missing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from jinja2 import Environment, meta, nodes

from tests.architecture.source import PACKAGE, ROOT, TEMPLATES, source_files

NAME = re.compile(r"^[a-z_]+(/[a-z_]+)+\.(html|txt)$")
# Addresses that people and programs outside type, scan or poll; nothing of ours links to them.
CHOSEN = re.compile(r"\{%-? (?:include|extends|import|from) ([^\"' ]+)")
OUTSIDE_FACE = {
    "operations.healthz": "asked by whoever runs the machine",
    "operations.readyz": "asked by whoever runs the machine",
    "operations.metrics": "asked by whoever runs the machine",
    "checkin_api.heartbeat": "the door API; the door page puts its addresses together",
    "checkin_api.roster": "the door API",
    "checkin_api.scans": "the door API",
    "checkin_api.search": "the door API",
    "checkin_api.stats": "the door API",
    "checkin_api.stats_stream": "the door API",
    "checkin_api.undos": "the door API",
    "checkin_api.walk_ins": "the door API",
    "registration_api.add_category": "the JSON API for programs",
    "registration_api.add_question": "the JSON API for programs",
    "registration_api.agreeing": "the JSON API for programs",
    "registration_api.archive_question": "the JSON API for programs",
    "registration_api.book": "the JSON API for programs",
    "registration_api.bookings": "the JSON API for programs",
    "registration_api.categories": "the JSON API for programs",
    "registration_api.change_answers": "the JSON API for programs",
    "registration_api.change_category": "the JSON API for programs",
    "registration_api.change_details": "the JSON API for programs",
    "registration_api.change_email": "the JSON API for programs",
    "registration_api.change_question": "the JSON API for programs",
    "registration_api.consents": "the JSON API for programs",
    "registration_api.decide": "the JSON API for programs",
    "registration_api.give_up": "the JSON API for programs",
    "registration_api.invitations": "the JSON API for programs",
    "registration_api.invite": "the JSON API for programs",
    "registration_api.move": "the JSON API for programs",
    "registration_api.parties": "the JSON API for programs",
    "registration_api.party": "the JSON API for programs",
    "registration_api.privacy_notice": "the JSON API for programs",
    "registration_api.questions": "the JSON API for programs",
    "registration_api.register": "the JSON API for programs",
    "registration_api.register_party": "the JSON API for programs",
    "registration_api.registration": "the JSON API for programs",
    "registration_api.registrations": "the JSON API for programs",
    "registration_api.restore_question": "the JSON API for programs",
    "registration_api.send_invitation": "the JSON API for programs",
    "registration_api.sessions": "the JSON API for programs",
    "registration_api.set_capacity": "the JSON API for programs",
    "registration_api.set_open": "the JSON API for programs",
    "registration_api.waiting": "the JSON API for programs",
    "agenda.schedule_json": "read by conference apps",
    "agenda.schedule_xml": "read by conference apps",
    "passes.code_png": "asked for by whoever wants the code as a picture",
    "passes.scanned": "what a scanned QR code opens",
    "accounts.sign_in_link": "opened from a mail, or from what the command prints",
}


def _templates() -> set[str]:
    return {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*") if path.is_file()}


def _named_in_code() -> set[str]:
    """Every string in our code that looks like a template's name."""
    return {
        node.value
        for file in source_files()
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and NAME.match(node.value)
    }


def _named_in_template(name: str) -> Iterator[str]:
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    tree = Environment(extensions=["jinja2.ext.i18n"]).parse(text)
    for other in meta.find_referenced_templates(tree):
        if other is None:
            # Chosen when it is rendered: only the templates that sections of a form name in our code.
            assert CHOSEN.findall(text) == ["section.template"] * text.count("include section.template"), name
        else:
            yield other


def _reachable() -> set[str]:
    found, waiting = set(), list(_named_in_code())
    while waiting:
        name = waiting.pop()
        if name not in found and (TEMPLATES / name).is_file():
            found.add(name)
            waiting.extend(_named_in_template(name))
    return found


def test_every_template_that_is_named_exists():
    named = _named_in_code() | {other for name in _templates() for other in _named_in_template(name)}
    assert sorted(named - _templates()) == []


def test_no_template_is_without_use():
    assert sorted(_templates() - _reachable()) == []


def test_no_macro_is_without_use():
    texts = {name: (TEMPLATES / name).read_text(encoding="utf-8") for name in _templates()}
    unused = []
    for name, text in texts.items():
        for macro in Environment(extensions=["jinja2.ext.i18n"]).parse(text).find_all(nodes.Macro):
            calls = re.compile(rf"\b{macro.name}\(")
            definitions = len(re.findall(rf"macro {macro.name}\(", text))
            if sum(len(calls.findall(other)) for other in texts.values()) <= definitions:
                unused.append(f"{name}: {macro.name}")
    assert "\n".join(sorted(unused)) == ""


def _words_of_ours() -> str:
    """All our code, templates and scripts in one text."""
    files = [*PACKAGE.rglob("*.py"), *TEMPLATES.rglob("*"), *(ROOT / "static").glob("*/*.js")]
    return "\n".join(path.read_text(encoding="utf-8") for path in files if path.is_file())


def _by_hand(rule: str) -> re.Pattern[str]:
    """How an address looks where it is put together by hand, in a script or a frame."""
    beginning = re.escape(rule.partition("<")[0])
    return re.compile(rf"[\"'`=]{beginning}[\"'`?$]" if "<" not in rule else rf"[\"'`]{beginning}[\"'`$]")


def test_no_route_is_without_use(app):
    text = _words_of_ours()
    # The lines that make the route are no use of it.
    used = re.sub(r"@blueprint\.\w+\([^)]*\)", "", text)
    unused = [
        f"{rule.endpoint} ({rule.rule})"
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in OUTSIDE_FACE
        and rule.endpoint != "static"
        and not re.search(rf"[\"']({re.escape(rule.endpoint)}|\.{rule.endpoint.partition('.')[2]})[\"']", used)
        and not _by_hand(rule.rule).search(used)
    ]
    assert "\n".join(sorted(unused)) == ""


def test_the_outside_face_has_no_names_that_are_gone(app):
    assert sorted(set(OUTSIDE_FACE) - {rule.endpoint for rule in app.url_map.iter_rules()}) == []


def test_every_endpoint_that_is_named_exists(app):
    # A name that begins with a dot is of the view's own blueprint; one that ends with a dot is put together.
    named = set(re.findall(r"url_for\(\s*[\"']([a-z_]+\.[a-z_]+)[\"']", _words_of_ours()))
    assert sorted(named - {rule.endpoint for rule in app.url_map.iter_rules()}) == []
