// One store a room: the last snapshot, the events since, and a cursor per topic that has no holes.
// What it shows is all that was heard, in order, without what waits for the picture (playhead.ts).
// Not here: the connection (socket.ts).
import { learnServerTime } from "./clock";
import type { DelayFrame, EventsFrame, SnapshotFrame, TickFrame } from "./frames";
import { type Held, isDue, isOnPicture, nextLook, notYet, type Playhead } from "./playhead";
import { type Envelope, reduce, withEchoes } from "./reduce";
import type { RoomState } from "./state";

/** `events` are those that led here; none for a snapshot, which tells no news. */
export type Listener = (state: RoomState, events: readonly Envelope[], before: RoomState | null) => void;

/** One thing that was heard or done here. `held` while its frame is not on screen yet. */
interface Step {
  change: (state: RoomState) => RoomState;
  held: Held | null;
}

const shown = (start: RoomState, steps: readonly Step[]): RoomState =>
  steps.reduce((state, { change, held }) => (held ? state : change(state)), start);

export class RoomStore {
  /** What the page shows. */
  state: RoomState | null = null;
  cursors: Record<string, number> = {};
  epoch: number | null = null;
  /** How far behind the audience's pictures are, told to the team alone. */
  delay: DelayFrame | null = null;
  /** Lets this page have things held when its socket is gone. */
  ticket = "";
  playhead: Playhead = () => null;
  /** All before the first step that waits, and from that step on. */
  #settled: RoomState | null = null;
  #steps: Step[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #listeners = new Set<Listener>();

  /** Hear of every change; at once if there is a state already. Returns how to stop. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    if (this.state) listener(this.state, [], null);
    return () => this.#listeners.delete(listener);
  }

  takeSnapshot(frame: SnapshotFrame): void {
    learnServerTime(frame.now);
    this.ticket = frame.ticket ?? "";
    this.epoch = frame.epoch;
    this.cursors = { ...frame.cursors };
    const { shown: state, held } = notYet(withEchoes(frame.state), this.playhead(), Date.now());
    this.#steps = held.map((one) => ({ change: (before) => reduce(before, one.event), held: one }));
    this.#settled = state;
    this.#become(state, []);
    if (held.length) this.look();
  }

  /** False when the range does not join what is known: then only a resume or a snapshot helps. */
  takeEvents(frame: EventsFrame): boolean {
    const known = this.cursors[frame.topic];
    if (!this.state || known === undefined || frame.epoch !== this.epoch || frame.from > known + 1) return false;
    if (frame.to <= known) return true;
    const news = frame.events.filter((event) => event.seq > known);
    this.cursors[frame.topic] = frame.to;
    this.#take(news);
    return true;
  }

  takeTick({ viewers, reactions, about = false }: TickFrame): void {
    const { state } = this;
    if (!state || (viewers === state.viewers && reactions === state.reactions && about === (state.about ?? false))) return;
    this.#add([{ change: (before) => ({ ...before, viewers, reactions, about }), held: null }], []);
  }

  takeDelay(frame: DelayFrame): void {
    this.delay = frame;
    if (this.state) this.#become(this.state, []);
  }

  /** What this page did itself and the log does not tell everybody: my vote, my name. */
  change(change: (state: RoomState) => Partial<RoomState>): void {
    if (this.state) this.#add([{ change: (state) => ({ ...state, ...change(state) }), held: null }], []);
  }

  /** The page has learned by itself that these have happened: they wait for no picture any more. */
  hasten(isKnown: (event: Envelope) => boolean): void {
    for (const { held } of this.#steps) if (held && isKnown(held.event)) held.since = -Infinity;
    this.look();
  }

  /** Show what the picture has come to meanwhile: by the timer, and when the picture has gone. */
  look(): void {
    clearTimeout(this.#timer);
    const [picture, now] = [this.playhead(), Date.now()];
    const due = this.#steps.filter(({ held }) => held && isDue(held, picture, now));
    const events = due.flatMap(({ held }) => (held ? [held.event] : []));
    for (const step of due) step.held = null;
    if (due.length && this.#settled) {
      // In the order in which all of it happened, also what was shown before: sold out stays sold out.
      const state = shown(this.#settled, this.#steps);
      this.#settle(state);
      this.#become(state, events);
    }
    const held = this.#steps.flatMap((step) => step.held ?? []);
    if (held.length) this.#timer = setTimeout(() => this.look(), nextLook(held, picture ?? 0));
  }

  #take(news: readonly Envelope[]): void {
    const [picture, now] = [this.playhead(), Date.now()];
    const steps = news.map((event): Step => {
      const held = { event, since: now };
      const waits = isOnPicture(event) && !isDue(held, picture, now);
      return { change: (state) => reduce(state, event), held: waits ? held : null };
    });
    this.#add(
      steps,
      news.filter((_, place) => !steps[place]?.held),
    );
    if (steps.some(({ held }) => held)) this.look();
  }

  #add(steps: readonly Step[], events: readonly Envelope[]): void {
    if (!this.state) return;
    const state = shown(this.state, steps);
    this.#steps.push(...steps);
    this.#settle(state);
    if (events.length || state !== this.state) this.#become(state, events);
  }

  /** Keep only what may have to be told in another order: the first step that waits, and all after it. */
  #settle(state: RoomState): void {
    const first = this.#steps.findIndex(({ held }) => held);
    if (first < 0) {
      this.#settled = state;
      this.#steps = [];
    } else if (this.#settled) this.#settled = shown(this.#settled, this.#steps.splice(0, first));
  }

  #become(state: RoomState, events: readonly Envelope[]): void {
    const before = this.state;
    this.state = state;
    for (const listener of this.#listeners) listener(state, events, before);
  }
}
