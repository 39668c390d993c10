// The replay re-enacts the show: the log by media time gives the chat, the pin and the counts of each second.
// Not here: the time bar (elements/replay.ts).
import { type Chat, chatLine, notice, systemLine } from "../elements/chat";
import { position, type Replay } from "../elements/replay";
import type { Room } from "../elements/room";
import { call } from "../room/api";
import { readRoomData } from "../room/data";
import { h, swap } from "../room/dom";
import type { EventData, MessagePosted } from "../room/events";
import type { Envelope } from "../room/reduce";
import { tagOf } from "../room/prices";
import { say } from "../room/words";
import type { Row } from "../room/state";
import { pinTag } from "./goods";
import { toast } from "./toast";

interface Page {
  data: Envelope[];
  next_after: number | null;
}

const SHOWN = 120;
/** Not every moment is a line: so many are looked through for them after a jump. */
const READ_BACK = 1000;

async function readAll(path: string): Promise<Envelope[]> {
  const all: Envelope[] = [];
  for (let after: number | null = 0; after !== null; ) {
    const page: Page = await call<Page>(`${path}?after=${after}`);
    all.push(...page.data);
    after = page.next_after;
  }
  return all.sort((a, b) => (a.media_time ?? 0) - (b.media_time ?? 0));
}

function line(moment: Envelope): HTMLElement | null {
  const at = h("time", {}, position(moment.media_time ?? 0));
  let drawn: HTMLElement | null = null;
  if (moment.type === "message.posted") {
    const data = moment.data as MessagePosted;
    drawn = chatLine({ ...data, id: data.message_id, removed: false, edited_at: null }, false);
  } else {
    const words = notice(moment);
    if (words) drawn = systemLine(words);
  }
  const quote = drawn?.querySelector("q");
  if (quote) quote.after(at);
  else drawn?.prepend(at);
  return drawn;
}

/** The product that was on screen at a second, as it was then. */
function pinnedAt(moments: readonly Envelope[], count: number): Row | null {
  for (let place = count - 1; place >= 0; place -= 1) {
    const { type, data } = moments[place] as Envelope;
    if (type === "product.unpinned") return null;
    if (type === "product.pinned") return (data as EventData["product.pinned"]).product;
  }
  return null;
}

export function wireMoments(room: Room): void {
  const { replay } = readRoomData();
  const chat = room.querySelector<Chat>("vt-chat");
  const front = room.querySelector<HTMLElement>(".vt-front");
  if (!replay || !chat || room.dataset["status"] !== "replay") return;
  let moments: Envelope[] = [];
  let shown = -1;
  const today = new Map(replay.goods.map((row) => [row.variant_id, row]));

  const draw = (time: number): void => {
    const count = moments.findLastIndex((moment) => (moment.media_time ?? 0) <= time) + 1;
    if (count === shown || !moments.length) return;
    const goesOn = shown >= 0 && count > shown && count - shown < SHOWN;
    const lines = moments.slice(goesOn ? shown : Math.max(0, count - READ_BACK), count).map(line);
    const drawn = lines.filter((one): one is HTMLElement => one !== null).slice(-SHOWN);
    if (goesOn) chat.addNext(drawn);
    else chat.show(drawn);
    shown = count;
    const then = pinnedAt(moments, count);
    const row = then?.variant_id ? today.get(then.variant_id) : undefined;
    const old = front?.querySelector("vt-pin");
    if (!then || !row) old?.remove();
    else {
      const tag = pinTag(row, room.addresses, { recorded: true, then: tagOf(then).price });
      if (old) swap(old, tag);
      else front?.append(tag);
    }
    for (const item of room.querySelectorAll<HTMLElement>(".vt-lineup-row")) {
      if (then && item.dataset["product"] === then.product_id) item.setAttribute("aria-current", "true");
      else item.removeAttribute("aria-current");
    }
  };

  room.addEventListener("vt-time", (event) => draw((event as CustomEvent<{ time: number }>).detail.time));
  void readAll(replay.moments).then(
    (all) => {
      moments = all;
      draw(room.querySelector<Replay>("vt-replay")?.time ?? 0);
    },
    () => toast(room, say("no-answer"), { bad: true }),
  );
}
