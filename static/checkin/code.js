// What a scanned text says: a pass, a short code, or nothing of ours. The same as eventapp/passes/code.py.

const DIGITS = 184;
const LONGEST_TEXT = 2000;
const VERSION = 1;
const BYTES = 76;
const SIGNED_BYTES = 12;
// White space as the server understands it.
const SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const ENDS = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, "g");
const SHORT = new RegExp(`^[0-9](?:[${SPACE}\\-‐‑–—]*[0-9]){7}$`);
// A keyboard-style scanner presses the digits' keys without shift: on French and Belgian layouts they give these.
const AZERTY = { à: 0, "&": 1, é: 2, '"': 3, "'": 4, "(": 5, "-": 6, è: 7, _: 8, ç: 9, "§": 6, "!": 8 };

/** {digits} of a pass, a {short} code, or {}. */
export function findDigits(text) {
  if (!text || [...text].length > LONGEST_TEXT) return {};
  const plain = text.normalize("NFKC");
  const digits = lastRun(plain) ?? lastRun(Array.from(plain, (sign) => AZERTY[sign] ?? sign).join(""));
  if (digits) return { digits };
  const typed = plain.replace(ENDS, "");
  return SHORT.test(typed) ? { short: typed.replace(/[^0-9]/g, "") } : {};
}

/** {key, registration, serial, signed, signature} of 184 digits, or null when they are no pass of ours. */
export function parseCode(digits) {
  const hex = BigInt(digits).toString(16).padStart(BYTES * 2, "0");
  if (hex.length > BYTES * 2) return null;
  const bytes = Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
  if (bytes[0] !== VERSION) return null;
  return {
    key: bytes[1] * 256 + bytes[2],
    registration: hex.slice(6, 22),
    serial: bytes[11],
    signed: bytes.slice(0, SIGNED_BYTES),
    signature: bytes.slice(SIGNED_BYTES),
  };
}

function lastRun(text) {
  return text.match(/[0-9]{184,}/g)?.at(-1).slice(-DIGITS) ?? null;
}
