// Offers to take the stars that this device has kept without a registration into the guest's own agenda.

const form = document.querySelector("[data-device-stars]");

if (form) {
  const known = form.dataset.known.split(" ");
  const more = keptHere(form.dataset.deviceStars).filter((session) => !known.includes(session));
  form.elements.sessions.value = more.join(" ");
  form.hidden = !more.length;
}

function keptHere(event) {
  try {
    const kept = JSON.parse(localStorage.getItem(`stars-${event}`) ?? "[]");
    return Array.isArray(kept) ? kept.filter((session) => typeof session === "string") : [];
  } catch {
    return [];
  }
}
