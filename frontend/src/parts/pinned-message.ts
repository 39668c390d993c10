// The message that the team keeps on top of the talk.
import type { Room } from "../elements/room";
import { h, icon } from "../room/dom";

export function wirePinnedMessage(room: Room): void {
  const panel = room.querySelector<HTMLElement>('[data-panel="chat"]');
  if (!panel) return;
  room.store.listen(({ pinned_message: message }, _events, before) => {
    if (before && before.pinned_message === message) return;
    const shown = panel.querySelector(".vt-message-pin");
    if (!message) {
      shown?.remove();
      return;
    }
    const words = h("span", {}, h("b", {}, h("bdi", {}, message.author)), " ", h("bdi", {}, message.text));
    const next = h("p", { class: "vt-message-pin" }, icon("pin", "s"), words);
    if (shown) shown.replaceWith(next);
    else panel.prepend(next);
  });
}
