// One paired device at work, with or without a network: what the page asks, and what it hears.
//
//   door.link      mode "online" | "offline", since, waiting, rosterAt; says "change"
//   door.roster    search(query), entry(id), party(id), door(code), category(code), device, settings, size; says "change"
//   door.queue     waiting, all(), find(id); says "change"
//   door.decide(scan)            the verdict: the server's JSON with `local`, `pending`, `registration`, maybe `unlisted`, `unkept`
//   door.undo(scanId, reason)    takes back what a scan of this device did, now or when the network is there
//   door.guest(id, checkpoint)   {guest, person, admitted} of the list
//   door.settings · door.device  what the organiser allows
//   door.now()                   the server's clock as far as it is known (ms)
//   door.rehearsal = true        scans from now on touch no count
//   says "late" {scan, shown, verdict}, "undone" {undo, result}, "unpaired"

import { Api, NoAnswer, Unpaired } from "./api.js";
import { ServerClock } from "./clock.js";
import { Decider, personOf } from "./decide.js";
import { Effects, undoOf } from "./effects.js";
import { scanOf } from "./flush.js";
import { Link } from "./link.js";
import { Queue } from "./queue.js";
import { Roster } from "./roster.js";
import { standingEntry } from "./rules.js";
import { localTime, randomId } from "./scans.js";
import { wipe } from "./store.js";
import { IN_TIME_MS, isRefusal, Sync } from "./sync.js";
import { onAnnounced } from "./vault.js";

const ANSWER_PATIENCE_MS = 8000;
const UNDECIDED = "no_connection";

export class DoorApp extends EventTarget {
  #last = Promise.resolve();
  #busy = 0;
  #left = false;
  // Scans whose late answer was shown, and comes once more when they are sent again.
  #corrected = new Set();
  rehearsal = false;

  /** Open the device's kept state; `messages` has every verdict's sentence in both languages. */
  static async open(vault, pairing, messages) {
    const door = new DoorApp(vault, pairing, new ServerClock(await vault.kept("clock")), messages);
    await Promise.all([door.queue.load(), door.roster.load(door.now())]);
    navigator.storage?.persist?.().catch(() => false);
    return door;
  }

  constructor(vault, pairing, clock, messages) {
    super();
    Object.assign(this, { vault, pairing, clock, link: new Link(), api: new Api(pairing.token) });
    this.roster = new Roster(vault);
    this.queue = new Queue(vault, pairing.event.slug);
    this.effects = new Effects(this.queue);
    this.decider = new Decider({ roster: this.roster, effects: this.effects, clock, messages });
    this.sync = new Sync({ ...this.#parts(), onAnswer: (content, answer) => this.#answeredLate(content, answer), onUnpaired: () => this.leave() });
    for (const part of [this.roster, this.queue]) part.addEventListener("change", () => this.#tell());
  }

  start() {
    this.#tell();
    // Paired anew in another tab: this one's token and keys are worth nothing.
    onAnnounced("pairing", () => this.#left || location.reload());
    this.sync.start();
  }

  now() {
    return this.clock.now();
  }

  /** Whether a verdict is being found. */
  get busy() {
    return this.#busy > 0;
  }

  get settings() {
    return this.roster.settings;
  }

  get device() {
    return this.roster.device;
  }

  /** The verdict on a scan, in the order in which scans were made. Throws Unpaired, or what the storage throws. */
  decide(scan) {
    const full = { ...scan, ...(this.rehearsal && { rehearsal: true }), ahead: this.clock.ahead };
    this.#busy += 1;
    const verdict = this.#last.then(() => this.#decide(full)).finally(() => (this.#busy -= 1));
    this.#last = verdict.catch(() => undefined);
    return verdict;
  }

  /** Take back what a scan did. The server hears of it after the scan itself. */
  async undo(scanId, reason) {
    const effect = undoOf(this.queue.find(scanId)?.content.effect ?? null);
    const undo = { id: randomId(), scan: scanId, reason, undone_at: localTime(new Date()), effect };
    await this.queue.add(undo, { kind: "undo" });
    if (this.link.online) this.sync.now();
    return undo;
  }

  /** A guest of the list as the search shows one, and whether they are in at a checkpoint now. */
  guest(id, checkpoint) {
    const guest = this.roster.entry(id);
    const gate = this.roster.door(checkpoint);
    if (!guest) return null;
    const entries = gate ? this.effects.entriesAt(gate, guest, id) : [];
    const admitted = Boolean(gate && standingEntry(entries.filter((entry) => !entry.left), gate, this.now()));
    return { guest, admitted, person: personOf(guest, this.roster.category(guest.category)) };
  }

  /** End the pairing on this device: list and token go, unsent scans stay for the next pairing. */
  async leave() {
    if (this.#left) return;
    this.#left = true;
    this.sync.stop();
    this.roster.end();
    this.dispatchEvent(new Event("unpaired"));
    await wipe(this.vault);
    await this.roster.clear();
  }

  #parts() {
    const { vault, api, queue, roster, effects, clock, link, pairing } = this;
    return { vault, api, queue, roster, effects, clock, link, event: pairing.event.slug };
  }

  async #decide(scan) {
    if (this.#left) throw new Unpaired();
    return this.link.online ? this.#ask(scan) : this.#decideHere(scan);
  }

  // The scan is stored and sent at once; whatever comes of it, somebody waits no longer than is bearable.
  async #ask(scan) {
    const storing = outcome(this.queue.add(scan, { state: "asking" }));
    const asking = this.api.scans([scanOf(scan, this.clock)], this.clock, ANSWER_PATIENCE_MS).then(([verdict]) => verdict);
    const answer = await Promise.race([settled(asking), after(IN_TIME_MS)]);
    const { value: record, error } = await storing;
    if (answer?.verdict) return this.#answered(scan, record, answer.verdict);
    if (answer?.error instanceof Unpaired) return this.#unpaired(answer.error);
    if (isRefusal(answer?.error)) return this.#refused(scan, record, answer.error);
    this.link.failed();
    if (!answer && !record) this.#hearUnkept(asking, scan);
    if (!record) throw error;
    const verdict = await this.#decideHere(scan, record);
    if (!answer) this.#listenOn(asking, record.row.id);
    return verdict;
  }

  async #answered(scan, record, answer) {
    this.link.answered();
    const registration = this.decider.registrationOf(scan);
    if (record) record.content.effect = this.decider.effectOf(scan, answer);
    const unkept = !(await this.#acknowledge(record, answer));
    return { ...answer, registration, local: false, pending: false, ...(unkept ? { unkept } : {}) };
  }

  // The server has the scan: that it cannot be noted here is told beside its answer, and hides none.
  async #acknowledge(record, answer) {
    const { error } = record ? await outcome(this.queue.acknowledge(record, answer)) : {};
    if (error) console.warn(error);
    return Boolean(record && !error);
  }

  async #unpaired(error) {
    await this.leave();
    throw error;
  }

  // The server is there and will not take this device's scans now, for instance outside its hours.
  async #refused(scan, record, error) {
    this.link.answered();
    if (record) await this.queue.change(record, record.content, "waiting");
    return { id: scan.id, verdict: "trouble", message: error.detail, first: null, person: null, local: false, pending: Boolean(record) };
  }

  async #decideHere(scan, record = null) {
    const offline = { ...scan, offline: true };
    const decided = await this.decider.decide(offline);
    const verdict = decided?.verdict ?? undecided(scan);
    const content = { ...offline, local: decided ? verdict.verdict : null, effect: decided?.effect ?? null };
    if (record) await this.queue.change(record, content, "waiting");
    else await this.queue.add(content);
    askForBackgroundSync();
    return { ...verdict, local: true, pending: true };
  }

  async #listenOn(asking, id) {
    const { verdict } = await settled(asking);
    const record = this.queue.find(id);
    if (!verdict || !record || record.row.state === "sent") return;
    // Let in here, refused there: the server must hear of it, so the scan is sent again with what was decided here.
    const letInAgainst = record.content.local === "admitted" && verdict.verdict !== "admitted";
    if (!letInAgainst) await this.#acknowledge(record, verdict);
    this.#answeredLate(record.content, verdict);
    if (letInAgainst) this.#corrected.add(id);
  }

  // Nothing was kept of the scan, but its answer may still come.
  async #hearUnkept(asking, scan) {
    const { verdict } = await settled(asking);
    if (verdict) this.#answeredLate(scan, { ...verdict, unkept: true });
  }

  #answeredLate(content, answer) {
    if (this.#corrected.delete(content.id)) return;
    if (answer.result) return void this.dispatchEvent(new CustomEvent("undone", { detail: { undo: content, result: answer.result } }));
    if (answer.verdict === content.local) return;
    this.dispatchEvent(new CustomEvent("late", { detail: { scan: content, shown: content.local, verdict: answer } }));
  }

  #tell() {
    this.link.tell({ waiting: this.queue.waiting, rosterAt: this.roster.syncedAt });
  }
}

function undecided(scan) {
  return { id: scan.id, verdict: UNDECIDED, message: null, first: null, person: null, registration: scan.registration ?? "" };
}

function settled(promise) {
  return promise.then((verdict) => ({ verdict }), (error) => {
    if (error instanceof NoAnswer || error instanceof Unpaired) return { error };
    throw error;
  });
}

function outcome(promise) {
  return promise.then((value) => ({ value }), (error) => ({ error }));
}

function after(time) {
  return new Promise((resolve) => setTimeout(resolve, time, null));
}

// Chromium sends what waits even when the page is closed meanwhile.
function askForBackgroundSync() {
  navigator.serviceWorker?.ready.then((worker) => worker.sync?.register("door-flush")).catch(() => undefined);
}
