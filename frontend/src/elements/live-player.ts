// <vt-live-player>: the picture. Native HLS where the browser has it, hls.js fetched only elsewhere.
// Starts muted, because nothing else is allowed to start by itself; sound is one tap away.
// Not here: the tools around the picture (elements/player-tools.ts), what a slate says (parts/stage.ts).
import type Hls from "hls.js";
import { COMING } from "../room/playhead";

const NATIVE = "application/vnd.apple.mpegurl";
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 15_000;
const STALLED_AFTER = 8000;
const WATCH_EVERY = 2000;
/** Whoever has seen no picture after this long sees the room without one. */
const FIRST_FRAME_WITHIN = 10_000;

export class LivePlayer extends HTMLElement {
  readonly video = document.createElement("video");
  #source = "";
  #hls: Hls | null = null;
  #failures = 0;
  #again = 0;
  #watch = 0;
  #begunAt = 0;
  #movedAt = 0;
  #lastTime = 0;

  connectedCallback(): void {
    this.video.playsInline = true;
    this.video.setAttribute("aria-label", this.dataset["label"] ?? "");
    this.video.addEventListener("playing", this.#onPlaying);
    this.video.addEventListener("error", this.#onError);
    this.video.addEventListener("loadedmetadata", this.#onMetadata);
    const source = this.dataset["liveSrc"] || this.dataset["replaySrc"];
    if (source) void this.play(source);
  }

  disconnectedCallback(): void {
    this.rest();
  }

  get isLive(): boolean {
    return !this.dataset["replaySrc"];
  }

  /** Play this playlist; the one that is playing goes on, unless `again`. */
  async play(source: string, again = false): Promise<void> {
    if (source === this.#source && !again) return;
    this.rest();
    this.#source = source;
    this.#begunAt = Date.now();
    // By the attribute too: who looks at the page from outside sees that it makes no noise by itself.
    this.video.muted = this.video.defaultMuted = this.isLive;
    this.video.autoplay = this.isLive;
    if (!this.video.isConnected) this.append(this.video);
    if (this.#playsByItself()) this.video.src = source;
    else await this.#attach(source);
    if (!this.isLive) return;
    this.#movedAt = Date.now();
    this.#watch = window.setInterval(() => this.#lookForStall(), WATCH_EVERY);
    await this.video.play().catch(() => undefined);
  }

  /** Let go of the picture; the poster shows. */
  rest(): void {
    clearTimeout(this.#again);
    clearInterval(this.#watch);
    this.#hls?.destroy();
    this.#hls = null;
    this.#source = "";
    this.video.removeAttribute("src");
    this.video.remove();
    this.removeAttribute("data-playing");
  }

  /** Seconds behind the camera, as far as the playlist tells; null before it does. */
  get behind(): number | null {
    if (this.#hls) return this.#hls.latency > 0 ? this.#hls.latency : null;
    const { seekable, currentTime } = this.video;
    return seekable.length ? Math.max(0, seekable.end(seekable.length - 1) - currentTime) : null;
  }

  /** The camera's time of the frame on screen, where the playlist carries it. */
  get playingDate(): Date | null {
    if (this.#hls) return this.#hls.playingDate;
    const video = this.video as HTMLVideoElement & { getStartDate?: () => Date };
    const start = video.getStartDate?.().getTime();
    return start === undefined || Number.isNaN(start) ? null : new Date(start + video.currentTime * 1000);
  }

  /** The same in milliseconds while it plays live, or stands still; COMING before its first frame; null when nobody
   * sees it. */
  get onScreen(): number | null {
    if (!this.isLive || !this.#source || document.hidden || this.video.ended) return null;
    const frame = this.hasAttribute("data-playing") ? this.playingDate?.getTime() : undefined;
    return frame ?? (Date.now() - this.#begunAt < FIRST_FRAME_WITHIN ? COMING : null);
  }

  /** Apple's own player keeps to the live edge; other browsers that say "maybe" do not know low latency. */
  #playsByItself(): boolean {
    return this.video.canPlayType(NATIVE) !== "" && "webkitCurrentPlaybackTargetIsWireless" in this.video;
  }

  async #attach(source: string): Promise<void> {
    const { default: Player } = await import("hls.js/light");
    if (source !== this.#source) return;
    if (!Player.isSupported()) {
      this.video.src = source;
      return;
    }
    const hls = new Player({ lowLatencyMode: true, backBufferLength: 30, maxLiveSyncPlaybackRate: 1.1 });
    this.#hls = hls;
    hls.on(Player.Events.ERROR, (_name, data) => {
      if (!data.fatal) return;
      if (data.type === Player.ErrorTypes.MEDIA_ERROR && this.#failures === 0) {
        this.#failures += 1;
        hls.recoverMediaError();
      } else this.#later();
    });
    hls.loadSource(source);
    hls.attachMedia(this.video);
  }

  /** Everything anew after a while, at most every quarter of a minute. */
  #later(): void {
    clearTimeout(this.#again);
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#failures) * (0.5 + Math.random() / 2);
    this.#failures += 1;
    const source = this.#source;
    this.#again = window.setTimeout(() => void this.play(source, true), wait);
  }

  #lookForStall(): void {
    const { currentTime, paused } = this.video;
    if (currentTime !== this.#lastTime || paused || document.hidden) this.#movedAt = Date.now();
    this.#lastTime = currentTime;
    if (Date.now() - this.#movedAt < STALLED_AFTER) return;
    this.#movedAt = Date.now();
    this.#later();
  }

  readonly #onPlaying = (): void => {
    this.#failures = 0;
    this.toggleAttribute("data-playing", true);
  };

  readonly #onError = (): void => {
    if (!this.#hls && this.#source) this.#later();
  };

  /** A camera held upright is cropped to the window; one that lies is shown whole. */
  readonly #onMetadata = (): void => {
    this.dataset["shape"] = this.video.videoWidth > this.video.videoHeight ? "landscape" : "portrait";
  };
}
