// Frames of the room's socket, read at the border: what does not look as agreed goes no further.
// Not here: what the frames do (store.ts, socket.ts).
import type { Hold } from "./held";
import type { Envelope } from "./reduce";
import type { RoomState } from "./state";

export interface SnapshotFrame {
  t: "snapshot";
  epoch: number;
  cursors: Record<string, number>;
  state: RoomState;
  now: string;
  /** Lets this page ask for the show's things without the socket. Empty for one who only watches. */
  ticket?: string;
}

/** Events of one topic. `from` and `to` also cover those that this viewer may not see. */
export interface EventsFrame {
  t: "events";
  topic: string;
  epoch: number;
  from: number;
  to: number;
  events: Envelope[];
}

export interface TickFrame {
  t: "tick";
  viewers: number;
  reactions: number;
  /** Not all viewers could be counted. */
  about?: boolean;
}

/** To the team: how far behind the pictures of `reports` viewers are, in seconds. */
export interface DelayFrame {
  t: "delay";
  median: number;
  p95: number;
  reports: number;
}

export interface AckFrame {
  t: "ack";
  key: string | null;
  id: string;
}

/** What was asked for is held, and durable. */
export interface HeldFrame {
  t: "held";
  key: string;
  hold: Hold;
}

export interface RefusedFrame {
  t: "refused";
  key: string | null;
  code: string;
  detail: string;
  retry_after: number | null;
  /** The place in line, where too many wait for the same thing. */
  place?: number;
}

export type ServerFrame =
  | SnapshotFrame
  | EventsFrame
  | TickFrame
  | DelayFrame
  | AckFrame
  | HeldFrame
  | RefusedFrame
  | { t: "gap"; topic: string }
  | { t: "reconnect"; after_ms: number }
  | { t: "pong" };

export type ClientFrame =
  | { t: "hello"; cursors: Record<string, number> | null; epoch: number | null }
  | { t: "say"; key: string; text: string; reply_to: string | null }
  | { t: "name"; key: string; name: string }
  | { t: "react"; n: number }
  | { t: "ask"; key: string; text: string }
  | { t: "upvote"; key: string; question: string }
  | { t: "report"; key: string; message: string; reason: string }
  | { t: "vote"; key: string; poll: string; choice: number }
  | { t: "hold"; key: string; variant: string; drop: string | null; quantity: number }
  | { t: "watching"; picture: number | null }
  | { t: "ping" };

type Keyed<T> = T extends { key: string } ? Omit<T, "key"> : never;
/** A frame that the room answers with an ack or a refusal. */
export type Act = Keyed<ClientFrame>;

export class BadFrame extends Error {}

/** A key for a line of chat, a UUID. It has to tell one person's lines apart, and travels to everybody with
 *  the line, where chance is what no compression makes smaller: 48 bits of it are enough. */
export const lineKey = (): string => `00000000-0000-8000-8000-${crypto.randomUUID().slice(-12)}`;

type Kind = "number" | "string" | "object" | "array";

const NEEDED: Record<ServerFrame["t"], Record<string, Kind>> = {
  snapshot: { epoch: "number", cursors: "object", state: "object", now: "string" },
  events: { topic: "string", epoch: "number", from: "number", to: "number", events: "array" },
  tick: { viewers: "number", reactions: "number" },
  delay: { median: "number", p95: "number", reports: "number" },
  ack: { id: "string" },
  held: { key: "string", hold: "object" },
  refused: { code: "string", detail: "string" },
  gap: { topic: "string" },
  reconnect: { after_ms: "number" },
  pong: {},
};

const STATE: Record<keyof Omit<RoomState, "about">, Kind | "any"> = {
  show: "object",
  picture: "object",
  lineup: "array",
  pin: "any",
  drops: "array",
  pinned_message: "any",
  messages: "array",
  poll: "any",
  questions: "array",
  settings: "object",
  viewers: "number",
  reactions: "number",
  me: "object",
};

function check(value: Record<string, unknown>, needed: Record<string, Kind | "any">, where: string): void {
  for (const [name, kind] of Object.entries(needed)) {
    const found = value[name];
    const is = Array.isArray(found) ? "array" : found === null ? "null" : typeof found;
    if (kind === "any" ? found === undefined : is !== kind) throw new BadFrame(`${where}.${name} is ${is}, not ${kind}`);
  }
}

/** The frame of a text; null for a kind that this page does not know yet. Throws BadFrame. */
export function readFrame(text: string): ServerFrame | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BadFrame("not JSON");
  }
  if (typeof value !== "object" || value === null) throw new BadFrame("not an object");
  const frame = value as Record<string, unknown>;
  const needed = NEEDED[frame["t"] as ServerFrame["t"]];
  if (!needed) return null;
  check(frame, needed, String(frame["t"]));
  if (frame["t"] === "snapshot") check(frame["state"] as Record<string, unknown>, STATE, "state");
  return frame as unknown as ServerFrame;
}
