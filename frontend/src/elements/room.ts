// <vt-room>: one show's room on this page. Opens the socket, keeps the store, and gives both to its parts.
// Not here: what the parts show (parts/), buying (buy/).
import { wireBuying } from "../buy/buying";
import { PlaceBook } from "../buy/places";
import { showConnection } from "../parts/connection";
import { wireFront } from "../parts/front";
import type { Addresses } from "../parts/goods";
import { wireHearts } from "../parts/hearts";
import { wireKeys } from "../parts/keys";
import { wireLineup } from "../parts/lineup";
import { wireMoments } from "../parts/moments";
import { wirePinnedMessage } from "../parts/pinned-message";
import { wirePoll } from "../parts/poll";
import { wireQuestions } from "../parts/questions";
import { wireSay } from "../parts/say";
import { wireStage } from "../parts/stage";
import { wireTheme } from "../parts/theme";
import { wireTimes } from "../parts/times";
import { wireViewers } from "../parts/viewers";
import { wireWatching } from "../parts/watching";
import { readRoomData } from "../room/data";
import { join } from "../room/join";
import { RoomSocket } from "../room/socket";
import { speak, speakDeadline } from "../room/speak";
import { RoomStore } from "../room/store";
import { say } from "../room/words";
import { wirePlayerTools } from "./player-tools";

/** Pages whose room is open: people talk, numbers move. A replay plays its own log. */
const OPEN = new Set(["scheduled", "lobby", "live", "ended"]);

export class Room extends HTMLElement {
  readonly store = new RoomStore();
  readonly places = new PlaceBook();
  socket: RoomSocket | null = null;
  #rejoined = false;
  #stop = new AbortController();

  connectedCallback(): void {
    this.#stop = new AbortController();
    // In a page that was swapped in, the room wakes before the elements inside it.
    customElements.upgrade(this);
    for (const wire of [wirePlayerTools, wireTimes, wireKeys, wireBuying, wireStage, wireFront, wireLineup, wireMoments]) wire(this);
    for (const wire of [wireViewers, wireHearts, wirePoll, wireQuestions, wirePinnedMessage, wireSay, wireTheme, wireWatching]) wire(this);
    this.addEventListener("vt-left", this.#onLeft);
    if (OPEN.has(this.dataset["status"] ?? "")) this.enter();
  }

  disconnectedCallback(): void {
    this.#stop.abort();
    this.removeEventListener("vt-left", this.#onLeft);
    this.socket?.close();
    this.socket = null;
  }

  /** Ends with this room's stay on the page: for listeners on window and document. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  get addresses(): Addresses {
    const { checkout = "", bag = "", waitlist = "" } = this.dataset;
    return { checkout, bag, waitlist };
  }

  /** The room's socket, opened the first time. */
  enter(): RoomSocket {
    if (this.socket) return this.socket;
    const url = new URL(readRoomData().socket ?? "", location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = new RoomSocket(this.store, url.href);
    this.socket = socket;
    socket.onConnection = (connection): void => showConnection(this, connection);
    this.store.listen((state) => this.#checkSeat(state.me.key));
    window.addEventListener("online", () => socket.hurry(), { signal: this.signal });
    window.addEventListener("offline", () => showConnection(this, "waiting"), { signal: this.signal });
    document.addEventListener("visibilitychange", () => !document.hidden && socket.hurry(), { signal: this.signal });
    // What is asked before the seat is taken waits in the socket.
    void join().then(() => this.signal.aborted || socket.connect());
    return socket;
  }

  /** The note of having joined outlived the cookie: take a seat again, once. */
  #checkSeat(key: string): void {
    if (key || this.#rejoined) return;
    this.#rejoined = true;
    void join({ again: true }).then(() => this.socket?.connect());
  }

  /** Clocks that belong to a deadline of the viewer are spoken at 60, 30 and 10 s. */
  readonly #onLeft = (event: Event): void => {
    const { seconds } = (event as CustomEvent<{ seconds: number }>).detail;
    const holder = (event.target as Element).closest("vt-hold, vt-drop");
    // The sheet's own clock of the same hold speaks for itself.
    const isTold = this.querySelector("dialog[open] vt-hold vt-countdown") !== null;
    if (holder?.tagName === "VT-HOLD" && !isTold) speakDeadline(say("said-hold-left", { seconds }), seconds);
    else if (holder?.getAttribute("data-status") === "announced") speak(say("said-drop-opens", { seconds }));
  };
}
