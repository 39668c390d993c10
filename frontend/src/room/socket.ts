// The room's connection: hello with cursors, resume, back-off with jitter, and what waits for an answer.
// Not here: the state (store.ts); joining the room (join.ts).
import { type Act, BadFrame, type ClientFrame, readFrame, type RefusedFrame, type ServerFrame } from "./frames";
import type { Hold } from "./held";
import type { RoomStore } from "./store";

/** `waiting`: it will be tried again by itself. `closed`: it will not. */
export type Connection = "connecting" | "open" | "waiting" | "closed";

/** The room said no, with words for people. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    detail: string,
    readonly retryAfter: number | null = null,
    readonly place: number | null = null,
  ) {
    super(detail);
  }
}

interface Waiting {
  frame: ClientFrame;
  done: (answer: string | Hold) => void;
  failed: (error: Refused) => void;
  timer: ReturnType<typeof setTimeout>;
}

const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
const QUIET = 25_000;
const DEAF = 60_000;
const ANSWER_WITHIN = 20_000;
/** There are other ways to a hold: the room is not waited for as long. */
const HELD_WITHIN = 5000;
/** Refused, unknown, suspended: the same again would give the same. */
const FINAL_CODES = new Set([4400, 4403, 4404, 4423]);
const TOO_FAST = 4008;

/** A random wait, on average doubling with every failure, so that a crowd does not come back at once. */
export function backOff(failures: number, random: () => number = Math.random): number {
  return FIRST_WAIT / 2 + random() * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures);
}

export class RoomSocket {
  connection: Connection = "connecting";
  onConnection: (connection: Connection) => void = () => undefined;
  #socket: WebSocket | null = null;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #quiet: ReturnType<typeof setInterval> | undefined;
  #heardAt = 0;
  #started = false;
  readonly #waiting = new Map<string, Waiting>();

  constructor(
    readonly store: RoomStore,
    readonly url: string,
    readonly open: (url: string) => WebSocket = (address) => new WebSocket(address),
  ) {}

  connect(): void {
    clearTimeout(this.#timer);
    this.#drop();
    this.#become("connecting");
    const socket = this.open(this.url);
    this.#socket = socket;
    socket.onopen = (): void => {
      this.#heardAt = Date.now();
      const known = Object.keys(this.store.cursors).length > 0;
      this.#send({ t: "hello", cursors: known ? this.store.cursors : null, epoch: this.store.epoch });
      this.#send({ t: "ping" });
      this.#quiet = setInterval(() => this.#listenIn(), QUIET);
    };
    socket.onmessage = (message: MessageEvent): void => this.#take(String(message.data));
    socket.onclose = (event: CloseEvent): void => this.#closed(event.code);
  }

  /** Ask the room for something, once: the same key goes out again after a reconnection. */
  ask(act: Act, key: string = crypto.randomUUID()): Promise<string> {
    return this.#ask<string>({ ...act, key } as ClientFrame, key, ANSWER_WITHIN);
  }

  /** Ask for a hold. Throws Refused; `no_answer` says nothing about whether it is held. */
  hold(wish: { variant: string; drop: string | null; quantity: number }, key: string): Promise<Hold> {
    return this.#ask<Hold>({ t: "hold", key, ...wish }, key, HELD_WITHIN);
  }

  #ask<Answer extends string | Hold>(frame: ClientFrame, key: string, within: number): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const done = (answer: string | Hold): void => resolve(answer as Answer);
      const failed = (error: Refused): void => reject(error);
      const timer = setTimeout(() => this.#settle(key)?.failed(new Refused("no_answer", "")), within);
      this.#waiting.set(key, { frame, done, failed, timer });
      if (this.#started) this.#send(frame);
    });
  }

  /** Tell the room something that may get lost. */
  tell(frame: ClientFrame): void {
    if (this.#started) this.#send(frame);
  }

  /** The network is back: do not wait any longer. */
  hurry(): void {
    if (this.connection === "waiting") this.connect();
  }

  /** The page lets the room go, which is nothing to tell anybody. */
  close(): void {
    clearTimeout(this.#timer);
    this.onConnection = (): void => undefined;
    this.#drop();
    this.#become("closed");
  }

  #take(text: string): void {
    this.#heardAt = Date.now();
    let frame: ServerFrame | null;
    try {
      frame = readFrame(text);
    } catch (error) {
      if (!(error instanceof BadFrame)) throw error;
      console.warn(error.message);
      return;
    }
    switch (frame?.t) {
      case "snapshot":
        this.store.takeSnapshot(frame);
        this.#begin();
        break;
      case "events":
        if (this.store.takeEvents(frame)) this.#begin();
        else this.#again();
        break;
      case "tick":
        this.store.takeTick(frame);
        this.#resumed();
        break;
      case "delay":
        this.store.takeDelay(frame);
        break;
      case "pong":
        this.#resumed();
        break;
      case "ack":
        this.#settle(frame.key)?.done(frame.id);
        break;
      case "held":
        this.#settle(frame.key)?.done(frame.hold);
        break;
      case "refused":
        this.#refused(frame);
        break;
      case "reconnect":
        this.#drop();
        this.#later(frame.after_ms);
        break;
    }
  }

  /** Nothing was missed: the room speaks to us, and what is known still holds. */
  #resumed(): void {
    if (this.store.state) this.#begin();
  }

  /** The room has answered our hello: what waited for it goes out. */
  #begin(): void {
    if (this.#started) return;
    this.#started = true;
    this.#failures = 0;
    this.#become("open");
    for (const { frame } of this.#waiting.values()) this.#send(frame);
  }

  /** A hole in the events: come again with the cursors that hold. */
  #again(): void {
    this.#drop();
    this.#later(backOff(0));
  }

  #refused(frame: RefusedFrame): void {
    this.#settle(frame.key)?.failed(new Refused(frame.code, frame.detail, frame.retry_after, frame.place ?? null));
  }

  #settle(key: string | null): Waiting | undefined {
    const waiting = this.#waiting.get(key ?? "");
    if (!waiting) return undefined;
    clearTimeout(waiting.timer);
    this.#waiting.delete(key ?? "");
    return waiting;
  }

  #closed(code: number): void {
    this.#drop();
    if (FINAL_CODES.has(code)) this.#become("closed");
    else {
      this.#failures += code === TOO_FAST ? 3 : 1;
      this.#later(backOff(this.#failures));
    }
  }

  #later(wait: number): void {
    this.#become("waiting");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.connect(), wait);
  }

  #listenIn(): void {
    if (Date.now() - this.#heardAt > DEAF) this.#closed(1006);
    else this.#send({ t: "ping" });
  }

  #drop(): void {
    clearInterval(this.#quiet);
    this.#started = false;
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #send(frame: ClientFrame): void {
    if (this.#socket?.readyState === 1) this.#socket.send(JSON.stringify(frame));
  }

  #become(connection: Connection): void {
    if (connection === this.connection) return;
    this.connection = connection;
    this.onConnection(connection);
  }
}
