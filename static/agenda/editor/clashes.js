// What clashes: listed with links and what would mend it, and looked up while a session is being moved.

import { titleOf, word } from "./words.js";

const PAUSE_MS = 150;

/** The list of clashes; its lines are written while somebody looks at them. `act` has show(id) and mend(mend). */
export class ClashList {
  #told = null;

  constructor(details, board, act) {
    Object.assign(this, { details, board, act });
    details.addEventListener("toggle", () => this.#write());
  }

  draw() {
    const { clashes } = this.board;
    this.details.hidden = !clashes.length;
    this.details.querySelector("summary").textContent = word("clashes", { number: clashes.length });
    this.#write();
  }

  #write() {
    const { clashes } = this.board;
    if (!this.details.open || this.#told === clashes) return;
    this.#told = clashes;
    this.details.querySelector("ul").replaceChildren(...clashes.map((clash) => lineOf(clash, this.board, this.act)));
  }
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
