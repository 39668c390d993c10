// What this viewer holds: asked for with a key that stays the same over retries, kept in step by the log.
// Not here: showing it (buy/chip.ts), paying (buy/checkout.ts).
import { call } from "../room/api";
import { learnServerTime } from "../room/clock";
import { type Place, PlaceBook } from "./places";

export interface Hold {
  id: string;
  status: string;
  variant: string;
  drop: string | null;
  name: string;
  variant_name: string;
  image_url: string;
  quantity: number;
  expires_at: string;
  extended: boolean;
}

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
    const body = { variant, quantity, ...(drop && { drop }), ...(show && { show }) };
    let held: Hold;
    try {
      held = await call<Hold>("/api/v1/holds/", { method: "POST", body, idempotencyKey: key });
    } catch (error) {
      // A refusal is an answer: the next tap is a new wish. Silence is not.
      if (error instanceof Error && "code" in error) this.#open.delete(what);
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
