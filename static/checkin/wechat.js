// WeChat opens links in a browser of its own, which forgets what it stored and often has no camera: out of it first.

/** Whether this page is shown inside WeChat. */
export const insideWeChat = /MicroMessenger/i.test(navigator.userAgent);

/**
 * Show the way to a real browser, and hide `rest` until somebody goes on here all the same. Does nothing elsewhere.
 * `section` holds the picture, a button that copies this page's address and one that goes on.
 */
export function sendToBrowser(section, rest) {
  if (!insideWeChat) return;
  const field = section.querySelector("input");
  section.hidden = false;
  rest.hidden = true;
  field.value = location.href;
  field.addEventListener("focus", () => field.select());
  section.querySelector(".copy").addEventListener("click", () => copy(field, section.querySelector(".copied")));
  section.querySelector(".go-on").addEventListener("click", () => {
    section.hidden = true;
    rest.hidden = false;
  });
}

async function copy(field, copied) {
  field.select();
  const isCopied = await navigator.clipboard.writeText(field.value).then(() => true, () => document.execCommand("copy"));
  for (const sentence of copied.children) sentence.hidden = (sentence.dataset.copied === "yes") !== isCopied;
  copied.hidden = false;
}
