// What a listener must not miss, one sentence at a time: in the page's polite region, or at once where it is urgent.
// Not here: the chat, which is a log of its own.

const GAP = 1200;
const queue: string[] = [];
let busy = false;

/** The region that can be heard now. While a dialog is open everything outside of it is silent. */
function region(name: "said" | "said-now"): HTMLElement {
  const place = document.querySelector<HTMLElement>("dialog[open]") ?? document.body;
  const known = [...place.querySelectorAll<HTMLElement>(`[data-vt-${name}]`)].find((one) => place === document.body || one.closest("dialog") === place);
  if (known) return known;
  const made = document.createElement("p");
  made.className = "vt-hidden";
  made.setAttribute("role", name === "said" ? "status" : "alert");
  made.setAttribute(`data-vt-${name}`, "");
  place.append(made);
  return made;
}

/** A region tells of a change only: the same sentence twice needs an empty moment between. */
function put(place: HTMLElement, sentence: string): void {
  place.textContent = "";
  setTimeout(() => (place.textContent = sentence), 60);
}

function next(): void {
  const sentence = queue.shift();
  busy = sentence !== undefined;
  if (sentence === undefined) return;
  put(region("said"), sentence);
  setTimeout(next, GAP);
}

export function speak(sentence: string): void {
  if (!sentence) return;
  queue.push(sentence);
  if (!busy) next();
}

/** Say something before all that waits: a few seconds later it would be of no use. */
export function speakNow(sentence: string): void {
  if (sentence) put(region("said-now"), sentence);
}

/** How urgent what is left of a deadline is: ten seconds cannot wait behind the chat. */
export function speakDeadline(sentence: string, seconds: number): void {
  (seconds <= 10 ? speakNow : speak)(sentence);
}
