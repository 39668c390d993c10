// Something said once over the page, seen and heard, gone by itself unless it asks for an answer.
import type { Room } from "../elements/room";
import { h, icon } from "../room/dom";
import { speak } from "../room/speak";
import { say } from "../room/words";

const STAYS = 6000;

interface ToastOptions {
  bad?: boolean;
  act?: { words: string; do: () => void };
}

export function toast(room: Room, words: string, { bad = false, act }: ToastOptions = {}): void {
  room.querySelector(".vt-toast")?.remove();
  const close = h("button", { class: "vt-tool", type: "button", "aria-label": say("close") }, icon("close"));
  const button = act && h("button", { class: "vt-button vt-button-plain vt-button-s", type: "button" }, act.words);
  const shown = h("div", { class: bad ? "vt-toast vt-toast-bad" : "vt-toast" }, h("p", {}, words), button ?? close);
  close.addEventListener("click", () => shown.remove());
  button?.addEventListener("click", () => {
    shown.remove();
    act?.do();
  });
  // A sheet is in the top layer: what is said while one is open is said inside it.
  (room.querySelector("dialog[open]") ?? room).append(shown);
  speak(words);
  if (!act) setTimeout(() => shown.remove(), STAYS);
}
