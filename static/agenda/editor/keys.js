// Moving by keys: arrows propose a place for the session one is on, Enter puts it there, Escape takes it back.

import { movedByKey, isShown } from "./grid.js";

const LETTERS = { m: "moveTo", t: "tray", n: "create" };

/** Listens to keys on cards. `act` has what is done, see hands.js. */
export class Keys {
  #held = null;

  constructor(view, board, act) {
    Object.assign(this, { view, board, act });
    for (const area of [view.scroller, view.tray]) {
      area.addEventListener("keydown", (event) => this.#down(event));
      area.addEventListener("focusout", (event) => this.#left(event));
    }
  }

  #down(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const id = event.target.closest(".board-card")?.dataset.session;
    const done = this.#press(event.key, event.shiftKey, id);
    if (!done) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Whether the key meant something here. */
  #press(key, shift, id) {
    if (key === "+" || key === "-") return this.act.zoom(key === "+" ? 1 : -1);
    if (key === "n" || key === "N") return this.act.create();
    if (!id) return false;
    if (key === "Enter" || key === " ") return this.#held ? this.#putDown() : this.act.open(id);
    if (key === "Escape") return this.#takeBack();
    const act = LETTERS[key.toLowerCase()];
    if (act && !shift) return this.act[act](id);
    return this.#step(id, key, shift);
  }

  #step(id, key, shift) {
    const session = this.board.sessions.get(id);
    const from = this.board.placeOf(id);
    const place = from && movedByKey(from, key, { shift, columns: this.board.columns });
    if (!place) return false;
    if (!session.may_change) return this.act.locked(id);
    if (!isShown(this.view.frames, place, this.board.dayStarts)) return this.act.noSuchDay();
    if (this.#held && this.#held.id !== id) this.#putDown();
    this.#held ??= { id, version: session.sequence, from };
    this.#held.place = place;
    this.act.propose(id, place);
    return true;
  }

  #putDown() {
    const { id, place, version, from } = this.#held;
    this.#held = null;
    const same = ["at", "minutes", "column"].every((name) => from[name] === place[name]);
    if (same) this.act.leave(id);
    else this.act.move(id, place, version);
    return true;
  }

  #takeBack() {
    if (!this.#held) return this.act.close();
    const { id } = this.#held;
    this.#held = null;
    this.act.leave(id);
    return true;
  }

  // Whoever goes on to something else has put it down; while the board draws itself nobody goes anywhere.
  #left(event) {
    if (this.#held && !this.view.busy && event.relatedTarget?.closest?.(".board-card")?.dataset.session !== this.#held.id) this.#putDown();
  }
}
