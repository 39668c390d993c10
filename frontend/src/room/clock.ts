// The server's time, as well as this page knows it. Every deadline on the page is the server's.
// Not here: drawing clocks.

let offset = 0;
const listeners = new Set<() => void>();
/** What the way of an answer may take: no clock is set anew for it. */
const JITTER = 500;

/** Learn the server's time from a frame or a response that carries it. */
export function learnServerTime(iso: string): void {
  const server = Date.parse(iso);
  if (Number.isNaN(server)) return;
  const before = offset;
  offset = server - Date.now();
  if (Math.abs(offset - before) > JITTER) for (const listener of listeners) listener();
}

/** Hear when this page learns that its own clock is wrong. Returns how to stop. */
export function onServerTime(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function serverNow(): number {
  return Date.now() + offset;
}
