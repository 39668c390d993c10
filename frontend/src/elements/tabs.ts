// <vt-tabs role="tablist">: roving focus and arrows; the open panel is an attribute of the section around it.
// Not here: what the panels hold.

export class Tabs extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("click", this.#onClick);
    this.addEventListener("keydown", this.#onKey);
  }

  disconnectedCallback(): void {
    this.removeEventListener("click", this.#onClick);
    this.removeEventListener("keydown", this.#onKey);
  }

  get tabs(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>('[role="tab"]')];
  }

  open(tab: HTMLElement): void {
    for (const each of this.tabs) {
      const isOpen = each === tab;
      each.setAttribute("aria-selected", String(isOpen));
      each.tabIndex = isOpen ? 0 : -1;
    }
    const section = this.parentElement;
    if (section) section.dataset["tab"] = tab.dataset["tab"] ?? "";
    this.dispatchEvent(new CustomEvent("vt-tab", { bubbles: true, detail: { tab: tab.dataset["tab"] } }));
  }

  readonly #onClick = (event: Event): void => {
    const tab = (event.target as Element).closest<HTMLElement>('[role="tab"]');
    if (tab) this.open(tab);
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    const tabs = this.tabs;
    const at = tabs.indexOf(event.target as HTMLElement);
    if (at < 0) return;
    const forward = getComputedStyle(this).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const back = forward === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
    const to = { [forward]: at + 1, [back]: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const tab = tabs[(to + tabs.length) % tabs.length];
    if (!tab) return;
    this.open(tab);
    tab.focus();
  };
}
