// The panels of the door, put together: people without a code, the last scans, the ready check, the choices of this device.

import { Decoder } from "./decoder.js";
import { listenToPhotos, managePreferences, offerInstalling } from "./more.js";
import { PartySheet } from "./party.js";
import { ReadyCheck } from "./ready.js";
import { RecentScans } from "./recent.js";
import { Rehearsal } from "./rehearsal.js";
import { Search } from "./search.js";
import { manageSheets } from "./sheets.js";
import { isCheckDue, noteCheck } from "./store.js";
import { listenToTyping } from "./typing.js";
import { WalkIn } from "./walk_in.js";

const element = (id) => document.getElementById(id);

/** Everything over the camera, for a `door` that scans, lets members in and shows verdicts. */
export class Panels {
  constructor(door) {
    const { app, camera } = door;
    const place = () => door.place;
    const onUnpaired = () => door.leave();
    const admit = (registration) => door.scan({ registration }, "search");
    Object.assign(this, { door, sheets: manageSheets(element("door")) });
    this.search = new Search(element("search"), app, { place, onAdmit: admit, onParty: (party) => this.#showParty(party), onUnpaired });
    this.party = new PartySheet(element("party"), app, { place, admit: (registration) => door.judge({ registration }, "search") });
    this.recent = new RecentScans(element("recent"), {
      isWaiting: (id) => door.isWaiting(id),
      onChoose: ({ scan, verdict }) => door.verdicts.show(verdict, scan),
    });
    this.ready = new ReadyCheck(element("ready"), app, camera);
    this.walkIn = new WalkIn(element("walk-in"), app, { onRegistered: admit, onUnpaired });
    this.rehearsal = new Rehearsal(element("rehearsal"), element("rehearse"), app);
    this.#listen(camera);
  }

  /** After pairing, and then only from the menu. */
  checkOnce() {
    if (!isCheckDue()) return;
    noteCheck();
    this.sheets.open(element("ready"));
  }

  #listen(camera) {
    const { door } = this;
    listenToTyping(element("typing"), (code) => door.scan({ code }, "typed"));
    managePreferences(element("preferences"), camera);
    offerInstalling(element("install"));
    listenToPhotos(element("door"), new Decoder(), {
      onCode: (code) => door.scan({ code }, "camera"),
      onNothing: () => door.verdicts.show({ verdict: "no_code" }),
    });
    element("ready").querySelector(".done").addEventListener("click", () => this.sheets.close(element("ready"), true));
  }

  #showParty(party) {
    this.party.show(party);
    this.sheets.open(element("party"));
  }
}
