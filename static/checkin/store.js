// What this device remembers between visits: its pairing, sealed, and the checkpoint somebody chose.

import { announce, Vault } from "./vault.js";

const PAIRING = "pairing";
const CHECKPOINT = "eventapp.door.checkpoint";
const CHECKED = "eventapp.door.checked";
// Where earlier versions kept the pairing.
const OLD_PAIRING = "eventapp.door";

/** The vault, and the pairing or null when this device has none. */
export async function openStore() {
  const vault = await Vault.open();
  await moveOldPairing(vault);
  const pairing = await vault.kept(PAIRING);
  return { vault, pairing: isPairing(pairing) ? pairing : null };
}

/** Keep a pairing in place of whatever there was; throws when the browser allows no storage. */
export async function keepPairing(pairing) {
  const vault = await Vault.open();
  await wipe(vault);
  await vault.keep(PAIRING, pairing);
  vault.db.close();
}

/** Throw pairing, guest list and their key away. Scans that were never acknowledged stay. */
export async function wipe(vault) {
  await vault.dropKey("roster");
  const writing = vault.db.transaction(["kept", "pages", "queue"], "readwrite");
  await writing.objectStore("kept").clear();
  await writing.objectStore("pages").clear();
  const queue = writing.objectStore("queue");
  for (let row = await queue.openCursor(); row; row = await row.continue()) {
    if (row.value.state === "sent") await row.delete();
  }
  await writing.done;
  announce(PAIRING);
  localStorage.removeItem(CHECKPOINT);
  localStorage.removeItem(CHECKED);
}

/** The code of the checkpoint chosen last, or null. */
export function chosenCheckpoint() {
  return localStorage.getItem(CHECKPOINT);
}

export function rememberCheckpoint(code) {
  localStorage.setItem(CHECKPOINT, code);
}

/** Whether the ready check has not been shown since this device was paired. */
export function isCheckDue() {
  return localStorage.getItem(CHECKED) === null;
}

export function noteCheck() {
  localStorage.setItem(CHECKED, "yes");
}

async function moveOldPairing(vault) {
  // The service worker has no such storage; the page was there before it.
  const old = globalThis.localStorage?.getItem(OLD_PAIRING);
  if (!old) return;
  const pairing = readJson(old);
  if (isPairing(pairing)) await vault.keep(PAIRING, pairing);
  localStorage.removeItem(OLD_PAIRING);
}

function isPairing(pairing) {
  return Boolean(pairing?.token && Array.isArray(pairing.checkpoints));
}

function readJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
