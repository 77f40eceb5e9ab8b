// What is chosen once for this device: camera, light, sound, hand; and the buttons that need no sheet of their own.

import { choose, onChoice, preferences } from "./preferences.js";
import { openSound, sound } from "./sounds.js";
import { word } from "./words.js";

/** The choices of `form`, the tools beside the camera, and the hand that holds the device. */
export function managePreferences(form, camera) {
  const { sound: on, loudness, hand } = form.elements;
  on.checked = preferences.sound;
  loudness.value = preferences.loudness;
  hand.value = preferences.hand;
  on.addEventListener("change", () => choose("sound", on.checked));
  loudness.addEventListener("input", () => choose("loudness", Number(loudness.value)));
  for (const one of hand) one.addEventListener("change", () => choose("hand", one.value));
  form.querySelector(".try-sound").addEventListener("click", () => openSound().then(() => sound("go")));
  form.addEventListener("submit", (event) => event.preventDefault());
  onChoice(showHand);
  showHand();
  manageCameras(form, camera);
}

/** Every field for photos in `door` gives the code that is on the photo; where there is none, `onNothing()` says so. */
export function listenToPhotos(door, decoder, { onCode, onNothing }) {
  for (const field of door.querySelectorAll("input.photo")) {
    field.addEventListener("change", async () => {
      const [photo] = field.files;
      field.value = "";
      const text = photo ? await decoder.readPhoto(photo).catch(() => "") : "";
      if (text) onCode(text);
      else if (photo) onNothing();
    });
  }
}

/** Offer to install the page as an app where the browser lets a page offer it. */
export function offerInstalling(button) {
  let offer = null;
  const show = (event) => {
    offer = event;
    button.closest("li").hidden = !offer;
  };
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    show(event);
  });
  addEventListener("appinstalled", () => show(null));
  button.addEventListener("click", async () => {
    await offer.prompt();
    show(null);
  });
}

function showHand() {
  document.body.dataset.hand = preferences.hand;
}

function manageCameras(form, camera) {
  const { camera: list } = form.elements;
  const torch = document.getElementById("torch");
  const next = document.getElementById("next-camera");
  let cameras = [];

  async function show() {
    torch.hidden = !camera.hasTorch;
    torch.setAttribute("aria-pressed", String(camera.torch));
    if (camera.state !== "scanning") return;
    cameras = await camera.cameras();
    next.hidden = form.querySelector(".cameras").hidden = cameras.length < 2;
    list.replaceChildren(...cameras.map(({ id, label }, number) => new Option(label || word("camera-number", { number: number + 1 }), id)));
    list.value = camera.current;
  }

  camera.addEventListener("change", show);
  navigator.mediaDevices?.addEventListener?.("devicechange", show);
  list.addEventListener("change", () => camera.use(list.value));
  torch.addEventListener("click", () => camera.light(!camera.torch));
  next.addEventListener("click", () => {
    const place = cameras.findIndex(({ id }) => id === camera.current);
    camera.use(cameras[(place + 1) % cameras.length].id);
  });
}
