// The last scans since this page was opened: each opens its verdict again, where it can be taken back.

import { frameOf, here, verdictWord, write } from "./words.js";

const MOST = 30;

/** The list in `sheet`, newest first; `isWaiting(id)` says what is not sent yet, `onChoose({scan, verdict})` hears of a pressed row. */
export class RecentScans {
  #scans = [];

  constructor(sheet, { isWaiting, onChoose }) {
    Object.assign(this, { sheet, isWaiting, onChoose });
    sheet.addEventListener("open", () => this.show());
  }

  /** Note a scan and its verdict, or that the verdict has become another one. */
  note(scan, verdict) {
    const known = this.#scans.find((one) => one.scan.id === scan.id);
    if (known) known.verdict = { ...known.verdict, ...verdict, person: verdict.person ?? known.verdict.person };
    else this.#scans = [{ scan, verdict }, ...this.#scans].slice(0, MOST);
    this.show();
  }

  show() {
    if (this.sheet.hidden) return;
    this.sheet.querySelector(".results").replaceChildren(...this.#scans.map((one) => this.#row(one)));
    this.sheet.querySelector(".none").hidden = this.#scans.length > 0;
  }

  #row({ scan, verdict }) {
    const row = document.getElementById("recent-scan").content.firstElementChild.cloneNode(true);
    const { tone } = frameOf(verdict.verdict).dataset;
    const part = (selector) => row.querySelector(selector);
    row.dataset.tone = tone;
    part("use").setAttribute("href", `#icon-${tone}`);
    part(".recent-word").textContent = verdictWord(verdict.verdict);
    part(".at").textContent = new Date(scan.scanned_at).toTimeString().slice(0, 5);
    write(part(".name-here"), here(verdict.person?.name) || (scan.code ?? "").slice(-8));
    part(".unsent").hidden = !this.isWaiting(scan.id);
    part(".rehearsed").hidden = !scan.rehearsal;
    part("button").addEventListener("click", () => this.onChoose({ scan, verdict }));
    return row;
  }
}
