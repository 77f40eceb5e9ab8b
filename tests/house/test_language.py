"""Which language a page is in, and how a choice is kept."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from eventapp.i18n import Bilingual, format_clock, format_day, format_moment, html_lang

MOMENT = datetime(2026, 11, 23, 16, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.5", "zh"),
        ("zh", "zh"),
        ("zh-Hans-CN", "zh"),
        ("zh-TW,en;q=0.1", "zh"),
        ("en-GB,en;q=0.9", "en"),
        ("de-DE,de;q=0.9,zh;q=0.5,en;q=0.3", "zh"),
        ("fr", "en"),
        ("*", "en"),
        ("", "en"),
        (";;;q=x,,\u00e9", "en"),
        ("x" * 4000, "en"),
    ],
)
def test_a_browsers_wish_is_heard(app, accepted, language):
    answer = app.test_client().get("/", headers={"Accept-Language": accepted})
    assert answer.headers["Content-Language"] == html_lang(language)
    assert f'<html lang="{html_lang(language)}">' in answer.get_data(as_text=True)


def test_a_choice_goes_over_the_browsers_wish_and_is_remembered(client):
    assert client.get("/?lang=zh", status=200).tree.get("lang") == "zh-CN"
    assert client.get("/", status=200).tree.get("lang") == "zh-CN"
    assert client.get("/?lang=en", status=200).tree.get("lang") == "en"
    assert client.get("/", status=200).tree.get("lang") == "en"


def test_a_choice_is_kept_for_a_year_and_set_only_when_it_changes(client):
    cookie = client.get("/?lang=zh").headers["Set-Cookie"]
    assert "lang=zh" in cookie
    assert "Max-Age=31536000" in cookie
    assert "SameSite=Lax" in cookie
    assert "Set-Cookie" not in client.get("/?lang=zh").headers


@pytest.mark.parametrize("asked", ["", "de", "zh-CN", "EN", "../../etc", "x" * 3000, "zh&lang=en"])
def test_a_choice_we_do_not_have_changes_nothing(client, asked):
    client.language = "en"
    answer = client.get("/", query_string={"lang": asked}, status=200)
    assert (answer.tree.get("lang"), "Set-Cookie" in answer.headers) == ("en", False)


@pytest.mark.parametrize("kept", ["de", "", "zh-CN", "../x"])
def test_a_cookie_we_did_not_set_changes_nothing(client, kept):
    client.set_cookie("lang", kept)
    client.language = "zh"
    assert client.get("/", status=200).tree.get("lang") == "zh-CN"


def test_the_link_to_the_other_language_keeps_the_address(client, event):
    page = client.get(f"/e/{event.slug}/agenda?at=2026-11-23&at=x%26y", status=200)
    assert page.links()["中文"] == f"/e/{event.slug}/agenda?at=2026-11-23&at=x%26y&lang=zh"


def test_errors_are_in_the_readers_language(client):
    client.language = "zh"
    page = client.get("/nowhere", status=404)
    assert (page.tree.get("lang"), page.links()["查看全部活动"]) == ("zh-CN", "/")


@pytest.mark.parametrize(
    ("path", "day", "moment"),
    [
        ("/?lang=en", "Tuesday, 24 November 2026", "Tuesday, 24 November 2026 00:05"),
        ("/?lang=zh", "2026年11月24日星期二", "2026年11月24日星期二 00:05"),
    ],
)
def test_days_and_times_are_those_of_the_events_zone(app, path, day, moment):
    with app.test_request_context(path):
        assert format_day(MOMENT, "Asia/Shanghai") == day
        assert format_moment(MOMENT, "Asia/Shanghai") == moment
        assert format_clock(MOMENT, "Europe/Berlin") == "17:05"


def test_a_text_in_two_languages_falls_back_to_the_other():
    both, chinese, nothing = Bilingual("Hall", "会堂"), Bilingual("", "会堂"), Bilingual("", "")
    assert (both.here("en"), both.other("en"), both.here("zh"), both.other("zh")) == ("Hall", "会堂", "会堂", "Hall")
    assert (chinese.here("en"), chinese.other("en"), chinese.language("en")) == ("会堂", "", "zh")
    assert (chinese.missing(), both.missing(), nothing.missing()) == (["en"], [], ["en", "zh"])
    assert (bool(chinese), bool(nothing)) == (True, False)
    assert chinese.as_dict() == {"en": "会堂", "zh": "会堂"}
    assert Bilingual("A", "A").other("en") == ""


def test_a_text_that_fell_back_is_marked_and_escaped(app):
    with app.test_request_context("/?lang=en"):
        assert Bilingual("", "<b>会").__html__() == '<span lang="zh-CN">&lt;b&gt;会</span>'
        assert Bilingual("<i>", "").__html__() == "&lt;i&gt;"
        assert str(Bilingual("Hall", "会堂")) == "Hall"


def test_outside_of_a_request_english_is_spoken(app):
    assert str(Bilingual("Hall", "会堂")) == "Hall"
