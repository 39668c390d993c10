import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { EventData, EventType } from "../src/room/events";
import type { EventsFrame, SnapshotFrame } from "../src/room/frames";
import { COMING, LONGEST_HOLD } from "../src/room/playhead";
import { type Envelope, reduce } from "../src/room/reduce";
import type { RoomState, Row } from "../src/room/state";
import { RoomStore } from "../src/room/store";

const TOPIC = "show:1";
const AIR = Date.parse("2026-11-20T18:00:00Z");

const soap = {
  drop_id: "drp_1",
  variant_id: "var_soap",
  show_id: "shw_1",
  title: "Soap",
  units: 50,
  units_left: 50,
  price_minor: 1200,
  currency: "EUR",
  per_buyer: 1,
  opens_at: null,
  opened_at: null,
  closes_at: null,
} as EventData["drop.opened"];

const soapRow = { position: 0, is_hidden: false, variant_id: "var_soap", product_id: "prd_soap", name: "Soap", available: 50 } as Row;

const start = {
  show: { id: "shw_1", slug: "s", title: "Show", status: "live", starts_at: null, started_at: null, ended_at: null },
  picture: { state: "live", live: "/hls/1/master.m3u8", replay: null },
  lineup: [],
  pin: null,
  drops: [],
  pinned_message: null,
  messages: [],
  poll: null,
  questions: [],
  settings: { slow_seconds: 0, guests_allowed: true },
  viewers: 3,
  reactions: 0,
  me: { key: "vwr_me", name: "Noor", staff: false, votes: {}, upvotes: [], waiting: [], echoes: [] },
} as unknown as RoomState;

/** A page whose picture is `behind` the camera; the camera's clock is this machine's. */
class Viewer {
  readonly store = new RoomStore();
  readonly told: [string, number][] = [];
  #seq = 0;
  #stoodAt: number | null = null;

  constructor(public behind: number | null) {
    this.store.playhead = (): number | null => (this.behind === null ? null : (this.#stoodAt ?? Date.now()) - this.behind);
    const snapshot: SnapshotFrame = { t: "snapshot", epoch: 1, cursors: { [TOPIC]: 0 }, state: start, now: new Date().toISOString() };
    this.store.takeSnapshot(snapshot);
    this.store.listen((_state, events) => {
      for (const { type } of events) this.told.push([type, Date.now() - AIR]);
    });
  }

  pause(): void {
    this.#stoodAt = Date.now();
  }

  hear<T extends EventType>(type: T, data: EventData[T], { onAir = true } = {}): Envelope {
    const seq = (this.#seq += 1);
    const at = new Date().toISOString();
    const event = { seq, type, at, ...(onAir ? { media_time: (Date.now() - AIR) / 1000 } : {}), data };
    const frame: EventsFrame = { t: "events", topic: TOPIC, epoch: 1, from: seq, to: seq, events: [event] };
    expect(this.store.takeEvents(frame)).toBe(true);
    return event;
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.setSystemTime(AIR);
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the playhead", () => {
  it.each([0, 700, 2100, 5000, 29_000])("shows a drop when a picture %i ms behind has come to it", (behind) => {
    const viewer = new Viewer(behind);
    viewer.hear("drop.opened", soap);
    expect(viewer.store.state?.drops[0]?.status).toBe(behind ? undefined : "open");
    vi.advanceTimersByTime(40_000);

    expect(viewer.store.state?.drops[0]?.status).toBe("open");
    const [[type, at]] = viewer.told as [[string, number]];
    expect(type).toBe("drop.opened");
    expect(at).toBeGreaterThanOrEqual(behind);
    expect(at).toBeLessThanOrEqual(behind + 250);
  });

  it("shows two viewers three seconds apart the same frame", () => {
    const [near, far] = [new Viewer(1200), new Viewer(4200)];
    for (const viewer of [near, far]) viewer.hear("drop.opened", soap);
    vi.advanceTimersByTime(10_000);

    const frames = [near, far].map((viewer) => (viewer.told[0]?.[1] ?? NaN) - (viewer.behind ?? 0));
    for (const frame of frames) expect(Math.abs(frame)).toBeLessThanOrEqual(250);
  });

  it("holds nothing without a picture, and nothing that has no place on it", () => {
    const lobby = new Viewer(null);
    lobby.hear("drop.announced", soap);
    expect(lobby.store.state?.drops[0]?.status).toBe("announced");

    const late = new Viewer(5000);
    late.hear("drop.announced", soap, { onAir: false });
    late.hear("reaction.counted", { count: 3, total: 3 });
    expect(late.store.state?.drops[0]?.status).toBe("announced");
    expect(late.store.state?.reactions).toBe(3);
  });

  it("shows what waits as soon as the picture is gone", () => {
    const viewer = new Viewer(9000);
    viewer.hear("drop.opened", soap);
    vi.advanceTimersByTime(1000);
    viewer.behind = null;
    viewer.store.look();
    expect(viewer.told).toEqual([["drop.opened", 1000]]);
  });

  it("waits for a paused picture no longer than the bound", () => {
    const viewer = new Viewer(2000);
    viewer.pause();
    viewer.hear("drop.opened", soap);
    vi.advanceTimersByTime(LONGEST_HOLD - 500);
    expect(viewer.told).toEqual([]);
    vi.advanceTimersByTime(1000);
    expect(viewer.store.state?.drops[0]?.status).toBe("open");
  });

  it("follows a jump to the live edge, and takes nothing back after a jump behind", () => {
    const viewer = new Viewer(20_000);
    viewer.hear("drop.opened", soap);
    vi.advanceTimersByTime(1000);
    viewer.behind = 800;
    vi.advanceTimersByTime(250);
    expect(viewer.store.state?.drops[0]?.status).toBe("open");
    viewer.behind = 20_000;
    vi.advanceTimersByTime(5000);
    expect(viewer.store.state?.drops[0]?.status).toBe("open");
    expect(viewer.told).toHaveLength(1);
  });

  it("tells at once that all are gone, and never brings them back", () => {
    const viewer = new Viewer(3000);
    viewer.hear("drop.opened", soap);
    vi.advanceTimersByTime(1000);
    viewer.hear("stock.changed", { variant_id: "var_soap", available: 0, total: 50, drop_id: "drp_1", drop_units_left: 0 });
    viewer.hear("drop.sold_out", { ...soap, units_left: 0 });
    expect(viewer.store.state?.drops[0]?.status).toBe("sold_out");
    vi.advanceTimersByTime(5000);
    expect(viewer.store.state?.drops[0]?.status).toBe("sold_out");
    expect(viewer.told.map(([type]) => type)).toEqual(["stock.changed", "drop.sold_out", "drop.opened"]);
  });

  it("shows at once what the page was told in answer to a tap", () => {
    const viewer = new Viewer(4000);
    viewer.hear("drop.opened", soap);
    vi.advanceTimersByTime(4200);
    viewer.hear("drop.closed", soap as EventData["drop.closed"]);
    viewer.hear("poll.opened", { poll_id: "pol_1", question: "?", answers: ["a", "b"], opened_at: "", closes_at: null });
    expect(viewer.store.state?.drops).toHaveLength(1);
    viewer.store.hasten(({ type }) => type === "drop.closed");
    expect(viewer.store.state?.drops).toEqual([]);
    expect(viewer.store.state?.poll).toBeNull();
    vi.advanceTimersByTime(4200);
    expect(viewer.store.state?.poll).not.toBeNull();
  });

  it("keeps what the page did itself while something waits", () => {
    const viewer = new Viewer(3000);
    viewer.hear("drop.opened", soap);
    viewer.store.change(({ me }) => ({ me: { ...me, name: "Jo" } }));
    viewer.store.takeTick({ t: "tick", viewers: 9, reactions: 4 });
    vi.advanceTimersByTime(5000);
    expect(viewer.store.state).toMatchObject({ viewers: 9, reactions: 4, me: { name: "Jo" }, drops: [{ status: "open" }] });
  });

  it("forgets what waits with a new snapshot", () => {
    const viewer = new Viewer(3000);
    viewer.hear("drop.opened", soap);
    viewer.store.takeSnapshot({ t: "snapshot", epoch: 1, cursors: { [TOPIC]: 7 }, state: start, now: new Date().toISOString() });
    vi.advanceTimersByTime(5000);
    expect(viewer.told).toEqual([]);
    expect(viewer.store.state?.drops).toEqual([]);
  });

  const pinned = { ...soapRow, pinned_at: new Date(AIR - 1000).toISOString() };
  const joins = (behind: number | null, more: object): Viewer => {
    const viewer = new Viewer(behind);
    viewer.store.takeSnapshot({ t: "snapshot", epoch: 1, cursors: { [TOPIC]: 7 }, state: { ...start, ...more }, now: new Date().toISOString() });
    return viewer;
  };
  const open = { ...soap, status: "open" as const, opened_at: new Date(AIR - 1000).toISOString() };

  it("shows one who joins late a pin and a drop with their frame", () => {
    const viewer = joins(4000, { lineup: [soapRow], pin: pinned, drops: [open] });
    expect(viewer.store.state).toMatchObject({ pin: null, drops: [] });
    vi.advanceTimersByTime(2700);
    expect(viewer.store.state).toMatchObject({ pin: null, drops: [] });
    vi.advanceTimersByTime(600);
    expect(viewer.store.state?.pin).toEqual(pinned);
    expect(viewer.store.state?.drops).toEqual([open]);
    expect(viewer.store.state?.lineup).toEqual([soapRow]);
    expect(viewer.told.map(([type]) => type)).toEqual(["drop.opened", "product.pinned"]);
  });

  it("waits with them for the first frame, but for no picture that does not come", () => {
    const viewer = joins(null, {});
    let picture: number | null = COMING;
    viewer.store.playhead = (): number | null => picture;
    viewer.store.takeSnapshot({ t: "snapshot", epoch: 1, cursors: { [TOPIC]: 7 }, state: { ...start, lineup: [soapRow], pin: pinned }, now: new Date().toISOString() });
    vi.advanceTimersByTime(3000);
    expect(viewer.store.state?.pin).toBeNull();
    picture = AIR - 2000;
    vi.advanceTimersByTime(500);
    expect(viewer.store.state?.pin).toBeNull();
    picture = null;
    vi.advanceTimersByTime(500);
    expect(viewer.store.state?.pin).toEqual(pinned);
  });

  it("shows at once what is older than any picture is late, and what no picture shows", () => {
    const old = { ...pinned, pinned_at: new Date(AIR - LONGEST_HOLD).toISOString() };
    expect(joins(60_000, { lineup: [soapRow], pin: old }).store.state?.pin).toEqual(old);
    expect(joins(null, { lineup: [soapRow], pin: pinned }).store.state?.pin).toEqual(pinned);
    expect(joins(500, { lineup: [soapRow], pin: pinned }).store.state?.pin).toEqual(pinned);
    expect(joins(5000, { drops: [{ ...open, status: "sold_out" }] }).store.state?.drops).toHaveLength(1);
  });

  it("keeps my own lines that stand in my chat alone when something comes due", () => {
    const echo = { id: "msg_1", author_key: "vwr_me", author: "Noor", badge: "", text: "hello", reply_to: null, key: "k", edited_at: null, removed: false };
    const viewer = joins(3000, { me: { ...start.me, echoes: [echo] } });
    viewer.store.takeEvents({ t: "events", topic: TOPIC, epoch: 1, from: 8, to: 8, events: [{ type: "drop.opened", seq: 8, at: new Date(AIR).toISOString(), media_time: 1, data: soap }] });
    vi.advanceTimersByTime(5000);
    expect(viewer.store.state?.drops).toHaveLength(1);
    expect(viewer.store.state?.messages.map((line) => line.id)).toEqual(["msg_1"]);
  });

  it("brings back no pin that was taken off while it waited", () => {
    const viewer = joins(4000, { lineup: [soapRow], pin: pinned });
    viewer.store.takeEvents({ t: "events", topic: TOPIC, epoch: 1, from: 8, to: 8, events: [{ type: "product.unpinned", seq: 8, at: new Date(AIR).toISOString(), media_time: 1, data: { variant_id: "var_soap" } }] });
    vi.advanceTimersByTime(3200);
    expect(viewer.store.state?.pin).toEqual(pinned);
    vi.advanceTimersByTime(1500);
    expect(viewer.store.state?.pin).toBeNull();
  });

  it("comes to the state of a page without delay, wherever the cuts fall", () => {
    for (let behind = 100; behind <= 6100; behind += 500) {
      const viewer = new Viewer(behind);
      const events: Envelope[] = [];
      const hear = <T extends EventType>(type: T, data: EventData[T], wait: number): void => {
        events.push(viewer.hear(type, data));
        vi.advanceTimersByTime(wait);
      };
      hear("drop.announced", soap, 900);
      hear("drop.opened", soap, 400);
      hear("poll.opened", { poll_id: "pol_1", question: "?", answers: ["a", "b"], opened_at: "", closes_at: null }, 700);
      hear("poll.counted", { poll_id: "pol_1", counts: [2, 1] }, 300);
      hear("stock.changed", { variant_id: "var_soap", available: 9, total: 50, drop_id: "drp_1", drop_units_left: 31 }, 800);
      hear("poll.closed", { poll_id: "pol_1", counts: [5, 1], closed_at: "" } as EventData["poll.closed"], 200);
      hear("drop.closed", { ...soap, units_left: 31 } as EventData["drop.closed"], 10_000);
      expect(viewer.store.state).toEqual(events.reduce(reduce, start));
      expect(viewer.told).toHaveLength(events.length);
    }
  });
});
