// A device without a pairing: it says how to get one and takes the link.

const LINK = /\/door\/pair\/([A-Za-z0-9_-]+)/;
const BARE_TOKEN = /^[A-Za-z0-9_-]{20,}$/;

/** Show the page of an unpaired device; `revoked` when the team has just taken its pairing away. */
export function showUnpaired(section, { revoked }) {
  section.hidden = false;
  section.querySelector(".revoked").hidden = !revoked;
  const form = section.querySelector("form");
  const problem = section.querySelector(".problem");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const token = tokenIn(form.elements.link.value.trim());
    if (token) return void location.assign(`/door/pair/${token}`);
    problem.hidden = false;
    form.elements.link.setAttribute("aria-invalid", "true");
    form.elements.link.focus();
  });
}

function tokenIn(text) {
  return LINK.exec(text)?.[1] ?? BARE_TOKEN.exec(text)?.[0] ?? "";
}
