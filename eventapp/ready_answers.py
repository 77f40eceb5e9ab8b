"""A kept page that is asked for again in the same words goes out as it did last time, before Flask begins its work.

What a request is taken by are all of its words that a kept page may depend on; one that brings any other (a query, a cookie
beside the language's, a range) takes the long way. How long an answer holds is for its page to say (`kept_pages`).
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import structlog
from flask import Flask
from werkzeug.http import remove_entity_headers

from eventapp.i18n import LANGUAGE_COOKIE, LANGUAGES
from eventapp.kept_pages import FROM_PAGE, Page, still_holds

MOST_ANSWERS = 600
# Other words that would change the answer.
SPECIAL = ("QUERY_STRING", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE", "HTTP_IF_MATCH", "HTTP_IF_RANGE")
COOKIES = frozenset({"", *(f"{LANGUAGE_COOKIE}={language}" for language in LANGUAGES)})
# Each answer has its own.
OWN_HEADERS = frozenset({"x-request-id", "date"})

Environ = dict[str, Any]
Words = tuple[str | bool, ...]
log = structlog.get_logger("eventapp.web")


@dataclass(frozen=True)
class Answer:
    """What went out for a kept page, without what each answer has of its own."""

    page: Page
    route: str
    headers: list[tuple[str, str]]
    etag: str


class ReadyAnswers:
    """The answers of this process in front of its application."""

    def __init__(self, app: Flask) -> None:
        self._app, self._behind = app, app.wsgi_app
        self._answers: dict[Words, Answer] = {}

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        words = _words_of(environ)
        if words is None:
            return self._behind(environ, start_response)
        answer, wanted = self._holding(words), environ.get("HTTP_IF_NONE_MATCH", "")
        if answer and wanted in ("", answer.etag):
            return self._give(answer, bool(wanted), start_response)
        return self._behind(environ, self._noting(environ, words, start_response))

    def _holding(self, words: Words) -> Answer | None:
        answer = self._answers.get(words)
        if answer is None or still_holds(self._app, answer.page):
            return answer
        self._answers.pop(words, None)
        return None

    def _give(self, answer: Answer, visitor_has_it: bool, start_response: Callable[..., Any]) -> Iterable[bytes]:
        began, name = time.perf_counter(), secrets.token_hex(6)
        status, headers = (304, list(answer.headers)) if visitor_has_it else (200, answer.headers)
        if visitor_has_it:
            remove_entity_headers(headers)
        start_response("304 NOT MODIFIED" if visitor_has_it else "200 OK", [*headers, ("X-Request-ID", name)])
        structlog.contextvars.clear_contextvars()
        log.info("answered", method="GET", route=answer.route, status=status, request_id=name)
        counter = self._app.extensions["request_counter"]
        counter.count(f"GET {answer.route} {status}", time.perf_counter() - began)
        return () if visitor_has_it else (answer.page.body,)

    def _noting(self, environ: Environ, words: Words, start_response: Callable[..., Any]) -> Callable[..., Any]:
        def noting(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            self._note(environ, words, status, headers)
            return start_response(status, headers, *more)

        return noting

    def _note(self, environ: Environ, words: Words, status: str, headers: list[tuple[str, str]]) -> None:
        page, route = environ.get(FROM_PAGE, (None, ""))
        named = {name.lower(): value for name, value in headers}
        if page is None or not status.startswith("200") or "set-cookie" in named:
            return
        if len(self._answers) >= MOST_ANSWERS:
            self._answers = {}
        shared = [(name, value) for name, value in headers if name.lower() not in OWN_HEADERS]
        self._answers[words] = Answer(page, route, shared, named.get("etag", ""))


def init_ready_answers(app: Flask) -> None:
    """Stand before the application; behind whatever corrects the address of a request that a proxy passed on."""
    app.wsgi_app = ReadyAnswers(app)  # type: ignore[method-assign]


def _words_of(environ: Environ) -> Words | None:
    """What the answer depends on; None if the request brings more than that."""
    cookie = environ.get("HTTP_COOKIE", "")
    if environ["REQUEST_METHOD"] != "GET" or cookie not in COOKIES or any(environ.get(name) for name in SPECIAL):
        return None
    return (
        environ["PATH_INFO"],
        environ.get("SCRIPT_NAME", ""),
        environ["wsgi.url_scheme"],
        environ.get("HTTP_HOST", ""),
        cookie,
        environ.get("HTTP_ACCEPT_LANGUAGE", ""),
        environ.get("HTTP_ACCEPT", ""),
        environ.get("HTTP_ACCEPT_ENCODING", ""),
        "MicroMessenger" in environ.get("HTTP_USER_AGENT", ""),
    )
