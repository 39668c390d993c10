// Per-address limits: how many connections at once, how many wrong keys in a minute.
// Counts in memory; a restart forgives.

const FAILURES_PER_WINDOW = 10;
const WINDOW_MS = 60_000;
const REMEMBERED_ADDRESSES = 10_000;

export class Throttle {
  constructor({ connectionsPerAddress, now = Date.now }) {
    this.cap = connectionsPerAddress;
    this.now = now;
    this.open = new Map();
    this.failures = new Map();
  }

  /** Take a connection slot; false when the address has used all of its own. */
  enter(address) {
    const count = this.open.get(address) ?? 0;
    if (count >= this.cap) return false;
    this.open.set(address, count + 1);
    return true;
  }

  leave(address) {
    const count = (this.open.get(address) ?? 0) - 1;
    if (count > 0) this.open.set(address, count);
    else this.open.delete(address);
  }

  #recent(address) {
    const since = this.now() - WINDOW_MS;
    return (this.failures.get(address) ?? []).filter((at) => at > since);
  }

  isBlocked(address) {
    return this.#recent(address).length >= FAILURES_PER_WINDOW;
  }

  recordFailure(address) {
    const recent = [...this.#recent(address), this.now()];
    this.failures.delete(address);
    this.failures.set(address, recent);
    if (this.failures.size > REMEMBERED_ADDRESSES) {
      this.failures.delete(this.failures.keys().next().value);
    }
  }
}
