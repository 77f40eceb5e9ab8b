// The door: a code comes in by camera, scanner, keyboard or search, and the verdict fills the screen.

import { Unpaired } from "./api.js";
import { DoorApp } from "./app.js";
import { Camera } from "./camera.js";
import { CheckpointChooser } from "./checkpoint.js";
import { Counts } from "./counts.js";
import { showUnpaired } from "./pairing.js";
import { Panels } from "./panels.js";
import { RULES } from "./rules.js";
import { makeScan, Presence } from "./scans.js";
import { installShell } from "./shell.js";
import { openSoundAtFirstTouch } from "./sounds.js";
import { StatusBar } from "./status.js";
import { openStore } from "./store.js";
import { VerdictScreen } from "./verdict.js";
import { listenToScanner } from "./wedge.js";
import { verdictMessages, write } from "./words.js";

const SAME_PERSON_MS = 3000;
// A verdict corrected later than this concerns somebody who has gone on; the team's inbox has it.
const STILL_HERE_MS = 60000;
const element = (id) => document.getElementById(id);

/** One paired device at work, until the server no longer knows it. */
class Door {
  #left = false;

  constructor(app) {
    const { api, pairing } = app;
    Object.assign(this, { app, pairing });
    this.presence = new Presence(SAME_PERSON_MS);
    this.chooser = new CheckpointChooser(pairing, app.roster, { onChange: () => this.counts.show(), onGone: () => this.askWhere() });
    this.counts = new Counts(element("counts"), api, { checkpoint: () => this.chooser.current, onUnpaired: () => this.leave() });
    this.camera = new Camera(element("video"), {
      onCode: (code) => this.seen(code),
      onState: (state) => (element("camera").dataset.state = state),
    });
  }

  open() {
    describe(this.pairing);
    element("door").hidden = false;
    this.listen();
    this.app.start();
    this.counts.refresh();
    this.camera.start();
    this.panels.checkOnce();
    if (this.chooser.isGone) this.askWhere();
    keepAwake();
  }

  askWhere() {
    this.panels.sheets.open(element("checkpoint"));
  }

  // The scanner listens before the verdict does: its Enter ends a code and must not close the screen.
  listen() {
    openSoundAtFirstTouch();
    listenToScanner((code) => this.scan({ code }, "wedge"));
    this.verdicts = new VerdictScreen(element("verdict"), element("announcer"), {
      checkpoints: this.pairing.checkpoints,
      behind: element("door"),
      may: (verdict) => this.app.device.may_override && RULES.overridable.includes(verdict),
      mayUndo: () => this.app.device.may_override || !this.app.settings.undo_needs_override,
      onOverride: (scan, reason) => this.override(scan, reason),
      onUndo: (scan, reason, verdict) => this.undo(scan, reason, verdict),
    });
    this.panels = new Panels(this);
    listenToSamples((code) => this.scan({ code }, "manual"));
    this.status = new StatusBar(element("status"), this.app.link);
    this.app.addEventListener("late", ({ detail }) => this.corrected(detail));
    this.app.addEventListener("unpaired", () => this.leave());
    element("camera-again").addEventListener("click", () => this.camera.start());
  }

  seen(code) {
    if (this.app.busy || this.verdicts.occupied) return;
    if (this.presence.arrives(code, performance.now())) this.scan({ code }, "camera");
  }

  /** Where this device stands, and whether people come or go. */
  get place() {
    return { checkpoint: this.chooser.current?.code ?? "", direction: this.chooser.direction };
  }

  scan(what, method) {
    return this.send(this.#make(what, method));
  }

  /** The verdict on a scan that is not to fill the screen. */
  async judge(what, method) {
    const scan = this.#make(what, method);
    const verdict = await this.app.decide(scan).catch((error) => this.unanswered(error));
    if (verdict) this.#note(verdict, scan);
    return verdict ?? { verdict: "not_kept" };
  }

  isWaiting(id) {
    const state = this.app.queue.find(id)?.row.state;
    return Boolean(state) && state !== "sent";
  }

  #make(what, method) {
    return { ...makeScan(what, { method, ...this.place }), rehearsal: this.app.rehearsal };
  }

  async send(scan) {
    if (this.#left) return;
    element("camera").dataset.busy = "yes";
    try {
      this.answered(await this.app.decide(scan), scan);
    } catch (error) {
      this.unanswered(error);
    } finally {
      element("camera").dataset.busy = this.app.busy ? "yes" : "no";
    }
  }

  answered(verdict, scan) {
    this.verdicts.show(verdict, scan);
    this.#note(verdict, scan);
  }

  #note(verdict, scan) {
    this.panels.recent.note(scan, verdict);
    this.panels.search.refresh();
    // Without a network there is nobody to ask.
    if (this.app.link.online) this.counts.refresh();
  }

  // The server says otherwise than was shown a moment ago.
  corrected({ scan, verdict }) {
    if (Date.now() - Date.parse(scan.scanned_at) < STILL_HERE_MS) this.verdicts.correct({ scan, verdict });
    this.#note(verdict, scan);
  }

  /** The same guest once more, let in for a reason. */
  override({ code, registration, method, checkpoint, direction }, reason) {
    const what = registration ? { registration } : { code };
    return this.send({ ...makeScan(what, { method, checkpoint, direction }), override: { reason }, rehearsal: this.app.rehearsal });
  }

  async undo(scan, reason, { person }) {
    await this.app.undo(scan.id, reason);
    const undone = { verdict: "undone", person };
    this.verdicts.show(undone, { rehearsal: scan.rehearsal });
    this.#note(undone, scan);
  }

  unanswered(error) {
    if (error instanceof Unpaired) return this.leave();
    // The storage of this device is full or broken: nothing is promised that is not kept.
    this.verdicts.show({ verdict: "not_kept" });
    throw error;
  }

  leave() {
    if (this.#left) return;
    this.#left = true;
    // Whoever heard of it first: nothing stays here that belongs to the pairing.
    this.app.leave();
    this.camera.stop();
    this.counts.stop();
    this.verdicts.hide();
    this.panels.sheets.closeAll();
    element("door").hidden = true;
    showUnpaired(element("unpaired"), { revoked: true });
  }
}

function describe(pairing) {
  write(element("event-name"), { en: pairing.event.name_en, zh: pairing.event.name_zh });
  write(element("device-name"), pairing.device);
}

function listenToSamples(onCode) {
  for (const button of document.querySelectorAll("#samples button")) {
    button.addEventListener("click", () => onCode(button.value));
  }
}

// A phone that falls asleep at the door makes people wait. Not every browser can help it.
function keepAwake() {
  const ask = () => document.hidden || navigator.wakeLock?.request("screen").catch(() => null);
  document.addEventListener("visibilitychange", ask);
  ask();
}

const { vault, pairing } = await openStore();
installShell(vault);
if (pairing) new Door(await DoorApp.open(vault, pairing, verdictMessages())).open();
else showUnpaired(element("unpaired"), { revoked: false });
