// Finding a guest by name, organisation or phone: on this device's list as one types, at the server until there is one.

import { NoAnswer, Unpaired } from "./api.js";
import { here, word, write, writeOther } from "./words.js";

const PAUSE_MS = 250;
const MOST = 20;

/**
 * Searches while somebody types. `onAdmit(registration)` hears of a pressed button, `onParty(id)` of a party that is to
 * be shown, `place()` gives {checkpoint, direction}.
 */
export class Search {
  #timer = 0;
  #asked = "";

  constructor(sheet, app, { place, onAdmit, onParty, onUnpaired }) {
    Object.assign(this, { sheet, app, place, onAdmit, onParty, onUnpaired });
    this.field = sheet.querySelector("input[type=search]");
    this.list = sheet.querySelector(".results");
    this.status = sheet.querySelector(".search-status");
    this.field.addEventListener("input", () => this.#typed());
    sheet.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#search();
    });
  }

  /** Search again, so that the list shows what has changed. */
  refresh() {
    if (!this.sheet.hidden && this.#asked) this.#search();
  }

  // The device's own list answers at once. The server is not asked for every letter, and only for whom the list lacks.
  #typed() {
    clearTimeout(this.#timer);
    if (this.app.roster.complete) this.#search();
    else this.#timer = setTimeout(() => this.#search(), PAUSE_MS);
  }

  #search() {
    clearTimeout(this.#timer);
    const query = this.field.value.trim();
    this.#asked = query;
    if (!isEnough(query)) return this.#show([], "");
    const { roster, link } = this.app;
    const results = roster.complete ? this.#onList(query) : [];
    if (results.length || (roster.complete && !link.online)) return this.#found(query, results);
    if (roster.complete) this.#timer = setTimeout(() => this.#ask(query), PAUSE_MS);
    else this.#ask(query);
  }

  async #ask(query) {
    try {
      const results = await this.app.api.search(query);
      if (query === this.#asked) this.#found(query, results);
    } catch (error) {
      if (error instanceof Unpaired) return this.onUnpaired();
      if (query === this.#asked) this.#show([], (error instanceof NoAnswer && error.detail) || word("search-failed"));
    }
  }

  #onList(query) {
    return this.app.roster.search(query, MOST).map(({ id }) => resultOf(this.app, id, this.place().checkpoint));
  }

  #found(query, results) {
    this.#show(results, results.length ? word("found", { count: results.length }) : word("nobody-found", { query }));
  }

  #show(results, sentence) {
    this.list.replaceChildren(...results.map((result) => this.#row(result)));
    if (this.status.textContent !== sentence) this.status.textContent = sentence;
  }

  #row(result) {
    const row = document.getElementById("result").content.firstElementChild.cloneNode(true);
    fillGuest(row, result);
    const party = row.querySelector(".to-party");
    party.hidden = !result.party;
    if (result.party) party.textContent = word(result.head ? "party-of-head" : "party-member", { count: this.app.roster.party(result.party).length });
    party.addEventListener("click", () => this.onParty(result.party));
    const button = row.querySelector(".admit");
    for (const label of button.querySelectorAll("[data-direction]")) label.hidden = label.dataset.direction !== this.place().direction;
    const label = button.querySelector("[data-direction]:not([hidden])").textContent.trim();
    button.setAttribute("aria-label", `${label} ${here(result.name)}`);
    button.addEventListener("click", () => this.onAdmit(result.registration));
    return row;
  }
}

/** A guest of the device's list in the shape of the server's search. */
export function resultOf(app, id, checkpoint) {
  const { guest, person, admitted } = app.guest(id, checkpoint);
  const { state, phone_tail, party, head } = guest;
  return { ...person, registration: id, state, admitted, phone_tail, party, head };
}

/** Write who a guest is, and how things stand, into a row. */
export function fillGuest(row, result) {
  const part = (selector) => row.querySelector(selector);
  write(part(".name-here"), result.name);
  writeOther(part(".name-other"), result.name);
  write(part(".organisation"), result.organisation);
  write(part(".category-name"), result.category);
  part(".category").hidden = !here(result.category);
  const colour = result.category?.colour ?? "";
  if (CSS.supports("color", colour)) part(".category").style.setProperty("--category", colour);
  part(".phone").hidden = !result.phone_tail;
  part(".phone-tail").textContent = result.phone_tail ?? "";
  const state = result.admitted ? "admitted" : result.state;
  row.dataset.state = state;
  for (const label of row.querySelectorAll(".state")) label.hidden = label.dataset.state !== state;
}

// One Chinese character is a family name; one letter is half the guest list.
function isEnough(query) {
  return query.length >= 2 || /\p{Script=Han}/u.test(query);
}
