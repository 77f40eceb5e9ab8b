// The page behind a pairing link: one button, whose answer this device keeps.

import { NoAnswer, readAnswer } from "./api.js";
import { keepPairing } from "./store.js";
import { sendToBrowser } from "./wechat.js";

const form = document.getElementById("pair");
const button = form?.querySelector("button");

if (form) sendToBrowser(document.getElementById("wechat"), document.getElementById("pairing"));
form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  button.disabled = true;
  showProblem("", "");
  try {
    await pair();
    location.assign("/door/");
  } catch (error) {
    button.disabled = false;
    if (error instanceof NoAnswer) showProblem(error.detail ? "server" : "connection", error.detail);
    else showProblem("storage", "");
  }
});

async function pair() {
  const request = fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
  await keepPairing(await readAnswer(request));
}

function showProblem(kind, detail) {
  const problem = document.getElementById("problem");
  problem.hidden = !kind;
  for (const sentence of problem.children) sentence.hidden = sentence.dataset.problem !== kind;
  problem.querySelector('[data-problem="server"]').textContent = detail;
}
