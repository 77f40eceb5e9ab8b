// How this device is used: which camera, which hand, how loud. It stays when the device is paired anew.

const KEY = "eventapp.door.preferences";
const USUAL = { camera: "", hand: "right", sound: true, loudness: 0.8 };

/** What is chosen on this device, with what is usual where nothing was chosen. */
export const preferences = { ...USUAL, ...stored() };

const listeners = new Set();

/** Choose one thing, keep it, and tell those who listen. */
export function choose(name, value) {
  preferences[name] = value;
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // A browser that keeps nothing has it until the page is closed.
  }
  for (const listener of listeners) listener(name, value);
}

/** Call `listener(name, value)` after every choice. */
export function onChoice(listener) {
  listeners.add(listener);
}

function stored() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}
