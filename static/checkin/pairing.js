// A device without a pairing: it says how to get one, films or photographs the code, and takes the link.

import { Camera } from "./camera.js";
import { Decoder } from "./decoder.js";
import { sendToBrowser } from "./wechat.js";

const LINK = /\/door\/pair\/([A-Za-z0-9_-]+)/;
const BARE_TOKEN = /^[A-Za-z0-9_-]{20,}$/;

/** Show the page of an unpaired device; `revoked` when the team has just taken its pairing away. */
export function showUnpaired(section, { revoked }) {
  section.hidden = false;
  section.querySelector(".revoked").hidden = !revoked;
  section.querySelector(".insecure").hidden = window.isSecureContext;
  sendToBrowser(section.querySelector(".wechat"), section.querySelector(".unpaired-body"));
  takeLink(section.querySelector("form"), section.querySelector("#pairing-problem"));
  takeCode(section.querySelector(".pairing-camera"));
}

function takeLink(form, problem) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = form.elements.link.value.trim();
    const token = LINK.exec(text)?.[1] ?? BARE_TOKEN.exec(text)?.[0];
    if (token) return open(token);
    problem.hidden = false;
    form.elements.link.setAttribute("aria-invalid", "true");
    form.elements.link.focus();
  });
}

// An app on the home screen of an iPhone shares nothing with the browser, so it must be able to pair itself.
function takeCode(part) {
  const decoder = new Decoder();
  const [film, filming, photo] = [".film", ".filming", "input"].map((selector) => part.querySelector(selector));
  const view = filming.querySelector(".camera");
  const camera = new Camera(filming.querySelector("video"), { decoder, onCode: (text) => read(text, part, stop), onState });

  function onState(state) {
    view.dataset.state = state;
    if (["starting", "scanning"].includes(state)) return;
    stop();
    tell(part, "no-camera");
  }

  function stop() {
    camera.stop();
    filming.hidden = true;
    film.hidden = false;
  }

  film.hidden = !window.isSecureContext;
  film.addEventListener("click", () => {
    tell(part, "");
    film.hidden = true;
    filming.hidden = false;
    camera.start();
    filming.querySelector("button").focus();
  });
  filming.querySelector("button").addEventListener("click", () => {
    stop();
    film.focus();
  });
  photo.addEventListener("change", async () => {
    const text = await decoder.readPhoto(photo.files[0]).catch(() => "");
    photo.value = "";
    read(text, part, stop);
  });
}

function read(text, part, stop) {
  const token = LINK.exec(text)?.[1];
  if (!token) return tell(part, "other");
  if (!isOurs(text)) return tell(part, "elsewhere");
  stop();
  open(token);
}

// The link of another site would be tried here in vain; its token means nothing to us.
function isOurs(text) {
  return !/^https?:/i.test(text) || new URL(text).host === location.host;
}

function open(token) {
  location.assign(`/door/pair/${token}`);
}

function tell(part, kind) {
  const problem = part.querySelector(".film-problem");
  problem.hidden = !kind;
  for (const sentence of problem.children) sentence.hidden = sentence.dataset.problem !== kind;
}
