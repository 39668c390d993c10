// Ending asks, and says what is still running.
// Not here: who offers the end (air.ts, cues.ts, next.ts, lost.ts).
import { h } from "../../room/dom";
import { figure } from "../../room/words";
import type { Desk } from "./desk";
import { waits } from "./shape";

export function wireEnd(desk: Desk): void {
  const dialog = desk.find<HTMLDialogElement>("end");
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "end") void desk.act("POST", desk.url("end"));
    dialog.returnValue = "";
  });
}

export function askEnd(desk: Desk): void {
  const { state } = desk.store;
  if (!state || !desk.mayRun) return;
  const left = desk.cues.filter((cue) => waits(cue) && cue.kind !== "end");
  const watching = `${figure(state.viewers)} ${state.viewers === 1 ? "person is" : "people are"} watching`;
  const undone = left.length ? ` and ${figure(left.length)} ${left.length === 1 ? "cue is" : "cues are"} not done` : "";
  desk.find("end-words").textContent = `${watching}${undone}. The recording becomes the replay by itself.`;
  const drops = state.drops.filter((drop) => drop.status === "open");
  const facts: [string, string][] = [
    ...left.filter((cue) => cue.kind === "drop").map((cue): [string, string] => ["Drop not opened", cue.title]),
    ...drops.map((drop): [string, string] => ["Drop still open", `${drop.title}, ${figure(drop.units_left)} left`]),
    ["Holds and open checkouts", "keep their time and may pay"],
    ["Shop on the page", "stays open"],
  ];
  desk.find("end-facts").replaceChildren(...facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
  desk.find<HTMLDialogElement>("end").showModal();
}
