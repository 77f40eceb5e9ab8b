// The agenda editor: takes over from the list on a wide screen, and gives the page back to it on a narrow one.

import { Api, NoAnswer } from "./api.js";
import { Board } from "./board.js";
import { Check, ClashList } from "./clashes.js";
import { Doer } from "./doing.js";
import { Drag } from "./drag.js";
import { keyActs, pointerActs } from "./hands.js";
import { Keys } from "./keys.js";
import { Live } from "./live.js";
import { say, showOffline, tellAll } from "./messages.js";
import { Panel } from "./panel.js";
import { Paper } from "./print.js";
import { localOf } from "./times.js";
import { Tools } from "./tools.js";
import { locale, word } from "./words.js";
import { Verbs } from "./verbs.js";
import { BoardView } from "./view.js";
import { Zoom } from "./zoom.js";

const WIDE = "(min-width: 60rem)";
const MARK_MS = 8000;
const RETRY_MS = 5000;

const root = document.getElementById("editor");
const find = (selector) => root.querySelector(selector);

/** One person's editor of one agenda. */
class Editor {
  constructor(answer, api) {
    this.board = new Board(answer, root.dataset.changes === "yes");
    this.view = new BoardView(find(".board"), find(".board-waiting"), this.board);
    this.check = new Check((id, place, signal) => this.#clashesAt(api, id, place, signal));
    this.doer = new Doer(api, this.board, {
      busy: (busy) => find(".board").setAttribute("aria-busy", busy),
      changed: (answer) => this.#changed(answer),
      stale: (id, problem) => this.#stale(id, problem),
      refused: (id, problem, sentences) => this.#refused(problem, sentences),
      offline: () => this.#refusedOffline(),
    });
    this.live = new Live(api, this.board, {
      changed: (answer) => this.#changed(answer),
      offline: () => showOffline(true),
      online: () => showOffline(false) && say(word("back-online")),
      refused: (problem) => tellAll(word("refused"), problem.detail),
    });
    this.addresses = addressesOf(root.dataset);
    const tell = { saved: () => this.live.ask(), draw: () => this.draw(), say };
    this.verbs = new Verbs(this.board, this.doer, this.addresses, tell);
    this.panel = new Panel(find("#panel"), this.board, (...what) => this.#act(...what), this.addresses);
    this.clashes = new ClashList(find(".editor-clashes"), this.board, {
      show: (id) => this.view.show(id),
      mend: (mend) => this.verbs.mend(mend),
    });
    this.paper = new Paper(document.getElementById("paper"), this.board);
    this.tools = new Tools(root, this);
    const buttons = { smaller: this.tools.tool("zoom-out"), larger: this.tools.tool("zoom-in") };
    this.zoom = new Zoom(find(".board"), buttons, find(".editor-zoom"), (minute) => this.view.resize(minute));
    const hands = { ...this, draw: () => this.draw(), closePanel: () => this.#closePanel() };
    new Drag(this.view, this.board, pointerActs(hands));
    new Keys(this.view, this.board, keyActs(hands));
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
    this.tools.draw();
    this.clashes.draw();
    if (this.panel.id) this.panel.draw();
    if (!this.board.sessions.size) say(word("empty"));
  }

  #closePanel() {
    if (!this.panel.id) return false;
    this.view.card(this.panel.close())?.focus();
    return true;
  }

  /** What a button of the panel does. */
  #act(name, id, item, minutes) {
    const { verbs, addresses: at } = this;
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
  #stale(id, { session, changed, detail }) {
    if (session) this.board.sessions.set(session.id, session);
    this.draw();
    const text = changed ? word("stale-what", { ...changed, at: clockAt(changed.at) }) : detail;
    tellAll(word("stale"), text, session ? () => this.view.show(id) : null);
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

/** The time of day of a moment, by the clock of who reads it. */
function clockAt(moment) {
  return new Date(moment).toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" });
}

/** An editor of the agenda as it is now; null while there is no answer, and the list goes on. */
async function open(api) {
  try {
    return new Editor(await api.board(), api);
  } catch (error) {
    if (error instanceof NoAnswer) return null;
    throw error;
  }
}

/** The editor takes over as soon as the screen is wide enough and the agenda has arrived. */
async function begin() {
  const api = new Api(root.dataset.board, root.dataset.csrf);
  const wide = window.matchMedia(WIDE);
  let editor = null;
  const choose = async () => {
    // Paper is narrow; the editor makes its own pages for it.
    if (window.matchMedia("print").matches) return;
    if (wide.matches && !editor) editor = await open(api);
    if (editor) editor.on = wide.matches;
    else if (wide.matches) setTimeout(choose, RETRY_MS);
  };
  wide.addEventListener("change", choose);
  await choose();
}

if (root) begin();
