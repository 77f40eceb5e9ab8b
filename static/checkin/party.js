// A delegation at the door: who of it is here is ticked and let in together, the others come later.

import { fillGuest, resultOf } from "./search.js";
import { sound } from "./sounds.js";
import { verdictWord, word } from "./words.js";

/** The sheet of a party; `place()` gives {checkpoint, direction}, `admit(registration)` gives the verdict on one member. */
export class PartySheet {
  #party = "";
  #verdicts = new Map();
  #working = false;

  constructor(sheet, app, { place, admit }) {
    Object.assign(this, { sheet, app, place, admit });
    this.all = sheet.querySelector(".all input");
    this.button = sheet.querySelector("button[type=submit]");
    this.all.addEventListener("change", () => this.#tickAll());
    sheet.querySelector(".members").addEventListener("change", () => this.#count());
    sheet.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#admitTicked();
    });
  }

  /** Show who belongs to a party, and who of them is in. */
  show(party) {
    this.#party = party;
    this.#verdicts.clear();
    this.#say("");
    this.#fill();
  }

  #fill() {
    const members = this.app.roster.party(this.#party).filter((guest) => guest.name);
    this.sheet.querySelector(".members").replaceChildren(...members.map(({ id }) => this.#row(id)));
    this.#count();
  }

  #row(id) {
    const { checkpoint, direction } = this.place();
    const member = resultOf(this.app, id, checkpoint);
    const row = document.getElementById("member").content.firstElementChild.cloneNode(true);
    const verdict = this.#verdicts.get(id);
    fillGuest(row, member);
    row.querySelector(".head").hidden = !member.head;
    row.querySelector(".outcome").textContent = verdict && verdict !== "admitted" ? verdictWord(verdict) : "";
    Object.assign(row.querySelector("input"), { value: id, disabled: member.admitted !== (direction === "out") });
    return row;
  }

  get #ticks() {
    return [...this.sheet.querySelectorAll(".members input:enabled")];
  }

  #tickAll() {
    for (const tick of this.#ticks) tick.checked = this.all.checked;
    this.#count();
  }

  #count() {
    const ticked = this.#ticks.filter((tick) => tick.checked).length;
    this.all.checked = ticked > 0 && ticked === this.#ticks.length;
    this.all.indeterminate = ticked > 0 && ticked < this.#ticks.length;
    this.button.disabled = !ticked || this.#working;
    this.button.textContent = word(this.place().direction === "out" ? "party-let-out" : "party-let-in", { count: ticked });
  }

  async #admitTicked() {
    const ids = this.#ticks.filter((tick) => tick.checked).map((tick) => tick.value);
    this.#working = true;
    this.#count();
    try {
      for (const id of ids) this.#verdicts.set(id, (await this.admit(id)).verdict);
    } finally {
      this.#working = false;
    }
    this.#tell(ids);
  }

  #tell(ids) {
    const good = ids.filter((id) => ["admitted", "left"].includes(this.#verdicts.get(id))).length;
    this.#say(word(good === ids.length ? "party-done" : "party-partly", { count: good, refused: ids.length - good }));
    sound(good === ids.length ? "go" : "stop");
    this.#fill();
  }

  #say(sentence) {
    this.sheet.querySelector(".party-status").textContent = sentence;
  }
}
