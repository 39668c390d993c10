// <vt-sheet>: the page's one modal sheet. The dialog traps focus, gives it back and closes on Esc by itself;
// the picture moves up and plays on (styles/components/sheet.css).
// Not here: what is put into it.

export interface SheetContent {
  title: string;
  body: Node;
  foot?: Node | null;
  full?: boolean;
}

export class Sheet extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("click", this.#onClick);
    this.dialog.addEventListener("close", this.#onClose);
  }

  disconnectedCallback(): void {
    this.removeEventListener("click", this.#onClick);
  }

  get dialog(): HTMLDialogElement {
    const dialog = this.querySelector("dialog");
    if (!dialog) throw new Error("vt-sheet needs the <dialog> of components/sheet.html");
    return dialog;
  }

  show({ title, body, foot = null, full = false }: SheetContent): void {
    const dialog = this.dialog;
    this.#part(".vt-sheet-head .vt-heading").textContent = title;
    this.#part(".vt-sheet-body").replaceChildren(body);
    const place = this.#part(".vt-sheet-foot");
    place.replaceChildren(...(foot ? [foot] : []));
    place.hidden = !foot;
    dialog.classList.toggle("vt-sheet-full", full);
    if (!dialog.open) dialog.showModal();
    this.#mark(full ? "full" : "half");
  }

  close(): void {
    this.dialog.close();
  }

  #part(selector: string): HTMLElement {
    const part = this.querySelector<HTMLElement>(selector);
    if (!part) throw new Error(`vt-sheet has no ${selector}`);
    return part;
  }

  #mark(height: "half" | "full" | null): void {
    const room = this.closest<HTMLElement>("vt-room");
    if (!room) return;
    if (height) room.dataset["sheet"] = height;
    else delete room.dataset["sheet"];
  }

  readonly #onClick = (event: Event): void => {
    const target = event.target as Element;
    if (target === this.dialog || target.closest("[data-vt-close]")) this.close();
  };

  readonly #onClose = (): void => {
    this.#mark(null);
    this.dispatchEvent(new CustomEvent("vt-sheet-closed", { bubbles: true }));
  };
}
