// What lies in front of the picture: the drop, else the pin. A new one slides in once and never takes the focus.
// Not here: how they are drawn (parts/goods.ts, parts/drop.ts).
import type { Room } from "../elements/room";
import { swap } from "../room/dom";
import type { Envelope } from "../room/reduce";
import type { RoomState } from "../room/state";
import { speak } from "../room/speak";
import { money, say } from "../room/words";
import { dropCard } from "./drop";
import { pinTag } from "./goods";

function tell(state: RoomState, events: readonly Envelope[]): void {
  for (const { type } of events) {
    if (type === "product.pinned" && state.pin?.price) {
      speak(say("said-pinned", { name: state.pin.name, price: money(state.pin.price) }));
    }
    if (type === "drop.opened" && state.drop) speak(say("said-drop-open", { title: state.drop.title }));
    if (type === "drop.sold_out" && state.drop) speak(say("said-drop-sold-out", { title: state.drop.title }));
    if (type === "drop.closed") speak(say("drop-over"));
  }
}

/** Only figures moved: change the figures, so that nothing blinks and a press is not lost. */
function countDown(card: HTMLElement, state: RoomState): boolean {
  const { drop } = state;
  if (!drop || drop.status !== "open" || card.dataset["drop"] !== drop.drop_id || card.dataset["status"] !== "open") return false;
  const left = card.querySelector('[data-part="left"]');
  const bar = card.querySelector("progress");
  if (left) left.textContent = String(drop.units_left);
  if (bar) bar.value = drop.units_left;
  return true;
}

export function wireFront(room: Room): void {
  const place = room.querySelector<HTMLElement>(".vt-front");
  if (!place || room.dataset["status"] !== "live") return;
  room.store.listen((state, events, before) => {
    tell(state, events);
    if (before && before.pin === state.pin && before.drop === state.drop) return;
    const shown = place.querySelector<HTMLElement>("vt-drop, vt-pin");
    if (shown && countDown(shown, state)) return;
    const next = state.drop ? dropCard(state.drop, room.addresses) : state.pin ? pinTag(state.pin, room.addresses) : null;
    if (!next) {
      shown?.remove();
      return;
    }
    if (!shown) place.append(next);
    else if (swap(shown, next) === shown) return;
    const isNew = shown?.dataset["variant"] !== next.dataset["variant"] || shown?.tagName !== next.tagName;
    if (before && isNew) next.toggleAttribute("data-arriving", true);
  });
}
