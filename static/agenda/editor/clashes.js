// What clashes: listed with links and what would mend it, and looked up while a session is being moved.

import { titleOf, word } from "./words.js";

const PAUSE_MS = 150;

/** Writes the list of clashes. `act` has show(id) and mend(clash). */
export function drawClashes(details, board, act) {
  const known = JSON.stringify(board.clashes);
  if (details.dataset.known === known) return;
  details.dataset.known = known;
  details.hidden = !board.clashes.length;
  details.querySelector("summary").textContent = word("clashes", { number: board.clashes.length });
  details.querySelector("ul").replaceChildren(...board.clashes.map((clash) => lineOf(clash, board, act)));
}

function lineOf(clash, board, act) {
  const line = document.createElement("li");
  line.dataset.level = clash.level;
  const sentence = document.createElement("span");
  sentence.textContent = clash.sentence;
  const sessions = clash.sessions.map((id) => board.sessions.get(id)).filter(Boolean);
  const links = sessions.map((session) => makeButton(word("look", { title: titleOf(session) }), () => act.show(session.id)));
  line.append(sentence, ...links);
  if (!clash.mend) return line;
  const mend = makeButton(clash.mend.sentence, () => act.mend(clash.mend));
  mend.dataset.mend = clash.mend.verb;
  line.append(mend);
  return line;
}

function makeButton(text, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-quiet";
  button.textContent = text;
  button.addEventListener("click", act);
  return button;
}

/** Asks what a place would clash with, once a movement rests for a moment; an answer that is no longer asked for is dropped. */
export class Check {
  #timer = 0;
  #asked = null;

  constructor(ask) {
    this.ask = ask;
  }

  /** `found(clashes)` is told unless something else is looked up before; without a place nothing is. */
  look(id, place, found) {
    clearTimeout(this.#timer);
    this.#asked?.abort();
    if (!place || !id) return;
    this.#asked = new AbortController();
    const { signal } = this.#asked;
    this.#timer = setTimeout(async () => {
      const clashes = await this.ask(id, place, signal).catch(() => []);
      if (!signal.aborted) found(clashes);
    }, PAUSE_MS);
  }
}
