"""What the tests of a door without a network look at: the page's own clock, its storage, and what the server has."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from eventapp.checkin.models import Admission, Device, Scan
from eventapp.db import db
from eventapp.events.models import Event
from tests.checkin.site import pair_in_browser, scan_at_once

# Notes when a code came (the first frame in which it was read, or the scanner's Enter) and when its verdict was painted.
STOPWATCH = """(() => {
  const seen = { frame: 0, key: 0, text: "", code: 0 };
  window.verdicts = [];
  const grab = CanvasRenderingContext2D.prototype.getImageData;
  CanvasRenderingContext2D.prototype.getImageData = function (...place) {
    seen.frame = performance.now();
    return grab.apply(this, place);
  };
  window.Worker = class extends Worker {
    constructor(...how) {
      super(...how);
      this.addEventListener("message", ({ data }) => {
        if (data.text && data.text !== seen.text) Object.assign(seen, { text: data.text, code: seen.frame });
      });
    }
  };
  document.addEventListener("keydown", (event) => { if (event.key === "Enter") seen.key = performance.now(); }, true);
  new MutationObserver((changes) => {
    const { verdict } = changes[0].target.dataset;
    const { code: frame, key } = seen;
    requestAnimationFrame(() => setTimeout(() => window.verdicts.push({ verdict, frame, key, painted: performance.now() })));
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-verdict"] });
})();"""
STORED = """async () => {
  const database = await new Promise((resolve) => {
    const opening = indexedDB.open("eventapp-door");
    opening.onsuccess = () => resolve(opening.result);
  });
  const all = (store) => new Promise((resolve) => {
    const reading = database.transaction(store).objectStore(store).getAll();
    reading.onsuccess = () => resolve(reading.result);
  });
  const found = {};
  for (const store of database.objectStoreNames) found[store] = await all(store);
  database.close();
  const text = (value) => value instanceof ArrayBuffer ? new TextDecoder("latin1").decode(value) : value;
  return {
    counts: Object.fromEntries(Object.entries(found).map(([store, rows]) => [store, rows.length])),
    states: found.queue.map((row) => row.state),
    extractable: found.keys.map((key) => key.extractable),
    text: JSON.stringify(found, (_name, value) => text(value)),
    local: JSON.stringify({ ...localStorage }),
  };
}"""


def until(page: Page, question: str, seconds: float = 15, argument: Any = None) -> None:
    """Wait until a script says yes; the page's policy forbids Playwright's own way."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(question, argument):
        assert time.monotonic() < deadline, f"still not: {question}"
        page.wait_for_timeout(25)


def open_door(page: Page, link: str) -> Page:
    """Pair, and wait until guest list and page are kept on the device."""
    page.add_init_script(STOPWATCH)
    pair_in_browser(page, link)
    is_kept_here(page)
    return page


def is_kept_here(page: Page) -> None:
    expect(page.locator("#status .age")).to_have_text("Guest list up to date", timeout=15_000)
    until(page, "async () => (await navigator.serviceWorker.ready).active.state === 'activated'")
    until(page, "() => navigator.serviceWorker.controller !== null")
    is_ready_to_read(page)


def is_ready_to_read(page: Page) -> None:
    """What reads codes has come from the network, which a test may take away next."""
    expect(page.locator("#camera")).not_to_have_attribute("data-state", "starting", timeout=15_000)


def scan(page: Page, code: str, seconds: float = 10) -> dict[str, Any]:
    """Scan a code as a hardware scanner does; the verdict that the page paints, and how long it took."""
    before = page.evaluate("window.verdicts.length")
    scan_at_once(page, code)
    until(page, "(before) => window.verdicts.length > before", seconds, before)
    shown = page.evaluate("window.verdicts.at(-1)")
    return {"verdict": shown["verdict"], "seconds": (shown["painted"] - shown["key"]) / 1000}


def expect_mode(page: Page, mode: str, seconds: float = 20) -> None:
    expect(page.locator("#status")).to_have_attribute("data-mode", mode, timeout=seconds * 1000)


def expect_all_sent(page: Page, seconds: float = 30) -> None:
    expect_mode(page, "online", seconds)
    expect(page.locator("#status .waiting")).to_be_hidden(timeout=seconds * 1000)


def scan_rows(event: Event) -> list[Scan]:
    db.session.rollback()
    return list(db.session.scalars(select(Scan).join(Device).where(Device.event_id == event.id).order_by(Scan.id)))


def verdicts_of(event: Event) -> Counter[str]:
    return Counter(row.verdict for row in scan_rows(event))


def admission_count(event: Event) -> int:
    db.session.rollback()
    found = select(func.count()).select_from(Admission).join(Device).where(Device.event_id == event.id)
    return int(db.session.scalar(found.where(Admission.voided_at.is_(None))) or 0)
