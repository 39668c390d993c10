// A drop as the room draws it: announced, open, sold out; the same markup as templates/components/drop.html.
// Not here: when it is drawn (parts/front.ts) and buying (buy/).
import { h } from "../room/dom";
import { serverNow } from "../room/clock";
import type { Drop, Row } from "../room/state";
import { money, say, timeOfDay } from "../room/words";
import { writeClock } from "../elements/countdown";
import type { Place } from "../buy/places";
import { listFoot, listMiddle, listRule, listStatus } from "./drop-list";
import { type Addresses, buyForm } from "./goods";
import { picture } from "./picture";

export function clock(until: string, attributes: Record<string, string> = {}, inBold = false): HTMLElement {
  const seconds = Math.max(0, Math.ceil((Date.parse(until) - serverNow()) / 1000));
  const time = h("time", { datetime: `PT${seconds}S` }, writeClock(seconds));
  return h("vt-countdown", { "data-until": until, ...attributes }, inBold ? h("b", {}, time) : time);
}

function middle(drop: Drop, mine: Place | null): HTMLElement {
  const byList = listMiddle(drop, mine);
  if (byList) return byList;
  switch (drop.status) {
    case "announced":
      return drop.opens_at
        ? h(
            "p",
            { class: "vt-drop-clock" },
            clock(drop.opens_at, {}, true),
            h("span", {}, say("opens-at", { time: timeOfDay(drop.opens_at) })),
          )
        : h("p", { class: "vt-meta vt-soft" }, say("opens-by-hand"));
    case "open":
      return h(
        "div",
        { class: "vt-drop-left" },
        h(
          "p",
          { class: "vt-drop-clock" },
          h("b", { class: "vt-num", "data-part": "left" }, String(drop.units_left)),
          h("span", {}, say("of-units-left", { units: drop.units })),
        ),
        h("progress", { class: "vt-progress", max: drop.units, value: drop.units_left, "aria-label": say("pieces-left") }),
      );
    case "sold_out":
      return h("p", { class: "vt-meta vt-soft" }, say("all-gone", { units: drop.units }));
  }
}

function rule(drop: Drop): HTMLElement | null {
  const each = say(drop.status === "announced" ? "each" : "Each", { each: drop.per_buyer }, drop.per_buyer);
  if (drop.status === "announced") {
    const pieces = say("pieces", { pieces: drop.units }, drop.units);
    return h("p", { class: "vt-drop-rule" }, h("span", {}, `${pieces}, ${each}`), listRule(drop) ?? h("span", {}, say("first-come")));
  }
  const list = listRule(drop);
  if (list) return h("p", { class: "vt-drop-rule" }, h("span", {}, each), list);
  if (drop.status !== "open") return null;
  const closes = drop.closes_at && h("span", {}, `${say("closes-in")} `, clock(drop.closes_at, { class: "vt-countdown" }));
  return h("p", { class: "vt-drop-rule" }, h("span", {}, each), closes);
}

function foot(drop: Drop, mine: Place | null, to: Addresses): HTMLElement | null {
  const byList = listFoot(drop, mine, to);
  if (byList !== undefined) return byList;
  const price = money({ minor: drop.price_minor, currency: drop.currency });
  const wide = (attributes: Record<string, string>, ...words: (string | Node)[]): HTMLElement =>
    h("button", { class: "vt-button vt-button-wide", ...attributes }, ...words);
  if (drop.status === "open") return buyForm(to, drop.variant_id, drop.drop_id, wide({ type: "submit" }, say("buy-for", { price })));
  if (drop.status === "announced") {
    const words = drop.opens_at
      ? say("buy-from", { price, time: timeOfDay(drop.opens_at) })
      : say("buy-soon", { price });
    return wide({ type: "button", "aria-disabled": "true" }, words);
  }
  return null;
}

const STATUS = { announced: "drop", open: "drop-open", sold_out: "drop-sold-out" } as const;

/** `row` is that of its product in the line-up, `mine` where this viewer stands in its line. */
export function dropCard(drop: Drop, row: Row | undefined, mine: Place | null, to: Addresses): HTMLElement {
  const act = foot(drop, mine, to);
  return h(
    "vt-drop",
    { class: "vt-drop", role: "region", "aria-labelledby": "drop-title", "data-drop": drop.drop_id, "data-status": drop.status, "data-list": drop.list_state },
    h(
      "div",
      { class: "vt-drop-head" },
      h("div", { class: "vt-drop-picture" }, picture(row?.image_url ?? "", drop.title)),
      h(
        "div",
        { class: "vt-drop-text" },
        h(
          "div",
          {},
          h("p", { class: "vt-meta vt-soft", "data-part": "status" }, listStatus(drop) ?? say(STATUS[drop.status])),
          h("h2", { class: "vt-heading", id: "drop-title" }, drop.title),
        ),
        middle(drop, mine),
      ),
    ),
    rule(drop),
    act && h("div", { class: "vt-drop-foot" }, act),
  );
}
