"""What a page must be like on a small screen, enlarged, and without a mouse."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.ground.browsers import axe_violations

NARROW, WIDE = 320, 1280
MOST_BYTES = 150_000
MOST_STOPS = 30
TOO_WIDE = """() => {
  const page = document.scrollingElement;
  if (page.scrollWidth <= window.innerWidth) return [];
  const wide = [...document.body.querySelectorAll("*")].filter(
    element => element.getBoundingClientRect().right > window.innerWidth + 1);
  return wide.slice(0, 3).map(element => element.outerHTML.slice(0, 120)).concat(`${page.scrollWidth} px`);
}"""
# What Tab should come to, in the order of the page: of radio buttons of one name only one.
STOPS = """() => {
  const natural = "a[href], button, input:not([type=hidden]), select, textarea, summary, iframe, [tabindex]";
  const groups = new Set();
  window.stops = [...document.querySelectorAll(natural)].filter(element => {
    if (element.disabled || element.tabIndex < 0 || !element.checkVisibility({visibilityProperty: true})) return false;
    if (element.type !== "radio") return true;
    const group = [...document.querySelectorAll("input[type=radio]")].filter(
      other => other.name === element.name && other.form === element.form);
    return element === (group.find(other => other.checked) || group[0]);
  });
  // A page may have put the focus somewhere itself; the walk begins at its top.
  const top = document.createElement("span");
  top.tabIndex = -1;
  document.body.prepend(top);
  top.focus();
  window.scrollTo(0, 0);
  return window.stops.length;
}"""
# Where Tab has come to: the number of the stop, and what is wrong with how it looks.
HERE = """() => {
  const element = document.activeElement, style = getComputedStyle(element), box = element.getBoundingClientRect();
  const marked = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none"
    || element.tagName === "IFRAME" || element.closest("label")?.matches(":focus-within");
  const seen = box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < window.innerHeight
    && box.right > 0 && box.left < window.innerWidth;
  return {number: window.stops.indexOf(element), marked, seen, html: element.outerHTML.slice(0, 160)};
}"""
LOADED = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
  .map(entry => [new URL(entry.name).pathname, entry.encodedBodySize, entry.initiatorType])"""
PICTURES = (".png", ".svg", ".jpg", ".webp", ".ico")


def faults_of_page(page: Page, path: str) -> list[str]:
    """Everything that is wrong with a page for somebody on a small screen, with large text, or without a mouse."""
    faults = []
    page.set_viewport_size({"width": NARROW, "height": 800})
    page.goto(path)
    for width in (NARROW, WIDE):
        page.set_viewport_size({"width": width, "height": 800})
        faults += [f"{width} px, axe: {found['rule']}: {found['elements'][:2]}" for found in axe_violations(page)]
        faults += [f"{width} px: wider than the screen: {wide}" for wide in [page.evaluate(TOO_WIDE)] if wide]
    faults += list(_faults_by_keyboard(page))
    page.set_viewport_size({"width": WIDE // 2, "height": 400})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    faults += [f"text at 200 %: wider than the screen: {wide}" for wide in [page.evaluate(TOO_WIDE)] if wide]
    return faults


def bytes_of_page(page: Page) -> int:
    """What the page that is shown has loaded, as it went over the wire, without pictures and in the background."""
    loaded: list[list[Any]] = page.evaluate(LOADED)
    return sum(size for path, size, kind in loaded if not path.endswith(PICTURES) and kind != "img")


def _faults_by_keyboard(page: Page) -> list[str]:
    """Tab comes to all that can be used, in order, and shows where it is."""
    faults, expected = [], 0
    stops = page.evaluate(STOPS)
    presses = 0
    while expected < min(stops, MOST_STOPS) and presses < 4 * MOST_STOPS:
        page.keyboard.press("Tab")
        presses += 1
        here = page.evaluate(HERE)
        if here["number"] == expected - 1:
            # A field for a date has several stops within itself.
            continue
        if here["number"] != expected:
            return [*faults, f"Tab came to stop {here['number']} instead of {expected}: {here['html']}"]
        if not here["seen"] or not here["marked"]:
            faults.append(f"the focus is {'not marked' if here['seen'] else 'out of sight'} on {here['html']}")
        expected += 1
    return faults
