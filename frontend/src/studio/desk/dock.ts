// Which part is in front: the room's tabs, and on a phone the four places of the dock.
// Not here: the layout of either (styles/studio/desk-phone.css).
import type { Desk } from "./desk";

export function wireDock(desk: Desk): void {
  desk.find("dock").addEventListener("click", (event) => {
    const pane = (event.target as Element).closest<HTMLElement>("[data-pane]")?.dataset["pane"];
    if (pane) showPane(desk, pane);
  });
  const tabs = [...desk.querySelectorAll<HTMLElement>('[role="tab"]')];
  const open = (tab: HTMLElement): void => select(desk, tabs, tab);
  for (const tab of tabs) {
    tab.addEventListener("click", () => open(tab));
    tab.addEventListener("keydown", (event) => {
      const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
      const next = step ? tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length] : undefined;
      if (!next) return;
      event.preventDefault();
      open(next);
      next.focus();
    });
  }
}

function select(desk: Desk, tabs: HTMLElement[], tab: HTMLElement): void {
  for (const each of tabs) {
    const isOpen = each === tab;
    each.setAttribute("aria-selected", String(isOpen));
    each.tabIndex = isOpen ? 0 : -1;
    const panel = document.getElementById(each.getAttribute("aria-controls") ?? "");
    if (panel) panel.hidden = !isOpen;
  }
  desk.dispatchEvent(new CustomEvent("vt-tab", { detail: tab.id.slice("tab-".length) }));
}

/** Open one of the room's tabs by its name. */
export function openTab(desk: Desk, name: string): void {
  const tab = desk.querySelector<HTMLElement>(`#tab-${name}`);
  if (tab?.getAttribute("aria-selected") === "false") select(desk, [...desk.querySelectorAll<HTMLElement>('[role="tab"]')], tab);
}

/** Bring a place of the dock to the front; where there is no dock, all of them are. */
export function showPane(desk: Desk, pane: string): void {
  desk.dataset["vtPane"] = pane;
  for (const button of desk.find("dock").querySelectorAll<HTMLElement>("[data-pane]")) {
    button.setAttribute("aria-current", String(button.dataset["pane"] === pane));
  }
  const talk = desk.find("talk");
  talk.scrollTop = talk.scrollHeight;
}
