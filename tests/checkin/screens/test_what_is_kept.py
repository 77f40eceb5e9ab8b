"""What a device keeps, when storing and reading cross each other, and when the storage fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.checkin.offline import verdicts_of
from tests.checkin.site import expect_verdict, pair_in_browser, scan_at_once
from tests.checkin.stage import make_guest, qr_text_of

pytestmark = pytest.mark.browser

# A queue whose next reading of the storage waits for `go()` before it gives what it has read.
SLOW_QUEUE = """
  const { Queue } = await import("/static/checkin/queue.js");
  const { Vault } = await import("/static/checkin/vault.js");
  const vault = await Vault.open();
  const real = vault.db;
  const held = [];
  let isHeld = false;
  vault.db = {
    transaction: (...how) => real.transaction(...how),
    get: (...what) => real.get(...what),
    getAll: async (store) => {
      const rows = await real.getAll(store);
      if (isHeld) await new Promise((go) => held.push(go));
      return rows;
    },
  };
  const reached = async (count) => { while (held.length < count) await new Promise((then) => setTimeout(then, 5)); };
  const scan = (id) => ({ id, code: id, checkpoint: "gate" });
  const queue = new Queue(vault, "slow");
  await queue.load();
"""

# The storage has no room for the guest list.
NO_ROOM_FOR_PAGES = """(() => {
  const { add } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.add = function (...what) {
    if (this.name === "pages") throw new DOMException("no room", "QuotaExceededError");
    return add.apply(this, what);
  };
})();"""

# As soon as `storageIsFull` says so, this way of storing scans has no room either.
FULL_FOR_SCANS = """(() => {
  const real = IDBObjectStore.prototype["%(way)s"];
  IDBObjectStore.prototype["%(way)s"] = function (...what) {
    if (this.name === "queue" && window.storageIsFull) throw new DOMException("no room", "QuotaExceededError");
    return real.apply(this, what);
  };
})();"""

# What cannot be stored is told to developers, too.
EXPECT_ERRORS = "addEventListener('unhandledrejection', (event) => event.preventDefault())"


@pytest.fixture
def try_queue(page: Page) -> Callable[[str], Any]:
    """`try_queue(script)`: what the script makes of a `queue` whose readings it can hold up."""
    page.goto("/door/")
    return lambda script: page.evaluate(f"async () => {{ {SLOW_QUEUE} {script} }}")


def test_a_scan_made_while_the_queue_is_read_stays_in_it(try_queue):
    found = try_queue("""
      await queue.add(scan("first"));
      isHeld = true;
      const reading = queue.load();
      await reached(1);
      const second = await queue.add(scan("second"), { state: "asking" });
      await queue.change(queue.find("first"), { ...scan("first"), local: "admitted" }, "asking");
      isHeld = false;
      held.pop()();
      await reading;
      return queue.all().map(({ row, content }) => [row.id, row.state, content.local ?? ""]);
    """)
    assert found == [["first", "asking", "admitted"], ["second", "asking", ""]]


def test_what_others_add_and_let_go_of_is_read_in_the_order_of_the_scans(try_queue):
    found = try_queue("""
      const other = new Queue(await Vault.open(), "slow");
      await queue.add(scan("first"));
      await other.load();
      isHeld = true;
      const reading = queue.load();
      await reached(1);
      await other.add(scan("second"));
      await queue.add(scan("third"));
      await other.acknowledge(other.find("first"), { verdict: "admitted" });
      await other.forget(() => true);
      isHeld = false;
      for (const go of held.splice(0)) go();
      await reading;
      await queue.load();
      return queue.all().map(({ row }) => row.id);
    """)
    assert found == ["second", "third"]


def test_of_two_readings_the_later_one_counts(try_queue):
    found = try_queue("""
      await queue.add(scan("first"));
      isHeld = true;
      const readings = [queue.load()];
      await reached(1);
      const other = new Queue(await Vault.open(), "slow");
      await other.load();
      await other.add(scan("second"));
      readings.push(queue.load());
      isHeld = false;
      // The earlier reading takes longer.
      setTimeout(() => held.splice(0).forEach((go) => go()), 200);
      await Promise.all(readings);
      return queue.all().map(({ row }) => row.id);
    """)
    assert found == ["first", "second"]


# -- A storage that fails ------------------------------------------------------------------------------------------


def test_a_guest_list_that_cannot_be_stored_stops_nothing_else(page, new_link, event):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.partition("?")[0].rpartition("/")[2]))
    page.add_init_script(NO_ROOM_FOR_PAGES)
    with page.expect_request("**/heartbeat", timeout=15_000):
        door = pair_in_browser(page, new_link())
    assert "roster" in asked
    door.route("**/api/v1/checkin/scans", lambda route: route.fulfill(status=502, body=""))
    scan_at_once(door, qr_text_of(make_guest(event)))
    expect_verdict(door, "no_connection")
    expect(door.locator("#status .waiting")).to_have_text("To be sent: 1")
    door.unroute_all(behavior="ignoreErrors")
    expect(door.locator("#status .waiting")).to_be_hidden(timeout=20_000)
    assert verdicts_of(event) == {"admitted": 1}


@pytest.mark.parametrize("way", ["add", "put"])
def test_what_the_server_has_answered_is_shown_though_it_cannot_be_stored(way, page, open_door, event, axe):
    guest = make_guest(event)
    page.add_init_script(FULL_FOR_SCANS % {"way": way})
    door = open_door(page)
    door.evaluate("window.storageIsFull = true")
    scan_at_once(door, qr_text_of(guest))
    expect_verdict(door, "admitted")
    expect(door.locator("#verdict [data-mark=unkept]")).to_be_visible()
    assert axe(door) == []
    assert verdicts_of(event) == {"admitted": 1}
    # With room again there is nothing to be told.
    door.evaluate("window.storageIsFull = false")
    scan_at_once(door, qr_text_of(guest))
    expect_verdict(door, "already_in")
    expect(door.locator("#verdict [data-mark=unkept]")).to_be_hidden()


def test_an_answer_that_comes_late_is_shown_though_nothing_was_stored(page, open_door, event):
    guest = make_guest(event)
    page.add_init_script(FULL_FOR_SCANS % {"way": "add"})
    door = open_door(page)
    door.evaluate(EXPECT_ERRORS)
    held: list[Route] = []
    door.route("**/api/v1/checkin/scans", lambda route: held.append(route))
    door.evaluate("window.storageIsFull = true")
    scan_at_once(door, qr_text_of(guest))
    expect_verdict(door, "not_kept")
    held[0].continue_()
    expect_verdict(door, "admitted")
    expect(door.locator("#verdict [data-mark=unkept]")).to_be_visible()
    # Without an answer there is nothing to rest a verdict on.
    door.unroute_all(behavior="ignoreErrors")
    door.context.set_offline(True)
    scan_at_once(door, qr_text_of(guest))
    expect_verdict(door, "not_kept")
