"""The guest list in the browser's own storage: gone when the pairing is, and whole while it is read anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.checkin.modules import open_modules
from tests.checkin.offline import STORED

pytestmark = pytest.mark.browser

# Set up for the scripts below: a list of one guest and more, as the server's answers tell it.
PREPARE = """async () => {
  const { Vault } = await import("/static/checkin/vault.js");
  const { Roster } = await import("/static/checkin/roster.js");
  const { Queue } = await import("/static/checkin/queue.js");
  const { Sync } = await import("/static/checkin/sync.js");
  const { Link } = await import("/static/checkin/link.js");
  const { ServerClock } = await import("/static/checkin/clock.js");
  const { Effects } = await import("/static/checkin/effects.js");
  const { wipe } = await import("/static/checkin/store.js");
  const vault = await Vault.open();
  const gate = { code: "gate", name_en: "Gate", name_zh: "入口", rule: "event", allowed: true, categories: [], inside: 0 };
  const event = { slug: "here", zone: "Asia/Shanghai", day_starts: "00:00", ends_at: "2100-01-01T00:00:00Z" };
  const tables = { event, categories: [], checkpoints: [gate], keys: [], device: {}, settings: {} };
  const guest = (number) => ({ id: `g${number}`, state: "confirmed", serial: 1, short_code: `1000000${number}`, name: { en: "Chen Lan", zh: "陈岚" } });
  const answer = (numbers, rest = {}) => ({ ...tables, cursor: "c", more: false, full: false, changed: numbers.map(guest), removed: [], ...rest });
  window.door = { vault, Roster, Queue, Sync, Link, ServerClock, Effects, wipe, gate, tables, guest, answer };
}"""


@pytest.fixture
def page(page_at: Callable[..., Page]) -> Page:
    page = open_modules(page_at())
    page.evaluate(PREPARE)
    return page


# -- When the pairing ends -----------------------------------------------------------------------------------------

REVOKED_DURING_A_PULL = """async () => {
  const { vault, Roster, Queue, Sync, Link, ServerClock, Effects, wipe, answer } = window.door;
  const roster = new Roster(vault), queue = new Queue(vault, "here");
  let arrive;
  const onItsWay = new Promise((resolve) => (arrive = resolve));
  let asked;
  const isAsked = new Promise((resolve) => (asked = resolve));
  const api = { roster: () => (asked(), onItsWay), heartbeat: async () => ({ now: new Date().toISOString() }) };
  const sync = new Sync({ vault, api, event: "here", queue, roster, effects: new Effects(queue), clock: new ServerClock(), link: new Link() });
  const turn = sync.now();
  await isAsked;
  sync.stop();
  roster.end();
  await wipe(vault);
  arrive(answer([1], { full: true }));
  await turn;
}"""
REVOKED_WHILE_A_PAGE_IS_STORED = """async () => {
  const { vault, Roster, wipe, answer } = window.door;
  const roster = new Roster(vault);
  await roster.receive(answer([1], { full: true }));
  const storing = roster.receive(answer([2]));
  roster.end();
  await wipe(vault);
  await storing;
}"""


@pytest.mark.parametrize("how", [REVOKED_DURING_A_PULL, REVOKED_WHILE_A_PAGE_IS_STORED], ids=["asked", "stored"])
def test_a_page_of_the_list_that_arrives_after_the_pairing_ended_is_not_kept(how, page):
    page.evaluate(how)
    stored: dict[str, Any] = page.evaluate(STORED)
    assert stored["counts"] == {"keys": 0, "kept": 0, "pages": 0, "queue": 0}


# -- While it is read ----------------------------------------------------------------------------------------------

ANEW_IN_ANOTHER_TAB = """async () => {
  const { vault, Roster, answer } = window.door;
  const first = new Roster(vault);
  await first.receive(answer([1, 2], { full: true }));
  const second = new Roster(await vault.constructor.open());
  await second.load();
  const { unseal } = second.vault;
  const isKnown = [], found = () => second.entry("g1") !== null && second.complete && second.byShortCode("10000002") !== null;
  second.vault.unseal = async (...what) => {
    isKnown.push(found());
    const value = await unseal.apply(second.vault, what);
    isKnown.push(found());
    return value;
  };
  const changed = () => new Promise((resolve) => second.addEventListener("change", resolve, { once: true }));
  for (const page of [answer([1], { full: true, more: true }), answer([2], { more: true }), answer([3])]) {
    const heard = changed();
    await first.receive(page);
    await heard;
    isKnown.push(found());
  }
  return { isKnown, size: second.size };
}"""
TWO_AT_A_TIME = """async () => {
  const { vault, Roster, answer } = window.door;
  const first = new Roster(vault), second = new Roster(await vault.constructor.open());
  await first.receive(answer([1], { full: true }));
  await Promise.all([second.load(), first.receive(answer([2, 3], { full: true })), second.load(), first.receive(answer([4]))]);
  await second.load();
  return [first.size, second.size];
}"""


def test_a_list_that_comes_anew_in_another_tab_replaces_this_ones_when_it_is_whole(page):
    told = page.evaluate(ANEW_IN_ANOTHER_TAB)
    assert len(told["isKnown"]) > 6
    assert all(told["isKnown"])
    assert told["size"] == 3


def test_what_is_read_while_another_is_written_is_all_there(page):
    assert page.evaluate(TWO_AT_A_TIME) == [3, 3]
