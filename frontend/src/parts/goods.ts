// Goods as the room draws them from its state: the same markup as templates/components/{price,stock,lineup_row,pin}.html.
// Not here: buying (buy/).
import { h, icon } from "../room/dom";
import { rowDrop } from "../room/drops";
import type { Drop, RoomState, Row } from "../room/state";
import { tagOf } from "../room/prices";
import { money, say } from "../room/words";
import { clock } from "./drop";
import { picture } from "./picture";

export const LOW = 20;
const LAST = 3;

export interface Addresses {
  checkout: string;
  bag: string;
  waitlist: string;
}

export type RowState = "hidden" | "now" | "out" | "drop" | "low" | "in";

export function rowState(row: Row, state: Pick<RoomState, "pin" | "drops">): RowState {
  if (row.is_hidden) return "hidden";
  if (row.variant_id && row.variant_id === state.pin?.variant_id) return "now";
  if (row.available === 0) return "out";
  if (rowDrop(state, row)) return "drop";
  return row.available !== null && row.available <= LOW ? "low" : "in";
}

export function stock(available: number | null): HTMLElement {
  if (available === 0) return h("span", { class: "vt-stock", "data-state": "out" }, say("sold-out"));
  if (available === null || available > LOW) return h("span", { class: "vt-stock", "data-state": "in" }, say("in-stock"));
  const words = say(available <= LAST ? "last" : "left", { left: available });
  return h("span", { class: "vt-stock", "data-state": "low" }, words);
}

function price(row: Row): HTMLElement | null {
  const tag = tagOf(row);
  if (!tag.price) return null;
  const now = money(tag.price);
  if (!tag.was) return h("p", { class: "vt-price vt-price-s" }, now);
  return h(
    "p",
    { class: "vt-price vt-price-s" },
    h("span", { class: "vt-hidden" }, `${say("now")} `),
    `${now} `,
    h("span", { class: "vt-hidden" }, ` ${say("before")} `),
    h("s", {}, money(tag.was)),
    tag.low && h("span", { class: "vt-price-law" }, say("low-30d", { price: money(tag.low) })),
  );
}

const field = (name: string, value: string | null): HTMLElement => h("input", { type: "hidden", name, value: value ?? "" });

/** A plain form that works alone; buy/ takes it over. */
const buyForm = (to: Addresses, variant: string | null, drop: string | null, button: HTMLElement): HTMLElement =>
  h("form", { action: to.checkout, method: "get", "data-vt-buy": true }, field("variant", variant), drop && field("drop", drop), button);

const waitForm = (to: Addresses, variant: string | null, button: HTMLElement, drop: string | null = null): HTMLElement =>
  h("form", { action: to.waitlist, method: "get", "data-vt-waitlist": true }, field("variant", variant), drop && field("drop", drop), button);

/** Enters a window or a draw: in place by buy/, else on a page of its own. */
const enterForm = (to: Addresses, drop: Drop, button: HTMLElement): HTMLElement =>
  h("form", { action: to.waitlist, method: "get", "data-vt-enter": drop.drop_id }, field("variant", drop.variant_id), field("drop", drop.drop_id), button);

export { buyForm, enterForm, waitForm };

/** A drop that sells is bought from its row too: only one stands in front. */
function dropAct(row: Row, drop: Drop, to: Addresses): HTMLElement {
  const words = say("buy-for", { price: money({ minor: drop.price_minor, currency: drop.currency }) });
  const button = h("button", { class: "vt-button vt-button-s", type: "submit" }, words, h("span", { class: "vt-hidden" }, `, ${drop.title}`));
  return buyForm(to, row.variant_id, drop.drop_id, button);
}

function rowAct(row: Row, at: RowState, drop: Drop | null, to: Addresses): HTMLElement | null {
  if (drop?.status === "open" && (drop.mode === "first_come" || drop.list_state === "over") && (at === "drop" || at === "now")) return dropAct(row, drop, to);
  if (at === "hidden" || at === "drop") return null;
  if (row.available === 0) {
    if (!to.waitlist) return null;
    const label = say("join-waitlist-for", { name: row.name });
    return waitForm(to, row.variant_id, h("button", { class: "vt-tool vt-tool-line", type: "submit", "aria-label": label }, icon("bell")));
  }
  return h(
    "form",
    { action: to.bag, method: "get", "data-vt-add": true },
    field("add", row.variant_id),
    h("button", { class: "vt-tool vt-tool-line", type: "submit", "aria-label": say("add-to-bag", { name: row.name }) }, icon("plus")),
  );
}

function rowWords(row: Row, at: RowState): HTMLElement | null {
  const soft = (text: string): HTMLElement | null => (text ? h("p", { class: "vt-meta vt-soft" }, text) : null);
  if (at === "now") return soft(say("on-screen-now"));
  if (at === "out" || at === "low") return stock(row.available);
  return soft(row.note || row.detail);
}

/** `drop` rules the row, if there is one. */
export function lineupRow(row: Row, at: RowState, drop: Drop | null, to: Addresses): HTMLElement {
  const shown =
    at === "hidden"
      ? h("span", { class: "vt-lineup-hidden" }, icon("lock"))
      : picture(row.image_small_url || row.image_url, row.name, { width: 72, height: 90, loading: "lazy" });
  const text =
    at === "hidden"
      ? [h("h3", { class: "vt-lineup-name" }, row.name), row.note ? h("p", { class: "vt-meta vt-soft" }, row.note) : null]
      : [
          h("h3", { class: "vt-lineup-name" }, h("a", { href: row.url, "data-vt-product": row.product_id }, row.name)),
          price(row),
          rowWords(row, at),
        ];
  return h(
    "li",
    { class: "vt-lineup-row", "data-product": row.product_id ?? "", "data-state": at, "aria-current": at === "now" ? "true" : null },
    h("div", { class: "vt-lineup-picture" }, shown),
    h("div", { class: "vt-lineup-text" }, ...text),
    rowAct(row, at, drop, to),
  );
}

/** `then` is the price in the show when this is a replay. */
export interface PinOptions {
  recorded?: boolean;
  then?: Row["price"];
}

function pinPrice(row: Row, then: Row["price"]): HTMLElement | null {
  const { price, was, low } = tagOf(row);
  const hasMoved = then && price && (then.minor !== price.minor || then.currency !== price.currency);
  if (hasMoved && price) {
    return h("p", { class: "vt-pin-price" }, say("then-today", { then: money(then), today: money(price) }));
  }
  if (was) {
    return h(
      "p",
      { class: "vt-pin-price" },
      h("span", { class: "vt-hidden" }, `${say("before")} `),
      h("s", {}, h("bdi", {}, money(was))),
      low && h("bdi", {}, say("low-30d", { price: money(low) })),
    );
  }
  return row.detail ? h("p", { class: "vt-pin-price" }, row.detail) : null;
}

export function pinTag(row: Row, to: Addresses, { recorded = false, then = null }: PinOptions = {}): HTMLElement {
  const soldOut = row.available === 0;
  const tag = tagOf(row);
  const block = soldOut
    ? to.waitlist
      ? waitForm(to, row.variant_id, h("button", { class: "vt-buy", type: "submit", "data-state": "out" }, h("span", {}, say("join-the")), " ", h("b", {}, say("waitlist"))))
      : h("span", { class: "vt-buy", "data-state": "out" }, h("b", {}, say("sold-out")))
    : buyForm(
        to,
        row.variant_id,
        null,
        h(
          "button",
          { class: "vt-buy", type: "submit" },
          h("span", {}, say(recorded ? "buy-today" : "buy")),
          " ",
          h("b", {}, tag.price ? money(tag.price) : ""),
          h("span", { class: "vt-hidden" }, `, ${row.name}`),
        ),
      );
  return h(
    "vt-pin",
    {
      class: "vt-pin",
      role: "region",
      "aria-label": say(recorded ? "on-screen-then" : "on-screen-now"),
      "data-product": row.product_id,
      "data-variant": row.variant_id,
    },
    h("span", { class: "vt-pin-picture" }, picture(row.image_url, row.name, { width: 76, height: 95 })),
    h(
      "div",
      { class: "vt-pin-text" },
      h("h2", { class: "vt-pin-name" }, h("a", { dir: "auto", href: row.url, "data-vt-product": row.product_id }, row.name)),
      pinPrice(row, then),
      h("p", { class: "vt-pin-facts" }, stock(row.available), tag.until && clock(tag.until, { class: "vt-countdown" })),
    ),
    block,
  );
}
