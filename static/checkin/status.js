// The line that is always visible: connected or not, scans waiting, age of the guest list.

import { language, word } from "./words.js";

const EVERY_MS = 20000;
const MINUTE_MS = 60000;
const HOUR_MS = 3600000;

/** Keeps the line in `element` true to the link. */
export class StatusBar {
  constructor(element, link) {
    Object.assign(this, { element, link });
    link.addEventListener("change", () => this.show());
    setInterval(() => this.show(), EVERY_MS);
    this.show();
  }

  show() {
    const { mode, waiting, rosterAt } = this.link;
    const part = (name) => this.element.querySelector(`.${name}`);
    if (this.element.dataset.mode !== mode) this.element.dataset.mode = mode;
    part("waiting").hidden = !waiting;
    setText(part("waiting"), waiting ? word("waiting", { count: waiting.toLocaleString(language) }) : "");
    setText(part("age"), ageOf(rosterAt));
  }
}

function ageOf(rosterAt) {
  if (!rosterAt) return word("no-list");
  const age = Date.now() - rosterAt;
  if (age < 2 * MINUTE_MS) return word("list-fresh");
  return age < HOUR_MS ? word("list-minutes", { count: Math.floor(age / MINUTE_MS) }) : word("list-hours", { count: Math.floor(age / HOUR_MS) });
}

// Only what has changed: the line is read out.
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
