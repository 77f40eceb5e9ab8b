// Reads QR codes out of camera frames, away from the page's own thread.

import { prepareZXingModule, readBarcodes } from "../vendor/zxing-wasm-3.1.4/es/reader/index.js";
import { secondLook } from "./second_look.js";

const READER = new URL("../vendor/zxing-wasm-3.1.4/reader/", import.meta.url);
// Codes that are seen but not read are told, too: they are worth a second look. A frame without any costs one look.
const OPTIONS = {
  formats: ["QRCode"],
  tryHarder: true,
  tryRotate: true,
  tryInvert: true,
  maxNumberOfSymbols: 4,
  returnErrors: true,
  textMode: "Plain",
};

const ready = prepareZXingModule({
  overrides: { locateFile: (file) => new URL(file, READER).href },
  fireImmediately: true,
});

self.onmessage = async ({ data: { pixels, width, height } }) => {
  self.postMessage({ text: await read(new ImageData(new Uint8ClampedArray(pixels), width, height)) });
};

async function read(frame) {
  const found = await codesIn(frame);
  const text = firstText(found);
  return text || !found.length ? text : firstText(await codesIn(secondLook(frame, found)));
}

// A frame that cannot be read holds no code; the next one comes in a moment.
function codesIn(frame) {
  return readBarcodes(frame, OPTIONS).catch(() => []);
}

function firstText(codes) {
  return codes.find((code) => code.isValid)?.text ?? "";
}

ready.then(
  () => self.postMessage({ ready: true }),
  () => self.postMessage({ broken: true }),
);
