// A drop that gives its units by a list (window, draw) or to those in line: its words for this viewer.
// Not here: the card around them (parts/drop.ts); the server writes the first in templates/components/drop.html.
import type { Place } from "../buy/places";
import { h, icon } from "../room/dom";
import type { Drop } from "../room/state";
import { figure, money, say } from "../room/words";
import { type Addresses, enterForm, waitForm } from "./goods";
import { clock } from "./drop";

/** Whether units go by a list at the moment: a window or a draw whose entrants still have their turn. */
export const goesByList = (drop: Drop): boolean => drop.mode !== "first_come" && drop.list_state !== "over";

export const listIsOpen = (drop: Drop): boolean => goesByList(drop) && drop.list_state === "open";

const soft = (words: string): HTMLElement => h("p", { class: "vt-meta vt-soft" }, words);

export function listStatus(drop: Drop): string | null {
  if (!goesByList(drop) || (drop.mode === "window" && drop.status === "announced")) return null;
  if (drop.list_state === "open") return say(drop.mode === "draw" ? "draw-open" : "window-open");
  return say(drop.list_state === "closed" ? "list-closed" : "drawn");
}

/** What stands where others count down or count units; null for a drop that does so itself. */
export function listMiddle(drop: Drop, mine: Place | null): HTMLElement | null {
  if (mine?.status === "offered" && mine.offered_until) {
    return h(
      "p",
      { class: "vt-drop-clock" },
      clock(mine.offered_until, {}, true),
      h("span", {}, say(mine.is_entry ? "you-won" : "your-offer")),
    );
  }
  if (listIsOpen(drop)) {
    const entered = h("span", { "data-part": "entered" }, say("entered", { count: figure(drop.entered) }, drop.entered));
    if (drop.list_closes_at) return h("p", { class: "vt-drop-clock" }, clock(drop.list_closes_at, {}, true), entered);
    return h("p", { class: "vt-meta vt-soft" }, entered);
  }
  if (goesByList(drop) && drop.list_state === "closed") return soft(say("drawing", { count: figure(drop.entered) }, drop.entered));
  if (mine?.status === "waiting") {
    const ahead = mine.ahead ?? 0;
    if (mine.is_entry) return soft(say("not-this-time", { ahead: figure(ahead) }, ahead));
    return soft(ahead ? say("ahead-of-you", { ahead: figure(ahead) }, ahead) : say("next-in-line"));
  }
  if (mine?.status === "lapsed") return soft(say("offer-over"));
  if (goesByList(drop) && drop.list_state === "drawn") return soft(say("drawn-of", { units: figure(drop.units), count: figure(drop.entered) }, drop.entered));
  return null;
}

/** The rule in a few words, and where everybody can check it. */
export function listRule(drop: Drop): HTMLElement | null {
  if (drop.mode === "first_come") return null;
  const words = drop.mode === "draw" ? say("rule-draw") : say("rule-window", { seconds: drop.window_seconds ?? 0 });
  if (!drop.commitment) return h("span", {}, words);
  return h("span", {}, `${words} `, h("a", { class: "vt-link", href: `/drops/${drop.drop_id}/draw/`, target: "_blank" }, say("check-draw")));
}

/** What this viewer can do; undefined leaves it to the card. */
export function listFoot(drop: Drop, mine: Place | null, to: Addresses): HTMLElement | null | undefined {
  const wide = "vt-button vt-button-wide";
  if (mine?.status === "offered") return h("a", { class: wide, href: to.checkout, "data-vt-checkout": true }, say("pay-now"));
  if (listIsOpen(drop)) {
    if (mine) return h("button", { class: `${wide} vt-button-line`, type: "button", "aria-disabled": "true" }, icon("check"), say("you-are-in"));
    const price = money({ minor: drop.price_minor, currency: drop.currency });
    const words = drop.mode === "draw" ? say("enter-draw") : say("enter-window", { price });
    return enterForm(to, drop, h("button", { class: wide, type: "submit" }, words));
  }
  if (goesByList(drop) && drop.list_state === "closed") return null;
  if (mine?.status === "waiting") return h("button", { class: `${wide} vt-button-line`, type: "button", "aria-disabled": "true" }, icon("check"), say("you-are-in-line"));
  const full = drop.status === "sold_out" || (drop.status === "open" && goesByList(drop));
  if (!full || !to.waitlist) return drop.status === "open" && goesByList(drop) ? null : undefined;
  return waitForm(to, drop.variant_id, h("button", { class: `${wide} vt-button-line`, type: "submit" }, icon("bell"), say("join-waitlist")), drop.drop_id);
}
