// Moving by pointer: cards across the board and the tray, their lower edge for the length, empty space for a new session.

import { clockSpan, hallName } from "./cards.js";
import { placeUnder, SHORTEST, snap } from "./grid.js";

const THRESHOLD_PX = 5;
const EDGE_PX = 48;
const SPEED_PX = 14;
const NEW_MINUTES = 30;

/** Listens to pointers on the board and in the tray. `act` has what is done in the end: move, toTray, open, create, check. */
export class Drag {
  #now = null;
  #dragged = false;
  #frame = 0;

  constructor(view, board, act) {
    Object.assign(this, { view, board, act });
    this.trayBox = view.tray.closest(".board-tray");
    for (const area of [view.scroller, view.tray]) {
      area.addEventListener("pointerdown", (event) => this.#down(event));
      area.addEventListener("click", (event) => this.#click(event));
    }
    view.scroller.addEventListener("dblclick", (event) => this.#twice(event));
    window.addEventListener("pointermove", (event) => this.#move(event));
    window.addEventListener("pointerup", (event) => this.#up(event));
    window.addEventListener("pointercancel", () => this.cancel());
    window.addEventListener("keydown", (event) => event.key === "Escape" && this.cancel());
  }


  cancel() {
    if (!this.#now) return;
    this.#now.card?.classList.remove("is-lifted");
    this.#end();
  }

  #down(event) {
    if (event.button !== 0 || this.#now) return;
    const card = event.target.closest(".board-card");
    if (card) return this.#lift(event, card);
    const layer = event.target.closest(".board-layer");
    if (layer && event.pointerType === "mouse") this.#begin(event, { kind: "new", layer });
  }

  #lift(event, card) {
    const id = card.dataset.session;
    const session = this.board.sessions.get(id);
    const kind = event.target.closest(".board-grip") ? "resize" : "move";
    // A finger scrolls the board; it drags only the card that was touched before.
    const held = event.pointerType !== "mouse" && document.activeElement !== card;
    const box = card.getBoundingClientRect();
    const grab = this.board.placeOf(id) ? event.clientY - box.top : 0;
    this.#begin(event, { kind: session.may_change && !held ? kind : "click", id, card, grab, version: session.sequence });
  }

  #begin(event, what) {
    this.#dragged = false;
    this.#now = { ...what, pointer: event.pointerId, from: { x: event.clientX, y: event.clientY }, x: event.clientX, y: event.clientY };
  }

  #move(event) {
    const now = this.#now;
    if (!now || event.pointerId !== now.pointer || now.kind === "click") return;
    [now.x, now.y] = [event.clientX, event.clientY];
    const far = Math.hypot(now.x - now.from.x, now.y - now.from.y) >= THRESHOLD_PX;
    if (!now.ghost && far) this.#start();
  }

  #start() {
    const now = this.#now;
    now.ghost = document.createElement("div");
    now.ghost.className = "board-ghost";
    now.card?.classList.add("is-lifted");
    document.body.classList.add("is-dragging", `is-dragging-${now.kind}`);
    now.first = now.kind === "new" ? this.#under(now.from, now.layer) : this.board.placeOf(now.id);
    now.minutes = now.first?.minutes ?? this.board.sessions.get(now.id)?.minutes ?? NEW_MINUTES;
    this.#loop();
  }

  #loop() {
    this.#frame = requestAnimationFrame(() => {
      this.#draw();
      this.#loop();
    });
  }

  /** Once a picture: scroll where the pointer is at an edge, and stand the ghost where the session would go. */
  #draw() {
    const now = this.#now;
    this.#scroll(now);
    const inTray = now.kind === "move" && contains(this.trayBox, now);
    this.trayBox.classList.toggle("is-target", inTray);
    const place = inTray ? null : this.#placeNow(now);
    const told = JSON.stringify(place);
    if (told !== now.told) this.#stand(now, place);
    now.told = told;
  }

  #stand(now, place) {
    now.place = place;
    now.ghost.hidden = !place;
    if (!place) return this.act.check(now.id, null, now.ghost);
    const layer = this.view.stand(now.ghost, place);
    if (now.ghost.parentElement !== layer) layer.append(now.ghost);
    now.ghost.textContent = `${clockSpan(place)} · ${hallName(place.column, this.board)}`;
    this.act.check(now.id, place, now.ghost);
  }

  #placeNow(now) {
    if (now.kind === "resize") {
      const end = this.#under(now, now.card.parentElement).at;
      return { ...now.first, minutes: Math.max(SHORTEST, end - now.first.at) };
    }
    if (now.kind === "new") {
      const end = this.#under(now, now.layer).at;
      return { ...now.first, at: Math.min(now.first.at, end), minutes: Math.max(SHORTEST, Math.abs(end - now.first.at)) };
    }
    return { ...this.#under({ x: now.x, y: now.y - now.grab }, this.#layerAt(now.y)), minutes: now.minutes };
  }

  /** The day over which a height on the screen lies, or the nearest one. */
  #layerAt(y) {
    const away = (box) => Math.max(box.top - y, y - box.bottom, 0);
    const days = this.view.days().map(({ layer }) => ({ layer, away: away(layer.getBoundingClientRect()) }));
    return days.reduce((best, day) => (day.away < best.away ? day : best)).layer;
  }

  #under(point, layer) {
    const { frame } = this.view.days().find((day) => day.layer === layer);
    const place = placeUnder(point, layer.getBoundingClientRect(), frame, this.board.columns);
    return { ...place, at: Math.max(frame.begins, Math.min(frame.ends - SHORTEST, place.at)) };
  }

  #scroll({ x, y, kind }) {
    const box = this.view.scroller.getBoundingClientRect();
    const along = (at, from, to) => (at < from + EDGE_PX ? -SPEED_PX : at > to - EDGE_PX ? SPEED_PX : 0);
    const aside = kind === "move" ? along(x, box.left, box.right) : 0;
    const down = y > box.top - EDGE_PX ? along(y, box.top, box.bottom) : 0;
    if (aside || down) this.view.scroller.scrollBy(aside, down);
  }

  #up(event) {
    const now = this.#now;
    if (!now || event.pointerId !== now.pointer) return;
    if (now.ghost) this.#draw();
    this.#end();
    now.card?.classList.remove("is-lifted");
    this.#dragged = Boolean(now.ghost);
    if (!now.ghost) return;
    if (now.kind === "new") return this.act.create(now.place);
    if (!now.place) return this.act.toTray(now.id, now.version);
    return this.act.move(now.id, now.place, now.version);
  }

  #end() {
    cancelAnimationFrame(this.#frame);
    this.#now?.ghost?.remove();
    this.trayBox.classList.remove("is-target");
    document.body.classList.remove("is-dragging", "is-dragging-move", "is-dragging-resize", "is-dragging-new");
    this.act.check(null, null, null);
    this.#now = null;
  }

  // The click that ends a drag opens nothing. A finger's click comes after the focus, so that it can drag from then on.
  #click(event) {
    const card = event.target.closest(".board-card");
    if (card && !this.#dragged) this.act.open(card.dataset.session);
    this.#dragged = false;
  }

  #twice(event) {
    const layer = event.target.closest(".board-layer");
    if (!layer || event.target.closest(".board-card")) return;
    const place = this.#under({ x: event.clientX, y: event.clientY }, layer);
    this.act.create({ ...place, at: snap(place.at - NEW_MINUTES / 2, NEW_MINUTES), minutes: NEW_MINUTES });
  }
}

function contains(element, { x, y }) {
  const box = element.getBoundingClientRect();
  return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
}
