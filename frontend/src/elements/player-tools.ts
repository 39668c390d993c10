// The buttons that work the picture, wherever the layout puts them: sound, full screen, small player, share.
// Not here: the picture, the replay's time bar.
import { toast } from "../parts/toast";
import { say } from "../room/words";
import type { LivePlayer } from "./live-player";
import type { Room } from "./room";

const pressed = (button: Element, on: boolean): void => button.setAttribute("aria-pressed", String(on));

const drawSound = (room: ParentNode, muted: boolean): void => {
  for (const button of room.querySelectorAll("[data-vt-mute]")) {
    pressed(button, !muted);
    button.querySelector("use")?.setAttribute("href", muted ? "#vt-i-sound-off" : "#vt-i-sound");
  }
  for (const pill of room.querySelectorAll<HTMLElement>("[data-vt-sound]")) pill.hidden = !muted;
};

async function share(room: Room): Promise<void> {
  const link = document.querySelector<HTMLLinkElement>('link[rel="canonical"]')?.href ?? location.href;
  if (navigator.share) {
    await navigator.share({ title: document.title, url: link }).catch(() => undefined);
    return;
  }
  // Without a secure origin there is no clipboard: then the words carry the link.
  await navigator.clipboard?.writeText(link).then(
    () => toast(room, say("link-copied")),
    () => toast(room, link),
  );
  if (!navigator.clipboard) toast(room, link);
}

async function toggleFullScreen(room: Element): Promise<void> {
  if (document.fullscreenElement) await document.exitFullscreen();
  else await room.querySelector(".vt-window")?.requestFullscreen();
}

async function toggleMiniPlayer(video: HTMLVideoElement): Promise<void> {
  if (document.pictureInPictureElement) await document.exitPictureInPicture();
  else await video.requestPictureInPicture();
}

/** Wire every player button of a room to its picture. */
export function wirePlayerTools(room: Room): void {
  const player = room.querySelector<LivePlayer>("vt-live-player");
  for (const button of room.querySelectorAll<HTMLElement>("[data-vt-mini]")) button.hidden = !document.pictureInPictureEnabled;
  for (const button of room.querySelectorAll<HTMLElement>("[data-vt-full]")) button.hidden = !document.fullscreenEnabled;
  room.addEventListener("click", (event) => {
    const button = (event.target as Element).closest("button");
    if (!button) return;
    if ("vtShare" in button.dataset) void share(room);
    if (!player) return;
    if ("vtMute" in button.dataset || "vtSound" in button.dataset) {
      player.video.muted = !player.video.muted;
      if (player.isLive) void player.video.play().catch(() => undefined);
    }
    if ("vtFull" in button.dataset) void toggleFullScreen(room);
    if ("vtMini" in button.dataset) void toggleMiniPlayer(player.video).catch(() => undefined);
  });
  player?.video.addEventListener("volumechange", () => drawSound(room, player.video.muted));
}
