// The tools over the board: undo and redo, days, finding a session, keys, print.

import { ask } from "./dialogs.js";
import { say } from "./messages.js";
import { dayName } from "./times.js";
import { locale, titleOf, word } from "./words.js";

/** Listens to the tools of the editor in `root`. */
export class Tools {
  constructor(root, { board, view, doer, verbs, paper }) {
    Object.assign(this, { root, board, view, doer, verbs, paper });
    this.#on("undo", () => this.#back("undo"));
    this.#on("redo", () => this.#back("redo"));
    this.#on("keys", () => document.getElementById("dialog-keys").showModal());
    this.#on("print", () => this.#print());
    const field = root.querySelector(".editor-find");
    field.addEventListener("input", () => this.#suggest(field.value));
    field.addEventListener("change", () => this.#find(field));
    document.querySelector("[data-new-session]")?.addEventListener("click", (event) => this.#create(event));
    window.addEventListener("keydown", (event) => this.#shortcut(event));
  }

  /** Say on the buttons what they would undo or do again, and which days there are. */
  draw() {
    for (const name of ["undo", "redo"]) {
      const next = this.board[name];
      this.tool(name).disabled = !next;
      this.tool(name).textContent = next ? word(name, next) : word(`${name}-none`);
    }
    const dates = this.view.frames.map((frame) => frame.date);
    if (this.dates === dates.join()) return;
    this.dates = dates.join();
    this.root.querySelector(".editor-days").replaceChildren(...dates.map((date) => this.#dayButton(date)));
  }

  tool(name) {
    return this.root.querySelector(`[data-tool="${name}"]`);
  }

  #on(name, act) {
    this.tool(name).addEventListener("click", act);
  }

  async #back(name) {
    const next = this.board[name];
    if (!next) return say(word(`nothing-to-${name}`));
    if (await this.doer.act(name, null, null)) say(word(`${name}-done`, next));
  }

  #shortcut(event) {
    if (this.root.hidden || !(event.ctrlKey || event.metaKey) || document.querySelector("dialog[open]")) return;
    if (event.target.matches("input, textarea, select")) return;
    const key = event.key.toLowerCase();
    const name = key === "y" || (key === "z" && event.shiftKey) ? "redo" : key === "z" && "undo";
    if (!name) return;
    event.preventDefault();
    this.#back(name);
  }

  #create(event) {
    if (this.root.hidden) return;
    event.preventDefault();
    this.verbs.create(null);
  }

  async #print() {
    const given = await ask("print");
    if (!given) return;
    this.paper.paper = given.paper;
    window.print();
  }

  #suggest(text) {
    const typed = text.trim().toLowerCase();
    const names = typed ? [...this.board.sessions.values()].flatMap(namesOf) : [];
    const found = [...new Set(names)].filter((name) => name.toLowerCase().includes(typed)).slice(0, 12);
    document.getElementById("editor-found").replaceChildren(...found.map((name) => new Option(name)));
  }

  #find(field) {
    const typed = field.value.trim().toLowerCase();
    if (!typed) return;
    const begins = (session) => namesOf(session).some((name) => name.toLowerCase().includes(typed));
    const found = [...this.board.sessions.values()].find(begins);
    if (!found) return say(word("found-none"));
    field.value = "";
    this.view.show(found.id);
  }

  #dayButton(date) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-quiet";
    button.textContent = dayName(date, locale, "short");
    button.addEventListener("click", () => this.view.showDay(date));
    return button;
  }
}

function namesOf(session) {
  return [session.title_en, session.title_zh, titleOf(session)].filter(Boolean);
}
