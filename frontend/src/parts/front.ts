// What lies in front of the picture: the drop, else the pin. A new one slides in once and never takes the focus.
// Not here: how they are drawn (parts/goods.ts, parts/drop.ts).
import type { Room } from "../elements/room";
import { swap } from "../room/dom";
import { dropRow, frontDrop } from "../room/drops";
import type { DropOpened } from "../room/events";
import type { Envelope } from "../room/reduce";
import type { Drop, RoomState } from "../room/state";
import { speak } from "../room/speak";
import { tagOf } from "../room/prices";
import { figure, money, say } from "../room/words";
import { dropCard } from "./drop";
import { pinTag } from "./goods";

function tell(state: RoomState, events: readonly Envelope[], before: RoomState | null): void {
  for (const { type, data } of events) {
    const pinned = type === "product.pinned" && state.pin ? tagOf(state.pin).price : null;
    if (pinned && state.pin) {
      speak(say("said-pinned", { name: state.pin.name, price: money(pinned) }));
    }
    if (!type.startsWith("drop.")) continue;
    const { drop_id: id, title, show_id: show } = data as DropOpened;
    if (show !== state.show.id) continue;
    if (type === "drop.opened") speak(say("said-drop-open", { title }));
    if (type === "drop.drawn") speak(say("said-drawn", { title }));
    if (type === "drop.sold_out") speak(say("said-drop-sold-out", { title }));
    if (type === "drop.closed" && before?.drops.some((drop) => drop.drop_id === id)) speak(say("drop-over"));
  }
}

/** Only figures moved: change the figures, so that nothing blinks and a press is not lost. */
function countDown(card: HTMLElement, drop: Drop | null): boolean {
  if (!drop || card.dataset["drop"] !== drop.drop_id || card.dataset["status"] !== drop.status || card.dataset["list"] !== drop.list_state) return false;
  if (drop.status !== "open" && drop.list_state !== "open") return false;
  const left = card.querySelector('[data-part="left"]');
  const bar = card.querySelector("progress");
  const entered = card.querySelector('[data-part="entered"]');
  if (entered) entered.textContent = say("entered", { count: figure(drop.entered) }, drop.entered);
  if (left) left.textContent = String(drop.units_left);
  if (bar) bar.value = drop.units_left;
  return true;
}

export function wireFront(room: Room): void {
  const place = room.querySelector<HTMLElement>(".vt-front");
  if (!place || room.dataset["status"] !== "live") return;
  const draw = (state: RoomState, before: RoomState | null, mayCount: boolean): void => {
    const shown = place.querySelector<HTMLElement>("vt-drop, vt-pin");
    const drop = frontDrop(state);
    if (mayCount && shown && countDown(shown, drop)) return;
    const next = drop ? dropCard(drop, dropRow(state, drop), room.places.of(drop.drop_id), room.addresses) : state.pin ? pinTag(state.pin, room.addresses) : null;
    if (!next) {
      shown?.remove();
      return;
    }
    if (!shown) place.append(next);
    else if (swap(shown, next) === shown) return;
    const isNew = shown?.dataset["variant"] !== next.dataset["variant"] || shown?.tagName !== next.tagName;
    if (before && isNew) next.toggleAttribute("data-arriving", true);
  };
  room.places.listen(() => room.store.state && draw(room.store.state, room.store.state, false));
  room.store.listen((state, events, before) => {
    tell(state, events, before);
    if (before && before.pin === state.pin && before.drops === state.drops && before.lineup === state.lineup && before.show === state.show) return;
    draw(state, before, true);
  });
}
