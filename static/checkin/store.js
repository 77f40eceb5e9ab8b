// What this device remembers between visits: its pairing, and the checkpoint somebody chose.

const PAIRING = "eventapp.door";
const CHECKPOINT = "eventapp.door.checkpoint";

/** The pairing, or null when this device has none. */
export function loadPairing() {
  try {
    const pairing = JSON.parse(localStorage.getItem(PAIRING));
    return pairing?.token && Array.isArray(pairing.checkpoints) ? pairing : null;
  } catch {
    return null;
  }
}

/** Keep a pairing; throws when the browser allows no storage. */
export function keepPairing(pairing) {
  localStorage.setItem(PAIRING, JSON.stringify(pairing));
  localStorage.removeItem(CHECKPOINT);
}

/** Forget everything: the token is worth nothing any more. */
export function forgetPairing() {
  localStorage.removeItem(PAIRING);
  localStorage.removeItem(CHECKPOINT);
}

/** The checkpoint chosen last, or the pairing's first one. */
export function chosenCheckpoint(pairing) {
  const code = localStorage.getItem(CHECKPOINT);
  return pairing.checkpoints.find((checkpoint) => checkpoint.code === code) ?? pairing.checkpoints[0] ?? null;
}

export function rememberCheckpoint(code) {
  localStorage.setItem(CHECKPOINT, code);
}
