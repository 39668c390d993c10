// The run of show: what is done, what is on now, what comes, each with its act.
// Not here: the one next act (next.ts).
import { h, icon } from "../../room/dom";
import type { Drop } from "../../room/state";
import { figure } from "../../room/words";
import type { Desk } from "./desk";
import { askEnd } from "./end";
import { ACTS, mark } from "./marks";
import { type Cue, showTime, waits } from "./shape";

export function wireCues(desk: Desk): void {
  const list = desk.find("cues");
  const note = desk.find("cues-note");
  let drawn = "";
  desk.listen(() => {
    const { state } = desk.store;
    const started = state?.show.started_at ? Date.parse(state.show.started_at) : null;
    const next = desk.cues.find(waits);
    const key = JSON.stringify([desk.cues, started, state?.pin?.variant_id, state?.drops, state?.show.status, desk.mayRun]);
    if (key === drawn) return;
    drawn = key;
    const done = desk.cues.filter((cue) => cue.fired_at).length;
    note.textContent = desk.cues.length ? `${done} of ${desk.cues.length} done` : "";
    list.replaceChildren(
      ...desk.cues.map((cue) => row(desk, cue, { started, isNext: cue === next && state?.show.status === "live" })),
    );
    if (!desk.cues.length) list.append(h("li", { class: "vt-note vt-desk-head" }, "No cues. Pin from the line-up below, or write a plan on the show’s page."));
  });
  list.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>("button[data-act]");
    const id = button?.closest("li")?.dataset["cue"];
    if (!button || !id) return;
    const act = button.dataset["act"];
    if (act === "unpin") void desk.act("DELETE", desk.url("pin"));
    else {
      const cue = desk.cues.find((one) => one.id === id);
      if (act === "close-drop") void desk.act("POST", desk.url("close_drop", { drop: String(cue?.payload["drop_id"] ?? "") }));
      else void fire(desk, cue);
    }
  });
}

/** Fire a cue. The end asks first; everything else is done at once. */
export async function fire(desk: Desk, cue: Cue | undefined): Promise<void> {
  if (!cue || !desk.mayRun) return;
  if (cue.kind === "end") return askEnd(desk);
  await desk.act("POST", desk.url("fire", { cue: cue.id }));
  await desk.readCues();
}

export async function skip(desk: Desk, cue: Cue | undefined): Promise<void> {
  if (!cue || !desk.mayRun) return;
  await desk.act("POST", desk.url("skip", { cue: cue.id }));
  await desk.readCues();
  desk.toast(`Passed over: ${cue.title}. It can still be fired from the plan.`);
}

function row(desk: Desk, cue: Cue, { started, isNext }: { started: number | null; isNext: boolean }): HTMLElement {
  const { pin = null, drops = [] } = desk.store.state ?? {};
  const drop = cue.kind === "drop" ? (drops.find((one) => one.drop_id === cue.payload["drop_id"]) ?? null) : null;
  const isDropOn = drop?.status === "open";
  const isPinOn = cue.kind === "pin" && Boolean(cue.fired_at) && pin?.variant_id === cue.payload["variant_id"];
  const isOn = isPinOn || isDropOn;
  const state = isOn ? "now" : cue.fired_at ? "done" : isNext ? "next" : "";
  const said = cue.fired_at ? "Done: " : cue.skipped_at ? "Passed over: " : isNext ? "Next: " : "";
  const fired = cue.fired_at && started ? showTime(Date.parse(cue.fired_at) - started) : "";
  const act = (name: string, words: string, isMain = false): HTMLElement =>
    h("button", { class: `vt-button vt-button-s${isMain ? " vt-button-main" : ""}`, type: "button", "data-act": name }, words, h("span", { class: "vt-hidden" }, ` ${cue.title}`));
  const isLive = desk.store.state?.show.status === "live";
  return h(
    "li",
    { class: `vt-rail-row vt-cue${state ? ` vt-cue-${state}` : ""}`, "data-cue": cue.id },
    h("span", { class: "vt-rail-time" }, showTime(cue.at_seconds * 1000)),
    h("span", { class: "vt-rail-dot" }, mark(cue.kind, state === "done")),
    h("div", {}, h("h3", {}, h("span", { class: "vt-hidden" }, said), cue.title), note(cue, drop)),
    h(
      "span",
      { class: "vt-cue-acts" },
      state === "done" && h("span", { class: "vt-note" }, fired),
      state === "done" && icon("check"),
      isPinOn && desk.mayRun && act("unpin", "Unpin"),
      isDropOn && desk.mayRun && act("close-drop", "Close"),
      !cue.fired_at && desk.mayRun && isLive && act("fire", ACTS[cue.kind], isNext),
    ),
  );
}

function note(cue: Cue, drop: Drop | null): HTMLElement | null {
  const sold = drop && drop.status !== "announced" ? `${figure(drop.units_left)} of ${figure(drop.units)} left${drop.status === "open" ? "" : ", closed"}` : "";
  const words = sold || (cue.skipped_at ? "passed over" : "");
  return words ? h("span", { class: "vt-note" }, words) : null;
}
