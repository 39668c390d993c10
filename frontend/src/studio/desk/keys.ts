// Keys of the desk; off inside fields and with a modifier held.
// Not here: what the acts do.
import { answerFirst } from "./asks";
import { skip } from "./cues";
import type { Desk } from "./desk";
import { runNext } from "./next";
import { waits } from "./shape";
import { openTab } from "./dock";
import { decide } from "./queue";
import { actOn, choose, moveChoice, stopReply } from "./talk";

const COLUMNS: Record<string, string> = { "1": "plan", "2": "air", "3": "room" };

export function wireKeys(desk: Desk): void {
  const acts: Record<string, () => void> = {
    o: () => runNext(desk),
    n: () => void skip(desk, desk.store.state?.show.status === "live" ? desk.cues.find(waits) : undefined),
    u: () => desk.mayRun && desk.store.state?.pin && void desk.act("DELETE", desk.url("pin")),
    j: () => moveChoice(desk, 1),
    k: () => moveChoice(desk, -1),
    d: () => void actOn(desk, "remove"),
    t: () => void actOn(desk, "timeout"),
    b: () => void actOn(desk, "ban"),
    p: () => void actOn(desk, "pin"),
    r: () => void actOn(desk, "reply"),
    s: () => void actOn(desk, "shadow"),
    e: () => void actOn(desk, "edit"),
    i: () => void actOn(desk, "person"),
    q: () => openTab(desk, desk.querySelector("#room-queue:not([hidden])") ? "chat" : "queue"),
    y: () => void decide(desk, "approve"),
    x: () => void decide(desk, "decline"),
    c: () => void decide(desk, "claim"),
    a: () => answerFirst(desk),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const target = event.target as HTMLElement;
    // For a moment the focus is still inside of a dialog that was closed: the next key is meant for the desk.
    const isField = target.closest("input, textarea, select, dialog[open]") !== null;
    if (event.key === "Escape") {
      stopReply(desk);
      choose(desk, null);
      if (isField && !target.closest("dialog[open]")) target.blur();
      return;
    }
    if (isField || event.repeat) return;
    const column = COLUMNS[event.key];
    if (column) {
      event.preventDefault();
      desk.querySelector<HTMLElement>(`[data-vt-column="${column}"]`)?.focus();
      return;
    }
    const act = acts[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  });
  desk.find("keys-open").addEventListener("click", () => desk.find<HTMLDialogElement>("keys").showModal());
}
