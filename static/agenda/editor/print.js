// The board on paper: each day on pages of its own, and only the halls that it uses.

import { fillCard, hallName, makeCard } from "./cards.js";
import { lanesOf, spanIn } from "./grid.js";
import { clockOf, dayName } from "./times.js";
import { locale } from "./words.js";

const HALLS = { a4: 7, a3: 12 };
const HOUR = 60;
// As high as a day is on paper, in lines of its small print, measured as lines are on the screen.
const SHEET_REM = { a4: 54, a3: 80 };

/** Makes the pages when somebody prints, and takes them away after. */
export class Paper {
  constructor(pages, board) {
    Object.assign(this, { pages, board });
    this.paper = "a4";
    this.on = false;
    window.addEventListener("beforeprint", () => this.on && this.make());
    window.addEventListener("afterprint", () => this.pages.replaceChildren());
  }

  make() {
    document.documentElement.dataset.paper = this.paper;
    this.pages.replaceChildren(...this.board.frames().flatMap((frame) => this.#pagesOf(frame)));
  }

  #pagesOf(frame) {
    const places = this.board.places().filter((place) => this.board.dateAt(place) === frame.date);
    const columns = [...new Set(places.map((place) => place.column))].sort((one, other) => one - other);
    const sheets = Math.ceil(columns.length / HALLS[this.paper]);
    const each = Math.ceil(columns.length / sheets);
    return Array.from({ length: sheets }, (_, sheet) => this.#page(frame, places, columns.slice(sheet * each, (sheet + 1) * each)));
  }

  #page(frame, places, columns) {
    const seen = tight(frame, places);
    const day = document.getElementById("template-day").content.firstElementChild.cloneNode(true);
    day.querySelector("h2").textContent = dayName(frame.date, locale);
    day.style.setProperty("--span", seen.ends - seen.begins);
    day.style.setProperty("--halls", columns.length);
    day.querySelector(".board-hours").replaceChildren(...hoursOf(seen));
    day.querySelector(".board-layer").before(headsOf(columns, this.board));
    const here = places.filter((place) => columns.includes(place.column));
    day.querySelector(".board-layer").append(...this.#cards(seen, here, columns, SHEET_REM[this.paper] / (seen.ends - seen.begins)));
    return day;
  }

  #cards(frame, places, columns, minuteRem) {
    const lanes = new Map(columns.flatMap((column) => [...lanesOf(places.filter((place) => place.column === column))]));
    return places.map((place) => {
      const card = makeCard(place.id);
      card.removeAttribute("tabindex");
      fillCard(card, this.board.sessions.get(place.id), place, this.board, minuteRem);
      const { from, length } = spanIn(frame, place);
      const values = { at: from, for: length, hall: columns.indexOf(place.column), ...lanes.get(place.id) };
      for (const [name, value] of Object.entries(values)) card.style.setProperty(`--${name}`, value);
      return card;
    });
  }
}

/** On paper a day has no room to spare before its first session and after its last. */
function tight(frame, places) {
  const begins = Math.min(...places.map((place) => place.at));
  const ends = Math.max(...places.map((place) => place.at + place.minutes));
  return { begins: Math.floor(begins / HOUR) * HOUR, ends: Math.min(frame.ends, Math.ceil(ends / HOUR) * HOUR) };
}

function hoursOf({ begins, ends }) {
  return Array.from({ length: (ends - begins) / HOUR }, (_, number) => {
    const mark = document.createElement("li");
    mark.textContent = clockOf(begins + number * HOUR);
    return mark;
  });
}

function headsOf(columns, board) {
  const heads = document.createElement("div");
  heads.className = "board-paper-heads";
  for (const column of columns) {
    const head = document.createElement("span");
    head.textContent = hallName(column, board);
    heads.append(head);
  }
  return heads;
}
