// The server's time, as well as this page knows it. Every deadline on the page is the server's.
// Not here: drawing clocks.

let offset = 0;

/** Learn the server's time from a frame or a response that carries it. */
export function learnServerTime(iso: string): void {
  const server = Date.parse(iso);
  if (!Number.isNaN(server)) offset = server - Date.now();
}

export function serverNow(): number {
  return Date.now() + offset;
}
