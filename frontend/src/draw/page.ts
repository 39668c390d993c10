// <vt-draw>: loads a draw's published facts and computes it again, here in the browser.
// Not here: the rule (draw/rule.ts).
import { call } from "../room/api";
import { say } from "../room/words";
import { type PublishedDraw, checkDraw } from "./rule";

export class DrawCheck extends HTMLElement {
  connectedCallback(): void {
    this.querySelector("[data-vt-check]")?.addEventListener("click", () => void this.#check());
  }

  async #check(): Promise<void> {
    const button = this.querySelector<HTMLButtonElement>("[data-vt-check]");
    button?.setAttribute("aria-busy", "true");
    try {
      const draw = await call<PublishedDraw>(this.dataset["facts"] ?? "");
      const { seedFits, rootFits, orderFits } = await checkDraw(draw);
      const wrong = !seedFits ? "draw-seed-off" : !rootFits ? "draw-root-off" : !orderFits ? "draw-order-off" : null;
      this.#tell(wrong ? say(wrong) : say("draw-holds", { entries: draw.lines.length }, draw.lines.length), wrong ? "bad" : "good");
    } catch {
      this.#tell(say("no-answer"), "bad");
    } finally {
      button?.removeAttribute("aria-busy");
    }
  }

  #tell(words: string, outcome: "good" | "bad"): void {
    const verdict = this.querySelector<HTMLElement>("[data-vt-verdict]");
    if (!verdict) return;
    verdict.textContent = words;
    verdict.dataset["outcome"] = outcome;
  }
}
