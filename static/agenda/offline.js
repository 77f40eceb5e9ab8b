// Lets the event's pages be read without a network from the next visit on; quietly without where a browser cannot.

const { worker } = document.querySelector("[data-worker]")?.dataset ?? {};

if (worker && "serviceWorker" in navigator) navigator.serviceWorker.register(worker).catch(() => {});
