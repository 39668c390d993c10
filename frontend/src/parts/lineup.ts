// The line-up: rows change in place, so that reading and focus stay where they are.
// Not here: how a row is drawn (parts/goods.ts).
import type { Room } from "../elements/room";
import { h, swap } from "../room/dom";
import { rowDrop } from "../room/drops";
import { figure, say } from "../room/words";
import { lineupRow, rowState } from "./goods";

export function wireLineup(room: Room): void {
  const holder = room.querySelector<HTMLElement>(".vt-goods-list");
  if (!holder || room.dataset["status"] === "replay") return;
  room.store.listen((state, _events, before) => {
    if (before && before.lineup === state.lineup && before.pin === state.pin && before.drops === state.drops) return;
    if (!state.lineup.length) return;
    let list = holder.querySelector<HTMLElement>(".vt-lineup");
    if (!list) {
      list = h("ol", { class: "vt-lineup" });
      holder.replaceChildren(list);
    }
    const rows = state.lineup.map((row) => lineupRow(row, rowState(row, state), rowDrop(state, row), room.addresses));
    rows.forEach((row, place) => {
      const old = list.children[place];
      if (old) swap(old, row);
      else list.append(row);
    });
    while (list.children.length > rows.length) list.lastElementChild?.remove();
    const open = room.querySelector<HTMLElement>(".vt-goods-open");
    if (!open) return;
    open.setAttribute("aria-label", say("goods-open", { products: rows.length }, rows.length));
    const count = open.querySelector(".vt-num");
    if (count) count.textContent = figure(rows.length);
  });
}
