// Whether one of the event's keys made a code: by the browser itself, or by @noble/ed25519 where it cannot.

const ED25519 = "Ed25519";
const imported = new Map();
let noble = null;

/** Check an Ed25519 signature; `key` is the base64 of 32 bytes. */
export async function signatureHolds(signature, signed, key) {
  const native = await importKey(key);
  if (native) return crypto.subtle.verify(ED25519, native, signature, signed);
  noble ??= await import("../vendor/noble-ed25519-3.2.0/index.js");
  // As strict as the server's library.
  return noble.verifyAsync(signature, signed, bytesOf(key), { zip215: false }).catch(() => false);
}

/** Whether codes can be checked here at all: browsers give the means only over HTTPS. */
export function canCheckSignatures() {
  return Boolean(globalThis.crypto?.subtle);
}

async function importKey(key) {
  if (!imported.has(key)) {
    const importing = crypto.subtle.importKey("raw", bytesOf(key), ED25519, false, ["verify"]);
    imported.set(key, await importing.catch(() => null));
  }
  return imported.get(key);
}

function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
