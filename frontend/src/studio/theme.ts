// <vt-theme>: what would follow from inputs that are not published yet, in figures, ramps and a frame of the page.
// Not here: the palette; the server derives it, so that the preview cannot differ from what is published.
import { h, icon } from "../room/dom";

interface Derived {
  tokens: Record<string, string>;
  contrast: { name: string; day: string; night: string; meaning: string }[];
  notes: string[];
}

const PAUSE = 250;

export class Theme extends HTMLElement {
  #timer = 0;
  #asked = 0;

  connectedCallback(): void {
    const published = document.getElementById("vt-theme-tokens")?.textContent;
    if (published) this.#wear(JSON.parse(published) as Record<string, string>);
    this.querySelector("iframe")?.addEventListener("load", () => this.#ask());
    this.addEventListener("input", (event) => {
      this.#pair(event.target as HTMLInputElement);
      const changed = this.querySelector<HTMLElement>("[data-vt-changed]");
      if (changed) changed.hidden = false;
      clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => this.#ask(), PAUSE);
    });
  }

  get #form(): HTMLFormElement | null {
    return this.querySelector<HTMLFormElement>("#theme-form");
  }

  /** The colour by eye and the colour by number are one input. */
  #pair(input: HTMLInputElement): void {
    const swatch = input.dataset["vtSwatch"];
    if (swatch) {
      const field = this.#form?.elements.namedItem(swatch);
      if (field instanceof HTMLInputElement) field.value = input.value;
    } else if (/^#[0-9a-f]{6}$/i.test(input.value)) {
      const eye = this.querySelector<HTMLInputElement>(`[data-vt-swatch="${input.name}"]`);
      if (eye) eye.value = input.value.toLowerCase();
    }
  }

  async #ask(): Promise<void> {
    const form = this.#form;
    if (!form) return;
    const number = (this.#asked += 1);
    const query = new URLSearchParams(new FormData(form) as unknown as Record<string, string>);
    query.delete("csrfmiddlewaretoken");
    const response = await fetch(`${this.dataset["derived"] ?? ""}?${query}`).catch(() => null);
    if (!response || number !== this.#asked) return;
    const notes = this.querySelector("[data-vt-notes]");
    if (!response.ok) {
      const { detail } = (await response.json()) as { detail: string };
      if (notes) notes.textContent = detail;
      return;
    }
    const derived = (await response.json()) as Derived;
    if (notes) notes.textContent = derived.notes.join(" ");
    this.#wear(derived.tokens);
    this.querySelector("[data-vt-contrast]")?.replaceChildren(
      ...derived.contrast.map((row) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, row.name),
          h("td", { class: "vt-num" }, row.day),
          h("td", { class: "vt-num" }, row.night),
          h("td", {}, h("span", { class: "vt-row" }, goodCheck(), row.meaning)),
        ),
      ),
    );
  }

  /** Put the tokens on the ramps and on the page in the frame. */
  #wear(tokens: Record<string, string>): void {
    const frame = this.querySelector("iframe")?.contentDocument?.documentElement;
    const wearers = [...this.querySelectorAll<HTMLElement>("[data-vt-wears] [data-vt-scheme]"), frame];
    for (const wearer of wearers) {
      for (const [name, value] of Object.entries(tokens)) wearer?.style.setProperty(name, value);
    }
    const font = this.#form?.elements.namedItem("font");
    if (frame && font instanceof HTMLSelectElement) frame.dataset["vtFont"] = font.value;
  }
}

function goodCheck(): SVGElement {
  const drawing = icon("check");
  drawing.classList.add("vt-good");
  return drawing;
}
