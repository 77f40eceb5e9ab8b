"""Languages: which one a visitor reads, and texts that organisers write in two."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

from babel.dates import format_date as babel_date
from flask import Flask, Response, g, has_request_context, request
from flask_babel import Babel, get_locale
from markupsafe import Markup
from werkzeug.local import LocalProxy
from werkzeug.urls import iri_to_uri

LANGUAGES = ("en", "zh")
LANGUAGE_COOKIE = "lang"
COOKIE_AGE_SECONDS = 365 * 24 * 3600

babel = Babel()


@dataclass(frozen=True)
class Bilingual:
    """One text in English and Chinese; a missing one falls back to the other."""

    en: str
    zh: str

    def here(self, language: str) -> str:
        """The text for a reader of `language`, or the other one if that is missing."""
        return (self.zh or self.en) if language == "zh" else (self.en or self.zh)

    def other(self, language: str) -> str:
        """The text in the other language; empty when it is missing or says the same."""
        text = self.en if language == "zh" else self.zh
        return "" if text == self.here(language) else text

    def language(self, wanted: str) -> str:
        """The language that `here(wanted)` is really written in."""
        if wanted == "zh":
            return "zh" if self.zh else "en"
        return "en" if self.en else "zh"

    def missing(self) -> list[str]:
        """The languages that are still to be written."""
        return [code for code in LANGUAGES if not getattr(self, code)]

    def as_dict(self) -> dict[str, str]:
        """Both texts, each filled from the other, as the JSON API gives them."""
        return {"en": self.here("en"), "zh": self.here("zh")}

    def __bool__(self) -> bool:
        return bool(self.en or self.zh)

    def __str__(self) -> str:
        return self.here(current_language())

    def __html__(self) -> Markup:
        wanted = current_language()
        text, language = self.here(wanted), self.language(wanted)
        return (
            Markup('<span lang="{}">{}</span>').format(html_lang(language), text)
            if language != wanted
            else Markup.escape(text)
        )


def bilingual(field: str) -> Any:
    """A property that reads the columns `<field>_en` and `<field>_zh` as one Bilingual."""

    def read(row: Any) -> Bilingual:
        return Bilingual(getattr(row, f"{field}_en") or "", getattr(row, f"{field}_zh") or "")

    return property(read)


def current_language() -> str:
    """'en' or 'zh': what the page or message being made is written in."""
    locale = get_locale()
    return locale.language if locale is not None and locale.language in LANGUAGES else "en"


def html_lang(language: str) -> str:
    return "zh-CN" if language == "zh" else language


def choose_language() -> str:
    """The language of this request: ?lang=, the cookie, then what the browser asks for."""
    if not has_request_context():
        return "en"
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        return asked
    kept = request.cookies.get(LANGUAGE_COOKIE, "")
    if kept in LANGUAGES:
        return kept
    return _wished_language()


def _wished_language() -> str:
    """What the browser likes best among ours. By the first part of each wish: zh-CN is Chinese even where en stands beside it."""
    wishes = (wish.partition("-")[0].lower() for wish, quality in request.accept_languages if quality > 0)
    return next((wish for wish in wishes if wish in LANGUAGES), "en")


def local(moment: datetime, zone: str) -> datetime:
    """A moment as the clock on the wall shows it in `zone`."""
    return moment.astimezone(ZoneInfo(zone))


def format_day(moment: datetime, zone: str) -> str:
    """The long date in the event's zone: 'Monday, 23 November 2026' or 2026年11月23日星期一."""
    return _day_in_words(local(moment, zone).date(), current_language())


@lru_cache(maxsize=2048)
def _day_in_words(day: date, language: str) -> str:
    # Of the three thousand days that a long agenda asks for there are three.
    form = "y年M月d日EEEE" if language == "zh" else "EEEE, d MMMM y"
    return babel_date(day, form, locale=language)


def format_clock(moment: datetime, zone: str) -> str:
    """The time of day in the event's zone, 24 hours: 09:05."""
    return local(moment, zone).strftime("%H:%M")


def format_moment(moment: datetime, zone: str) -> str:
    """Date and time in the event's zone."""
    return f"{format_day(moment, zone)} {format_clock(moment, zone)}"


def format_stamp(moment: datetime, zone: str) -> str:
    """Date and time in the event's zone as tables show them, the same in both languages: 2026-11-23 09:05."""
    return local(moment, zone).strftime("%Y-%m-%d %H:%M")


def language_url(code: str) -> str:
    """This page in another language; the page before it where this address only takes what forms send."""
    arguments = {**request.args.to_dict(flat=False), "lang": [code]}
    return iri_to_uri(f"{_readable_path()}?{urlencode(arguments, doseq=True)}")


def _readable_path() -> str:
    path = request.path
    if request.url_rule is not None and "GET" not in (request.url_rule.methods or ()):
        path = _page_before()
    # Browsers read two slashes at the start as another host.
    return f"/{path.lstrip('/')}"


def _page_before() -> str:
    try:
        came_from = urlsplit(request.referrer or "")
    except ValueError:
        return ""
    return came_from.path if came_from.netloc == request.host else ""


def init_i18n(app: Flask, selector: Callable[[], str] = choose_language) -> None:
    """Choose a language for every request and remember an explicit choice for a year."""
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", "translations")
    babel.init_app(app, default_locale="en", locale_selector=selector)
    app.jinja_env.globals.update(locale=LocalProxy(current_language), language_url=language_url, html_lang=html_lang)
    app.jinja_env.filters.update(day=format_day, clock=format_clock, moment=format_moment, stamp=format_stamp)
    app.after_request(_remember_language)


def _remember_language(response: Response) -> Response:
    asked = request.args.get("lang", "")
    if asked in LANGUAGES and asked != request.cookies.get(LANGUAGE_COOKIE) and not g.get("language_for_once"):
        response.set_cookie(
            LANGUAGE_COOKIE, asked, max_age=COOKIE_AGE_SECONDS, samesite="Lax", secure=request.is_secure
        )
        response.headers["Cache-Control"] = "no-store"
    response.headers.setdefault("Content-Language", html_lang(g.get("page_language") or current_language()))
    return response
