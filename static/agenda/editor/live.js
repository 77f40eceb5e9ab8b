// What others do: asked for every few seconds while somebody looks, and never while the tab is hidden.

import { NoAnswer, Refusal } from "./api.js";

const PAUSE_MS = 2500;

/** Asks for changes; `tell` has changed(answer), offline(), online(), refused(problem). */
export class Live {
  #timer = 0;
  #asking = null;
  #on = false;

  constructor(api, board, tell) {
    Object.assign(this, { api, board, tell });
    document.addEventListener("visibilitychange", () => this.#on && !document.hidden && this.ask());
    window.addEventListener("online", () => this.#on && this.ask());
    window.addEventListener("offline", () => this.#on && this.tell.offline());
  }

  start() {
    this.#on = true;
    return this.ask();
  }

  stop() {
    this.#on = false;
    clearTimeout(this.#timer);
  }

  /** Ask now. An answer that is under way may be older than what just happened: it is waited for, then asked again. */
  async ask() {
    clearTimeout(this.#timer);
    await this.#asking;
    this.#asking = this.#ask();
    await this.#asking;
    this.#wait();
  }

  #wait() {
    clearTimeout(this.#timer);
    if (this.#on && !document.hidden) this.#timer = setTimeout(() => this.ask(), PAUSE_MS);
  }

  async #ask() {
    try {
      const answer = await this.api.changes(this.board.number, this.board.setup);
      this.tell.online();
      this.tell.changed(answer);
    } catch (error) {
      if (error instanceof NoAnswer) this.tell.offline();
      else if (error instanceof Refusal) this.#end(error.problem);
      else throw error;
    }
  }

  // Somebody has signed out elsewhere, or may no longer look: it is said once.
  #end(problem) {
    this.stop();
    this.tell.refused(problem);
  }
}
