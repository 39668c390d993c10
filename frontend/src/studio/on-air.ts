// <vt-on-air>: the nav's one line back to the desk while a show is on.
// Not here: the desk.
import { call } from "../room/api";
import { h } from "../room/dom";

interface OnAir {
  data: { id: string; title: string; status: string }[];
}

const EVERY = 30_000;

export class BackToDesk extends HTMLElement {
  #timer = 0;

  connectedCallback(): void {
    void this.#look();
  }

  disconnectedCallback(): void {
    clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    const answer = await call<OnAir>("/api/v1/shows/?status=live").catch(() => null);
    const show = answer?.data.find((one) => one.status === "live");
    this.className = show ? "vt-nav-air" : "";
    this.replaceChildren(
      ...(show
        ? [
            h("span", { class: "vt-live" }, "On air"),
            " ",
            h("span", { class: "vt-note" }, show.title),
            h("a", { href: `/studio/shows/${show.id}/desk/` }, "Back to the desk"),
          ]
        : []),
    );
    this.#timer = window.setTimeout(() => void this.#look(), EVERY);
  }
}
