// How many watch; "about" so many when the room could not count everybody.
import type { Room } from "../elements/room";
import { figure, say } from "../room/words";

export function wireViewers(room: Room): void {
  const place = room.querySelector("[data-vt-viewers] .vt-num");
  if (!place) return;
  room.store.listen((state, _events, before) => {
    if (before?.viewers === state.viewers && before.about === state.about) return;
    const count = figure(state.viewers);
    place.textContent = state.about ? say("about", { count }) : count;
  });
}
