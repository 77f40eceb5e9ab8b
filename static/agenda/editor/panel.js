// The panel beside the board: one session with its clashes, what can be done to it, and its items.

import { placeInWords, writeTitle } from "./cards.js";
import { clockOf } from "./times.js";
import { titleOf, together, word, write } from "./words.js";

const element = (selector) => document.querySelector(selector);

/** Shows one session. `act(name, session, item)` does what its buttons say. */
export class Panel {
  constructor(panel, board, act, addresses) {
    Object.assign(this, { panel, board, act, addresses });
    this.id = null;
    panel.addEventListener("click", (event) => this.#click(event));
    panel.addEventListener("change", (event) => this.#change(event));
    panel.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Open a session; with `enter` the focus goes into the panel. */
  open(id, enter = false) {
    this.id = id;
    this.panel.hidden = false;
    this.draw();
    if (enter) this.panel.focus();
  }

  close() {
    const id = this.id;
    this.panel.hidden = true;
    this.id = null;
    return id;
  }

  /** Write the session anew; the focus stays on the button or field it was on. */
  draw() {
    const session = this.board.sessions.get(this.id);
    if (!session) return this.close();
    const told = JSON.stringify([session, this.board.placeOf(session.id), this.board.clashesOf(session.id)]);
    if (told === this.told) return session.id;
    this.told = told;
    const focused = nameOf(document.activeElement);
    this.#head(session);
    this.#verbs(session);
    const times = this.board.startsOf(session.id);
    const items = session.items.map((item, place) => this.#item(session, item, times[place], place));
    element(".editor-items").replaceChildren(...items);
    if (focused) [...this.panel.querySelectorAll("[data-act], input")].find((one) => nameOf(one) === focused)?.focus();
    return session.id;
  }

  #head(session) {
    const place = this.board.placeOf(session.id);
    writeTitle(element("#panel-title"), element(".editor-panel-other"), session);
    const about = [place ? placeInWords(place, this.board) : word("in-tray", { number: session.minutes }), word(`kind-${session.kind}`)];
    if (session.status === "cancelled") about.push(word("cancelled"));
    if (session.fixed) about.push(word("fixed"));
    element(".editor-panel-place").textContent = about.join(" · ");
    const clashes = this.board.clashesOf(session.id).map((clash) => makeLine(clash.sentence));
    element(".editor-panel-clashes").replaceChildren(...clashes);
    element(".editor-panel-locked").hidden = session.may_change;
    element("[data-link=session]").href = this.addresses.session(session.id);
  }

  #verbs(session) {
    const shown = {
      split: !session.in_tray,
      swap: !session.in_tray,
      shift: !session.in_tray,
      "to-tray": !session.in_tray,
      cancel: session.status !== "cancelled",
      reinstate: session.status === "cancelled",
    };
    const allowed = this.board.changes ? ["close", "copy"] : ["close"];
    for (const button of this.panel.querySelectorAll("[data-act]")) {
      const name = button.dataset.act;
      button.hidden = shown[name] === false || (!session.may_change && !allowed.includes(name));
    }
  }

  #item(session, item, starts, place) {
    const line = element("#template-item").content.firstElementChild.cloneNode(true);
    line.dataset.item = item.id;
    const kind = [starts === null ? "" : clockOf(starts), word(`item-${item.kind}`)].filter(Boolean);
    line.querySelector(".editor-item-kind").textContent = kind.join(" · ");
    write(line.querySelector(".editor-item-title"), item, "title");
    const people = line.querySelector(".editor-item-people");
    people.textContent = together("list", item.people);
    people.hidden = !item.people.length;
    const minutes = line.querySelector("input");
    minutes.value = item.minutes;
    minutes.setAttribute("aria-label", word("minutes-of", { title: titleOf(item, "item") }));
    for (const button of line.querySelectorAll("button")) {
      button.setAttribute("aria-label", word("act-on", { act: button.textContent, title: titleOf(item, "item") }));
    }
    line.querySelector("[data-act=item-up]").disabled = place === 0;
    line.querySelector("[data-act=item-down]").disabled = place === session.items.length - 1;
    if (!session.may_change) line.querySelector(".editor-item-tools").remove();
    return line;
  }

  #click(event) {
    const button = event.target.closest("[data-act]");
    if (button) this.act(button.dataset.act, this.id, button.closest("[data-item]")?.dataset.item);
  }

  #change(event) {
    const item = event.target.closest("[data-item]")?.dataset.item;
    if (item && event.target.reportValidity()) this.act("item-minutes", this.id, item, Number(event.target.value));
  }

  #key(event) {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    this.act("close", this.id);
  }
}

function makeLine(text) {
  const line = document.createElement("li");
  line.textContent = text;
  return line;
}

function nameOf(control) {
  const act = control?.dataset?.act ?? (control?.matches?.(".editor-item-minutes") && "minutes");
  return act ? `${act} ${control.closest("[data-item]")?.dataset.item ?? ""}` : null;
}
