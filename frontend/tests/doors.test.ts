import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { askForHold, type Ways, type Wish } from "../src/buy/doors";
import { HoldBook } from "../src/buy/holds";
import { PlaceBook } from "../src/buy/places";
import { NoAnswer, Problem } from "../src/room/api";
import { Refused } from "../src/room/socket";

const HOLD = { id: "hld_1", status: "active", name: "Dawn Serum", variant: "var_1", drop: "drp_1", quantity: 1 };
const WISH: Wish = { variant: "var_1", drop: "drp_1", show: "shw_1", quantity: 1 };

interface Asked {
  path: string;
  key: string;
  ticket: string;
}
type Answer = [number, object, Record<string, string>?] | null;

let asked: Asked[] = [];
let answers: Record<string, Answer[]> = {};

/** A shop that answers each address from a list; a null is a connection that broke. */
function shop(): void {
  vi.stubGlobal("document", { querySelector: () => null });
  vi.stubGlobal("fetch", (path: string, { headers }: { headers: Record<string, string> }) => {
    asked.push({ path, key: headers["Idempotency-Key"] ?? "", ticket: headers["X-Hold-Ticket"] ?? "" });
    const answer = answers[path]?.shift() ?? null;
    if (!answer) return Promise.reject(new TypeError("network"));
    const [status, body, sent = {}] = answer;
    return Promise.resolve(new Response(JSON.stringify(body), { status, headers: sent }));
  });
}

const refusal = (code: string): object => ({ code, detail: code });
const paths = (): string[] => asked.map(({ path }) => path);
const noSocket = (): Ways => ({ socket: null, ticket: "t" });

function bySocket(...said: (object | Refused)[]): () => Ways {
  const socket = {
    connection: "open" as const,
    hold: (_: unknown, key: string) => {
      asked.push({ path: "socket", key, ticket: "" });
      const next = said.shift();
      return next instanceof Refused ? Promise.reject(next) : Promise.resolve(next as never);
    },
  };
  return () => ({ socket, ticket: "t" });
}

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  answers = {};
  shop();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const settle = async <T>(work: Promise<T>): Promise<T> => {
  const done = work.catch((error: unknown) => error);
  await vi.runAllTimersAsync();
  await done;
  return work;
};

describe("asking for a hold", () => {
  it("goes by the open socket, and asks nobody else", async () => {
    expect(await settle(askForHold(WISH, "k", bySocket(HOLD), vi.fn()))).toEqual(HOLD);
    expect(asked).toEqual([{ path: "socket", key: "k", ticket: "" }]);
  });

  it("takes a refusal of the room as the answer", async () => {
    const asking = askForHold(WISH, "k", bySocket(new Refused("sold_out", "Gone")), vi.fn());
    await expect(settle(asking)).rejects.toMatchObject({ code: "sold_out", message: "Gone" });
    expect(paths()).toEqual(["socket"]);
  });

  it("does not take silence for a no: the route is asked under the same key, then the API", async () => {
    answers["/hold/"] = [null, null, null];
    answers["/api/v1/holds/"] = [[201, HOLD]];
    expect(await settle(askForHold(WISH, "k", bySocket(new Refused("no_answer", "")), vi.fn()))).toEqual(HOLD);
    expect(new Set(paths())).toEqual(new Set(["socket", "/hold/", "/api/v1/holds/"]));
    expect(new Set(asked.map(({ key }) => key))).toEqual(new Set(["k"]));
    expect(asked.filter(({ path }) => path === "/hold/").every(({ ticket }) => ticket === "t")).toBe(true);
  });

  it.each([404, 405])("goes on to the API where the route is not served (%i)", async (status) => {
    answers["/hold/"] = [[status, refusal("not_found")]];
    answers["/api/v1/holds/"] = [[201, HOLD]];
    expect(await settle(askForHold(WISH, "k", noSocket, vi.fn()))).toEqual(HOLD);
  });

  it("asks for a ticket of the drop when the room gave none, and goes on without one", async () => {
    answers["/api/v1/holds/ticket/"] = [[200, { ticket: "own" }], null];
    answers["/hold/"] = [[201, HOLD]];
    answers["/api/v1/holds/"] = [[201, HOLD]];
    const none = (): Ways => ({ socket: null, ticket: "" });
    await settle(askForHold(WISH, "k", none, vi.fn()));
    expect(asked.at(-1)).toEqual({ path: "/hold/", key: "k", ticket: "own" });
    await settle(askForHold(WISH, "k", none, vi.fn()));
    expect(paths().at(-1)).toBe("/api/v1/holds/");
  });

  it("says where in line somebody stands, and keeps the place by coming back", async () => {
    const line = new Refused("in_line", "line", 3, 5004);
    answers["/hold/"] = [[503, { code: "in_line", detail: "", data: { place: 12 } }, { "Retry-After": "2" }], [201, HOLD]];
    const places: number[] = [];
    await settle(askForHold(WISH, "k", bySocket(line, HOLD), (place) => places.push(place)));
    await settle(askForHold(WISH, "k", noSocket, (place) => places.push(place)));
    expect(places).toEqual([5004, 12]);
    expect(new Set(asked.map(({ key }) => key))).toEqual(new Set(["k"]));
  });
});

describe("the book of holds", () => {
  it("asks again under the same key after silence, and under a new one after an answer", async () => {
    const book = new HoldBook(new PlaceBook());
    answers["/api/v1/holds/"] = [null, null, null];
    await expect(settle(book.hold({ variant: "var_1", drop: null, show: null }))).rejects.toThrow(NoAnswer);
    answers["/api/v1/holds/"] = [[500, {}], [500, {}], [500, refusal("unexpected")]];
    await expect(settle(book.hold({ variant: "var_1", drop: null, show: null }))).rejects.toThrow(Problem);
    answers["/api/v1/holds/"] = [[409, refusal("sold_out")]];
    await expect(settle(book.hold({ variant: "var_1", drop: null, show: null }))).rejects.toThrow(Problem);
    answers["/api/v1/holds/"] = [[201, HOLD]];
    await settle(book.hold({ variant: "var_1", drop: null, show: null }));
    const keys = [...new Set(asked.map(({ key }) => key))];
    expect(keys).toHaveLength(2);
    expect(asked.at(-1)?.key).toBe(keys[1]);
    expect(book.holds).toEqual([HOLD]);
  });
});
