"""The check of pages finds what it is there to find."""

from __future__ import annotations

import lxml.html
import pytest

from eventapp.web import CONTENT_SECURITY_POLICY
from tests.ground.pages import faults_of

SOUND = """<!doctype html>
<html lang="en"><head><title>Register · Summit</title><link rel="stylesheet" href="/static/css/base.css"></head>
<body><h1>Register</h1><a href="/sign-in">Sign in</a>
<form method="post" action="/sign-in"><input type="hidden" name="csrf_token" value="x">
<label for="email">E-mail</label><input id="email" name="email"><button>Send</button></form>
<img src="/static/images/favicon.svg" alt=""></body></html>"""


def faults(app, page: str, policy: str = CONTENT_SECURITY_POLICY, cache: str = "private, no-cache") -> list[str]:
    tree = lxml.html.document_fromstring(page)
    return faults_of(tree, page, app=app, path="/sign-in", language="en", policy=policy, cache=cache)


def test_a_sound_page_has_no_faults(app):
    assert faults(app, SOUND) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("<!doctype html>", "", "the page does not begin with <!doctype html>"),
        ("Register · Summit", "", "the page has no title"),
        ('lang="en"', 'lang="zh-CN"', "the page's language is 'zh-CN', chosen was 'en'"),
        ("<h1>Register</h1>", "", "the page has 0 h1"),
        ("<h1>Register</h1>", "<h1>One</h1><h1>Two</h1>", "the page has 2 h1"),
        ("<h1>Register</h1>", '<h1 id="email">Register</h1>', "the id 'email' stands 2 times"),
        ('<label for="email">E-mail</label>', "", "the field 'email' has no label"),
        ('value="x"', 'value=""', "the form to '/sign-in' has no csrf_token"),
        ('action="/sign-in"', 'action="/nowhere"', "the form leads to POST '/nowhere', which no route answers"),
        (
            'action="/sign-in"',
            'action="https://evil.example/"',
            "the form leads to POST 'https://evil.example/', which no route answers",
        ),
        ('href="/sign-in"', 'href="/nowhere"', "the link '/nowhere' leads to no route"),
        ('href="/sign-in"', 'href="#nowhere"', "the link '#nowhere' leads nowhere"),
        ('href="/sign-in"', 'href="javascript:alert(1)"', "a link runs a script"),
        ("<h1>", "<script>alert(1)</script><h1>", "the page holds an inline script"),
        ("<h1>", "<style>h1{}</style><h1>", "the page holds a <style>"),
        ("<h1>", '<h1 style="color:red">', "<h1> has the attribute style"),
        ("<h1>", '<h1 onclick="go()">', "<h1> has the attribute onclick"),
        (
            "/static/css/base.css",
            "https://cdn.example/base.css",
            "<link> loads 'https://cdn.example/base.css' from another host",
        ),
        ("/static/images/favicon.svg", "//cdn.example/x.svg", "<img> loads '//cdn.example/x.svg' from another host"),
        (' alt=""', "", "the picture '/static/images/favicon.svg' has no alt"),
        ("Sign in", "", "a <a> has no words: {'href': '/sign-in'}"),
        ("Register</h1>", "%(name)s</h1>", "the page shows '%('"),
    ],
)
def test_each_fault_is_found(app, old, new, fault):
    assert old in SOUND
    assert fault in faults(app, SOUND.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            "script-src 'self'",
            "script-src 'self' 'unsafe-inline'",
            "the Content-Security-Policy allows {\"'unsafe-inline'\"} as script-src",
        ),
        (
            "style-src 'self'",
            "style-src 'self' https://cdn.example",
            "the Content-Security-Policy allows {'https://cdn.example'} as style-src",
        ),
        ("object-src 'none'; ", "", "the Content-Security-Policy has no object-src"),
    ],
)
def test_a_weak_policy_is_found(app, old, new, fault):
    assert old in CONTENT_SECURITY_POLICY
    assert faults(app, SOUND, policy=CONTENT_SECURITY_POLICY.replace(old, new)) == [fault]


def test_a_page_for_everybody_must_not_hold_a_visitors_token(app):
    assert faults(app, SOUND, cache="public, max-age=60") == [
        "the page may be cached for everybody and holds a csrf_token"
    ]
