// Hearts: taps are counted and sent together; hearts of others rise in small numbers, or are a count where motion is reduced.
// Not here: how they move (styles/components/hearts.css).
import type { Room } from "../elements/room";
import { h, icon } from "../room/dom";
import { figure, say } from "../room/words";

const SEND_AFTER = 600;
const MOST_A_FRAME = 20;
const MOST_SHOWN = 5;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

export function wireHearts(room: Room): void {
  const buttons = [...room.querySelectorAll<HTMLElement>("[data-vt-heart]")];
  const stage = room.querySelector<HTMLElement>(".vt-stage");
  if (!buttons.length || !stage) return;
  let taps = 0;
  let own = 0;
  let timer = 0;

  const rise = (count: number): void => {
    if (calm.matches || document.hidden) return;
    for (let place = 0; place < Math.min(count, MOST_SHOWN); place += 1) {
      const heart = h("span", { class: "vt-heart", "aria-hidden": "true" }, icon("heart"));
      heart.style.setProperty("--_drift", String(Math.random() * 2 - 1));
      heart.style.setProperty("--_wait", `${place * 140}ms`);
      heart.addEventListener("animationend", () => heart.remove());
      stage.append(heart);
    }
  };
  const send = (): void => {
    timer = 0;
    room.socket?.tell({ t: "react", n: Math.min(taps, MOST_A_FRAME) });
    taps = 0;
  };

  for (const button of buttons) {
    button.addEventListener("click", () => {
      taps += 1;
      own += 1;
      button.setAttribute("aria-pressed", "true");
      rise(1);
      timer ||= window.setTimeout(send, SEND_AFTER);
    });
  }
  room.store.listen((state, _events, before) => {
    if (before && before.reactions === state.reactions) return;
    const others = before ? state.reactions - before.reactions - own : 0;
    own = Math.max(0, own - (before ? state.reactions - before.reactions : 0));
    rise(others);
    if (!calm.matches) return;
    for (const button of buttons) {
      const count = button.querySelector(".vt-count") ?? button.appendChild(h("span", { class: "vt-count", "aria-hidden": "true" }));
      count.textContent = figure(state.reactions);
      button.setAttribute("aria-label", say("heart", { count: figure(state.reactions) }));
    }
  });
}
