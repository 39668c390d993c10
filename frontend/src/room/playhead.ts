// When an event that belongs on the picture is shown: at the viewer's own playhead, and never much later.
// Not here: which events those are (the classes, by `timing`), the state (store.ts), the picture (elements/live-player.ts).
import { AT_PICTURE } from "./events";
import type { Envelope } from "./reduce";

/** The camera's time of the frame on screen in milliseconds; null while this page plays no picture that anybody sees. */
export type Playhead = () => number | null;

/** However far behind the picture is, or however long it stands still: no event waits longer. */
export const LONGEST_HOLD = 30_000;
/** A look is due this often at least: somebody may have jumped to the live edge. */
const LOOK_EVERY = 250;
const SOONEST_LOOK = 20;

/** An event that was heard before its frame was on screen. `since` is this page's time of hearing it. */
export interface Held {
  event: Envelope;
  since: number;
}

const momentOf = (event: Envelope): number => Date.parse(event.at);

/** Does it belong on the picture? Only while a show is on the air has an event a time there. */
export const isOnPicture = (event: Envelope): boolean => event.media_time !== null && AT_PICTURE.has(event.type);

/** Has the picture come to it, or has it waited long enough? */
export function isDue({ event, since }: Held, picture: number | null, now: number): boolean {
  return picture === null || picture >= momentOf(event) || now - since >= LONGEST_HOLD;
}

/** Milliseconds until it is worth looking again whether one of these is due. */
export function nextLook(held: readonly Held[], picture: number): number {
  const nearest = Math.min(...held.map(({ event }) => momentOf(event) - picture));
  return Math.min(LOOK_EVERY, Math.max(SOONEST_LOOK, nearest));
}
