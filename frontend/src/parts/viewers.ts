// How many watch.
import type { Room } from "../elements/room";
import { figure } from "../room/words";

export function wireViewers(room: Room): void {
  const place = room.querySelector("[data-vt-viewers] .vt-num");
  if (!place) return;
  room.store.listen((state, _events, before) => {
    if (before?.viewers !== state.viewers) place.textContent = figure(state.viewers);
  });
}
