// <vt-copy>: a secret or an address with its Copy button, which the page leaves hidden for those without script.
// Not here: making the secret.

export class Copy extends HTMLElement {
  connectedCallback(): void {
    const button = this.querySelector("button");
    if (!button || !navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", () => void this.#copy(button));
  }

  async #copy(button: HTMLButtonElement): Promise<void> {
    const text = this.querySelector("code, input")?.textContent ?? "";
    await navigator.clipboard.writeText(text.trim());
    const words = button.innerHTML;
    button.textContent = "Copied";
    setTimeout(() => (button.innerHTML = words), 2000);
  }
}
