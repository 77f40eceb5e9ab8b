// Whether the server can be reached: known from what became of the last questions, and slow to change its mind.

const FAILURES = 2;
const SUCCESSES = 2;

/** `mode` is "online" or "offline" since `since`; `waiting` scans are to be sent; `rosterAt` is the age of the list. */
export class Link extends EventTarget {
  #failed = 0;
  #answered = 0;
  mode = navigator.onLine === false ? "offline" : "online";
  since = Date.now();
  waiting = 0;
  rosterAt = null;

  constructor() {
    super();
    addEventListener("offline", () => this.#become("offline"));
  }

  get online() {
    return this.mode === "online";
  }

  /** A question was answered in time. */
  answered() {
    this.#failed = 0;
    this.#answered += 1;
    if (this.#answered >= SUCCESSES) this.#become("online");
  }

  /** No answer, a late one, or one that is not ours. */
  failed() {
    this.#answered = 0;
    this.#failed += 1;
    if (this.#failed >= FAILURES) this.#become("offline");
  }

  /** Tell how many scans are waiting, or how old the list is. */
  tell(news) {
    if (Object.entries(news).every(([name, value]) => this[name] === value)) return;
    Object.assign(this, news);
    this.#change();
  }

  #become(mode) {
    this.#failed = this.#answered = 0;
    if (mode === this.mode) return;
    Object.assign(this, { mode, since: Date.now() });
    this.#change();
  }

  #change() {
    this.dispatchEvent(new Event("change"));
  }
}
