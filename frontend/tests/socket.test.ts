import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { BadFrame, lineKey, readFrame } from "../src/room/frames";
import { backOff, Refused, RoomSocket } from "../src/room/socket";
import { RoomStore } from "../src/room/store";

class Wire {
  readyState = 1;
  sent: Record<string, unknown>[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  closed = false;

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }

  close(): void {
    this.closed = true;
    this.readyState = 3;
  }

  tell(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  kinds(): unknown[] {
    return this.sent.map((frame) => frame["t"]).filter((kind) => kind !== "ping");
  }
}

const STATE = {
  show: { id: "shw_1", status: "live" },
  picture: {},
  lineup: [],
  pin: null,
  drops: [],
  pinned_message: null,
  messages: [],
  poll: null,
  questions: [],
  settings: {},
  viewers: 1,
  reactions: 0,
  me: { key: "k", votes: {}, upvotes: [] },
};
const snapshot = (at = 5): object => ({
  t: "snapshot",
  epoch: 1,
  cursors: { "show:1": at, shop: 0 },
  now: "2026-11-20T18:00:00Z",
  state: STATE,
});

let wires: Wire[] = [];
const last = (): Wire => wires[wires.length - 1] as Wire;

function connected(): RoomSocket {
  const socket = new RoomSocket(new RoomStore(), "ws://shop/rooms/shw_1/", () => {
    const wire = new Wire();
    wires.push(wire);
    return wire as unknown as WebSocket;
  });
  socket.connect();
  last().onopen?.();
  return socket;
}

beforeEach(() => {
  wires = [];
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

describe("socket", () => {
  it("says hello without cursors first, with cursors after a break", () => {
    const socket = connected();
    expect(last().sent[0]).toEqual({ t: "hello", cursors: null, epoch: null });
    last().tell(snapshot());
    expect(socket.connection).toBe("open");

    last().onclose?.({ code: 1006 });
    expect(socket.connection).toBe("waiting");
    vi.advanceTimersByTime(30_000);
    last().onopen?.();

    expect(wires).toHaveLength(2);
    expect(last().sent[0]).toEqual({ t: "hello", cursors: { "show:1": 5, shop: 0 }, epoch: 1 });
  });

  it("comes again at once when a range does not join", () => {
    connected();
    last().tell(snapshot());
    last().tell({ t: "events", topic: "show:1", epoch: 1, from: 9, to: 9, events: [] });

    expect(wires[0]?.closed).toBe(true);
    vi.advanceTimersByTime(1000);
    expect(wires).toHaveLength(2);
  });

  it("sends what waits for an answer again under the same key", async () => {
    const socket = connected();
    last().tell(snapshot());
    const said = socket.ask({ t: "say", text: "hello", reply_to: null }, "key-1");
    last().onclose?.({ code: 1012 });
    vi.advanceTimersByTime(5000);
    last().onopen?.();
    expect(last().kinds()).toEqual(["hello"]);
    last().tell({ t: "events", topic: "show:1", epoch: 1, from: 6, to: 5, events: [] });

    expect(last().sent.filter((frame) => frame["t"] === "say")).toEqual([
      { t: "say", text: "hello", reply_to: null, key: "key-1" },
    ]);
    last().tell({ t: "ack", key: "key-1", id: "msg_1", seq: null });
    await expect(said).resolves.toBe("msg_1");
  });

  it("names a line by a UUID that has little of chance in it and is new every time", () => {
    const keys = Array.from({ length: 1000 }, lineKey);
    expect(new Set(keys).size).toBe(1000);
    for (const key of keys) expect(key).toMatch(/^00000000-0000-8000-8000-[0-9a-f]{12}$/);
  });

  it("hands a refusal on with its code and words", async () => {
    const socket = connected();
    last().tell(snapshot());
    const said = socket.ask({ t: "say", text: "x", reply_to: null }, "key-1");
    last().tell({ t: "refused", key: "key-1", code: "slow_mode", detail: "Write again in 4 s.", retry_after: 4 });

    await expect(said).rejects.toEqual(new Refused("slow_mode", "Write again in 4 s.", 4));
  });

  it("does not wait for an answer for ever", async () => {
    const socket = connected();
    last().tell(snapshot());
    const said = socket.ask({ t: "ask", text: "?" });
    const failed = expect(said).rejects.toMatchObject({ code: "no_answer" });
    vi.advanceTimersByTime(21_000);

    await failed;
  });

  it.each([4403, 4404, 4423])("stays away after %i", (code) => {
    const socket = connected();
    last().onclose?.({ code });
    vi.advanceTimersByTime(120_000);

    expect(socket.connection).toBe("closed");
    expect(wires).toHaveLength(1);
  });

  it("comes back when the room asks it to", () => {
    connected();
    last().tell(snapshot());
    last().tell({ t: "reconnect", after_ms: 1500 });
    vi.advanceTimersByTime(1499);
    expect(wires).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(wires).toHaveLength(2);
  });

  it("notices a line that has gone deaf", () => {
    connected();
    last().tell(snapshot());
    vi.advanceTimersByTime(80_000);

    expect(wires.length).toBeGreaterThan(1);
  });

  it("spreads and lengthens its waits, up to half a minute", () => {
    expect(backOff(1, () => 0)).toBe(250);
    expect(backOff(1, () => 1)).toBe(1250);
    expect(backOff(20, () => 1)).toBe(30_250);
  });
});

describe("frames", () => {
  it.each([
    ["no JSON", "{"],
    ["no object", "3"],
    ["a range without its end", JSON.stringify({ t: "events", topic: "a", epoch: 1, from: 1, events: [] })],
    ["a state without its messages", JSON.stringify({ ...snapshot(), state: { ...STATE, messages: undefined } })],
  ])("refuses %s", (_name, text) => {
    expect(() => readFrame(text)).toThrow(BadFrame);
  });

  it("passes over a kind it does not know", () => {
    expect(readFrame('{"t":"confetti"}')).toBeNull();
  });
});
