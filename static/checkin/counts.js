// How many came, how many are inside: always visible, told by the server as it changes, else asked for every ten seconds.

import { NoAnswer, Unpaired } from "./api.js";
import { language } from "./words.js";

const EVERY_MS = 10000;
// A server that has no stream free is not asked for one at every turn.
const NO_STREAM_MS = 60000;

/** Keeps the numbers in `element` fresh; `checkpoint()` says which checkpoint's, `onUnpaired()` hears of a revoked device. */
export class Counts {
  #stats = null;
  #timer = 0;
  #stopped = false;
  #stream = null;
  #streamFrom = 0;

  constructor(element, api, { checkpoint, onUnpaired }) {
    Object.assign(this, { element, api, checkpoint, onUnpaired });
  }

  /** Ask now, and then every ten seconds for as long as the server tells nothing by itself. */
  async refresh() {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    try {
      this.#take(await this.api.stats());
      this.#listen();
    } catch (error) {
      this.#failed(error);
    }
    clearTimeout(this.#timer);
    if (!this.#stopped && !this.#stream) this.#timer = setTimeout(() => this.refresh(), EVERY_MS);
  }

  /** Show the numbers of the chosen checkpoint as last heard. */
  show() {
    if (!this.#stats) return;
    const own = this.#stats.by_checkpoint?.find((row) => row.code === this.checkpoint()?.code) ?? this.#stats;
    for (const number of ["expected", "admitted", "inside"]) {
      this.element.querySelector(`.count-${number}`).textContent = (own[number] ?? 0).toLocaleString(language);
    }
  }

  stop() {
    this.#stopped = true;
    this.#stream?.abort();
    clearTimeout(this.#timer);
  }

  async #listen() {
    if (this.#stream || Date.now() < this.#streamFrom) return;
    const stream = (this.#stream = new AbortController());
    let pause = 0;
    try {
      for await (const stats of this.api.statsAsTheyChange(stream)) this.#take(stats);
    } catch {
      pause = NO_STREAM_MS;
    }
    this.#stream = null;
    this.#streamFrom = Date.now() + pause;
    this.refresh();
  }

  #take(stats) {
    this.#stats = stats;
    this.element.dataset.stale = "no";
    this.show();
  }

  #failed(error) {
    if (this.#stopped) return;
    if (error instanceof Unpaired) return this.onUnpaired();
    if (!(error instanceof NoAnswer)) throw error;
    this.element.dataset.stale = "yes";
  }
}
