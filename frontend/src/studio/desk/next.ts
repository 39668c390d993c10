// The one next act: open the lobby, go live, the next cue, or the end.
// Not here: the acts of single cues (cues.ts).
import { h, icon } from "../../room/dom";
import { figure, money } from "../../room/words";
import { fire, skip } from "./cues";
import type { Desk } from "./desk";
import { askEnd } from "./end";
import { actOf, mark } from "./marks";
import { type Cue, showTime, waits } from "./shape";

interface Act {
  label: string;
  head: string;
  facts: string[];
  image: string;
  cue: Cue | null;
  /** Why it must wait; empty when it need not. */
  wait: string;
  run: () => void;
}

export function nextAct(desk: Desk): Act | null {
  const { state } = desk.store;
  const status = state?.show.status;
  const base = { facts: [], image: "", cue: null, wait: desk.mayRun ? "" : "Your role does not include this. A host does it." };
  const post = (name: string) => (): void => void desk.act("POST", desk.url(name));
  const hasPicture = desk.health.status === "active";
  if (status === "draft") return { ...base, head: "Draft", label: "Give it a day first", wait: "Schedule the show on its page.", run: post("open_lobby") };
  if (status === "scheduled") return { ...base, head: "Before air", label: "Open the lobby", run: post("open_lobby") };
  if (status === "lobby") {
    const wait = hasPicture ? "" : "No picture yet. Start your encoder; address and key are on the show’s page.";
    return { ...base, head: "The lobby is open", label: "Go live", facts: hasPicture ? ["Picture is there"] : [], wait: base.wait || wait, run: post("go_live") };
  }
  if (status !== "live" || !state) return null;
  const cue = desk.cues.find(waits) ?? null;
  if (!cue) return { ...base, head: "The plan is done", label: "End the show", run: () => askEnd(desk) };
  const drop = cue.kind === "drop" ? desk.data.drops.find((one) => one.id === cue.payload["drop_id"]) : undefined;
  const row = state.lineup.find((one) => one.variant_id === (drop?.variant_id ?? cue.payload["variant_id"]));
  const facts: string[] = [];
  if (drop) {
    facts.push(money({ minor: drop.price_minor, currency: drop.currency }), `${figure(drop.units)} units`);
    if (drop.per_buyer) facts.push(`${figure(drop.per_buyer)} for each buyer`);
  } else if (row?.price) facts.push(money(row.price));
  if (row?.available != null) facts.push(`${figure(row.available)} ${drop ? "free" : "left"}`);
  const lost = state.picture.state === "lost" && cue.kind !== "end" ? "Nobody could see it now. It opens again once the picture is back." : "";
  return {
    ...base,
    head: `Next, planned for ${showTime(cue.at_seconds * 1000)}`,
    label: actOf(cue),
    facts,
    image: row?.image_url ?? "",
    cue,
    wait: base.wait || lost,
    run: () => void fire(desk, cue),
  };
}

export function wireNext(desk: Desk): void {
  const panel = desk.find("next");
  let drawn = "";
  desk.listen(() => {
    const act = nextAct(desk);
    const key = JSON.stringify([act, desk.store.state?.show.status]);
    if (key === drawn) return;
    drawn = key;
    const held = panel.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset["act"] : "";
    panel.replaceChildren(...(act ? content(act, desk.mayRun) : after(desk)));
    panel.hidden = !desk.store.state;
    if (held) panel.querySelector<HTMLElement>(`[data-act="${held}"]`)?.focus();
  });
  panel.addEventListener("click", (event) => {
    const name = (event.target as Element).closest<HTMLElement>("[data-act]")?.dataset["act"];
    if (name === "next") runNext(desk);
    if (name === "skip") void skip(desk, desk.cues.find(waits));
  });
}

/** Once a tap: the same button stands for the next cue a moment later, and a double tap must not fire both. */
let running = false;

export function runNext(desk: Desk): void {
  const act = nextAct(desk);
  if (!act || running) return;
  if (act.wait) {
    desk.toast(act.wait);
    return;
  }
  running = true;
  act.run();
  setTimeout(() => (running = false), 700);
}

function content({ label, head, facts, image, cue, wait }: Act, mayRun: boolean): (Node | string)[] {
  return [
    ...(image ? [h("img", { src: image, alt: "" })] : []),
    h(
      "div",
      {},
      h("h2", {}, head),
      h("p", { class: "vt-next-facts" }, ...facts.map((fact) => h("span", {}, fact))),
      h(
        "button",
        { class: "vt-next-button", type: "button", "data-act": "next", "aria-disabled": wait ? "true" : null, "aria-describedby": wait ? "desk-next-why" : null },
        cue ? mark(cue.kind, true) : null,
        h("span", {}, label),
        h("kbd", { "aria-hidden": "true" }, "O"),
      ),
    ),
    h(
      "div",
      { class: "vt-next-foot" },
      h("span", { id: "desk-next-why" }, wait),
      cue && mayRun ? h("button", { class: "vt-button vt-button-s vt-button-plain vt-push", type: "button", "data-act": "skip" }, icon("skip"), "Skip") : null,
    ),
  ];
}

function after(desk: Desk): Node[] {
  const status = desk.store.state?.show.status;
  const words = status === "cancelled" ? "This show is cancelled." : status === "replay" ? "The replay is on the show’s page." : "The show has ended. Its recording becomes the replay by itself.";
  return [h("div", {}, h("h2", {}, "After air"), h("p", { class: "vt-next-facts" }, words), h("a", { class: "vt-button", href: desk.querySelector<HTMLAnchorElement>(".vt-crew a")?.href ?? "/" }, "See the show’s page"))];
}
