// The guest list on this device: sealed page by page as it came, whole in memory. Decisions without a network rest on it.

import { Book } from "./book.js";
import { onAnnounced } from "./vault.js";

const KEY = "roster";
const STATE = "roster";
const GRACE_MS = 24 * 3600 * 1000;
const PAGE = 2000;
const MOST_PAGES = 100;
const TABLES = ["event", "categories", "checkpoints", "keys", "device", "settings"];

/**
 * Guests, checkpoints, categories and keys of the device's event. A list that comes anew is filled beside the one in use
 * and takes its place when it is whole, so that an interrupted one leaves the device no worse.
 */
export class Roster extends EventTarget {
  #book = new Book();
  #coming = null;
  #state = null;
  #lastPage = 0;
  #ended = false;
  #last = Promise.resolve();
  #doors = new Map();
  #categories = new Map();
  #keys = new Map();
  #channel;

  constructor(vault) {
    super();
    this.vault = vault;
    this.#channel = onAnnounced(KEY, () => this.#inTurn(() => this.#catchUp()));
  }

  /** Read what is kept; a list whose key is gone, or whose event is over, is thrown away. */
  load(now = Date.now()) {
    return this.#inTurn(() => this.#load(now));
  }

  /** Take one answer of the server in, durably, before its cursor is used. */
  receive(page, now = Date.now()) {
    return this.#inTurn(() => this.#receive(page, now));
  }

  // The list in use stays as it is until the one that is read anew is whole.
  async #load(now) {
    if (this.#ended) return;
    const { state, pages, last } = await this.#read(0);
    if (!state || isOver(state, now)) return this.clear();
    const books = [new Book(), state.coming === state.current ? null : new Book()];
    await this.#fill(books, state, pages);
    [this.#book, this.#coming, this.#lastPage] = [...books, last];
    this.#take(state);
    this.#change();
  }

  async #receive(page, now) {
    if (this.#ended) return;
    const state = nextState(this.#state, page, now);
    if (page.full) this.#coming = new Book();
    const { changed, removed } = page;
    if (this.vault.seals) await this.#store(state, { changed, removed });
    if (this.#ended) return;
    (this.#coming ?? this.#book).apply(page);
    this.#take(state);
    if (state.current === state.coming && this.#coming) [this.#book, this.#coming] = [this.#coming, null];
    this.#channel?.postMessage(KEY);
    this.#change();
  }

  /** Throw the whole list away. */
  async clear() {
    [this.#book, this.#coming, this.#state, this.#lastPage] = [new Book(), null, null, 0];
    for (const table of [this.#doors, this.#categories, this.#keys]) table.clear();
    await this.vault.db.delete("kept", STATE);
    await this.vault.db.clear("pages");
    this.#change();
  }

  /** Take nothing in from now on: the pairing is over, and what is still on its way here comes too late. */
  end() {
    this.#ended = true;
    this.#channel?.close();
  }

  /** Where the next question goes on. */
  get cursor() {
    return this.#state?.cursor ?? "";
  }

  /** Whether everybody is on the list, so that whoever is missing is unknown. */
  get complete() {
    return Boolean(this.#state && this.#state.current !== null);
  }

  /** When the server was last asked for changes and had no more (ms of this device), or null. */
  get syncedAt() {
    return this.#state?.syncedAt ?? null;
  }

  get size() {
    return this.#usable.guests.size;
  }

  get event() {
    return this.#state?.event ?? null;
  }

  get device() {
    return this.#state?.device ?? {};
  }

  get settings() {
    return this.#state?.settings ?? {};
  }

  /** Whether the event has been over for so long that the list must go. */
  isOver(now) {
    return isOver(this.#state, now);
  }

  entry(id) {
    return this.#usable.guests.get(id) ?? null;
  }

  byShortCode(code) {
    return this.#usable.byShortCode(code);
  }

  party(id) {
    return this.#usable.party(id);
  }

  guests() {
    return this.#usable.guests.values();
  }

  /** Guests that fit what was typed: name, pinyin, initials, organisation, last digits of the phone. */
  search(query, limit = 20) {
    return this.#usable.search(query, limit);
  }

  /** A checkpoint with its event's zone and start of day, as the rules want it; null when there is none. */
  door(code) {
    return this.#doors.get(code) ?? null;
  }

  /** Where this device may scan, in the organiser's order; null as long as there is no list. */
  get checkpoints() {
    const own = () => [...this.#doors.values()].filter(({ allowed }) => allowed);
    return this.#state && own().map((one) => ({ ...one, exits: one.rule === "visits" }));
  }

  category(code) {
    return this.#categories.get(code) ?? null;
  }

  /** The categories in which this device may register people. */
  get walkIns() {
    return [...this.#categories.values()].filter((category) => category.walk_in);
  }

  /** {key, event, here} of a signing key's number. */
  key(id) {
    return this.#keys.get(id) ?? null;
  }

  // The very first list is used as far as it has come.
  get #usable() {
    return this.complete ? this.#book : (this.#coming ?? this.#book);
  }

  #take(state) {
    this.#state = state;
    const { zone, day_starts } = state.event;
    this.#doors = new Map(state.checkpoints.map((one) => [one.code, { ...one, zone, day_starts }]));
    this.#categories = new Map(state.categories.map((one) => [one.code, one]));
    this.#keys = new Map(state.keys.map((one) => [one.id, one]));
  }

  // Pages and the state that they belong to, as they were at one moment.
  async #read(after) {
    const reading = this.vault.db.transaction(["kept", "pages"]);
    const stored = reading.objectStore("pages");
    const beyond = IDBKeyRange.lowerBound(after, true);
    const [sealed, numbers, pages] = await Promise.all([
      reading.objectStore("kept").get(STATE),
      stored.getAllKeys(beyond),
      stored.getAll(beyond),
    ]);
    return { state: await this.vault.unseal(KEY, sealed), pages, last: numbers.at(-1) ?? after };
  }

  async #fill([current, coming], state, pages) {
    for (const { generation, sealed } of pages) {
      const page = await this.vault.unseal(KEY, sealed);
      const book = generation === state.current ? current : generation === state.coming ? coming : null;
      if (page) book?.apply(page);
    }
  }

  // Page and cursor are written together: after a crash neither is there, or both.
  async #store(state, content) {
    const [page, sealedState] = await Promise.all([this.vault.seal(KEY, content), this.vault.seal(KEY, state)]);
    if (this.#ended) return;
    const writing = this.vault.db.transaction(["pages", "kept"], "readwrite");
    const pages = writing.objectStore("pages");
    if (state.current === state.coming && this.#state?.current !== state.current) await dropOthers(pages, state.current);
    const number = await pages.add({ generation: state.coming, sealed: page });
    await writing.objectStore("kept").put(sealedState, STATE);
    await writing.done;
    this.#lastPage = number;
  }

  /** Write the list anew when it has become a long row of small changes. */
  compact() {
    return this.#inTurn(() => this.#compact());
  }

  async #compact() {
    const pages = this.vault.seals ? await this.vault.db.count("pages") : 0;
    if (!this.complete || this.#coming || pages < MOST_PAGES + 2 * Math.ceil(this.size / PAGE)) return;
    const guests = [...this.guests()];
    const sealed = [];
    for (let start = 0; start < guests.length && !this.#ended; start += PAGE) {
      sealed.push(await this.vault.seal(KEY, { changed: guests.slice(start, start + PAGE) }));
    }
    if (this.#ended) return;
    const writing = this.vault.db.transaction("pages", "readwrite");
    await writing.store.clear();
    for (const page of sealed) this.#lastPage = await writing.store.add({ generation: this.#state.current, sealed: page });
    await writing.done;
  }

  // Another tab has received changes.
  async #catchUp() {
    if (this.#ended) return;
    const { state, pages, last } = await this.#read(this.#lastPage);
    if (!state || state.current !== this.#state?.current || state.coming !== this.#state.coming) return this.#load(Date.now());
    await this.#fill([this.#book, this.#coming], state, pages);
    this.#lastPage = last;
    this.#take(state);
    this.#change();
  }

  // One after the other: what is read was written whole, and what is written follows what was read.
  #inTurn(work) {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  #change() {
    this.dispatchEvent(new Event("change"));
    prepareWhenIdle(this.#usable);
  }
}

// Part by part, so that a scan never waits for the search.
function prepareWhenIdle(book) {
  const work = () => book.prepare() && prepareWhenIdle(book);
  if (globalThis.requestIdleCallback) requestIdleCallback(work, { timeout: 2000 });
  else setTimeout(work, 100);
}

function nextState(state, page, now) {
  const coming = page.full ? Math.max(state?.current ?? 0, state?.coming ?? 0) + 1 : state.coming;
  const current = page.more ? (state?.current ?? null) : coming;
  const tables = Object.fromEntries(TABLES.map((name) => [name, page[name] ?? state?.[name]]));
  return { ...tables, coming, current, cursor: page.cursor, syncedAt: page.more ? (state?.syncedAt ?? null) : now };
}

function isOver(state, now) {
  return Boolean(state?.event?.ends_at) && now > Date.parse(state.event.ends_at) + GRACE_MS;
}

async function dropOthers(pages, generation) {
  for (let cursor = await pages.openCursor(); cursor; cursor = await cursor.continue()) {
    if (cursor.value.generation !== generation) await cursor.delete();
  }
}
