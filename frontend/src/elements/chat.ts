// <vt-chat>: the log. New lines join at the end; reading upward stops that; a flood is told as a number.
// Not here: writing (parts/say.ts).
import { h, icon } from "../room/dom";
import type { Envelope } from "../room/reduce";
import type { Message, RoomState } from "../room/state";
import { speak } from "../room/speak";
import { figure, say } from "../room/words";
import type { Room } from "./room";

const KEPT = 200;
const FLOOD = 12;
const READING = 48;

export function chatLine(message: Message, mine: boolean): HTMLElement {
  if (message.removed) return h("li", { class: "vt-line", "data-id": message.id, "data-kind": "gone" }, say("message-removed"));
  const badge = message.badge === "host" || message.badge === "staff" ? say(message.badge) : "";
  const quote = message.reply_to?.text ? `${message.reply_to.author}: ${message.reply_to.text}` : "";
  return h(
    "li",
    { class: "vt-line", "data-id": message.id, "data-own": mine },
    quote && h("q", {}, quote),
    h("b", {}, h("bdi", {}, message.author)),
    " ",
    badge && h("span", { class: "vt-tag" }, badge),
    badge && " ",
    h("bdi", {}, message.text),
    message.edited_at && h("small", { class: "vt-line-note" }, ` ${say("edited")}`),
  );
}

/** My line before the room has it, or before the team lets it through. */
function ownLine(key: string, author: string, text: string): HTMLElement {
  const line = h("li", { class: "vt-line", "data-own": true, "data-key": key });
  line.append(h("b", {}, h("bdi", {}, author)), " ", h("bdi", {}, text));
  return line;
}

export const systemLine = (words: string): HTMLElement => h("li", { class: "vt-line", "data-kind": "system" }, h("bdi", {}, words));

/** What happened around the talk and is worth a line in it. */
export function notice({ type, data }: Envelope): string {
  if (type === "sale.announced") {
    const { product_name: name, quantity } = data as { product_name: string; quantity: number };
    return say("just-sold", { name, quantity: figure(quantity) }, quantity);
  }
  if (type === "product.pinned") return say("on-screen", { name: (data as { product: { name: string } }).product.name });
  if (type === "drop.opened") return say("said-drop-open", { title: (data as { title: string }).title });
  if (type === "drop.sold_out") return say("said-drop-sold-out", { title: (data as { title: string }).title });
  return "";
}

export class Chat extends HTMLElement {
  #room: Room | null = null;
  #held: HTMLElement[] = [];
  #second = 0;
  #lately = 0;
  #stop: (() => void) | undefined;

  connectedCallback(): void {
    this.#room = this.closest<Room>("vt-room");
    if (!this.#room || this.#room.dataset["status"] === "replay") return;
    this.#log?.addEventListener("scroll", this.#onScroll, { passive: true });
    this.addEventListener("click", this.#onClick);
    this.addEventListener("keydown", this.#onKey);
    this.#stop = this.#room.store.listen((state, events, before) => this.#take(state, events, before));
  }

  disconnectedCallback(): void {
    this.#stop?.();
  }

  /** My line, before the room has it. */
  addPending(key: string, author: string, text: string): void {
    this.#endQuiet();
    const line = ownLine(key, author, text);
    line.dataset["pending"] = "true";
    this.#flush();
    this.#lines.append(line);
    this.#toEnd();
  }

  /** The room has it, or says no: then its words stand where the line is. */
  settle(key: string, refusal?: string): void {
    const line = this.#lines.querySelector<HTMLElement>(`[data-key="${key}"]`);
    line?.removeAttribute("data-pending");
    if (!refusal || !line) return;
    line.dataset["kind"] = "refused";
    line.querySelector(".vt-line-note")?.remove();
    line.append(h("span", { class: "vt-line-refusal" }, refusal));
    speak(refusal);
  }

  /** The team reads it first. */
  wait(key: string): void {
    const line = this.#lines.querySelector<HTMLElement>(`[data-key="${key}"]`);
    if (!line || line.dataset["kind"] === "waiting") return;
    line.removeAttribute("data-pending");
    line.dataset["kind"] = "waiting";
    line.append(h("small", { class: "vt-line-note" }, say("message-waits")));
  }

  /** The lines as they were at another moment, for a replay. */
  show(lines: HTMLElement[]): void {
    this.#lines.replaceChildren(...lines);
    this.#toEnd();
  }

  /** What was said next in a replay; who reads further up stays there. */
  addNext(lines: HTMLElement[]): void {
    const stays = this.#isReading ? this.#log?.scrollHeight ?? 0 : 0;
    this.#lines.append(...lines);
    while (this.#lines.children.length > KEPT) this.#lines.firstElementChild?.remove();
    if (stays && this.#log) this.#log.scrollTop -= this.#log.scrollHeight - stays;
  }

  get #log(): HTMLElement | null {
    return this.querySelector<HTMLElement>(".vt-chat-log");
  }

  get #lines(): HTMLElement {
    return this.querySelector<HTMLElement>(".vt-chat-lines") ?? this.appendChild(h("ul", { class: "vt-chat-lines" }));
  }

  get #isReading(): boolean {
    return Math.abs(this.#log?.scrollTop ?? 0) > READING;
  }

  #take(state: RoomState, events: readonly Envelope[], before: RoomState | null): void {
    if (!before || (!events.length && before.messages !== state.messages)) {
      if (state.messages.length || state.me.waiting.length) this.show(state.messages.map((message) => chatLine(message, message.author_key === state.me.key)));
      for (const { key, text } of state.me.waiting) this.#addWaiting(key, state.me.name, text);
      return;
    }
    const fresh: HTMLElement[] = [];
    for (const event of events) {
      const { message_id: id, key, text } = event.data as { message_id?: string; key?: string; text?: string };
      if (event.type === "message.removed" || event.type === "message.edited") this.#redraw(state, id ?? "");
      if (event.type === "message.waiting") this.#addWaiting(key ?? "", state.me.name, text ?? "");
      if (event.type === "message.returned") this.settle(key ?? "", say("message-returned"));
      const isLine = event.type === "message.posted" || event.type === "message.echoed";
      const message = isLine && state.messages.find((one) => one.id === id);
      if (message) {
        const line = chatLine(message, message.author_key === state.me.key);
        const mine = key && this.#lines.querySelector(`[data-key="${key}"]`);
        if (mine) mine.replaceWith(line);
        else fresh.push(line);
        continue;
      }
      const words = notice(event);
      if (words) fresh.push(systemLine(words));
    }
    if (fresh.length) this.#add(fresh);
  }

  /** "No messages yet" is true until the first line. */
  #endQuiet(): void {
    this.querySelector("[data-vt-quiet]")?.remove();
  }

  #add(fresh: HTMLElement[]): void {
    this.#endQuiet();
    if (this.#isReading) {
      this.#held = [...this.#held, ...fresh].slice(-KEPT);
      this.#drawMore();
      return;
    }
    this.#quiet(fresh.length);
    this.#lines.append(...fresh);
    while (this.#lines.children.length > KEPT) this.#lines.firstElementChild?.remove();
  }

  /** More than a dozen lines in a second are not read out one by one: their number is. */
  #quiet(count: number): void {
    const second = Math.floor(Date.now() / 1000);
    this.#lately = second === this.#second ? this.#lately + count : count;
    this.#second = second;
    const flood = this.#lately > FLOOD;
    this.#log?.setAttribute("aria-live", flood ? "off" : "polite");
    if (flood && this.#lately - count <= FLOOD) {
      setTimeout(() => speak(say("new-messages", { count: this.#lately }, this.#lately)), 1000);
    }
  }

  /** A line has other words, or none any more: also where answers quote it. */
  #redraw(state: RoomState, id: string): void {
    const lines = new Map([...this.#lines.children, ...this.#held].map((line) => [(line as HTMLElement).dataset["id"], line]));
    for (const message of state.messages) {
      if (message.id !== id && message.reply_to?.id !== id) continue;
      const old = lines.get(message.id) as HTMLElement | undefined;
      const line = chatLine(message, message.author_key === state.me.key);
      this.#held = this.#held.map((one) => (one === old ? line : one));
      old?.replaceWith(line);
    }
  }

  /** Mine, from another window or from before this page was loaded. */
  #addWaiting(key: string, author: string, text: string): void {
    if (!this.#lines.querySelector(`[data-key="${key}"]`)) this.#lines.append(ownLine(key, author, text));
    this.wait(key);
  }

  #drawMore(): void {
    const count = this.#held.length;
    let more = this.querySelector<HTMLElement>(".vt-chat-more");
    if (!count) {
      more?.remove();
      return;
    }
    more ??= this.appendChild(h("button", { class: "vt-button vt-button-s vt-chat-more", type: "button" }));
    more.replaceChildren(icon("down", "s"), say("new-messages", { count }, count));
  }

  #flush(): void {
    this.#lines.append(...this.#held);
    this.#held = [];
    while (this.#lines.children.length > KEPT) this.#lines.firstElementChild?.remove();
    this.#drawMore();
  }

  #toEnd(): void {
    // A reversed column counts from its end.
    this.#log?.scrollTo({ top: 0 });
  }

  readonly #onScroll = (): void => {
    if (this.#held.length && !this.#isReading) this.#flush();
  };

  readonly #onClick = (event: Event): void => {
    const target = event.target as Element;
    if (target.closest(".vt-chat-more")) {
      this.#flush();
      this.#toEnd();
      this.#log?.focus({ preventScroll: true });
      return;
    }
    const line = target.closest<HTMLElement>(".vt-line[data-id]:not([data-kind])");
    if (line && !getSelection()?.toString()) this.#answer(line);
  };

  /** Arrows walk over the lines, Enter answers one. */
  readonly #onKey = (event: KeyboardEvent): void => {
    const lines = [...this.#lines.querySelectorAll<HTMLElement>(".vt-line[data-id]:not([data-kind])")];
    const at = lines.indexOf(event.target as HTMLElement);
    const next = { ArrowUp: at < 0 ? lines.length - 1 : at - 1, ArrowDown: at + 1 }[event.key];
    if (next !== undefined && lines[next] && (at >= 0 || event.key === "ArrowUp")) {
      event.preventDefault();
      lines[next].tabIndex = -1;
      lines[next].focus();
    } else if (event.key === "Enter" && at >= 0 && lines[at]) this.#answer(lines[at]);
  };

  #answer(line: HTMLElement): void {
    this.dispatchEvent(
      new CustomEvent("vt-answer", {
        bubbles: true,
        detail: {
          id: line.dataset["id"],
          author: line.querySelector("b")?.textContent ?? "",
          text: line.querySelector(":scope > bdi")?.textContent ?? "",
          own: line.hasAttribute("data-own"),
        },
      }),
    );
  }
}
