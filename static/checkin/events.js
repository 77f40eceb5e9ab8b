// Server-sent events over fetch: EventSource could not send the device's token.

const SILENCE_MS = 45000;

/** The data of each event, as they come. Ends when the server ends it; throws when nothing is heard for too long. */
export async function* eventsOf(response, abort) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let kept = "";
  for (;;) {
    const silence = setTimeout(abort, SILENCE_MS);
    const { done, value } = await reader.read().finally(() => clearTimeout(silence));
    if (done) return;
    const blocks = (kept + value).split("\n\n");
    kept = blocks.pop();
    for (const block of blocks) {
      const data = dataOf(block);
      if (data) yield data;
    }
  }
}

function dataOf(block) {
  const lines = block.split("\n").filter((line) => line.startsWith("data:"));
  return lines.map((line) => line.slice(5).trimStart()).join("\n");
}
