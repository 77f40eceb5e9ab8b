// Keeps this page on the phone, so that the address can be shown without a network.

const card = document.querySelector(".driver");

if ("serviceWorker" in navigator && "caches" in window) keep();

async function keep() {
  const shown = location.pathname + location.search;
  const parts = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]")];
  await navigator.serviceWorker.register(card.dataset.worker, { scope: location.pathname });
  const kept = await caches.open("driver");
  await kept.addAll([shown, ...parts.map((part) => part.href || part.src)]);
  document.getElementById("kept").hidden = false;
}
