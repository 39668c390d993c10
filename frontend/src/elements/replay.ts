// <vt-replay>: the time bar of a recording: play, jump, chapters, speed. The page's other parts follow `vt-time`.
// Not here: what happened at a second (parts/moments.ts).
import { h } from "../room/dom";
import { say } from "../room/words";
import type { LivePlayer } from "./live-player";
import type { Room } from "./room";

const SPEEDS = [1, 1.25, 1.5, 2];

const two = (value: number): string => String(value).padStart(2, "0");

/** 4:12, 1:02:07: as a player writes a position. */
export function position(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

export class Replay extends HTMLElement {
  #room: Room | null = null;
  #video: HTMLVideoElement | null = null;
  #startsAt = 0;

  connectedCallback(): void {
    this.#room = this.closest<Room>("vt-room");
    this.#video = this.#room?.querySelector<LivePlayer>("vt-live-player")?.video ?? null;
    this.#startsAt = Number(this.dataset["startsAt"] ?? 0);
    this.#openTrack();
    for (const chapter of this.#chapters) chapter.style.setProperty("--_len", chapter.dataset["length"] ?? "1");
    this.#room?.addEventListener("click", this.#onClick);
    this.#video?.addEventListener("timeupdate", this.#draw);
    this.#video?.addEventListener("play", this.#draw);
    this.#video?.addEventListener("pause", this.#draw);
    this.#video?.addEventListener("loadedmetadata", this.#onReady, { once: true });
    this.addEventListener("keydown", this.#onKey);
    this.#draw();
  }

  disconnectedCallback(): void {
    this.#room?.removeEventListener("click", this.#onClick);
  }

  /** Seconds since the show began, which is a little after the recording did. */
  get time(): number {
    return Math.max(0, (this.#video?.currentTime ?? 0) - this.#startsAt);
  }

  get duration(): number {
    return Number(this.dataset["duration"] ?? 0);
  }

  seek(seconds: number): void {
    if (!this.#video) return;
    this.#video.currentTime = Math.min(Math.max(0, seconds), this.duration) + this.#startsAt;
    this.#draw();
  }

  get #chapters(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>(".vt-track a")];
  }

  /** What comes before the first chapter is part of the line too. */
  #openTrack(): void {
    const first = this.#chapters[0];
    const start = Number(first?.dataset["start"] ?? 0);
    if (!first || start <= 0) return;
    first.before(h("a", { href: "#t=0", "data-start": 0, "data-length": start, "aria-label": say("beginning") }));
  }

  readonly #onReady = (): void => {
    const asked = /^#t=(\d+)$/.exec(location.hash)?.[1];
    this.seek(Number(asked ?? 0));
  };

  readonly #draw = (): void => {
    const { time } = this;
    const video = this.#video;
    const at = this.querySelector("[data-vt-at]");
    if (at) at.textContent = position(time);
    const play = this.querySelector<HTMLElement>("[data-vt-play]");
    const paused = video?.paused ?? true;
    play?.setAttribute("aria-label", say(paused ? "play" : "pause"));
    play?.querySelector("use")?.setAttribute("href", paused ? "#vt-i-play" : "#vt-i-pause");
    for (const chapter of this.#chapters) {
      const start = Number(chapter.dataset["start"]);
      const length = Number(chapter.dataset["length"]) || 1;
      const isNow = time >= start && time < start + length;
      chapter.toggleAttribute("data-past", time >= start + length);
      if (isNow) {
        chapter.setAttribute("aria-current", "true");
        chapter.style.setProperty("--_at", `${((time - start) * 100) / length}%`);
      } else {
        chapter.removeAttribute("aria-current");
        chapter.style.removeProperty("--_at");
      }
    }
    this.dispatchEvent(new CustomEvent("vt-time", { bubbles: true, detail: { time } }));
  };

  readonly #onClick = (event: Event): void => {
    const target = event.target as Element;
    const jump = target.closest<HTMLElement>("[data-vt-seek], .vt-track a");
    if (jump) {
      event.preventDefault();
      this.#jump(jump, event as MouseEvent);
      return;
    }
    const button = target.closest<HTMLElement>("button");
    if (!button || !this.#video) return;
    if ("vtPlay" in button.dataset) {
      if (this.#video.paused) void this.#video.play().catch(() => undefined);
      else this.#video.pause();
    }
    if (button.dataset["vtSkip"]) this.seek(this.time + Number(button.dataset["vtSkip"]));
    if ("vtSpeed" in button.dataset) this.#nextSpeed(button);
  };

  /** To the chapter's start; to the second under the pointer when its line is pressed. */
  #jump(link: HTMLElement, event: MouseEvent): void {
    const start = Number(link.dataset["vtSeek"] ?? link.dataset["start"]);
    const box = link.getBoundingClientRect();
    const onLine = link.dataset["length"] && event.detail > 0 && event.clientY > box.bottom - 22;
    const across = getComputedStyle(link).direction === "rtl" ? box.right - event.clientX : event.clientX - box.left;
    this.seek(onLine ? start + (across / box.width) * Number(link.dataset["length"]) : start);
  }

  #nextSpeed(button: HTMLElement): void {
    if (!this.#video) return;
    const speed = SPEEDS[(SPEEDS.indexOf(this.#video.playbackRate) + 1) % SPEEDS.length] ?? 1;
    this.#video.playbackRate = speed;
    button.setAttribute("aria-label", say("speed", { speed: speed === 1 ? say("speed-normal") : `${speed}×` }));
    button.toggleAttribute("data-on", speed !== 1);
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    const forward = getComputedStyle(this).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const back = forward === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
    const step = { [forward]: 5, [back]: -5 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    this.seek(this.time + step);
  };
}
