// Three ways to one hold under one key: the open socket, the short route, the API. Silence is no refusal, so the
// next way is asked the same thing; a place in line is told, and kept by coming back.
// Not here: what is held already (buy/holds.ts).
import { call, NoAnswer, Problem } from "../room/api";
import type { Hold } from "../room/held";
import { Refused, type RoomSocket } from "../room/socket";

export interface Wish {
  variant: string;
  drop: string | null;
  show: string | null;
  quantity: number;
}

/** What this page has to ask by. */
export interface Ways {
  socket: Pick<RoomSocket, "connection" | "hold"> | null;
  /** From the room, good for its show; empty without one. */
  ticket: string;
}

const ROUTE = "/hold/";
/** Refusals that say that nobody knows, or that this way is not for us: the same may be asked elsewhere at once. */
const UNKNOWN = new Set(["no_answer", "answer_unknown", "room_busy", "hello_first", "join_first"]);

const pause = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

async function bySocket({ variant, drop, quantity }: Wish, key: string, socket: NonNullable<Ways["socket"]>): Promise<Hold | null> {
  try {
    return await socket.hold({ variant, drop, quantity }, key);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (UNKNOWN.has(error.code)) return null;
    throw new Problem(error.code, 409, error.message, { place: error.place }, error.retryAfter);
  }
}

function ask(path: string, { variant, drop, show, quantity }: Wish, key: string, ticket?: string): Promise<Hold> {
  const body = { variant, quantity, ...(drop && { drop }), ...(show && { show }) };
  return call<Hold>(path, { method: "POST", body, idempotencyKey: key, ...(ticket && { ticket }) });
}

async function byRoute(wish: Wish, key: string, ticket: string): Promise<Hold | null> {
  try {
    return await ask(ROUTE, wish, key, ticket);
  } catch (error) {
    if (error instanceof NoAnswer) return null;
    if (!(error instanceof Problem)) throw error;
    // Not served here, or no longer with this ticket, or nobody knows: the API decides.
    const isOpen = error.code.startsWith("ticket_") || [404, 405].includes(error.status) || error.status >= 500;
    if (isOpen && error.code !== "in_line") return null;
    throw error;
  }
}

async function ticketFor(wish: Wish, { ticket }: Ways): Promise<string> {
  if (wish.show && ticket) return ticket;
  // Only a drop is worth the question; everything else the API answers as soon.
  if (!wish.drop) return "";
  const body = { drop: wish.drop };
  const given = await call<{ ticket: string }>("/api/v1/holds/ticket/", { method: "POST", body }).catch(() => null);
  return given?.ticket ?? "";
}

async function once(wish: Wish, key: string, ways: Ways): Promise<Hold> {
  const { socket } = ways;
  const told = socket?.connection === "open" ? await bySocket(wish, key, socket) : null;
  if (told) return told;
  const ticket = await ticketFor(wish, ways);
  const held = ticket ? await byRoute(wish, key, ticket) : null;
  return held ?? ask("/api/v1/holds/", wish, key);
}

/** The hold. Throws Problem for a refusal, and NoAnswer when nobody could be asked: then nobody knows, and the same
 * key is to be asked again. `onPlace` is told where in line somebody stands, each time that is learnt. */
export async function askForHold(wish: Wish, key: string, ways: () => Ways, onPlace: (place: number) => void): Promise<Hold> {
  for (;;) {
    try {
      return await once(wish, key, ways());
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "in_line") throw error;
      onPlace(Number(error.data["place"]));
      await pause(error.retryAfter ?? 2);
    }
  }
}
