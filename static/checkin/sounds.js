// A sound and a buzz for each tone of verdict, told apart with eyes closed.

import { preferences } from "./preferences.js";

const PATTERNS = {
  go: { wave: "sine", notes: [[660, 0, 0.12], [990, 0.12, 0.22]], buzz: [80] },
  bye: { wave: "sine", notes: [[660, 0, 0.12], [440, 0.12, 0.22]], buzz: [80] },
  again: { wave: "triangle", notes: [[520, 0, 0.14], [520, 0.22, 0.14]], buzz: [120, 80, 120] },
  stop: { wave: "square", notes: [[170, 0, 0.5]], buzz: [400] },
  silence: { wave: "triangle", notes: [[330, 0, 0.1], [260, 0.16, 0.1], [200, 0.32, 0.16]], buzz: [60, 60, 60, 60, 60] },
};
const LOUDNESS = { sine: 0.5, triangle: 0.5, square: 0.2 };

let context = null;

/** Browsers play and buzz nothing before the first touch or key: open the sound then. */
export function openSoundAtFirstTouch() {
  for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, openSound, { capture: true });
}

/** Whether a verdict can be heard now: switched on, not turned down, and allowed by the browser. */
export function canBeHeard() {
  return preferences.sound && preferences.loudness > 0 && context?.state === "running";
}

/** Play the pattern of a tone: go, bye, again, stop or silence (no connection). */
export function sound(tone) {
  const pattern = PATTERNS[tone] ?? PATTERNS.stop;
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(pattern.buzz);
  if (!canBeHeard()) return;
  for (const [pitch, start, length] of pattern.notes) play(pattern.wave, pitch, context.currentTime + start, length);
}

/** Open the sound; works only while a touch or a key is being handled. */
export async function openSound() {
  context ??= new AudioContext();
  if (context.state !== "running") await context.resume();
}

function play(wave, pitch, start, length) {
  const oscillator = new OscillatorNode(context, { type: wave, frequency: pitch });
  const volume = new GainNode(context, { gain: 0 });
  const loudness = LOUDNESS[wave] * preferences.loudness;
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(loudness, start + 0.01);
  volume.gain.setValueAtTime(loudness, start + length - 0.02);
  volume.gain.linearRampToValueAtTime(0, start + length);
  oscillator.connect(volume).connect(context.destination);
  oscillator.start(start);
  oscillator.stop(start + length);
}
