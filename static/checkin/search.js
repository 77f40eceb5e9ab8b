// Finding a guest by name, organisation or phone, and admitting from the list.

import { NoAnswer, Unpaired } from "./api.js";
import { here, word, write, writeOther } from "./words.js";

const PAUSE_MS = 250;

/** Searches while somebody types; `onAdmit(registration)` hears of a pressed button, `direction()` names it. */
export class Search {
  #timer = 0;
  #asked = "";

  constructor(sheet, api, { direction, onAdmit, onUnpaired }) {
    Object.assign(this, { sheet, api, direction, onAdmit, onUnpaired });
    this.field = sheet.querySelector("input[type=search]");
    this.list = sheet.querySelector(".results");
    this.status = sheet.querySelector(".search-status");
    this.field.addEventListener("input", () => this.#soon());
    sheet.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#ask();
    });
  }

  /** Ask again, so that the list shows what has changed. */
  refresh() {
    if (!this.sheet.hidden && this.#asked) this.#ask();
  }

  #soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), PAUSE_MS);
  }

  async #ask() {
    clearTimeout(this.#timer);
    const query = this.field.value.trim();
    this.#asked = query;
    if (!isEnough(query)) return this.#show([], "");
    try {
      const results = await this.api.search(query);
      if (query === this.#asked) this.#show(results, results.length ? "" : word("nobody-found", { query }));
    } catch (error) {
      if (error instanceof Unpaired) return this.onUnpaired();
      if (query === this.#asked) this.#show([], (error instanceof NoAnswer && error.detail) || word("search-failed"));
    }
  }

  #show(results, sentence) {
    this.list.replaceChildren(...results.map((result) => this.#row(result)));
    this.status.textContent = sentence || (results.length ? word("found", { count: results.length }) : "");
  }

  #row(result) {
    const row = document.getElementById("result").content.firstElementChild.cloneNode(true);
    const part = (selector) => row.querySelector(selector);
    write(part(".name-here"), result.name);
    writeOther(part(".name-other"), result.name);
    write(part(".organisation"), result.organisation);
    write(part(".category-name"), result.category);
    const colour = result.category?.colour;
    if (CSS.supports("color", colour ?? "")) part(".category").style.setProperty("--category", colour);
    part(".phone").hidden = !result.phone_tail;
    part(".phone-tail").textContent = result.phone_tail ?? "";
    markState(row, result);
    const button = part("button");
    for (const label of button.querySelectorAll("[data-direction]")) label.hidden = label.dataset.direction !== this.direction();
    const label = button.querySelector("[data-direction]:not([hidden])").textContent.trim();
    button.setAttribute("aria-label", `${label} ${here(result.name)}`);
    button.addEventListener("click", () => this.onAdmit(result.registration));
    return row;
  }
}

function markState(row, result) {
  const state = result.admitted ? "admitted" : result.state;
  row.dataset.state = state;
  for (const label of row.querySelectorAll("[data-state]")) label.hidden = label.dataset.state !== state;
}

// One Chinese character is a family name; one letter is half the guest list.
function isEnough(query) {
  return query.length >= 2 || /\p{Script=Han}/u.test(query);
}
