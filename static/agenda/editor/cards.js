// One session as a card: what is written on it, and what a screen reader says of it.

import { dayName, clockOf } from "./times.js";
import { here, locale, together, word, write, writeElsewhere } from "./words.js";

const TINY_REM = 2.3;
const SHORT_REM = 3.4;
const LOOKS = { keynote: "talk", meal: "break" };

/** A card without words. */
export function makeCard(id) {
  const card = document.getElementById("template-card").content.firstElementChild.cloneNode(true);
  card.dataset.session = id;
  return card;
}

/** Write a session onto its card; `place` is null in the tray. */
export function fillCard(card, session, place, board, minuteRem) {
  card.dataset.kind = LOOKS[session.kind] ?? session.kind;
  card.dataset.level = board.levelOf(session.id);
  card.classList.toggle("is-cancelled", session.status === "cancelled");
  card.classList.toggle("is-fixed", session.fixed);
  card.classList.toggle("is-locked", !session.may_change);
  sizeCard(card, place, minuteRem);
  part(card, ".board-when").textContent = place ? clockSpan(place) : word("minutes", { number: session.minutes });
  writeTitle(part(card, ".board-title"), part(card, ".board-other"), session);
  part(card, ".board-people").textContent = together("list", peopleOf(session));
  card.style.setProperty("--edge", edgeColour(session, board));
  part(card, ".board-spoken").textContent = spoken(session, place, board);
}

/** How much of a session has room on its card. */
export function sizeCard(card, place, minuteRem) {
  card.dataset.size = place ? sizeOf(place.minutes * minuteRem) : "short";
}

/** "09:00–10:30" */
export function clockSpan({ at, minutes }) {
  return `${clockOf(at)}–${clockOf(at + minutes)}`;
}

/** Where a place is, in words: time, hall and day. */
export function placeInWords(place, board) {
  return word("place", { time: clockSpan(place), hall: hallName(place.column, board), day: dayName(board.dateAt(place), locale) });
}

export function hallName(column, board) {
  return board.halls[column] ? here(board.halls[column], "name") : word("no-hall");
}

/** Everybody in a session, each once. */
export function peopleOf(session) {
  return [...new Set(session.items.flatMap((item) => item.people))];
}

export function writeTitle(title, other, session) {
  if (here(session, "title")) write(title, session, "title");
  else title.textContent = word(`kind-${session.kind}`);
  writeElsewhere(other, session, "title");
}

/** What a screen reader says after what is written on the card. */
function spoken(session, place, board) {
  const clashes = board.clashesOf(session.id);
  return together("sentences", [
    place ? word("where", { hall: hallName(place.column, board), day: dayName(board.dateAt(place), locale) }) : word("tray"),
    word(`kind-${session.kind}`),
    session.status === "cancelled" && word("cancelled"),
    session.fixed && word("fixed"),
    !session.may_change && word("locked"),
    clashes.length > 0 && word("clashes", { number: clashes.length }),
  ]);
}

function sizeOf(rem) {
  if (rem < TINY_REM) return "tiny";
  return rem < SHORT_REM ? "short" : "long";
}

function edgeColour(session, board) {
  const hall = board.halls[board.columnOf(session.hall)];
  return board.tracks.get(session.track)?.colour ?? hall?.colour ?? "var(--line-strong)";
}

function part(card, selector) {
  return card.querySelector(selector);
}
