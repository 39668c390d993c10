// One store a room: the last snapshot, the events since, and a cursor per topic that has no holes.
// Not here: the connection (socket.ts).
import { learnServerTime } from "./clock";
import type { EventsFrame, SnapshotFrame, TickFrame } from "./frames";
import { type Envelope, reduce } from "./reduce";
import type { RoomState } from "./state";

/** `events` are those that led here; none for a snapshot, which tells no news. */
export type Listener = (state: RoomState, events: readonly Envelope[], before: RoomState | null) => void;

export class RoomStore {
  state: RoomState | null = null;
  cursors: Record<string, number> = {};
  epoch: number | null = null;
  readonly #listeners = new Set<Listener>();

  /** Hear of every change; at once if there is a state already. Returns how to stop. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    if (this.state) listener(this.state, [], null);
    return () => this.#listeners.delete(listener);
  }

  takeSnapshot(frame: SnapshotFrame): void {
    learnServerTime(frame.now);
    this.epoch = frame.epoch;
    this.cursors = { ...frame.cursors };
    this.#become(frame.state, []);
  }

  /** False when the range does not join what is known: then only a resume or a snapshot helps. */
  takeEvents(frame: EventsFrame): boolean {
    const known = this.cursors[frame.topic];
    if (!this.state || known === undefined || frame.epoch !== this.epoch || frame.from > known + 1) return false;
    if (frame.to <= known) return true;
    const news = frame.events.filter((event) => event.seq > known);
    this.cursors[frame.topic] = frame.to;
    if (news.length) this.#become(news.reduce(reduce, this.state), news);
    return true;
  }

  takeTick(frame: TickFrame): void {
    if (!this.state || (frame.viewers === this.state.viewers && frame.reactions === this.state.reactions)) return;
    this.#become({ ...this.state, viewers: frame.viewers, reactions: frame.reactions }, []);
  }

  /** What this page did itself and the log does not tell everybody: my vote, my name. */
  change(change: (state: RoomState) => Partial<RoomState>): void {
    if (this.state) this.#become({ ...this.state, ...change(this.state) }, []);
  }

  #become(state: RoomState, events: readonly Envelope[]): void {
    const before = this.state;
    this.state = state;
    for (const listener of this.#listeners) listener(state, events, before);
  }
}
