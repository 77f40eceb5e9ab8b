// While sessions are being chosen: says at once which of them run at the same time.

const group = document.querySelector("[data-sessions]");

if (group) {
  group.addEventListener("change", tellClashes);
  tellClashes();
}

function tellClashes() {
  const boxes = [...group.querySelectorAll("input[data-starts]")];
  const chosen = boxes.filter((box) => box.checked);
  for (const box of boxes) {
    const clashes = box.checked ? chosen.filter((other) => other !== box && overlap(box, other)) : [];
    tell(document.getElementById(box.getAttribute("aria-describedby")), clashes);
  }
}

function overlap(one, other) {
  return starts(one) < ends(other) && starts(other) < ends(one);
}

function starts(box) {
  return Date.parse(box.dataset.starts);
}

function ends(box) {
  return Date.parse(box.dataset.ends);
}

function tell(hint, clashes) {
  const titles = clashes.map((box) => box.dataset.title).join(", ");
  hint.textContent = titles ? group.dataset.overlaps.replace("{titles}", () => titles) : "";
  hint.hidden = !titles;
}
