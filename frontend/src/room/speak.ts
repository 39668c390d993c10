// The page's one polite region: what a listener must not miss, one sentence at a time.
// Not here: the chat, which is a log of its own.

const GAP = 1200;
const queue: string[] = [];
let busy = false;

function next(): void {
  const region = document.querySelector<HTMLElement>("[data-vt-said]");
  const sentence = queue.shift();
  busy = Boolean(region && sentence);
  if (!region || !sentence) return;
  region.textContent = "";
  // A region tells of a change only: the same sentence twice needs an empty moment between.
  setTimeout(() => {
    region.textContent = sentence;
    setTimeout(next, GAP);
  }, 60);
}

export function speak(sentence: string): void {
  if (!sentence) return;
  queue.push(sentence);
  if (!busy) next();
}
