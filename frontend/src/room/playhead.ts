// When an event that belongs on the picture is shown: at the viewer's own playhead, and never much later.
// Not here: which events those are (the classes, by `timing`), the state (store.ts), the picture (elements/live-player.ts).
import { serverNow } from "./clock";
import { AT_PICTURE } from "./events";
import type { Envelope } from "./reduce";
import type { RoomState } from "./state";

/** The camera's time of the frame on screen in milliseconds; COMING while the first one is on its way; null where this
 * page plays no picture that anybody sees. */
export type Playhead = () => number | null;
export const COMING = -Infinity;

/** However far behind the picture is, or however long it stands still: no event waits longer. */
export const LONGEST_HOLD = 30_000;
/** A look is due this often at least: somebody may have jumped to the live edge. */
const LOOK_EVERY = 250;
const SOONEST_LOOK = 20;

/** What a snapshot tells of a moment that the picture has not come to, as the event it was told by. `shown` is the
 * state without it. */
export function notYet(state: RoomState, picture: number | null, now: number): { shown: RoomState; held: Held[] } {
  const { pin, drops } = state;
  const told = (type: string, at: string, data: unknown): Held => {
    const event: Envelope = { type, seq: 0, at, data };
    return { event, since: Date.parse(at) - serverNow() + now };
  };
  const waits = (held: Held | null): held is Held => held !== null && !isDue(held, picture, now);
  const opened = drops.map((drop) => (drop.status === "open" && drop.opened_at ? told("drop.opened", drop.opened_at, drop) : null));
  const { pinned_at: at = null, ...product } = pin ?? {};
  const pinned = pin && at ? told("product.pinned", at, { variant_id: pin.variant_id, product, pinned_at: at }) : null;
  const shown = { ...state, pin: waits(pinned) ? null : pin, drops: drops.filter((_, place) => !waits(opened[place] ?? null)) };
  return { shown, held: [...opened, pinned].filter(waits) };
}

/** An event that was heard before its frame was on screen. `since` is this page's time of hearing it. */
export interface Held {
  event: Envelope;
  since: number;
}

const momentOf = (event: Envelope): number => Date.parse(event.at);

/** Does it belong on the picture? Only while a show is on the air has an event a time there. */
export const isOnPicture = (event: Envelope): boolean => event.media_time !== undefined && AT_PICTURE.has(event.type);

/** Has the picture come to it, or has it waited long enough? */
export function isDue({ event, since }: Held, picture: number | null, now: number): boolean {
  return picture === null || picture >= momentOf(event) || now - since >= LONGEST_HOLD;
}

/** Milliseconds until it is worth looking again whether one of these is due. */
export function nextLook(held: readonly Held[], picture: number): number {
  const nearest = Math.min(...held.map(({ event }) => momentOf(event) - picture));
  return Math.min(LOOK_EVERY, Math.max(SOONEST_LOOK, nearest));
}
