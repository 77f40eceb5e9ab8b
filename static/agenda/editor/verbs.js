// What can be done to a session, each with the little it has to ask before.

import { hallName, placeInWords } from "./cards.js";
import { ask, askSure } from "./dialogs.js";
import { openForm } from "./forms.js";
import { snap } from "./grid.js";
import { clockOf, dayName, localOf, momentOn } from "./times.js";
import { locale, titleOf, word } from "./words.js";

/** The verbs of the board; `doer` sends them, `addresses` has the forms, `saved` is called after a form was saved. */
export class Verbs {
  constructor(board, doer, addresses, { saved, draw, say }) {
    Object.assign(this, { board, doer, addresses, saved, draw, say });
  }

  /** Put a session where it was dragged to, or moved by keys. */
  async put(id, place, version) {
    const session = this.board.sessions.get(id);
    const from = this.#stored(session);
    if (from && ["at", "minutes", "column"].every((name) => from[name] === place[name])) return this.draw();
    this.board.propose(id, place);
    this.draw();
    const longer = from && from.at === place.at && from.column === place.column;
    const verb = from ? (longer ? "resize" : "move") : "place";
    const there = { local_start: localOf(place.at), hall: this.board.hallOf(place.column) };
    const values = { minutes: place.minutes, ...(longer ? {} : there) };
    if (await this.doer.act(verb, id, version, values)) this.#saved(id);
  }

  async toTray(id, version = this.board.versionOf(id)) {
    if (await this.doer.act("to-tray", id, version)) this.say(word("saved-tray", { title: this.#title(id) }));
  }

  async moveTo(id) {
    const version = this.board.versionOf(id);
    const place = this.board.placeOf(id) ?? this.#firstPlace(id);
    const values = { ...this.#asValues(place), minutes: place.minutes };
    const given = await ask("move", { about: this.#title(id), options: this.#places(), values, check: timeIsThere });
    if (given) await this.put(id, { ...this.#fromValues(given), minutes: Number(given.minutes) }, version);
  }

  async copy(id) {
    const version = this.board.versionOf(id);
    const place = this.board.placeOf(id) ?? this.#firstPlace(id);
    const given = await ask("copy", { about: this.#title(id), options: this.#places(), values: this.#asValues(place), check: timeIsThere });
    if (!given) return;
    const there = this.#fromValues(given);
    const values = { local_start: localOf(there.at), hall: this.board.hallOf(there.column) };
    if (await this.doer.act("copy", id, version, values)) this.#done(id);
  }

  async split(id) {
    const version = this.board.versionOf(id);
    const place = this.board.placeOf(id);
    const since = (given) => momentOn(this.board.dateAt(place), given.time, this.board.dayStarts) - place.at;
    const check = (given) => (since(given) > 0 && since(given) < place.minutes ? "" : word("split-outside"));
    const given = await ask("split", { about: this.#about(id, place), values: { time: clockOf(this.#middle(id, place)) }, check });
    if (given && (await this.doer.act("split", id, version, { minutes: since(given) }))) this.#done(id);
  }

  async swap(id) {
    const version = this.board.versionOf(id);
    const others = this.board.places().filter((place) => place.id !== id && this.board.sessions.get(place.id).may_change);
    const other = others.map((place) => [place.id, this.#about(place.id, place)]);
    const versions = new Map(others.map((place) => [place.id, this.board.versionOf(place.id)]));
    const given = await ask("swap", { about: this.#about(id, this.board.placeOf(id)), options: { other } });
    if (!given) return;
    const values = { other: given.other, other_sequence: versions.get(given.other) };
    if (await this.doer.act("swap", id, version, values)) this.#saved(id);
  }

  async shift(id) {
    const version = this.board.versionOf(id);
    const about = this.#about(id, this.board.placeOf(id));
    const given = await ask("shift", { about, values: { minutes: 5 } });
    if (!given || !Number(given.minutes)) return;
    const values = { minutes: Number(given.minutes), all_halls: given.where === "all" };
    if (await this.doer.act("shift", id, version, values)) this.#saved(id);
  }

  async delete(id) {
    const [version, title] = [this.board.versionOf(id), this.#title(id)];
    const sure = await askSure(word("sure-delete", { title }), [word("sure-delete-text")], word("delete"));
    if (sure && (await this.doer.act("delete", id, version))) this.say(word("removed", { title }));
  }

  /** Verbs that ask nothing: cancel, reinstate, item-move, item-minutes. */
  async plain(verb, id, values = {}) {
    if (await this.doer.act(verb, id, this.board.versionOf(id), values)) this.#done(id);
  }

  /** What the server says would end a clash. */
  async mend({ verb, session, sequence, sentence, values }) {
    if (await this.doer.act(verb, session, sequence, values)) this.say(word("done", { title: sentence }));
  }

  /** A form of the organiser's pages, filled from the agenda as it is after all that was done. */
  async form(address, fill = {}) {
    await this.doer.settled;
    const saved = await openForm(address, fill);
    if (saved === null) this.doer.tell.offline();
    if (saved) await this.saved();
  }

  async create(place) {
    if (!this.board.changes) return this.say(word("locked"));
    const there = place ?? this.#firstPlace(null);
    const [date, start] = localOf(there.at).split("T");
    const fill = { day: date, starts_at: start, ends_at: clockOf(there.at + there.minutes), hall: this.board.hallOf(there.column) ?? "" };
    await this.form(this.addresses.create, fill);
  }

  /** Where to split a session: where the item begins that is nearest to its middle, or there. */
  #middle(id, { at, minutes }) {
    const middle = snap(at + minutes / 2);
    const starts = this.board.startsOf(id).filter((start) => start > at && start < at + minutes);
    return starts.reduce((best, start) => (Math.abs(start - middle) < Math.abs(best - middle) ? start : best), starts[0] ?? middle);
  }

  #saved(id) {
    const place = this.board.placeOf(id);
    if (place) this.say(word("saved", { title: this.#title(id), place: placeInWords(place, this.board) }));
  }

  #done(id) {
    this.say(word("done", { title: this.#title(id) }));
  }

  #title(id) {
    const session = this.board.sessions.get(id);
    return session ? titleOf(session) : "";
  }

  #about(id, place) {
    return [this.#title(id), placeInWords(place, this.board)].join(" · ");
  }

  /** Where the server has a session, whatever is proposed. */
  #stored(session) {
    if (!session || session.in_tray) return null;
    const at = momentOn(session.local_start.slice(0, 10), session.local_start.slice(11, 16), 0);
    return { at, minutes: session.minutes, column: this.board.columnOf(session.hall) };
  }

  /** Where a session without a place would begin: on the first day, at its first hour. */
  #firstPlace(id) {
    const minutes = this.board.sessions.get(id)?.minutes ?? 30;
    const [first] = this.board.frames();
    return { at: first.begins + 60, minutes, column: 0 };
  }

  #places() {
    const day = this.board.frames().map((frame) => [frame.date, dayName(frame.date, locale)]);
    const hall = Array.from({ length: this.board.columns }, (_, column) => [column, hallName(column, this.board)]);
    return { day, hall };
  }

  #asValues(place) {
    return { day: this.board.dateAt(place), time: clockOf(place.at), hall: place.column };
  }

  #fromValues({ day, time, hall }) {
    return { at: momentOn(day, time, this.board.dayStarts), column: Number(hall) };
  }
}

function timeIsThere({ time }) {
  return time ? "" : word("time-needed");
}
