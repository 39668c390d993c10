// Across the desk when something is gone: what still works, how long there is, what can be done.
// Not here: the slate (air.ts), the last figures (health.ts).
import { serverNow } from "../../room/clock";
import { h, icon } from "../../room/dom";
import type { Desk } from "./desk";

const MORE_SECONDS = 120;
const LONGEST_WINDOW = 1800;

export function wireLost(desk: Desk): void {
  const place = desk.find("alert");
  const draw = (): void => {
    const isLost = desk.store.state?.show.status === "live" && desk.health.status === "lost";
    const key = isLost ? `lost ${desk.mayRun && mayWaitLonger(desk)}` : desk.store.state && !desk.isOnline ? "offline" : "";
    if (place.dataset["shows"] !== key) {
      place.dataset["shows"] = key;
      place.replaceChildren(...(isLost ? [lost(desk)] : key ? [offline()] : []));
    }
    place.style.setProperty("--_left", isLost ? String(share(desk)) : "0");
  };
  desk.listen(draw);
  setInterval(draw, 1000);
  place.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-more]")) void giveMore(desk);
  });
}

/** The window's length, and what is left of it in percent. */
function windowSeconds(desk: Desk): number {
  const { lost_at: lostAt, window_ends_at: endsAt } = desk.health;
  return lostAt && endsAt ? Math.round((Date.parse(endsAt) - Date.parse(lostAt)) / 1000) : 0;
}

function share(desk: Desk): number {
  const length = windowSeconds(desk);
  const left = desk.health.window_ends_at ? (Date.parse(desk.health.window_ends_at) - serverNow()) / 1000 : 0;
  return length ? Math.max(0, Math.min(100, (100 * left) / length)) : 0;
}

const mayWaitLonger = (desk: Desk): boolean => windowSeconds(desk) + MORE_SECONDS <= LONGEST_WINDOW;

async function giveMore(desk: Desk): Promise<void> {
  const done = await desk.act("PATCH", desk.url("show"), { reconnect_seconds: windowSeconds(desk) + MORE_SECONDS });
  if (done) await desk.readHealth();
}

function lost(desk: Desk): HTMLElement {
  return h(
    "div",
    { class: "vt-lost", role: "alert" },
    h("h2", {}, icon("offline"), "Picture lost, slate on"),
    h("p", {}, h("span", { class: "vt-soft" }, "Still working"), h("b", {}, "Chat"), h("b", {}, "Shop"), h("b", {}, "Checkout")),
    desk.mayRun
      ? h(
          "div",
          { class: "vt-acts" },
          mayWaitLonger(desk) && h("button", { class: "vt-button", type: "button", "data-more": true }, "Give 2 more minutes"),
          h("button", { class: "vt-button", type: "button", "data-air": "end" }, "End the show"),
        )
      : h("span"),
  );
}

function offline(): HTMLElement {
  return h(
    "div",
    { class: "vt-lost", role: "alert" },
    h("h2", {}, icon("offline"), "Not connected"),
    h("p", {}, "The show goes on without this page. It connects again by itself; no act is sent twice."),
    h("span"),
  );
}
