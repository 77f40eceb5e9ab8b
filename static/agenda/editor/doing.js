// Doing things: one after the other, each upon the version that somebody looked at, and refused in words.

import { NoAnswer, Refusal } from "./api.js";
import { askSure } from "./dialogs.js";
import { word } from "./words.js";

/** Sends what people do, takes the answers over, and tells what was refused. */
export class Doer {
  #last = Promise.resolve();
  #waiting = new Map();

  /** `tell` has what to do then: busy, changed, stale, refused, offline. */
  constructor(api, board, tell) {
    Object.assign(this, { api, board, tell });
  }

  /** Do something to a session as it was when somebody looked at it; gives the answer, or null if it was not done. */
  act(verb, id, version, values = {}) {
    this.#waiting.set(id, (this.#waiting.get(id) ?? 0) + 1);
    this.tell.busy(true);
    const done = this.#last.then(() => this.#act(verb, id, version, values));
    const last = (this.#last = done.catch(() => null));
    last.then(() => last === this.#last && this.tell.busy(false));
    return done;
  }

  /** When all that was done has its answer. */
  get settled() {
    return this.#last;
  }

  async #act(verb, id, version, values) {
    const body = { ...values, after: this.board.number };
    if (id) Object.assign(body, { session: id, sequence: this.board.latest(id, version) });
    try {
      const answer = await this.api.post(verb, body);
      this.#settle(id);
      return this.#took(answer, id, body.sequence);
    } catch (error) {
      if (error instanceof Refusal) return this.#refused(error, verb, id, version, values);
      this.#settle(id);
      if (!(error instanceof NoAnswer)) throw error;
      return this.tell.offline();
    }
  }

  #took(answer, id, version) {
    const ours = new Set((answer.changes ?? []).filter((change) => change.mine).flatMap((change) => change.sessions));
    for (const session of answer.sessions.filter((one) => ours.has(one.id))) {
      const before = session.id === id ? version : this.board.versionOf(session.id);
      if (before !== session.sequence) this.board.follow(session.id, before, session.sequence);
    }
    this.tell.changed(answer);
    return answer;
  }

  async #refused({ problem }, verb, id, version, values) {
    const sentences = (problem.clashes ?? []).map((clash) => clash.sentence ?? clash);
    if (sentences.length && problem.may_go_on !== false) {
      const sure = await askSure(word("sure-clash"), sentences, word("all-the-same"));
      if (sure) return this.#act(verb, id, version, { ...values, despite_clashes: true });
    }
    this.#settle(id);
    return problem.type === "Stale" ? this.tell.stale(id, problem) : this.tell.refused(id, problem, sentences);
  }

  // What was proposed for a session is settled when the last thing that was done to it has its answer.
  #settle(id) {
    const waiting = this.#waiting.get(id) - 1;
    this.#waiting.set(id, waiting);
    if (waiting === 0) this.board.forget(id);
  }
}
