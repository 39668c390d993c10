// Taking a seat: the server gives this browser a viewer's cookie, which scripts cannot read, so a note is kept here.
// Not here: the socket that is opened with it.
import { call } from "./api";

const NOTE = "vt-joined";
const NAMED = "vt-named";

const storage = {
  read(name: string): string | null {
    try {
      return localStorage.getItem(name);
    } catch {
      return null; // storage is closed to this page: join again each time
    }
  },
  write(name: string, value: string): void {
    try {
      localStorage.setItem(name, value);
    } catch {
      // the same
    }
  },
};

/** Make sure there is a viewer's cookie. Failing is no harm: then this page only watches. */
export async function join({ again = false } = {}): Promise<void> {
  if (!again && storage.read(NOTE)) return;
  await call("/rooms/join/", { method: "POST", body: {} })
    .then(() => storage.write(NOTE, "1"))
    .catch(() => undefined);
}

/** Whether somebody chose a name on this browser before. */
export const hasName = (): boolean => storage.read(NAMED) !== null;

/** Keep the name for the next visit too. Throws Problem when the shop does not take it. */
export async function takeName(name: string): Promise<void> {
  await call("/rooms/join/", { method: "POST", body: { name } });
  storage.write(NOTE, "1");
  storage.write(NAMED, "1");
}

/** Stay the guest that the room named, and be asked no more. */
export const stayGuest = (): void => storage.write(NAMED, "");
