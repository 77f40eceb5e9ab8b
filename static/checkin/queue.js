// Scans that this device made: kept before their verdict is shown, until the server has acknowledged them.
//
// A record is {n, id, event, kind: "scan" | "undo", state, madeAt, sentAt, sealed}. Its state is "asking" while an answer is
// awaited at the screen, "waiting" until it is sent, "sent" once acknowledged, until the roster tells the same.

import { onAnnounced } from "./vault.js";

export const ASKING_MS = 10000;
const KEY = "queue";

/** Records of one event, in the order in which they were made; other tabs and the service worker change them, too. */
export class Queue extends EventTarget {
  #records = new Map();
  #channel;
  #reading = Promise.resolve();
  #next = null;

  constructor(vault, event) {
    super();
    Object.assign(this, { vault, event });
    this.#channel = onAnnounced(KEY, () => this.load());
  }

  /** Read all there is; at the start, and when somebody else has written. One reading at a time, so that the last one is the newest. */
  load() {
    this.#next ??= this.#reading.catch(() => undefined).then(() => {
      this.#next = null;
      return this.#read();
    });
    return (this.#reading = this.#next);
  }

  /** Store a scan or an undo; durable when the promise is kept. */
  async add(content, { kind = "scan", state = "waiting" } = {}) {
    const row = { id: content.id, event: this.event, kind, state, madeAt: Date.now(), sentAt: 0 };
    row.sealed = await this.vault.seal(KEY, content);
    const writing = this.vault.db.transaction("queue", "readwrite", { durability: "strict" });
    row.n = await writing.store.add(row);
    await writing.done;
    return this.#remember(new Kept(row, content));
  }

  /** Change what is kept of a record, unless it was acknowledged meanwhile. */
  async change(record, content, state) {
    const sealed = await this.vault.seal(KEY, content);
    const writing = this.vault.db.transaction("queue", "readwrite", { durability: "strict" });
    const row = await writing.store.get(record.row.n);
    if (row && row.state !== "sent") await writing.store.put(Object.assign(row, { sealed, state }));
    await writing.done;
    return row ? this.#remember(new Kept(row, row.sealed === sealed ? content : record.content)) : record;
  }

  /** Note the server's answer to a record. */
  async acknowledge(record, verdict) {
    const changed = await acknowledge(this.vault, record.row.n, { ...record.content, answer: verdict });
    if (changed) this.#remember(new Kept(changed, { ...record.content, answer: verdict }));
  }

  /** Let go of acknowledged records that `isTold(record)` calls told by the roster. */
  async forget(isTold) {
    const gone = this.all().filter((record) => record.row.state === "sent" && isTold(record));
    if (!gone.length) return;
    const writing = this.vault.db.transaction("queue", "readwrite");
    for (const { row } of gone) {
      writing.store.delete(row.n);
      this.#records.delete(row.n);
    }
    await writing.done;
    this.#tell();
  }

  /** All records, oldest first. */
  all() {
    return [...this.#records.values()];
  }

  find(id) {
    return this.all().find((record) => record.row.id === id) ?? null;
  }

  /** How many are still to be sent. */
  get waiting() {
    return this.all().filter(({ row }) => isDue(row)).length;
  }

  // What was added, changed or let go of here while it was read is newer than what was read.
  async #read() {
    const before = new Map(this.#records);
    const rows = (await this.vault.db.getAll("queue")).filter((row) => row.event === this.event);
    const opened = await Promise.all(rows.map((row) => before.get(row.n)?.known(row) ?? this.#open(row)));
    const read = new Map(opened.filter(Boolean).map((record) => [record.row.n, record]));
    const isOurs = (n) => this.#records.get(n) !== before.get(n);
    const kept = [...this.#records].filter(([n]) => isOurs(n));
    const merged = [...[...read].filter(([n]) => !isOurs(n)), ...kept];
    this.#records = new Map(merged.sort(([one], [other]) => one - other));
    this.#change();
  }

  async #open(row) {
    const content = await this.vault.unseal(KEY, row.sealed);
    return content && new Kept(row, content);
  }

  #remember(record) {
    this.#records.set(record.row.n, record);
    this.#tell();
    return record;
  }

  #tell() {
    this.#channel?.postMessage(KEY);
    this.#change();
  }

  #change() {
    this.dispatchEvent(new Event("change"));
  }
}

/** A row and what is sealed in it. */
class Kept {
  constructor(row, content) {
    Object.assign(this, { row, content });
  }

  known(row) {
    return row.state === this.row.state && row.sentAt === this.row.sentAt ? this : null;
  }
}

/** Whether a record is to be sent now: not while somebody waits for its answer at the screen. */
export function isDue(row, now = Date.now()) {
  return row.state === "waiting" || (row.state === "asking" && Math.abs(now - row.madeAt) > ASKING_MS);
}

/** Mark a record as sent, once; null when it was before, or is gone. */
export async function acknowledge(vault, n, content) {
  const sealed = await vault.seal(KEY, content);
  const writing = vault.db.transaction("queue", "readwrite", { durability: "strict" });
  const row = await writing.store.get(n);
  const isNew = row && row.state !== "sent";
  if (isNew) await writing.store.put(Object.assign(row, { sealed, state: "sent", sentAt: Date.now() }));
  await writing.done;
  return isNew ? row : null;
}

/** The due records of an event as [{row, content}], oldest first. */
export async function dueRecords(vault, event, kind) {
  const rows = await vault.db.getAll("queue");
  const due = rows.filter((row) => row.event === event && row.kind === kind && isDue(row));
  const opened = await Promise.all(due.map(async (row) => ({ row, content: await vault.unseal(KEY, row.sealed) })));
  return opened.filter(({ content }) => content);
}
