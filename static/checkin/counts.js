// How many came, how many are inside: always visible, asked for every ten seconds.

import { Unpaired } from "./api.js";
import { language } from "./words.js";

const EVERY_MS = 10000;

/** Keeps the numbers in `element` fresh; `checkpoint()` says which checkpoint's, `onUnpaired()` hears of a revoked device. */
export class Counts {
  #stats = null;
  #timer = 0;
  #stopped = false;

  constructor(element, api, { checkpoint, onUnpaired }) {
    Object.assign(this, { element, api, checkpoint, onUnpaired });
  }

  /** Ask now, and then every ten seconds. */
  async refresh() {
    clearTimeout(this.#timer);
    try {
      this.#stats = await this.api.stats();
      this.element.dataset.stale = "no";
      this.show();
    } catch (error) {
      if (this.#stopped) return;
      if (error instanceof Unpaired) return this.onUnpaired();
      this.element.dataset.stale = "yes";
    }
    clearTimeout(this.#timer);
    if (!this.#stopped) this.#timer = setTimeout(() => this.refresh(), EVERY_MS);
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
    clearTimeout(this.#timer);
  }
}
