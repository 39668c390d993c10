// The line-up with a pin button each: for what was not planned.
// Not here: editing it; that is on the show's page.
import { h, icon } from "../../room/dom";
import { figure, money } from "../../room/words";
import type { Row } from "../../room/state";
import type { Desk } from "./desk";
import { mark } from "./marks";

export function wireLine(desk: Desk): void {
  const list = desk.find("line");
  const note = desk.find("line-note");
  let drawn = "";
  desk.listen(() => {
    const { state } = desk.store;
    if (!state) return;
    const key = JSON.stringify([state.lineup, state.pin?.variant_id, state.show.status]);
    if (key === drawn) return;
    drawn = key;
    const focused = list.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset["variant"] : "";
    note.textContent = `${state.lineup.length} ${state.lineup.length === 1 ? "product" : "products"}`;
    list.replaceChildren(...state.lineup.map((row) => item(row, state.pin?.variant_id ?? "", desk.mayRun && isOpen(state.show.status))));
    if (!state.lineup.length) list.append(h("li", { class: "vt-note" }, "Nothing in the line-up. Add products on the show’s page."));
    if (focused) list.querySelector<HTMLElement>(`[data-variant="${focused}"]`)?.focus();
  });
  list.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>("button[data-variant]");
    if (!button) return;
    const isOn = button.getAttribute("aria-pressed") === "true";
    if (isOn) void desk.act("DELETE", desk.url("pin"));
    else void desk.act("PUT", desk.url("pin"), { variant: button.dataset["variant"] });
  });
}

const isOpen = (status: string): boolean => status === "live" || status === "lobby";

function item(row: Row, pinned: string, mayPin: boolean): HTMLElement {
  const isOn = row.variant_id !== null && row.variant_id === pinned;
  const stock = row.available === null ? "" : row.available > 0 ? `${figure(row.available)} left` : "sold out";
  const facts = [row.price ? money(row.price) : "", stock, row.note].filter(Boolean).join(" · ");
  return h(
    "li",
    {},
    row.image_small_url ? h("img", { class: "vt-thumb vt-thumb-s", src: row.image_small_url, alt: "" }) : h("span", { class: "vt-thumb vt-thumb-s" }),
    h("div", { class: "vt-ellipsis" }, h("b", { class: "vt-ellipsis" }, row.name), h("span", { class: "vt-note" }, facts)),
    mayPin && row.variant_id
      ? h(
          "button",
          { class: "vt-button vt-button-s", type: "button", "aria-pressed": String(isOn), "data-variant": row.variant_id },
          isOn ? mark("pin") : icon("pin"),
          isOn ? "Pinned" : "Pin",
          h("span", { class: "vt-hidden" }, ` ${row.name}`),
        )
      : null,
  );
}
