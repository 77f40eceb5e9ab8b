// The agenda editor: takes over from the list on a wide screen, and gives the page back to it on a narrow one.

import { Api } from "./api.js";
import { Board } from "./board.js";
import { placeInWords } from "./cards.js";
import { Check, drawClashes } from "./clashes.js";
import { Doer } from "./doing.js";
import { Drag } from "./drag.js";
import { ask } from "./dialogs.js";
import { Keys } from "./keys.js";
import { Live } from "./live.js";
import { say, showOffline, tellAll } from "./messages.js";
import { Panel } from "./panel.js";
import { Paper } from "./print.js";
import { dayName, localOf } from "./times.js";
import { locale, titleOf, word } from "./words.js";
import { Verbs } from "./verbs.js";
import { BoardView } from "./view.js";
import { Zoom } from "./zoom.js";

const WIDE = "(min-width: 60rem)";
const MARK_MS = 8000;

const root = document.getElementById("editor");
const find = (selector) => root.querySelector(selector);
const tool = (name) => find(`[data-tool="${name}"]`);

/** One person's editor of one agenda. */
class Editor {
  constructor(answer, api) {
    this.board = new Board(answer);
    this.view = new BoardView(find(".board"), find(".board-waiting"), this.board);
    this.check = new Check((id, place, signal) => this.#clashesAt(api, id, place, signal));
    this.doer = new Doer(api, this.board, {
      answered: () => this.draw(),
      stale: (id, problem) => this.#stale(id, problem),
      refused: (id, problem, sentences) => this.#refused(problem, sentences),
      offline: () => this.#refusedOffline(),
    });
    this.live = new Live(api, this.board, {
      changed: (changes) => this.#changed(changes),
      offline: () => showOffline(true),
      online: () => showOffline(false) && say(word("back-online")),
      refused: (problem) => tellAll(word("refused"), problem.detail),
    });
    const addresses = addressesOf(root.dataset);
    const tell = { saved: () => this.live.ask(), draw: () => this.draw(), say };
    this.verbs = new Verbs(this.board, this.doer, addresses, tell);
    this.panel = new Panel(find("#panel"), this.board, (...what) => this.#act(...what), addresses);
    this.drag = new Drag(this.view, this.board, this.#byPointer());
    this.keys = new Keys(this.view, this.board, this.#byKeys());
    this.paper = new Paper(document.getElementById("paper"), this.board);
    this.zoom = new Zoom(find(".board"), { smaller: tool("zoom-out"), larger: tool("zoom-in") }, find(".editor-zoom"), (minute) => this.view.resize(minute));
    this.#listen();
  }

  /** Take over, or give the page back to the list. */
  set on(on) {
    root.hidden = !on;
    document.getElementById("plain").hidden = on;
    document.documentElement.classList.toggle("has-editor", on);
    this.paper.on = on;
    if (!on) return this.live.stop();
    this.zoom.apply();
    this.draw();
    this.live.start();
  }

  /** Draw whatever is new. */
  draw() {
    this.view.draw();
    this.#drawTools();
    drawClashes(find(".editor-clashes"), this.board, {
      show: (id) => this.view.show(id),
      mend: (mend) => this.verbs.mend(mend),
    });
    if (this.panel.id) this.panel.draw();
    if (!this.board.sessions.size) say(word("empty"));
  }

  #drawTools() {
    for (const name of ["undo", "redo"]) {
      const next = this.board[name];
      tool(name).disabled = !next;
      tool(name).textContent = next ? word(name, next) : word(`${name}-none`);
      tool(name).title = next?.label ?? "";
    }
    const dates = this.view.frames.map((frame) => frame.date);
    if (this.dates === dates.join()) return;
    this.dates = dates.join();
    find(".editor-days").replaceChildren(...dates.map((date) => dayButton(date, () => this.view.showDay(date))));
  }

  #listen() {
    tool("undo").addEventListener("click", () => this.#back("undo"));
    tool("redo").addEventListener("click", () => this.#back("redo"));
    tool("keys").addEventListener("click", () => document.getElementById("dialog-keys").showModal());
    tool("print").addEventListener("click", () => this.#print());
    find(".editor-find").addEventListener("input", (event) => fillFound(event.target, this.board));
    find(".editor-find").addEventListener("change", (event) => this.#find(event.target));
    document.querySelector("[data-new-session]")?.addEventListener("click", (event) => {
      if (root.hidden) return;
      event.preventDefault();
      this.verbs.create(null);
    });
    window.addEventListener("keydown", (event) => this.#shortcut(event));
  }

  #shortcut(event) {
    if (root.hidden || !(event.ctrlKey || event.metaKey) || document.querySelector("dialog[open]")) return;
    if (event.target.matches("input, textarea, select")) return;
    const key = event.key.toLowerCase();
    const name = key === "y" || (key === "z" && event.shiftKey) ? "redo" : key === "z" && "undo";
    if (!name) return;
    event.preventDefault();
    this.#back(name);
  }

  /** Undo or redo, and say what. */
  async #back(name) {
    const next = this.board[name];
    if (!next) return say(word(`nothing-to-${name}`));
    if (await this.doer.act(name, null, null)) say(word(name === "undo" ? "undone" : "redone", { label: next.label }));
  }

  async #print() {
    const given = await ask("print");
    if (!given) return;
    this.paper.paper = given.paper;
    window.print();
  }

  #find(field) {
    const found = [...this.board.sessions.values()].find((session) => namesOf(session).includes(field.value));
    if (!found) return say(word("found-none"));
    field.value = "";
    this.view.show(found.id);
  }

  #byPointer() {
    const looks = (place, clashes) => say([placeInWords(place, this.board), ...clashes].join(" "), clashes.length ? "clash" : "");
    return {
      move: (id, place, version) => this.verbs.put(id, place, version),
      resize: (id, place, version) => this.verbs.put(id, place, version),
      toTray: (id, version) => (this.board.placeOf(id) ? this.verbs.toTray(id, version) : this.draw()),
      create: (place) => this.verbs.create(place),
      open: (id) => this.panel.open(id),
      check: (id, place, ghost) => {
        ghost?.classList.remove("has-clash");
        if (place) looks(place, []);
        this.check.look(id, place, (clashes) => {
          ghost.classList.toggle("has-clash", clashes.length > 0);
          looks(place, clashes.map((clash) => clash.sentence));
        });
      },
    };
  }

  #byKeys() {
    return {
      move: (id, place, version) => this.#unheld(id, () => this.verbs.put(id, place, version)),
      leave: (id) => this.#unheld(id, () => this.#leave(id)),
      propose: (id, place) => this.#propose(id, place),
      open: (id, enter) => this.panel.open(id, enter) ?? true,
      close: () => this.#closePanel(),
      moveTo: (id) => this.#change(id, () => this.verbs.moveTo(id)),
      tray: (id) => this.#change(id, () => (this.board.placeOf(id) ? this.verbs.toTray(id) : this.verbs.moveTo(id))),
      create: () => this.verbs.create(null) && true,
      zoom: (steps) => this.zoom.by(steps),
      locked: (id) => say(`${titleOf(this.board.sessions.get(id))}: ${word("locked")}`) ?? true,
      noSuchDay: () => say(word("other-days")) ?? true,
    };
  }

  #propose(id, place) {
    this.board.propose(id, place);
    this.view.draw();
    const card = this.view.card(id);
    card.classList.add("is-held");
    card.scrollIntoView({ block: "nearest", inline: "nearest" });
    const moving = word("moving", { title: titleOf(this.board.sessions.get(id)), place: placeInWords(place, this.board) });
    say(moving);
    this.check.look(id, place, (clashes) => clashes.length && say([moving, ...clashes.map((clash) => clash.sentence)].join(" "), "clash"));
  }

  #unheld(id, act) {
    this.check.look(null, null, null);
    this.view.card(id)?.classList.remove("is-held");
    act();
  }

  #leave(id) {
    this.board.forget(id);
    this.draw();
    say(word("not-moved", { title: titleOf(this.board.sessions.get(id)) }));
  }

  /** Do it if this session may be changed; the key meant something in any case. */
  #change(id, act) {
    if (this.board.sessions.get(id).may_change) act();
    else say(word("locked"));
    return true;
  }

  #closePanel() {
    if (!this.panel.id) return false;
    this.view.card(this.panel.close())?.focus();
    return true;
  }

  /** What a button of the panel does. */
  #act(name, id, item, minutes) {
    const { verbs } = this;
    const at = addressesOf(root.dataset);
    const acts = {
      close: () => this.#closePanel(),
      move: () => verbs.moveTo(id),
      texts: () => verbs.form(at.texts(id)),
      copy: () => verbs.copy(id),
      split: () => verbs.split(id),
      swap: () => verbs.swap(id),
      shift: () => verbs.shift(id),
      "to-tray": () => verbs.toTray(id),
      cancel: () => verbs.plain("cancel", id),
      reinstate: () => verbs.plain("reinstate", id),
      delete: () => verbs.delete(id),
      "new-item": () => verbs.form(at.newItem(id)),
      "item-up": () => verbs.plain("item-move", id, { item, direction: "up" }),
      "item-down": () => verbs.plain("item-move", id, { item, direction: "down" }),
      "item-minutes": () => verbs.plain("item-minutes", id, { item, minutes }),
      "item-change": () => verbs.form(at.item(id, item)),
      "item-people": () => verbs.form(at.people(id, item)),
    };
    acts[name]();
  }

  async #clashesAt(api, id, place, signal) {
    const values = { local_start: localOf(place.at), minutes: place.minutes, hall: this.board.hallOf(place.column) };
    return (await api.post("check", { session: id, ...values }, signal)).clashes;
  }

  /** Somebody else changed something: show it, with a short mark of who. */
  #changed(answer) {
    const news = (answer.changes ?? []).filter((change) => !change.mine && change.number > this.board.number);
    this.board.take(answer);
    this.draw();
    for (const change of news) for (const id of change.sessions) this.#mark(id, change.by);
    if (news.length) say(news.map((change) => word("others-change", { name: change.by, label: change.label })).join(" "));
  }

  #mark(id, name) {
    const mark = this.view.card(id)?.querySelector(".board-by");
    if (!mark) return;
    mark.textContent = word("by", { name });
    mark.hidden = false;
    clearTimeout(mark.timer);
    mark.timer = setTimeout(() => (mark.hidden = true), MARK_MS);
  }

  /** Somebody was faster: show what it is now, and who did what. */
  #stale(id, problem) {
    this.draw();
    const { by, at, what } = problem.changed;
    tellAll(word("stale"), word("stale-what", { by, at: clockAt(at), what }), id ? () => this.view.show(id) : null);
    this.live.ask();
    return null;
  }

  #refused(problem, sentences) {
    this.draw();
    if (problem) tellAll(word("refused"), sentences.join(" ") || problem.detail);
    return null;
  }

  #refusedOffline() {
    showOffline(true);
    this.draw();
    tellAll(word("refused"), word("offline"));
    return null;
  }
}

function addressesOf({ sessions, new: create }) {
  const of = (id) => `${sessions}/${id}`;
  return {
    create,
    session: of,
    texts: (id) => `${of(id)}/change`,
    newItem: (id) => `${of(id)}/items/new`,
    item: (id, item) => `${of(id)}/items/${item}/change`,
    people: (id, item) => `${of(id)}/items/${item}/parts/new`,
  };
}

function dayButton(date, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-quiet";
  button.textContent = dayName(date, locale);
  button.addEventListener("click", act);
  return button;
}

function namesOf(session) {
  return [session.title_en, session.title_zh, titleOf(session)].filter(Boolean);
}

function fillFound(field, board) {
  const typed = field.value.trim().toLowerCase();
  const names = typed ? [...board.sessions.values()].flatMap(namesOf) : [];
  const found = [...new Set(names)].filter((name) => name.toLowerCase().includes(typed)).slice(0, 12);
  document.getElementById("editor-found").replaceChildren(...found.map((name) => new Option(name)));
}

/** The time of day of a moment, by the clock of who reads it. */
function clockAt(moment) {
  return new Date(moment).toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" });
}

/** The editor takes over as soon as the screen is wide enough and the agenda has arrived. */
async function begin() {
  const api = new Api(root.dataset.board, root.dataset.csrf);
  const wide = window.matchMedia(WIDE);
  let editor = null;
  const choose = async () => {
    // Paper is narrow; the editor makes its own pages for it.
    if (window.matchMedia("print").matches) return;
    if (wide.matches && !editor) editor = new Editor(await api.board(), api);
    if (editor) editor.on = wide.matches;
  };
  wide.addEventListener("change", choose);
  await choose();
}

if (root) begin();
