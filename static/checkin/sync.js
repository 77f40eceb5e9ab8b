// Keeping up with the server: sending what waits, fetching what changed, and feeling for the connection when it is gone.

import { NoAnswer, Unpaired } from "./api.js";
import { flush } from "./flush.js";
import { shellVersion } from "./shell.js";

const LIMIT = 2000;
const TURN_MS = 5000;
const PROBE_MS = 4000;
const SECOND_PROBE_MS = 500;
const PULL_EVERY_MS = 15000;
const BEAT_EVERY_MS = 30000;
/** An answer later than this is as good as none to somebody at the door. */
export const IN_TIME_MS = 1200;
const PROBE_PATIENCE_MS = 3000;
const LOCK = "eventapp-door-roster";
// A row whose transaction was held open is told later than it was written.
const LATE_ROWS_MS = 300000;

/** Runs by a timer, and at once when the network, the page or the focus is back. */
export class Sync {
  #timer = 0;
  #working = null;
  #pulled = -Infinity;
  #beaten = -Infinity;
  #stopped = false;

  /** `onAnswer(content, answer)` hears of scans and undos answered late, `onUnpaired()` of a revoked device. */
  constructor({ vault, api, event, queue, roster, effects, clock, link, onAnswer, onUnpaired }) {
    Object.assign(this, { vault, api, event, queue, roster, effects, clock, link, onAnswer, onUnpaired });
  }

  start() {
    addEventListener("online", () => this.now());
    addEventListener("focus", () => this.now());
    document.addEventListener("visibilitychange", () => document.hidden || this.now());
    navigator.serviceWorker?.addEventListener("message", ({ data }) => data === "flush" && this.now());
    this.now();
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Do what is due now. */
  async now() {
    clearTimeout(this.#timer);
    this.#working ??= this.#turn().finally(() => (this.#working = null));
    const pause = await this.#working;
    clearTimeout(this.#timer);
    if (!this.#stopped) this.#timer = setTimeout(() => this.now(), pause);
  }

  /** Fetch changes at the next turn, whenever the last ones came. */
  pullSoon() {
    this.#pulled = -Infinity;
  }

  async #turn() {
    try {
      await this.#work();
    } catch (error) {
      if (error instanceof Unpaired) return void this.onUnpaired();
      if (!(error instanceof NoAnswer)) console.warn(error);
    }
    return this.link.online ? TURN_MS : PROBE_MS;
  }

  async #work() {
    if (!this.link.online) await this.#feel();
    if (!this.link.online) return;
    if (this.queue.waiting) await this.#step(() => this.#asked(() => flush(this)));
    if (Date.now() - this.#pulled > PULL_EVERY_MS) await this.#step(() => this.#alone(() => this.#pull()), () => (this.#pulled = Date.now()));
    if (Date.now() - this.#beaten > BEAT_EVERY_MS) await this.#beat();
  }

  // What fails on this device, for instance a full storage, is tried again at its time and keeps nothing else from being done.
  async #step(work, failed = () => {}) {
    try {
      await work();
    } catch (error) {
      if (error instanceof Unpaired || error instanceof NoAnswer) throw error;
      failed();
      console.warn(error);
    }
  }

  // Two answers in a row, both in time, say that the network is back.
  async #feel() {
    await this.#beat();
    if (this.link.online) return;
    await new Promise((resolve) => setTimeout(resolve, SECOND_PROBE_MS));
    await this.#beat();
  }

  async #beat() {
    const state = { ...(await battery()), version: await shellVersion(), queue: this.queue.waiting, clock: new Date().toISOString() };
    // By the server's clock: it will subtract this from its own.
    const { syncedAt } = this.roster;
    state.roster_at = syncedAt ? new Date(syncedAt - this.clock.offset).toISOString() : null;
    const answer = await this.#asked(() => this.api.heartbeat(state, PROBE_PATIENCE_MS), IN_TIME_MS);
    this.#beaten = Date.now();
    return answer;
  }

  async #pull() {
    const began = Date.now();
    for (let more = true; more && !this.roster.isOver(this.clock.now()); ) {
      const page = await this.#asked(() => this.api.roster(this.roster.cursor, LIMIT));
      if (this.#stopped) return;
      await this.roster.receive(page);
      more = page.more;
    }
    this.#pulled = Date.now();
    await this.queue.forget((record) => this.#isTold(record, began));
    await this.roster.compact();
    if (this.#stopped) return;
    await this.vault.keep("clock", this.clock.state);
  }

  // What happened to an entry is let go of as a whole: an undo alone would take the entry of a later scan away.
  #isTold(record, began) {
    const { effect } = record.content;
    const alike = effect ? this.effects.alike(effect) : [record];
    const sentAt = Math.max(...alike.map(({ row }) => row.sentAt || Infinity));
    if (sentAt >= began) return false;
    if (!effect || sentAt < began - LATE_ROWS_MS) return true;
    return this.effects.isTold(alike.at(-1).content.effect, this.roster.entry(effect.registration), this.roster.device.name);
  }

  // What became of a question tells about the connection; times in an answer tell about the clock.
  async #asked(question, inTime = Infinity) {
    const left = Date.now();
    try {
      const answer = await question();
      const came = Date.now();
      if (answer?.now) this.clock.hear(answer.now, left, came);
      if (came - left <= inTime) this.link.answered();
      else this.link.failed();
      return answer;
    } catch (error) {
      if (isRefusal(error)) this.link.answered();
      else if (error instanceof NoAnswer) this.link.failed();
      throw error;
    }
  }

  // One tab fetches; the others read what it stored.
  async #alone(work) {
    if (!navigator.locks) return work();
    return navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => lock && work());
  }
}

/** Whether the server itself refused: then it can be reached. */
export function isRefusal(error) {
  return error instanceof NoAnswer && error.status >= 400 && error.status < 500 && error.detail !== "";
}

async function battery() {
  const found = await navigator.getBattery?.().catch(() => null);
  return { battery: found ? Math.round(found.level * 100) : null, charging: found?.charging ?? null };
}
