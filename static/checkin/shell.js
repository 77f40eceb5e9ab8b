// The service worker that keeps this page on the device, and how a newer one takes over.

import { language } from "./words.js";

const WORKER = "/door/sw.js";
const CACHES = "door-";
const LOOK_EVERY_MS = 3600000;

/** Keep the page on this device, where the browser can; elsewhere the door works as long as there is a network. */
export async function installShell(vault) {
  await vault.db.put("kept", { plain: language }, "language");
  const options = { scope: "/door/", type: "module", updateViaCache: "none" };
  const registration = await navigator.serviceWorker?.register(WORKER, options).catch(() => null);
  if (!registration) return;
  takeOver(registration);
  // Later only while nobody looks: what waits to be sent is stored, and a scan in progress is not interrupted.
  document.addEventListener("visibilitychange", () => document.hidden && takeOver(registration));
  setInterval(() => registration.update().catch(() => null), LOOK_EVERY_MS);
}

/** Whether page, modules and decoder are on this device. */
export async function isInstalled() {
  const registration = await navigator.serviceWorker?.getRegistration("/door/");
  return Boolean(registration?.active);
}

/** The version of the page on this device, "" where none is kept. The one in use is older than one that waits. */
export async function shellVersion() {
  const names = await globalThis.caches?.keys().catch(() => []);
  return names?.find((name) => name.startsWith(CACHES))?.slice(CACHES.length) ?? "";
}

function takeOver({ waiting }) {
  if (!waiting || !navigator.serviceWorker.controller) return;
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  waiting.postMessage("take over");
}
