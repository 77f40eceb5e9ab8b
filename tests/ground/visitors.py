"""A visitor: Flask's test client that looks at every page it is given, and fills in forms as a browser does."""

from __future__ import annotations

import contextvars
import re
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import lxml.html
from flask import Flask, Response, has_app_context
from flask.testing import FlaskClient
from lxml.etree import _Element as Element

from eventapp.db import db
from eventapp.i18n import LANGUAGE_COOKIE, LANGUAGES, html_lang
from tests.ground.pages import faults_of, policy_faults

ACCEPTED = {"en": "en-GB,en;q=0.9", "zh": "zh-CN,zh;q=0.9,en;q=0.5"}
# A mail is shown in a sandboxed frame of its own, with the inline styles that mail programs need.
MAIL_FRAME = re.compile(r"^/dev/mail/[^/]+/body$")


class Answer(Response):
    """A response as a person sees it."""

    _tree: Element | None = None

    @property
    def tree(self) -> Element:
        """The page as a tree, for `tree.xpath(…)`."""
        if self._tree is None:
            self._tree = lxml.html.document_fromstring(self.get_data(as_text=True))
        return self._tree

    @property
    def words(self) -> str:
        """All text that is shown, with single spaces."""
        return _plain("".join(self.tree.xpath("//body//text()[not(ancestor::script)]")))

    @property
    def heading(self) -> str:
        return _plain("".join(self.tree.xpath("//h1[1]//text()")))

    @property
    def title(self) -> str:
        return _plain("".join(self.tree.xpath("//head/title//text()")))

    @property
    def errors(self) -> list[str]:
        """The sentences that say what is wrong: beside the fields and in the summary."""
        summary = self.tree.xpath("//*[@id='error-summary']//p | //*[@id='error-summary']//li")
        beside = self.tree.xpath("//*[contains(concat(' ', @class, ' '), ' field-error ')]")
        return [_plain("".join(element.itertext())) for element in [*summary, *beside]]

    def links(self) -> dict[str, str]:
        """The links of the page: words to address."""
        return {_plain("".join(link.itertext())): link.get("href") for link in self.tree.xpath("//a[@href]")}


class Visitor(FlaskClient):
    """Somebody with a browser that reads `language` ('en' or 'zh')."""

    language = "en"

    def __init__(self, app: Flask) -> None:
        super().__init__(app, Answer, use_cookies=True)

    def open(self, *args: Any, status: int | None = None, **kwargs: Any) -> Any:
        """Send a request; check the page that comes back, and its status if one is given.

        The request runs outside the test's own application context, as it would in a server. Afterwards the test's
        session starts afresh, so that rows show what the request changed.
        """
        headers = dict(kwargs.pop("headers", None) or {})
        headers.setdefault("Accept-Language", ACCEPTED[self.language])
        answer = contextvars.Context().run(super().open, *args, headers=headers, **kwargs)
        if has_app_context():
            db.session.rollback()
        self._check(answer, status)
        if answer.mimetype == "text/event-stream":
            # Whoever only looks goes away again, and leaves the place to others.
            answer.close()
        return answer

    def post_form(self, url: str, page: str | None = None, status: int | None = 303, **fields: Any) -> Any:
        """Fetch `page` (default: `url`), fill in the form that posts to `url`, and send it.

        `fields` go over what the form already holds; a list is sent several times, None leaves the field out.
        """
        shown = self.get(page or url, status=200)
        forms = [form for form in shown.tree.xpath("//form") if _posts_to(form, shown.request.path, url)]
        assert forms, f"{page or url} has no form that posts to {url}"
        return self._send(forms[0], shown.request, status, fields)

    def press(self, page: Any, label: str, status: int | None = 303, **fields: Any) -> Any:
        """Submit the form on `page` whose button reads `label`."""
        for button in page.tree.xpath("//form//button | //form//input[@type='submit']"):
            if _plain("".join(button.itertext()) or button.get("value", "")).startswith(label):
                form = button.xpath("ancestor::form[1]")[0]
                if button.get("name"):
                    fields = {button.get("name"): button.get("value", ""), **fields}
                return self._send(form, page.request, status, fields, button.get("formaction"))
        raise AssertionError(f"there is no button {label!r} on {page.request.path}: {page.words[:400]}")

    def follow(self, answer: Any, status: int = 200) -> Any:
        """Fetch the page that an answer redirects to."""
        assert answer.status_code in (301, 302, 303, 307, 308), f"{answer.status_code} is no redirect"
        return self.get(urljoin(answer.request.path, answer.location), status=status)

    def _send(
        self, form: Element, page: Any, status: int | None, fields: dict[str, Any], action: str | None = None
    ) -> Any:
        controls = {**_controls(form), **fields}
        sent = {name: value for name, value in controls.items() if value is not None}
        here = page.full_path.rstrip("?")
        return self.post(
            urljoin(here, action or form.get("action") or here), data=sent, status=status, headers={"Referer": page.url}
        )

    def _check(self, answer: Any, status: int | None) -> None:
        path = answer.request.path
        policy = answer.headers.get("Content-Security-Policy", "")
        if answer.mimetype != "text/html" or not answer.get_data() or MAIL_FRAME.match(path):
            faults = [] if MAIL_FRAME.match(path) else list(policy_faults(policy))
        else:
            faults = faults_of(
                answer.tree,
                answer.get_data(as_text=True),
                app=self.application,
                path=path,
                language=html_lang(self._chosen_language(answer)),
                policy=policy,
                cache=answer.headers.get("Cache-Control", ""),
            )
        told = f"{answer.request.method} {path} answered {answer.status_code}"
        if status is not None:
            assert answer.status_code == status, f"{told}, not {status}: {_excerpt(answer)}"
        assert not faults, f"{told}:\n" + "\n".join(f"- {fault}" for fault in faults)

    def _chosen_language(self, answer: Any) -> str:
        asked = parse_qs(urlsplit(answer.request.full_path).query).get("lang", [""])[0]
        kept = self.get_cookie(LANGUAGE_COOKIE)
        for choice in (asked, kept.value if kept else ""):
            if choice in LANGUAGES:
                return choice
        return self.language


def _controls(form: Element) -> dict[str, Any]:
    """What a browser would send of a form that nobody touched, without buttons."""
    values: dict[str, list[str]] = {}
    for control in form.xpath(".//input[@name] | .//select[@name] | .//textarea[@name]"):
        if control.get("disabled") is None:
            values.setdefault(control.get("name"), []).extend(_values_of(control))
    return {name: found if len(found) > 1 else found[0] for name, found in values.items() if found}


def _values_of(control: Element) -> list[str]:
    if control.tag == "textarea":
        return [(control.text or "").removeprefix("\n")]
    if control.tag == "select":
        options = control.xpath(".//option[@selected]") or (
            [] if control.get("multiple") is not None else control.xpath(".//option")[:1]
        )
        return [option.get("value", (option.text or "").strip()) for option in options]
    kind = control.get("type", "text")
    if kind in ("submit", "button", "image", "reset", "file"):
        return []
    if kind in ("checkbox", "radio"):
        return [control.get("value", "on")] if control.get("checked") is not None else []
    return [control.get("value", "")]


def _posts_to(form: Element, page_path: str, url: str) -> bool:
    action = urlsplit(urljoin(page_path, form.get("action") or page_path)).path
    return form.get("method", "get").lower() == "post" and action == urlsplit(url).path


def _excerpt(answer: Any) -> str:
    if answer.mimetype != "text/html" or not answer.get_data():
        return str(answer.get_data(as_text=True))[:600] or answer.headers.get("Location", "")
    return " | ".join([answer.heading, *answer.errors, answer.words[:300]])


def _plain(text: str) -> str:
    return " ".join(text.split())
