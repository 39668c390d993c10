// The picture's states: on, lost for a moment, ended, replay there; and the way from lobby to show.
// Not here: playing (elements/live-player.ts).
import type { LivePlayer } from "../elements/live-player";
import type { Room } from "../elements/room";
import { pictureUrl, readRoomData } from "../room/data";
import { h, icon } from "../room/dom";
import { swapPage } from "../room/page";
import { speak } from "../room/speak";
import type { RoomState, ShowStatus } from "../room/state";
import { say } from "../room/words";

/** Everybody learns it at once; the pages are asked for over these milliseconds. */
const SPREAD = 2500;
/** Which page a status has. */
const PAGE: Partial<Record<ShowStatus, string>> = { scheduled: "lobby", lobby: "lobby" };
const pageOf = (status: string): string => PAGE[status as ShowStatus] ?? status;

function slate(room: Room, title: string, words: string, action?: HTMLElement): void {
  const stage = room.querySelector<HTMLElement>(".vt-stage");
  const shown = stage?.querySelector("[data-vt-slate]");
  const next = h("div", { class: "vt-slate", "data-vt-slate": true }, h("h2", { class: "vt-title" }, title), h("p", {}, words), action);
  if (shown) shown.replaceWith(next);
  else stage?.append(next);
}

function drawPicture(room: Room, state: RoomState, before: RoomState | null): void {
  if (room.dataset["status"] !== "live" || state.show.status !== "live") return;
  const player = room.querySelector<LivePlayer>("vt-live-player");
  if (state.picture.state === "lost") {
    if (before?.picture.state === "lost") return;
    slate(room, say("picture-lost"), say("picture-lost-more"));
    speak(say("picture-lost"));
    player?.rest();
    return;
  }
  room.querySelector("[data-vt-slate]")?.remove();
  const url = state.picture.live && pictureUrl(state.picture.live, readRoomData().picture_token ?? "");
  if (url) void player?.play(url, before?.picture.state === "lost");
}

export function wireStage(room: Room): void {
  let moving = false;

  const move = async (): Promise<void> => {
    if (moving || !room.isConnected) return;
    moving = true;
    await new Promise((resolve) => setTimeout(resolve, Math.random() * SPREAD));
    // Never under the hands of somebody who is paying or writing a name.
    if (room.dataset["sheet"]) {
      await new Promise((resolve) => room.addEventListener("vt-sheet-closed", resolve, { once: true }));
    }
    await swapPage(room).catch(() => {
      moving = false;
      setTimeout(() => void move(), 5000);
    });
  };

  room.store.listen((state, _events, before) => {
    const page = room.dataset["status"] ?? "";
    if (state.show.status === "replay" && pageOf(page) === "ended") {
      const watch = h("a", { class: "vt-button vt-button-glass", href: location.pathname + location.search }, icon("play"), say("replay-watch"));
      slate(room, say("replay-ready"), say("replay-ready-more"), watch);
      if (before) speak(say("replay-ready"));
      return;
    }
    if (pageOf(state.show.status) !== pageOf(page)) {
      if (before && state.show.status === "ended") speak(say("show-ended"));
      if (before && state.show.status === "live") speak(say("show-started"));
      void move();
      return;
    }
    if (!before || before.picture !== state.picture) drawPicture(room, state, before);
  });
}
