// Tells once that a person looked at the invitation: mail programs fetch pages, but nobody there touches them.

const SIGNS = ["pointerdown", "pointermove", "keydown", "touchstart", "scroll"];
const form = document.querySelector("form[data-opened]");

function tell(event) {
  if (!event.isTrusted) return;
  for (const sign of SIGNS) window.removeEventListener(sign, tell);
  fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true }).catch(() => {});
}

if (form) {
  for (const sign of SIGNS) window.addEventListener(sign, tell, { passive: true });
}
