// The board on the screen: days with their hours, halls over them, and the cards where they belong.

import { fillCard, hallName, makeCard, sizeCard } from "./cards.js";
import { frameAt, lanesOf, spanIn } from "./grid.js";
import { clockOf, dayName } from "./times.js";
import { locale, word, writeElsewhere, write } from "./words.js";

const HOUR = 60;

/** Draws a board into its region, and says what stands under a point. */
export class BoardView {
  #days = new Map();
  #cards = new Map();
  #drawn = new Map();
  #stood = new WeakMap();

  constructor(scroller, tray, board) {
    this.scroller = scroller;
    this.tray = tray;
    this.board = board;
    this.minuteRem = 0.1;
    this.busy = false;
  }

  /** Draw what is new. The focus stays on its card even where that goes to another day or into the tray. */
  draw() {
    const focused = document.activeElement?.closest?.(".board-card")?.dataset.session;
    this.busy = true;
    this.#drawHeads();
    this.frames = this.board.frames();
    const places = this.board.places();
    this.#drawDays();
    this.#drawCards(places);
    this.#drawTray();
    this.#removeGone();
    if (focused && this.card(focused) !== document.activeElement) this.card(focused)?.focus({ preventScroll: true });
    this.busy = false;
  }

  /** The size of a minute has changed, and with it what has room on the cards. */
  resize(minuteRem) {
    this.minuteRem = minuteRem;
    for (const [id, card] of this.#cards) sizeCard(card, this.board.placeOf(id), minuteRem);
  }

  card(id) {
    return this.#cards.get(id) ?? null;
  }

  /** The days as they stand on the screen: {frame, layer}. */
  days() {
    return this.frames.map((frame) => ({ frame, layer: this.#layerOf(frame) }));
  }

  /** Put an element where a place is. */
  stand(element, place, lane = { lane: 0, lanes: 1 }) {
    const frame = frameAt(this.frames, place.at);
    const { from, length } = spanIn(frame, place);
    const values = { at: from, for: length, hall: place.column, lane: lane.lane, lanes: lane.lanes };
    const told = Object.values(values).join();
    if (this.#stood.get(element) === told) return this.#layerOf(frame);
    this.#stood.set(element, told);
    for (const [name, value] of Object.entries(values)) element.style.setProperty(`--${name}`, value);
    return this.#layerOf(frame);
  }

  /** Bring a card into sight and give it the focus. */
  show(id) {
    const card = this.card(id);
    card?.scrollIntoView({ block: "nearest", inline: "nearest" });
    card?.focus();
  }

  showDay(date) {
    this.scroller.scrollTo({ top: this.#days.get(date).offsetTop - this.#heads.offsetHeight });
  }

  #layerOf(frame) {
    return this.#days.get(frame.date).querySelector(".board-layer");
  }

  get #heads() {
    return this.scroller.querySelector(".board-heads");
  }

  #drawHeads() {
    const { board } = this;
    const known = JSON.stringify(board.halls);
    if (this.halls === known) return;
    this.halls = known;
    const heads = Array.from({ length: board.columns }, (_, column) => headOf(board, column));
    this.#heads.replaceChildren(document.createElement("span"), ...heads);
    this.scroller.style.setProperty("--halls", board.columns);
  }

  #drawDays() {
    const dates = new Set(this.frames.map((frame) => frame.date));
    for (const [date, day] of this.#days) {
      if (!dates.has(date)) day.remove();
      if (!dates.has(date)) this.#days.delete(date);
    }
    let before = this.#heads;
    for (const frame of this.frames) {
      const day = this.#days.get(frame.date) ?? makeDay(frame.date);
      this.#days.set(frame.date, day);
      if (before.nextElementSibling !== day) before.after(day);
      drawHours(day, frame);
      before = day;
    }
  }

  #drawCards(places) {
    const lanes = this.#lanes(places);
    const next = new Map();
    for (const place of places) {
      const card = this.#written(place.id, place);
      const layer = this.stand(card, place, lanes.get(place.id));
      const expected = next.has(layer) ? next.get(layer).nextElementSibling : layer.firstElementChild;
      if (expected !== card) layer.insertBefore(card, expected);
      next.set(layer, card);
    }
  }

  #lanes(places) {
    const halls = new Map();
    for (const place of places) {
      if (!halls.has(place.column)) halls.set(place.column, []);
      halls.get(place.column).push(place);
    }
    return new Map([...halls.values()].flatMap((shared) => [...lanesOf(shared)]));
  }

  #drawTray() {
    const cards = this.board.tray().map((session) => this.#written(session.id, null));
    const same = cards.length === this.tray.children.length && cards.every((card, place) => card === this.tray.children[place]);
    if (!same) this.tray.replaceChildren(...cards);
    this.tray.closest(".board-tray").classList.toggle("is-empty", cards.length === 0);
  }

  /** The card of a session, written anew only if what it tells has changed. */
  #written(id, place) {
    const session = this.board.sessions.get(id);
    const told = JSON.stringify([session, place, this.board.levelOf(id), this.board.clashesOf(id).length]);
    const card = this.#cards.get(id) ?? makeCard(id);
    this.#cards.set(id, card);
    if (this.#drawn.get(id) !== told) fillCard(card, session, place, this.board, this.minuteRem);
    this.#drawn.set(id, told);
    return card;
  }

  #removeGone() {
    for (const [id, card] of this.#cards) {
      if (this.board.sessions.has(id)) continue;
      card.remove();
      this.#cards.delete(id);
      this.#drawn.delete(id);
    }
  }
}

function headOf(board, column) {
  const head = document.createElement("div");
  head.className = "board-head";
  const hall = board.halls[column];
  if (!hall) {
    head.textContent = hallName(column, board);
    return head;
  }
  const [name, other] = [document.createElement("strong"), document.createElement("span")];
  write(name, hall, "name");
  writeElsewhere(other, hall, "name");
  head.style.setProperty("--edge", hall.colour);
  head.append(name, other);
  if (hall.capacity) head.append(makeSmall(word("seats", { number: hall.capacity })));
  return head;
}

function makeSmall(text) {
  const small = document.createElement("small");
  small.textContent = text;
  return small;
}

function makeDay(date) {
  const day = document.getElementById("template-day").content.firstElementChild.cloneNode(true);
  day.dataset.date = date;
  day.querySelector("h2").textContent = dayName(date, locale);
  return day;
}

function drawHours(day, frame) {
  const known = `${frame.begins} ${frame.ends}`;
  if (day.dataset.hours === known) return;
  day.dataset.hours = known;
  day.style.setProperty("--span", frame.ends - frame.begins);
  const hours = Array.from({ length: (frame.ends - frame.begins) / HOUR }, (_, number) => {
    const mark = document.createElement("li");
    mark.textContent = clockOf(frame.begins + number * HOUR);
    return mark;
  });
  day.querySelector(".board-hours").replaceChildren(...hours);
}
