// The shapes of the log's line: square pin, diamond drop, ring poll, bar talk, cross end.
// Not here: where they stand.
import type { Cue } from "./shape";

const SHAPES: Record<Cue["kind"], string> = {
  pin: '<rect x="3" y="3" width="8" height="8" stroke="none"/>',
  unpin: '<rect x="3.75" y="3.75" width="6.5" height="6.5" fill="none"/>',
  drop: '<path d="M7 1.5 12.5 7 7 12.5 1.5 7z" stroke="none"/>',
  poll: '<circle cx="7" cy="7" r="4.25" fill="none" stroke-width="2"/>',
  talk: '<path d="M7 2.5v9" stroke-width="2.5" fill="none"/>',
  end: '<path d="M3 3l8 8M11 3l-8 8" stroke-width="2" fill="none"/>',
};
const WORDS: Record<Cue["kind"], string> = {
  pin: "Pin",
  unpin: "Unpin",
  drop: "Drop",
  poll: "Poll",
  talk: "Talk",
  end: "End",
};

/** What firing a cue does, as a button says it. */
export const ACTS: Record<Cue["kind"], string> = { pin: "Pin", unpin: "Unpin", drop: "Open", poll: "Open", talk: "Done", end: "End" };

/** A cue's title with what firing it does, unless its writer has begun with that word already. */
export function actOf({ kind, title }: Cue): string {
  const words = [ACTS[kind], WORDS[kind]].map((word) => word.toLowerCase());
  return words.some((word) => title.toLowerCase().startsWith(word)) ? title : `${ACTS[kind]}: ${title}`;
}

export function mark(kind: Cue["kind"], isInk = false): SVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", isInk ? "vt-mark vt-mark-ink" : "vt-mark");
  svg.setAttribute("viewBox", "0 0 14 14");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", WORDS[kind]);
  svg.innerHTML = SHAPES[kind];
  return svg;
}
