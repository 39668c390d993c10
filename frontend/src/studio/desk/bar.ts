// The desk's bar: what this is, whether it is on air, four figures.
// Not here: the clock (air.ts).
import { serverNow } from "../../room/clock";
import { figure, money } from "../../room/words";
import type { Desk } from "./desk";
import { timeOfId } from "./shape";

const MINUTE = 60_000;

export function wireBar(desk: Desk): void {
  const heard: number[] = [];
  let isBegun = false;
  desk.store.listen((_state, events) => {
    for (const { type } of events) if (type === "message.posted") heard.push(serverNow());
  });
  const set = (name: string, text: string): void => {
    for (const part of desk.querySelectorAll(`[data-vt-figure="${name}"]`)) if (part.textContent !== text) part.textContent = text;
  };
  let peak = Number(desk.dataset["peak"] ?? 0);
  const draw = (): void => {
    const { state } = desk.store;
    if (state && !isBegun) {
      // Whoever opens the desk in mid-show sees the pace of the last minute, not of the seconds since.
      isBegun = true;
      heard.splice(0, Infinity, ...state.messages.map((message) => timeOfId(message.id)));
    }
    while (heard[0] && heard[0] < serverNow() - MINUTE) heard.shift();
    set("pace", `${figure(heard.length)}/min`);
    if (!state) return;
    peak = Math.max(peak, state.viewers);
    set("viewers", state.about ? `about ${figure(state.viewers)}` : figure(state.viewers));
    set("peak", `peak ${figure(peak)}`);
    set("hearts", figure(state.reactions));
    set("questions", figure(state.questions.filter((one) => !one.answered_at).length));
    const { sales } = desk;
    if (sales) {
      set("orders", figure(sales.orders));
      set("revenue", money(sales));
      set("average", sales.orders ? `${money({ minor: Math.round(sales.minor / sales.orders), currency: sales.currency })} avg` : "");
    }
    const lamp = desk.find("lamp");
    lamp.hidden = state.show.status !== "live";
    lamp.textContent = desk.health.status === "lost" ? "Slate on" : "On air";
  };
  desk.listen(draw);
  setInterval(draw, 5000);
}
