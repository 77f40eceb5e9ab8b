// The door: a code comes in by camera, scanner, keyboard or search, and the verdict fills the screen.

import { Api, NoAnswer, Unpaired } from "./api.js";
import { Camera } from "./camera.js";
import { CheckpointChooser } from "./checkpoint.js";
import { Counts } from "./counts.js";
import { showUnpaired } from "./pairing.js";
import { makeScan, Presence, ScanQueue } from "./scans.js";
import { Search } from "./search.js";
import { manageSheets } from "./sheets.js";
import { openSoundAtFirstTouch } from "./sounds.js";
import { forgetPairing, loadPairing } from "./store.js";
import { listenToTyping } from "./typing.js";
import { VerdictScreen } from "./verdict.js";
import { listenToScanner } from "./wedge.js";
import { write } from "./words.js";

const SAME_PERSON_MS = 3000;
const element = (id) => document.getElementById(id);

/** One paired device at work, until the server no longer knows it. */
class Door {
  #left = false;

  constructor(pairing) {
    const api = new Api(pairing.token);
    this.pairing = pairing;
    this.queue = new ScanQueue(api);
    this.presence = new Presence(SAME_PERSON_MS);
    this.chooser = new CheckpointChooser(pairing, () => this.counts.show());
    this.counts = new Counts(element("counts"), api, { checkpoint: () => this.chooser.current, onUnpaired: () => this.leave() });
    this.search = new Search(element("search"), api, {
      direction: () => this.chooser.direction,
      onAdmit: (registration) => this.scan({ registration }, "search"),
      onUnpaired: () => this.leave(),
    });
    this.camera = new Camera(element("video"), {
      onCode: (code) => this.seen(code),
      onState: (state) => (element("camera").dataset.state = state),
    });
  }

  open() {
    describe(this.pairing);
    element("door").hidden = false;
    this.listen();
    this.counts.refresh();
    this.camera.start();
    keepAwake();
  }

  // The scanner listens before the verdict does: its Enter ends a code and must not close the screen.
  listen() {
    openSoundAtFirstTouch();
    listenToScanner((code) => this.scan({ code }, "wedge"));
    this.verdicts = new VerdictScreen(element("verdict"), element("announcer"), this.pairing.checkpoints);
    this.sheets = manageSheets(element("bar"));
    listenToTyping(element("typing"), (code) => this.scan({ code }, "typed"));
    listenToSamples((code) => this.scan({ code }, "manual"));
    element("camera-again").addEventListener("click", () => this.camera.start());
  }

  seen(code) {
    if (this.queue.busy) return;
    if (this.presence.arrives(code, performance.now())) this.scan({ code }, "camera");
  }

  scan(what, method) {
    const checkpoint = this.chooser.current?.code ?? "";
    return this.send(makeScan(what, { method, checkpoint, direction: this.chooser.direction }));
  }

  async send(scan) {
    if (this.#left) return;
    element("camera").dataset.busy = "yes";
    try {
      this.answered(await this.queue.send(scan));
    } catch (error) {
      this.unanswered(error, scan);
    } finally {
      element("camera").dataset.busy = this.queue.busy ? "yes" : "no";
    }
  }

  answered(verdict) {
    this.verdicts.show(verdict);
    this.counts.refresh();
    this.search.refresh();
  }

  unanswered(error, scan) {
    if (error instanceof Unpaired) return this.leave();
    if (!(error instanceof NoAnswer)) throw error;
    this.verdicts.showNoAnswer(error.detail, () => this.send(scan));
  }

  leave() {
    if (this.#left) return;
    this.#left = true;
    forgetPairing();
    this.camera.stop();
    this.counts.stop();
    this.verdicts.hide();
    this.sheets.closeAll();
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

const pairing = loadPairing();
if (pairing) new Door(pairing).open();
else showUnpaired(element("unpaired"), { revoked: false });
