// What the desk knows besides the room: its addresses, the run of show, the picture's health.
// Not here: the room's state (room/state.ts).

export interface Cue {
  id: string;
  position: number;
  at_seconds: number;
  kind: "talk" | "pin" | "unpin" | "drop" | "poll" | "end";
  title: string;
  payload: Record<string, unknown>;
  fired_at: string | null;
  skipped_at: string | null;
}

export interface Health {
  broadcast: string | null;
  status: "none" | "opened" | "active" | "lost" | "closed";
  signal: string;
  reason: string;
  fps: number;
  bitrate_kbit: number;
  width: number;
  height: number;
  lost_at: string | null;
  window_ends_at: string | null;
  preview_url: string;
}

/** A drop of the plan, as far as the desk needs it before viewers hear of it. */
export interface PlannedDrop {
  id: string;
  variant_id: string;
  units: number;
  price_minor: number;
  currency: string;
  per_buyer: number;
}

export interface Sales {
  orders: number;
  minor: number;
  currency: string;
}

export interface DeskData {
  show: string;
  socket: string;
  role: "owner" | "host" | "moderator";
  cues: Cue[];
  health: Health;
  drops: PlannedDrop[];
  urls: Record<string, string>;
  sales?: Sales;
}

/** A cue that waits: neither done nor passed over. */
export const waits = (cue: Cue): boolean => !cue.fired_at && !cue.skipped_at;

export const isOver = (status: string): boolean => ["ended", "replay", "cancelled"].includes(status);

/** The time of an id: UUIDv7 begins with its milliseconds. */
export function timeOfId(id: string): number {
  const digits = "0123456789abcdefghjkmnpqrstvwxyz";
  let value = 0n;
  for (const character of id.slice(id.lastIndexOf("_") + 1)) value = value * 32n + BigInt(digits.indexOf(character));
  return Number(value >> 80n);
}

/** 38:12, 1:02:07. */
export function showTime(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const pad = (figure: number): string => String(figure).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${hours ? pad(Math.floor(seconds / 60) % 60) : Math.floor(seconds / 60)}:${pad(seconds % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}
