// <vt-draw>: loads a draw's published facts and computes it again, here in the browser.
// Not here: the rule (draw/rule.ts).
import { call } from "../room/api";
import { say } from "../room/words";
import { type PublishedDraw, checkDraw } from "./rule";

/** Where this browser's own entry came, if it has one. */
async function yours({ drop, order }: PublishedDraw & { drop: string }): Promise<string> {
  const me = await call<{ places: { id: string; drop: string | null }[] }>("/api/v1/me/");
  const mine = me.places.find((place) => place.drop === drop && order.includes(place.id));
  return mine ? say("draw-yours", { id: mine.id, turn: order.indexOf(mine.id) + 1 }) : "";
}

export class DrawCheck extends HTMLElement {
  connectedCallback(): void {
    this.querySelector("[data-vt-check]")?.addEventListener("click", () => void this.#check());
  }

  async #check(): Promise<void> {
    const button = this.querySelector<HTMLButtonElement>("[data-vt-check]");
    button?.setAttribute("aria-busy", "true");
    try {
      const draw = await call<PublishedDraw & { drop: string }>(this.dataset["facts"] ?? "");
      const { seedFits, rootFits, orderFits } = await checkDraw(draw);
      const wrong = !seedFits ? "draw-seed-off" : !rootFits ? "draw-root-off" : !orderFits ? "draw-order-off" : null;
      const verdict = wrong ? say(wrong) : say("draw-holds", { entries: draw.lines.length }, draw.lines.length);
      this.#tell(`${verdict} ${await yours(draw)}`.trim(), wrong ? "bad" : "good");
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
