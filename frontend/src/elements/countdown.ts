// <vt-countdown data-until="…">: runs the clock that the server wrote, and tells when it is due.
// Not here: speaking it; the page's one polite region does that at 60, 30 and 10 s (the `vt-left` event).
import { onServerTime, serverNow } from "../room/clock";

const SOON = 30;
const SPOKEN = new Set([60, 30, 10]);

const pad = (figure: number): string => String(figure).padStart(2, "0");

/** 04:31, or 2:14:36 from an hour on. */
export function writeClock(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = pad(seconds % 60);
  return hours ? `${hours}:${pad(minutes)}:${rest}` : `${pad(minutes)}:${rest}`;
}

/** The three figures of a large clock; from two days on the first is days and seconds are left out. */
export function splitClock(seconds: number): [string, string, string] {
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return [pad(Math.floor(hours / 24)), pad(hours % 24), pad(minutes % 60)];
  return [pad(hours), pad(minutes % 60), pad(seconds % 60)];
}

export class Countdown extends HTMLElement {
  static observedAttributes = ["data-until"];
  #timer = 0;
  #last = -1;
  #deafen = (): void => undefined;

  connectedCallback(): void {
    this.#deafen = onServerTime(() => this.#again());
    this.#tick();
  }

  disconnectedCallback(): void {
    this.#deafen();
    clearTimeout(this.#timer);
  }

  attributeChangedCallback(): void {
    this.#again();
  }

  #again(): void {
    this.#last = -1;
    if (this.isConnected) this.#tick();
  }

  #tick(): void {
    clearTimeout(this.#timer);
    const left = Date.parse(this.dataset["until"] ?? "") - serverNow();
    if (Number.isNaN(left)) return;
    const seconds = Math.max(0, Math.ceil(left / 1000));
    this.#draw(seconds);
    if (SPOKEN.has(seconds)) this.#send("vt-left", seconds);
    if (seconds === 0) {
      if (this.#last > 0) this.#send("vt-due", 0);
      this.#last = 0;
      return;
    }
    this.#last = seconds;
    this.#timer = window.setTimeout(() => this.#tick(), left - (seconds - 1) * 1000);
  }

  #draw(seconds: number): void {
    this.toggleAttribute("data-soon", seconds <= SOON);
    if ("clock" in this.dataset) {
      const figures = splitClock(seconds);
      this.querySelectorAll("b").forEach((place, index) => {
        place.textContent = figures[index] ?? "";
      });
      return;
    }
    const time = this.querySelector("time");
    if (!time) return;
    time.textContent = writeClock(seconds);
    time.dateTime = `PT${seconds}S`;
  }

  #send(name: string, seconds: number): void {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail: { seconds } }));
  }
}
