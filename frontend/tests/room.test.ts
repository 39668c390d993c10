import { describe, expect, it } from "vitest";
import { frontDrop, rowDrop } from "../src/room/drops";
import type { EventData, EventType } from "../src/room/events";
import type { EventsFrame, SnapshotFrame } from "../src/room/frames";
import { type Envelope, reduce } from "../src/room/reduce";
import type { RoomState, Row } from "../src/room/state";
import { RoomStore } from "../src/room/store";

const TOPIC = "show:1";

const row = (name: string, more: Partial<Row> = {}): Row => ({
  position: 0,
  is_hidden: false,
  note: "",
  variant_id: `var_${name}`,
  product_id: `prd_${name}`,
  slug: name,
  name,
  variant_name: "",
  detail: "",
  url: `/products/${name}/`,
  image_url: "",
  image_small_url: "",
  price: { minor: 3800, currency: "EUR" },
  was: null,
  low_30d: null,
  specials: [],
  available: 40,
  total: 40,
  ...more,
});

const state = (more: Partial<RoomState> = {}): RoomState => ({
  show: { id: "shw_1", slug: "s", title: "Show", status: "live", starts_at: null, started_at: null, ended_at: null },
  picture: { state: "live", live: "/hls/1/master.m3u8", replay: null },
  lineup: [row("serum"), row("soap", { position: 1 })],
  pin: null,
  drops: [],
  pinned_message: null,
  messages: [],
  poll: null,
  questions: [],
  settings: { slow_seconds: 0, guests_allowed: true, approval: false },
  viewers: 3,
  reactions: 0,
  me: { key: "vwr_me", name: "Noor", staff: false, votes: {}, upvotes: [], waiting: [], echoes: [] },
  ...more,
});

let seq = 0;
const event = <T extends EventType>(type: T, data: EventData[T], at: number = (seq += 1)): Envelope => ({
  seq: at,
  type,
  at: "2026-11-20T18:00:00Z",
  data,
});

const message = (id: string, text = "hello"): EventData["message.posted"] => ({
  message_id: id,
  author_key: "vwr_1",
  author: "Maya",
  badge: "",
  title: "",
  text,
  reply_to: null,
  key: `key-${id}`,
});

const drop = (id: string, more: Partial<EventData["drop.opened"]> = {}): EventData["drop.opened"] =>
  ({
    drop_id: id,
    show_id: "shw_1",
    variant_id: "var_soap",
    title: "Soap",
    units: 50,
    units_left: 50,
    price_minor: 1200,
    currency: "EUR",
    per_buyer: 1,
    opens_at: null,
    opened_at: null,
    closes_at: null,
    ...more,
  }) as EventData["drop.opened"];

const all = (start: RoomState, ...events: Envelope[]): RoomState => events.reduce(reduce, start);

const snapshot = (at: number, of: RoomState = state()): SnapshotFrame => ({
  t: "snapshot",
  epoch: 7,
  cursors: { [TOPIC]: at, shop: 0 },
  state: of,
  now: "2026-11-20T18:00:00Z",
});

const frame = (from: number, to: number, events: Envelope[] = [], epoch = 7): EventsFrame => ({
  t: "events",
  topic: TOPIC,
  epoch,
  from,
  to,
  events,
});

describe("reduce", () => {
  const events: Envelope[] = [
    event("message.posted", message("msg_1")),
    event("message.removed", { message_id: "msg_1" }),
    event("stock.changed", { variant_id: "var_serum", available: 12, total: 30, drop_id: null, drop_units_left: null }),
    event("drop.opened", drop("drp_1")),
    event("stock.changed", { variant_id: "var_soap", available: 9, total: null, drop_id: "drp_1", drop_units_left: 31 }),
    event("poll.opened", { poll_id: "pol_1", question: "?", answers: ["a", "b"], opened_at: "", closes_at: null }),
    event("poll.counted", { poll_id: "pol_1", counts: [2, 1] }),
    event("question.asked", { question_id: "qst_1", author_key: "k", author: "Noor", text: "?", votes: 0, key: "", asked_at: "" }),
    event("question.ranked", { questions: [{ question_id: "qst_1", votes: 4 }] }),
  ];

  it.each(events.map((one) => [one.type, one] as const))("applying %s twice changes nothing more", (_type, one) => {
    const before = all(state(), ...events.slice(0, events.indexOf(one)));
    const once = reduce(before, one);

    expect(reduce(once, one)).toEqual(once);
  });

  it("keeps nothing of the words of a removed message", () => {
    const after = all(state(), ...events.slice(0, 2));

    expect(after.messages).toMatchObject([{ id: "msg_1", removed: true, text: "", author: "" }]);
  });

  it("puts the pinned product of the line-up on screen, and follows its stock and price", () => {
    const pinned = event("product.pinned", { show_id: "shw_1", variant_id: "var_serum", product: row("serum"), pinned_at: null });
    const sold = event("stock.changed", { variant_id: "var_serum", available: 2, total: 30, drop_id: null, drop_units_left: null });
    const price = event("price.changed", { variant_id: "var_serum", currency: "EUR", price_minor: 2900, was_minor: 3800, low_30d_minor: 3500 });
    const after = all(state(), pinned, sold, price);

    expect(after.pin).toMatchObject({ available: 2, price: { minor: 2900 }, was: { minor: 3800 }, low_30d: { minor: 3500 } });
    expect({ ...after.lineup[0], pinned_at: null }).toEqual(after.pin);
  });

  it("reveals a hidden row when it is pinned", () => {
    const hidden = row("secret", { is_hidden: true, variant_id: null, product_id: null, name: "Hidden until shown", position: 1 });
    const shown = row("balm", { position: 1 });
    const after = all(
      state({ lineup: [row("serum"), hidden] }),
      event("product.pinned", { show_id: "shw_1", variant_id: "var_balm", product: shown, pinned_at: null }),
    );

    expect(after.lineup.map((one) => one.name)).toEqual(["serum", "balm"]);
  });

  it("keeps every drop of the show and shows one: what sells before what is to come, the last opened first", () => {
    const first = all(state(), event("drop.announced", drop("drp_3")), event("drop.opened", drop("drp_2", { opened_at: "2026-11-20T18:00:00Z" })));
    expect(first.drops.map((one) => one.drop_id)).toEqual(["drp_2", "drp_3"]);
    expect(frontDrop(first)).toMatchObject({ drop_id: "drp_2", status: "open" });

    const second = all(first, event("drop.opened", drop("drp_1", { opened_at: "2026-11-20T18:05:00Z", variant_id: "var_serum" })));
    expect(frontDrop(second)?.drop_id).toBe("drp_1");
    expect(second.lineup.map((row) => rowDrop(second, row)?.drop_id)).toEqual(["drp_1", "drp_2"]);

    const gone = all(second, event("drop.sold_out", drop("drp_1", { units_left: 0, opened_at: "2026-11-20T18:05:00Z", variant_id: "var_serum" })));
    expect(frontDrop(gone)?.drop_id).toBe("drp_2");
    const closed = all(gone, event("drop.closed", drop("drp_2")));
    expect(frontDrop(closed)).toMatchObject({ drop_id: "drp_1", status: "sold_out" });
    expect(frontDrop(all(closed, event("drop.closed", drop("drp_1"))))?.drop_id).toBe("drp_3");
  });

  it("shows no drop of a product that is hidden, nor one of another show", () => {
    const hidden = state({ lineup: [row("secret", { is_hidden: true, variant_id: null })] });
    const opened = all(hidden, event("drop.opened", drop("drp_1")), event("drop.opened", drop("drp_2", { show_id: null })));
    expect(frontDrop(opened)).toBeNull();

    const revealed = all(opened, event("lineup.changed", { show_id: "shw_1", items: [row("soap")] }));
    expect(frontDrop(revealed)?.drop_id).toBe("drp_1");
    expect(revealed.drops).toHaveLength(1);
  });

  it("ends a show with nothing left on screen", () => {
    const ended = event("show.ended", { show_id: "shw_1", slug: "s", title: "Show", starts_at: null, ended_at: "t", reason: "host" });

    expect(frontDrop(all(state(), event("drop.opened", drop("drp_1")), ended))).toBeNull();
    expect(all(state({ pin: { ...row("serum"), pinned_at: null } }), ended)).toMatchObject({
      show: { status: "ended" },
      pin: null,
      drops: [],
      picture: { state: "over", live: null },
    });
  });

  it("leaves the state alone for an event it does not know", () => {
    const before = state();

    expect(reduce(before, { ...event("message.removed", { message_id: "" }), type: "moon.landed" })).toBe(before);
  });
});

describe("store", () => {
  const store = (at: number): RoomStore => {
    const made = new RoomStore();
    made.takeSnapshot(snapshot(at));
    return made;
  };

  it("takes a range that joins and moves its cursor over what it may not see", () => {
    const room = store(10);

    expect(room.takeEvents(frame(11, 14, [event("message.posted", message("msg_a"), 12)]))).toBe(true);
    expect(room.cursors[TOPIC]).toBe(14);
    expect(room.state?.messages).toHaveLength(1);
  });

  it("refuses a range with a hole before it and keeps what it knew", () => {
    const room = store(10);

    expect(room.takeEvents(frame(12, 13, [event("message.posted", message("msg_a"), 12)]))).toBe(false);
    expect(room.cursors[TOPIC]).toBe(10);
    expect(room.state?.messages).toHaveLength(0);
  });

  it("ignores what it had, also the known half of a range", () => {
    const room = store(10);
    const first = event("message.posted", message("msg_a"), 11);
    room.takeEvents(frame(11, 11, [first]));
    let told = 0;
    room.listen(() => (told += 1));

    expect(room.takeEvents(frame(11, 11, [first]))).toBe(true);
    expect(told).toBe(1); // the listener's own first call
    room.takeEvents(frame(11, 12, [first, event("message.posted", message("msg_b"), 12)]));
    expect(room.state?.messages.map((line) => line.id)).toEqual(["msg_a", "msg_b"]);
  });

  it("takes nothing of another epoch, of an unknown topic, or before a snapshot", () => {
    expect(store(10).takeEvents(frame(11, 11, [], 8))).toBe(false);
    expect(store(10).takeEvents({ ...frame(1, 1), topic: "show:2" })).toBe(false);
    expect(new RoomStore().takeEvents(frame(1, 1))).toBe(false);
  });

  it("a snapshot with later events equals a later snapshot", () => {
    const events = Array.from({ length: 40 }, (_, place) => event("message.posted", message(`msg_${place}`), place + 1));
    const whole = all(state(), ...events);
    for (const cut of [0, 1, 17, 39, 40]) {
      const room = new RoomStore();
      room.takeSnapshot(snapshot(cut, all(state(), ...events.slice(0, cut))));
      room.takeEvents(frame(cut + 1, 40, events.slice(cut)));
      expect(room.state).toEqual(whole);
    }
  });
});

describe("lines that not all see", () => {
  const mine = (id: string): EventData["message.posted"] => ({ ...message(id), author_key: "vwr_me", key: `key-${id}` });
  const waiting = { held_id: "hmg_1", text: "hello", key: "key-msg_2" };

  it("wait until they are shown under the same key", () => {
    const held = [event("message.waiting", waiting, 1), event("message.waiting", waiting, 1)].reduce(reduce, state());
    expect(held.me.waiting).toEqual([{ id: "hmg_1", text: "hello", key: "key-msg_2" }]);
    const shown = reduce(held, event("message.posted", mine("msg_2")));
    expect(shown.me.waiting).toEqual([]);
    expect(shown.messages.map((line) => line.id)).toEqual(["msg_2"]);
  });

  it("go back when the team says so", () => {
    const held = reduce(state(), event("message.waiting", waiting));
    expect(reduce(held, event("message.returned", { held_id: "hmg_1", key: waiting.key })).me.waiting).toEqual([]);
  });

  it("stand at their time in a snapshot", () => {
    const line = (id: string): RoomState["messages"][number] => ({
      ...{ id, author_key: "vwr_1", author: "Maya", badge: "", text: "hi", reply_to: null, key: id },
      ...{ edited_at: null, removed: false },
    });
    const store = new RoomStore();
    const me = { ...state().me, echoes: [line("msg_2")] };
    const frame: SnapshotFrame = {
      ...{ t: "snapshot", epoch: 1, cursors: { [TOPIC]: 0 }, now: "2026-11-20T18:00:00Z" },
      state: state({ me, messages: [line("msg_1"), line("msg_3")] }),
    };
    store.takeSnapshot(frame);
    expect(store.state?.messages.map(({ id }) => id)).toEqual(["msg_1", "msg_2", "msg_3"]);
  });
});

describe("a line that is changed", () => {
  const answer = { ...message("msg_2"), reply_to: { id: "msg_1", author: "Maya", text: "hello" } };
  const before = [event("message.posted", message("msg_1"), 1), event("message.posted", answer, 2)].reduce(
    reduce,
    state({ pinned_message: { id: "msg_1", author: "Maya", badge: "", text: "hello" } }),
  );

  it("has its new words where it stands, is quoted and is pinned", () => {
    const after = reduce(before, event("message.edited", { message_id: "msg_1", text: "x".repeat(200), edited_at: "2026-11-20T18:01:00Z" }));
    expect(after.messages[0]).toMatchObject({ text: "x".repeat(200), edited_at: "2026-11-20T18:01:00Z" });
    expect(after.messages[1]?.reply_to?.text).toBe("x".repeat(120));
    expect(after.pinned_message?.text).toBe("x".repeat(200));
  });

  it("is quoted no more when it is removed", () => {
    const after = reduce(before, event("message.removed", { message_id: "msg_1" }));
    expect(after.messages[1]?.reply_to).toEqual({ id: "msg_1", author: "", text: "" });
  });
});
