// The hold beside the picture and the count on the bag: what is kept, until when, and one extension.
// Not here: the holds themselves (buy/holds.ts).
import type { Room } from "../elements/room";
import { clock } from "../parts/drop";
import { serverNow } from "../room/clock";
import { h, icon } from "../room/dom";
import { figure, say } from "../room/words";
import type { Hold } from "../room/held";
import type { HoldBook } from "./holds";

const OFFER_LONGER = 2 * 60_000;

function drawBags(count: number): void {
  for (const bag of document.querySelectorAll<HTMLElement>("[data-vt-bag]")) {
    bag.setAttribute("aria-label", count ? say("bag", { pieces: count }, count) : say("bag-empty"));
    bag.querySelector(".vt-count")?.remove();
    if (count) bag.append(h("span", { class: "vt-count", "aria-hidden": "true" }, figure(count)));
  }
}

/** The hold that ends first: its clock is the one that matters. */
export function nextToEnd(holds: readonly Hold[]): Hold | null {
  return [...holds].sort((a, b) => Date.parse(a.expires_at) - Date.parse(b.expires_at))[0] ?? null;
}

/** More time is offered when there is little left. */
function longer(hold: Hold): HTMLElement {
  const label = say("need-longer-for", { name: hold.name });
  const button = h("button", { class: "vt-hold-longer", type: "button", "data-vt-extend": hold.id, "aria-label": label }, say("need-longer"));
  const wait = Date.parse(hold.expires_at) - serverNow() - OFFER_LONGER;
  button.hidden = wait > 0;
  if (wait > 0) setTimeout(() => (button.hidden = false), wait);
  return button;
}

function chip(hold: Hold, checkout: string): HTMLElement {
  return h(
    "vt-hold",
    { "data-hold": hold.id },
    h(
      "a",
      { class: "vt-hold vt-hold-chip", href: checkout, "data-vt-checkout": true },
      icon("clock"),
      h("span", {}, `${say("held")} `, h("b", {}, clock(hold.expires_at, { class: "vt-countdown" }))),
    ),
    !hold.extended && longer(hold),
  );
}

export function wireChip(room: Room, book: HoldBook): void {
  const front = room.querySelector<HTMLElement>(".vt-front");
  book.listen((holds) => {
    drawBags(holds.reduce((sum, hold) => sum + hold.quantity, 0));
    const shown = front?.querySelector("vt-hold");
    const hold = nextToEnd(holds);
    if (!front || !hold) {
      shown?.remove();
      return;
    }
    if (shown?.getAttribute("data-hold") === hold.id && shown.querySelector("[data-until]")?.getAttribute("data-until") === hold.expires_at) return;
    const next = chip(hold, room.addresses.checkout);
    if (shown) shown.replaceWith(next);
    else front.prepend(next);
  });
}
