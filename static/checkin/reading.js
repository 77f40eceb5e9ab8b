// What a scanned text says: a genuine code, a short code, or why not. The same as eventapp/checkin/reading.py.

import { findDigits, parseCode } from "./code.js";
import { signatureHolds } from "./signature.js";

/** {code} whose signature is still to be checked, {short}, or {problem}. */
export function findCode(text) {
  const { digits, short } = findDigits(text);
  if (short) return { short };
  const code = digits ? parseCode(digits) : null;
  return code ? { code } : { problem: "malformed" };
}

/** The verdict that ends a code, or null; `keyOf(id)` gives {key, here} of a signing key's number. */
export async function checkCode({ key: id, signature, signed }, keyOf) {
  const key = keyOf(id);
  if (!key || !(await signatureHolds(signature, signed, key.key))) return "forged";
  return key.here ? null : "wrong_event";
}
