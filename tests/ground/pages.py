"""What every page of ours must be like, whoever fetches it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from urllib.parse import urljoin, urlsplit

from flask import Flask
from lxml.etree import _Element as Element
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

UNLABELLED_INPUTS = ("hidden", "submit", "button", "image", "reset")
LOADING = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "link": "href",
    "object": "data",
    "input": "src",
    "embed": "src",
    "track": "src",
}
# These relations of a <link> are addresses to know, not files to load.
NOT_LOADED_RELATIONS = {"canonical", "alternate", "author", "license", "next", "prev"}
STRICT_POLICY = {
    "default-src": {"'self'"},
    "script-src": {"'self'", "'wasm-unsafe-eval'"},
    "style-src": {"'self'"},
    "object-src": {"'none'"},
    "base-uri": {"'none'"},
    "form-action": {"'self'"},
    "frame-ancestors": {"'none'", "'self'"},
}


def faults_of(tree: Element, text: str, *, app: Flask, path: str, language: str, policy: str, cache: str) -> list[str]:
    """Everything that is wrong with a page, one sentence each."""
    return [
        *_frame_faults(tree, text, language),
        *_id_faults(tree),
        *_label_faults(tree),
        *_form_faults(tree, app, path),
        *_link_faults(tree, app, path),
        *_inline_faults(tree),
        *_foreign_faults(tree, app),
        *_picture_faults(tree),
        *policy_faults(policy),
        *_cache_faults(tree, cache),
    ]


def policy_faults(policy: str) -> Iterator[str]:
    """What a Content-Security-Policy leaves open."""
    rules = {name: set(values) for name, *values in (rule.split() for rule in policy.split(";") if rule.strip())}
    for name, allowed in STRICT_POLICY.items():
        if name not in rules:
            yield f"the Content-Security-Policy has no {name}"
        elif not rules[name] <= allowed:
            yield f"the Content-Security-Policy allows {rules[name] - allowed} as {name}"


def _frame_faults(tree: Element, text: str, language: str) -> Iterator[str]:
    if not text.lstrip().lower().startswith("<!doctype html>"):
        yield "the page does not begin with <!doctype html>"
    if not "".join(tree.xpath("//head/title//text()")).strip(" ·\n"):
        yield "the page has no title"
    if tree.get("lang") != language:
        yield f"the page's language is {tree.get('lang')!r}, chosen was {language!r}"
    headings = tree.xpath("//h1")
    if len(headings) != 1:
        yield f"the page has {len(headings)} h1"
    elif not "".join(headings[0].itertext()).strip():
        yield "the h1 is empty"
    words = " ".join(tree.xpath("//body//text()[not(ancestor::script)]"))
    for leftover in ("{{", "{%", "%(", "<bound method", "Undefined", "object at 0x"):
        if leftover in words:
            yield f"the page shows {leftover!r}"


def _id_faults(tree: Element) -> Iterator[str]:
    ids = Counter(tree.xpath("//@id"))
    yield from (f"the id {name!r} stands {number} times" for name, number in ids.items() if number > 1)
    for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls", "list"):
        for element in tree.xpath(f"//*[@{attribute}]"):
            for name in element.get(attribute).split():
                if name not in ids:
                    yield f"{attribute}={name!r} leads to no element"
    for target in tree.xpath("//a/@href[starts-with(., '#')]"):
        if target != "#" and target[1:] not in ids:
            yield f"the link {target!r} leads nowhere"


def _label_faults(tree: Element) -> Iterator[str]:
    for field in tree.xpath("//input | //select | //textarea"):
        if field.tag == "input" and field.get("type", "text") in UNLABELLED_INPUTS:
            continue
        named = field.get("aria-label") or field.get("aria-labelledby")
        if (
            not named
            and not field.xpath("ancestor::label")
            and not tree.xpath("//label[@for=$id]", id=field.get("id", ""))
        ):
            yield f"the field {field.get('name') or field.get('id')!r} has no label"
    for button in tree.xpath("//button | //a[@href]"):
        if (
            not "".join(button.itertext()).strip()
            and not button.get("aria-label")
            and not button.xpath(".//img[@alt != '']")
        ):
            yield f"a <{button.tag}> has no words: {dict(button.attrib)}"


def _form_faults(tree: Element, app: Flask, path: str) -> Iterator[str]:
    for form in tree.xpath("//form"):
        method = form.get("method", "get").upper()
        if method == "POST" and not form.xpath(".//input[@name='csrf_token'][@value != '']"):
            yield f"the form to {form.get('action') or path!r} has no csrf_token"
        if form.get("action") == "":
            yield "a form has an empty action"
        if method == "DIALOG":
            # It closes its dialog; nothing is sent.
            continue
        target = urlsplit(urljoin(path, form.get("action") or path))
        if target.netloc or not leads_somewhere(app, target.path, method):
            yield f"the form leads to {method} {form.get('action')!r}, which no route answers"


def _link_faults(tree: Element, app: Flask, path: str) -> Iterator[str]:
    for href in tree.xpath("//a/@href"):
        parts = urlsplit(href)
        if parts.scheme in ("http", "https", "mailto", "tel") or href.startswith("#"):
            continue
        if parts.scheme or parts.netloc:
            yield f"the link {href!r} is of a strange kind"
        elif urljoin(path, parts.path or path) != path and not leads_somewhere(app, urljoin(path, parts.path), "GET"):
            yield f"the link {href!r} leads to no route"


def _inline_faults(tree: Element) -> Iterator[str]:
    for script in tree.xpath("//script[not(@src)]"):
        if script.get("type") not in ("application/json", "application/ld+json"):
            yield "the page holds an inline script"
    if tree.xpath("//style"):
        yield "the page holds a <style>"
    for element in tree.iter():
        if isinstance(element.tag, str):
            for name in element.attrib:
                if name == "style" or name.startswith("on"):
                    yield f"<{element.tag}> has the attribute {name}"
    if tree.xpath("//@href[starts-with(., 'javascript:')]"):
        yield "a link runs a script"


def _foreign_faults(tree: Element, app: Flask) -> Iterator[str]:
    own = {"", urlsplit(app.config["BASE_URL"]).netloc, "localhost"}
    for element in tree.xpath(
        "//script | //img | //iframe | //source | //video | //audio | //link | //object | //input | //embed | //track"
    ):
        if element.tag == "link" and set(element.get("rel", "").split()) & NOT_LOADED_RELATIONS:
            continue
        addresses = [
            element.get(LOADING[element.tag]),
            *(part.split()[0] for part in element.get("srcset", "").split(",") if part.strip()),
        ]
        for address in filter(None, addresses):
            if urlsplit(address).netloc not in own:
                yield f"<{element.tag}> loads {address!r} from another host"


def _picture_faults(tree: Element) -> Iterator[str]:
    yield from (f"the picture {picture.get('src', '')[:80]!r} has no alt" for picture in tree.xpath("//img[not(@alt)]"))
    yield from ("a frame has no title" for _ in tree.xpath("//iframe[not(@title)]"))


def _cache_faults(tree: Element, cache: str) -> Iterator[str]:
    if "public" in cache and tree.xpath("//input[@name='csrf_token']"):
        yield "the page may be cached for everybody and holds a csrf_token"


def leads_somewhere(app: Flask, path: str, method: str) -> bool:
    """Whether a route answers this address."""
    match: Callable[..., object] = app.url_map.bind("localhost").match
    try:
        match(path, method=method)
    except RequestRedirect:
        return True
    except (NotFound, MethodNotAllowed, HTTPException):
        return False
    return True
