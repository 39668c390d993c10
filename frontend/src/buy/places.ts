// Where this viewer stands in line: told with what is held, changed by entering a drop.
// Not here: drawing it (parts/drop.ts).
import { call } from "../room/api";

export interface Place {
  id: string;
  status: "entered" | "waiting" | "offered" | "bought" | "lapsed" | "left";
  variant: string;
  drop: string | null;
  is_entry: boolean;
  /** How many have their turn before, while it waits. */
  ahead: number | null;
  hold: string | null;
  offered_until: string | null;
}

export class PlaceBook {
  #places: readonly Place[] = [];
  readonly #listeners = new Set<() => void>();

  listen(listener: () => void): void {
    this.#listeners.add(listener);
  }

  of(drop: string): Place | null {
    return this.#places.find((place) => place.drop === drop) ?? null;
  }

  become(places: readonly Place[]): void {
    if (JSON.stringify(places) === JSON.stringify(this.#places)) return;
    this.#places = places;
    for (const listener of this.#listeners) listener();
  }

  /** Put this viewer on the list of a drop; again it is the same place. Throws Problem or NoAnswer. */
  async enter(drop: string): Promise<void> {
    const place = await call<Place>(`/api/v1/drops/${drop}/entry/`, { method: "POST", body: {}, again: true });
    this.become([...this.#places.filter((one) => one.id !== place.id), place]);
  }
}
