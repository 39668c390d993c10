// What this viewer holds: asked for with a key that stays the same over retries, kept in step by the log.
// Not here: how the shop is asked (buy/doors.ts), showing it (buy/chip.ts), paying (checkout/).
import { call, Problem } from "../room/api";
import { learnServerTime } from "../room/clock";
import type { Hold } from "../room/held";
import { askForHold, type Ways } from "./doors";
import { type Place, PlaceBook } from "./places";

interface Me {
  holds: Hold[];
  places: Place[];
  bag_count: number;
  now: string;
}

export interface Wanted {
  variant: string;
  drop: string | null;
  show: string | null;
  quantity?: number;
}

type Listener = (holds: readonly Hold[]) => void;

export class HoldBook {
  holds: readonly Hold[] = [];
  /** What this page can ask by, besides the API. */
  ways: () => Ways = () => ({ socket: null, ticket: "" });
  onPlace: (place: number) => void = () => undefined;
  readonly #listeners = new Set<Listener>();
  /** Keys of calls whose answer never came: the next tap asks the same again. */
  readonly #open = new Map<string, string>();
  readonly #lines: PlaceBook;

  /** What is read of this viewer tells where they stand in line, too. */
  constructor(lines = new PlaceBook()) {
    this.#lines = lines;
  }

  listen(listener: Listener): void {
    this.#listeners.add(listener);
  }

  /** Read what the shop says is held. */
  async refresh(): Promise<void> {
    const me = await call<Me>("/api/v1/me/");
    learnServerTime(me.now);
    this.#lines.become(me.places);
    this.#become(me.holds);
  }

  /** Hold one more thing. Throws Problem (sold_out, cap_reached, …) or NoAnswer. */
  async hold({ variant, drop, show, quantity = 1 }: Wanted): Promise<Hold> {
    const what = `${variant} ${drop ?? ""} ${quantity}`;
    const key = this.#open.get(what) ?? crypto.randomUUID();
    this.#open.set(what, key);
    let held: Hold;
    try {
      held = await askForHold({ variant, drop, show, quantity }, key, this.ways, this.onPlace);
    } catch (error) {
      // A refusal is an answer: the next tap is a new wish. Silence is not, nor is a server that broke.
      if (error instanceof Problem && error.status < 500) this.#open.delete(what);
      throw error;
    }
    this.#open.delete(what);
    this.#become([...this.holds.filter((one) => one.id !== held.id), held]);
    return held;
  }

  /** Five minutes more, once. Throws Problem. */
  async extend(id: string): Promise<void> {
    const hold = await call<Hold>(`/api/v1/holds/${id}/extend/`, { method: "POST", body: {} });
    this.#become(this.holds.map((one) => (one.id === id ? hold : one)));
  }

  async release(id: string): Promise<void> {
    await call(`/api/v1/holds/${id}/`, { method: "DELETE" });
    this.#become(this.holds.filter((one) => one.id !== id));
  }

  #become(holds: readonly Hold[]): void {
    this.holds = holds;
    for (const listener of this.#listeners) listener(holds);
  }
}
