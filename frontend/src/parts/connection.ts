// The banner that says the room is out of reach; what is on the page stays.
import type { Room } from "../elements/room";
import { h, icon } from "../room/dom";
import type { Connection } from "../room/socket";
import { speak } from "../room/speak";
import { say } from "../room/words";

/** A short break is not worth a word. */
const PATIENCE = 2500;
let timer = 0;

export function showConnection(room: Room, connection: Connection): void {
  clearTimeout(timer);
  const shown = room.querySelector("[data-vt-offline]");
  if (connection === "open") {
    if (shown) speak(say("connected"));
    shown?.remove();
    return;
  }
  if (shown && connection !== "closed") return;
  const words = connection === "closed" ? say("room-closed") : say("offline");
  timer = window.setTimeout(
    () => {
      shown?.remove();
      const banner = h("p", { class: "vt-banner", "data-vt-offline": true }, icon("offline", "s"), h("span", {}, words));
      room.querySelector('[data-panel="chat"]')?.prepend(banner);
      speak(words);
    },
    connection === "closed" || !navigator.onLine ? 0 : PATIENCE,
  );
}
