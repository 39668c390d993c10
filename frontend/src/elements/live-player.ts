// <vt-live-player>: the picture. Native HLS where the browser has it, hls.js fetched only elsewhere.
// Starts muted, because nothing else is allowed to start by itself; sound is one tap away.
// Not here: the tools around the picture (elements/player-tools.ts).

const NATIVE = "application/vnd.apple.mpegurl";

export class LivePlayer extends HTMLElement {
  readonly video = document.createElement("video");
  #stop: (() => void) | null = null;

  connectedCallback(): void {
    const source = this.dataset["liveSrc"] || this.dataset["replaySrc"];
    if (!source) return;
    this.video.muted = true;
    this.video.playsInline = true;
    this.video.autoplay = Boolean(this.dataset["liveSrc"]);
    this.video.setAttribute("aria-label", this.dataset["label"] ?? "");
    this.append(this.video);
    void this.load(source);
  }

  disconnectedCallback(): void {
    this.#stop?.();
  }

  get isLive(): boolean {
    return Boolean(this.dataset["liveSrc"]);
  }

  /** Play from this playlist; called again when a broadcast gets a new one. */
  async load(source: string): Promise<void> {
    this.#stop?.();
    this.#stop = null;
    if (this.#playsByItself()) {
      this.video.src = source;
    } else {
      this.#stop = await this.#attach(source);
    }
    if (this.isLive) await this.video.play().catch(() => undefined);
  }

  /** Seconds behind the camera, as far as the playlist tells; null before it does. */
  get behind(): number | null {
    const { seekable, currentTime } = this.video;
    return seekable.length ? Math.max(0, seekable.end(seekable.length - 1) - currentTime) : null;
  }

  /** Apple's own player keeps to the live edge; other browsers that say "maybe" do not know low latency. */
  #playsByItself(): boolean {
    return this.video.canPlayType(NATIVE) !== "" && "webkitCurrentPlaybackTargetIsWireless" in this.video;
  }

  async #attach(source: string): Promise<() => void> {
    const { default: Hls } = await import("hls.js/light");
    if (!Hls.isSupported()) {
      this.video.src = source;
      return () => this.video.removeAttribute("src");
    }
    const hls = new Hls({ lowLatencyMode: true, backBufferLength: 30, maxLiveSyncPlaybackRate: 1.1 });
    hls.on(Hls.Events.ERROR, (_name, data) => {
      if (!data.fatal) return;
      if (data.type === Hls.ErrorTypes.MEDIA_ERROR) hls.recoverMediaError();
      else window.setTimeout(() => hls.loadSource(source), 2000);
    });
    hls.loadSource(source);
    hls.attachMedia(this.video);
    return () => hls.destroy();
  }
}
