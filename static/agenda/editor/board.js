// What the server says of the agenda, with what somebody proposes at this moment and nobody has saved yet.

import { dateOf, minutesOf, minutesOfClock } from "./times.js";
import { framesOf, inOrder } from "./grid.js";

// Rules about what is still to be done; they are listed, but no place on the board mends them.
const PREPARATION = new Set(["unconfirmed", "translation", "precedence"]);

/** The agenda of one event as the editor knows it. */
export class Board {
  #proposed = new Map();
  // Which version of a session followed which by a change of our own: what we build upon it is not stale.
  #followed = new Map();
  #clashesOf = new Map();

  /** `changes`: whether who looks at it may change anything at all. */
  constructor(answer, changes) {
    this.changes = changes;
    this.number = 0;
    this.sessions = new Map();
    this.clashes = [];
    this.take(answer);
  }

  /** Take over an answer of the server: all of the agenda, or what has changed. One that was overtaken tells nothing new. */
  take(answer) {
    if (answer.halls) this.#begin(answer);
    if (answer.number < this.number) return;
    for (const session of answer.sessions) this.sessions.set(session.id, session);
    for (const id of answer.removed ?? []) this.sessions.delete(id);
    for (const name of ["undo", "redo"]) if (name in answer) this[name] = answer[name];
    if (answer.clashes) this.#takeClashes(answer.clashes);
    this.number = answer.number;
  }

  #takeClashes(clashes) {
    this.clashes = clashes;
    this.#clashesOf = new Map();
    for (const clash of clashes) {
      for (const id of clash.sessions) this.#clashesOf.set(id, [...(this.#clashesOf.get(id) ?? []), clash]);
    }
  }

  #begin(answer) {
    this.event = answer.event;
    this.setup = answer.setup;
    this.dayStarts = minutesOfClock(answer.event.day_starts);
    this.tracks = new Map(answer.tracks.map((track) => [track.id, track]));
    this.halls = answer.halls;
    this.sessions.clear();
    this.number = 0;
  }

  /** How many columns there are: the halls, and one for what has no hall. */
  get columns() {
    return this.halls.length + 1;
  }

  /** The id of the hall in a column; null for the last one. */
  hallOf(column) {
    return this.halls[column]?.id ?? null;
  }

  columnOf(hall) {
    const column = this.halls.findIndex((one) => one.id === hall);
    return column === -1 ? this.halls.length : column;
  }

  /** Where a session stands, or is about to stand: {id, at, minutes, column}; null while it is in the tray. */
  placeOf(id) {
    const proposed = this.#proposed.get(id);
    if (proposed) return { id, ...proposed };
    const session = this.sessions.get(id);
    if (!session || session.in_tray) return null;
    return { id, at: minutesOf(session.local_start), minutes: session.minutes, column: this.columnOf(session.hall) };
  }

  /** When each item of a session begins, as far as the lengths before it are known. */
  startsOf(id) {
    let at = this.placeOf(id)?.at ?? null;
    return this.sessions.get(id).items.map((item) => {
      const starts = at;
      at = at === null || !item.minutes ? null : at + item.minutes;
      return starts;
    });
  }

  /** Every place on the board, in the order of time. */
  places() {
    return inOrder([...this.sessions.keys()].map((id) => this.placeOf(id)).filter(Boolean));
  }

  frames() {
    return framesOf(this.event.days, this.places(), this.dayStarts);
  }

  tray() {
    return [...this.sessions.values()].filter((session) => session.in_tray && !this.#proposed.has(session.id));
  }

  /** The day of the agenda on which a place lies. */
  dateAt(place) {
    return dateOf(place.at, this.dayStarts);
  }

  propose(id, place) {
    this.#proposed.set(id, { at: place.at, minutes: place.minutes, column: place.column });
  }

  forget(id) {
    this.#proposed.delete(id);
  }

  /** The version of a session that somebody looks at now. */
  versionOf(id) {
    return this.sessions.get(id)?.sequence ?? null;
  }

  /** A change of our own made one version of another. */
  follow(id, before, after) {
    this.#followed.set(`${id} ${before}`, after);
  }

  /** The version that stands for one that was looked at, where only we ourselves have changed it since. */
  latest(id, version) {
    let found = version;
    while (this.#followed.has(`${id} ${found}`)) found = this.#followed.get(`${id} ${found}`);
    return found;
  }

  /** The clashes that a session is in. */
  clashesOf(id) {
    return this.#clashesOf.get(id) ?? [];
  }

  /** How strict the strictest rule is that a session breaks: "block", "warn" or "". What is still to be prepared is none. */
  levelOf(id) {
    const levels = this.clashesOf(id).filter((clash) => !PREPARATION.has(clash.rule)).map((clash) => clash.level);
    return ["block", "warn"].find((level) => levels.includes(level)) ?? "";
  }
}
