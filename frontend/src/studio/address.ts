// <vt-address>: suggests an address from the brand's name until somebody writes one themselves.
// Not here: whether it is free; the server says that.

/** "Maison Orme & Fils" as a host label. */
export function slugOf(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replace(/ß/g, "ss")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40)
    .replace(/-+$/, "");
}

export class Address extends HTMLElement {
  connectedCallback(): void {
    const name = document.getElementById(this.dataset["suggests"] ?? "");
    const field = this.querySelector("input");
    if (!(name instanceof HTMLInputElement) || !field) return;
    let isOwn = field.value !== "";
    field.addEventListener("input", () => (isOwn = field.value !== ""));
    name.addEventListener("input", () => {
      if (!isOwn) field.value = slugOf(name.value);
    });
  }
}
