// Tells the room that somebody watches, and which moment of the picture they see.
// Not here: what waits for that moment (room/playhead.ts), and how the room counts (chat/attendance.py).
import type { LivePlayer } from "../elements/live-player";
import type { Room } from "../elements/room";
import { COMING } from "../room/playhead";

const EVERY = 10_000;

/** Somebody looks at the page, or hears it from behind another. */
const isWatched = (player: LivePlayer | null): boolean =>
  !document.hidden || Boolean(player && document.pictureInPictureElement === player.video) || Boolean(player && !player.video.paused && !player.video.muted);

export function wireWatching(room: Room): void {
  const player = room.querySelector<LivePlayer>("vt-live-player");
  // A hidden page shows nobody anything: all at once, until it is seen again.
  room.store.playhead = (): number | null => player?.onScreen ?? null;
  document.addEventListener("visibilitychange", () => room.store.look(), { signal: room.signal });

  const tell = (): void => {
    if (!isWatched(player)) return;
    // Who paused or went back has a delay of their own making.
    const picture = player && !player.video.paused ? player.onScreen : null;
    room.socket?.tell({ t: "watching", picture: picture === null || picture === COMING ? null : Math.round(picture) });
  };
  // Not all pages at the same second.
  let timer = window.setTimeout(function again() {
    tell();
    timer = window.setTimeout(again, EVERY);
  }, Math.random() * EVERY);
  room.signal.addEventListener("abort", () => clearTimeout(timer));
}
