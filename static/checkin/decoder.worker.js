// Reads QR codes out of camera frames, away from the page's own thread.

import { prepareZXingModule, readBarcodes } from "../vendor/zxing-wasm-3.1.4/es/reader/index.js";

const READER = new URL("../vendor/zxing-wasm-3.1.4/reader/", import.meta.url);
const OPTIONS = {
  formats: ["QRCode"],
  tryHarder: true,
  tryRotate: true,
  tryInvert: true,
  maxNumberOfSymbols: 1,
  textMode: "Plain",
};

const ready = prepareZXingModule({
  overrides: { locateFile: (file) => new URL(file, READER).href },
  fireImmediately: true,
});

self.onmessage = async ({ data: { pixels, width, height } }) => {
  const frame = new ImageData(new Uint8ClampedArray(pixels), width, height);
  // A frame that cannot be read holds no code; the next one comes in a moment.
  const found = await readBarcodes(frame, OPTIONS).catch(() => []);
  self.postMessage({ text: found.find((code) => code.isValid)?.text ?? "" });
};

ready.then(
  () => self.postMessage({ ready: true }),
  () => self.postMessage({ broken: true }),
);
