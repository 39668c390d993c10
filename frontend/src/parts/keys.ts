// Keys of a show: m sound, c chat, space play, / goods, Esc back. Off inside fields and sheets.
import type { LivePlayer } from "../elements/live-player";
import type { Room } from "../elements/room";

const TYPING = "input, textarea, select, [contenteditable]";
const PRESSABLE = "a, button, summary, [role=tab], [tabindex='0']";

export function wireKeys(room: Room): void {
  const player = room.querySelector<LivePlayer>("vt-live-player");
  const acts: Record<string, (event: KeyboardEvent) => void> = {
    m: () => player && (player.video.muted = !player.video.muted),
    c: () => room.querySelector<HTMLInputElement>("#say")?.focus(),
    "/": () => {
      location.hash = "#goods";
      room.querySelector<HTMLElement>(".vt-goods-list")?.focus({ preventScroll: true });
    },
    " ": () => void (player?.video.paused ? player.video.play().catch(() => undefined) : player?.video.pause()),
    Escape: () => {
      if (room.querySelector(".vt-pull:target")) location.hash = "#main";
    },
  };
  document.addEventListener(
    "keydown",
    (event) => {
      const target = event.target as Element;
      const act = acts[event.key];
      if (!act || event.metaKey || event.ctrlKey || event.altKey) return;
      if (target.closest(TYPING) || room.dataset["sheet"]) return;
      if (event.key === " " && target.closest(PRESSABLE)) return;
      event.preventDefault();
      act(event);
    },
    { signal: room.signal },
  );
}
