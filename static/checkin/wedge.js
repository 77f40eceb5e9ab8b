// A hardware scanner types like a very fast person and ends with Enter, wherever the focus is.

const LONGEST_GAP_MS = 120;
const SCANNER_PACE_MS = 60;
const SHORTEST_CODE = 8;

/** Call `onCode(text)` for every code that a keyboard-style scanner types anywhere on the page. */
export function listenToScanner(onCode) {
  let burst = emptyBurst();
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      if (event.timeStamp - burst.latest > LONGEST_GAP_MS) burst = emptyBurst();
      if (isEnter(event)) {
        if (isScan(burst)) takeOver(event, burst, onCode);
        burst = emptyBurst();
      } else {
        collect(event, burst);
      }
    },
    { capture: true },
  );
}

function emptyBurst() {
  return { text: "", started: 0, latest: -Infinity, field: null, before: "" };
}

function isEnter(event) {
  return event.key === "Enter" || event.code === "Enter" || event.code === "NumpadEnter";
}

function isScan(burst) {
  return burst.text.length >= SHORTEST_CODE && (burst.latest - burst.started) / burst.text.length < SCANNER_PACE_MS;
}

function collect(event, burst) {
  const character = characterOf(event);
  if (!character) return;
  if (!burst.text) Object.assign(burst, { started: event.timeStamp, ...fieldBefore(event.target) });
  burst.text += character;
  burst.latest = event.timeStamp;
  // Elsewhere than in a field some browsers start a text search at the first "/" or letter.
  if (!burst.field && character !== " ") event.preventDefault();
}

// Digits are taken from the key's place: a scanner set to another layout than the computer's still types them right.
function characterOf(event) {
  if (/^[0-9]$/.test(event.key)) return event.key;
  const place = /^(?:Digit|Numpad)([0-9])$/.exec(event.code);
  if (place && !event.shiftKey) return place[1];
  if (event.key.length === 1) return event.key;
  return /^Key([A-Z])$/.exec(event.code)?.[1] ?? "";
}

function fieldBefore(target) {
  const field = target.matches?.("input, textarea") ? target : null;
  return { field, before: field?.value ?? "" };
}

function takeOver(event, burst, onCode) {
  event.preventDefault();
  event.stopImmediatePropagation();
  if (burst.field) burst.field.value = burst.before;
  onCode(burst.text);
}
