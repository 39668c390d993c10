// The chat as moderators read it: a line can be chosen, and a chosen line has acts, each with a key.
// Not here: the keys (keys.ts), questions (asks.ts) and polls (polls.ts).
import { h, icon } from "../../room/dom";
import type { Message } from "../../room/state";
import type { Desk } from "./desk";
import { showPane } from "./dock";
import { showTime, timeOfId } from "./shape";

export type TalkAct = "remove" | "timeout" | "ban" | "pin" | "reply";

const ACTS: [TalkAct, string, string][] = [
  ["remove", "D", "Remove"],
  ["timeout", "T", "Time out"],
  ["ban", "B", "Ban"],
  ["pin", "P", "Pin"],
  ["reply", "R", "Reply"],
];
const TIMEOUT_SECONDS = 300;
const READING = 48;

interface Ban {
  id: string;
}

const replyTo = new WeakMap<Desk, string>();

export function wireTalk(desk: Desk): void {
  const scroller = desk.find("talk");
  const list = desk.find("talk-list");
  const form = desk.find<HTMLFormElement>("say");
  const field = form.elements.namedItem("text") as HTMLInputElement;
  let drawn: Message[] = [];
  let started: string | null = null;
  desk.listen(() => {
    const { state } = desk.store;
    if (!state) return;
    drawPinned(desk);
    drawMode(desk);
    if (state.messages === drawn && state.show.started_at === started) return;
    const isNew = started !== state.show.started_at;
    started = state.show.started_at;
    const atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < READING;
    const known = new Map(drawn.map((one) => [one.id, one]));
    const lines = new Map([...list.children].map((line) => [(line as HTMLElement).dataset["id"], line]));
    for (const message of state.messages) {
      const line = lines.get(message.id);
      lines.delete(message.id);
      if (line && known.get(message.id) === message && !isNew) continue;
      const drawing = lineOf(message, started, desk);
      if (line) line.replaceWith(drawing);
      else list.append(drawing);
    }
    for (const gone of lines.values()) gone.remove();
    drawn = state.messages;
    if (atEnd) scroller.scrollTop = scroller.scrollHeight;
  });
  list.addEventListener("click", (event) => {
    const target = event.target as Element;
    const line = target.closest<HTMLElement>("li");
    const act = target.closest<HTMLElement>("[data-talk]")?.dataset["talk"] as TalkAct | undefined;
    if (!line) return;
    if (act) void actOn(desk, act);
    else choose(desk, line.hasAttribute("data-chosen") ? null : line);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text || !desk.socket) return;
    const quoted = replyTo.get(desk) ?? null;
    field.value = "";
    stopReply(desk);
    desk.socket.ask({ t: "say", text, reply_to: quoted }).catch((error: Error) => {
      if (!field.value) field.value = text;
      desk.toast(error.message || "The line was not sent. It is back in the field.");
    });
  });
  desk.find("mode").addEventListener("change", (event) => {
    const input = event.target as HTMLInputElement | HTMLSelectElement;
    const change = input.name === "slow" ? { slow_seconds: Number(input.value) } : { guests_allowed: (input as HTMLInputElement).checked };
    void desk.act("PATCH", desk.url("room/"), change);
  });
  desk.find("unpin-message").addEventListener("click", () => void desk.act("DELETE", desk.url("room/pinned-message/")));
}

export const chosen = (desk: Desk): HTMLElement | null => desk.find("talk-list").querySelector("li[data-chosen]");

export function choose(desk: Desk, line: HTMLElement | null): void {
  const before = chosen(desk);
  before?.removeAttribute("data-chosen");
  before?.classList.remove("vt-talk-on");
  before?.querySelector(".vt-talk-acts")?.remove();
  if (!line || line.classList.contains("vt-talk-removed")) return;
  line.setAttribute("data-chosen", "");
  line.classList.add("vt-talk-on");
  const isGuest = line.dataset["author"]?.startsWith("vwr_");
  line.lastElementChild?.append(
    h(
      "div",
      { class: "vt-talk-acts" },
      ...ACTS.filter(([act]) => isGuest || (act !== "timeout" && act !== "ban")).map(([act, key, words]) =>
        h("button", { type: "button", "data-talk": act }, h("kbd", { "aria-hidden": "true" }, key), words),
      ),
    ),
  );
  line.scrollIntoView({ block: "nearest" });
}

/** Move the choice by one line, from the newest when nothing is chosen. */
export function moveChoice(desk: Desk, step: 1 | -1): void {
  const now = chosen(desk);
  const next = now ? (step > 0 ? now.nextElementSibling : now.previousElementSibling) : desk.find("talk-list").lastElementChild;
  if (next instanceof HTMLElement) choose(desk, next);
}

export async function actOn(desk: Desk, act: TalkAct): Promise<void> {
  const line = chosen(desk);
  const { id, author, name } = line?.dataset ?? {};
  if (!line || !id || !author) return;
  choose(desk, null);
  if (act === "reply") {
    replyTo.set(desk, id);
    showPane(desk, "room"); // on a phone the field stands there alone
    desk.find("replying").hidden = false;
    desk.find("replying-to").textContent = `Answering ${name ?? ""}`;
    desk.querySelector<HTMLElement>('[data-vt-part="say"] input')?.focus();
    return;
  }
  if (act === "remove") await desk.act("DELETE", desk.url(`messages/${id}/`));
  if (act === "pin") await desk.act("PUT", desk.url("room/pinned-message/"), { message: id });
  if (act === "timeout" || act === "ban") {
    const seconds = act === "timeout" ? { seconds: TIMEOUT_SECONDS } : {};
    const ban = await desk.act<Ban>("POST", "/api/v1/bans/", { viewer: author, show: desk.data.show, ...seconds });
    const words = act === "ban" ? `${name} is banned.` : `${name} is silent for five minutes.`;
    if (ban) desk.toast(words, () => void desk.act("DELETE", `/api/v1/bans/${ban.id}/`));
  }
}

export function stopReply(desk: Desk): void {
  replyTo.delete(desk);
  desk.find("replying").hidden = true;
}

function lineOf(message: Message, started: string | null, desk: Desk): HTMLElement {
  const at = timeOfId(message.id);
  const time = started && at >= Date.parse(started) ? showTime(at - Date.parse(started)) : new Date(at).toTimeString().slice(0, 5);
  if (message.removed) {
    return h("li", { class: "vt-talk-removed", "data-id": message.id }, h("time", {}, time), h("div", {}, "Removed"));
  }
  const isTeam = message.badge === "host" || message.badge === "staff";
  const brand = desk.dataset["brand"] ?? "";
  return h(
    "li",
    { class: isTeam ? "vt-talk-team" : null, "data-id": message.id, "data-author": message.author_key, "data-name": message.author },
    h("time", {}, time),
    h(
      "div",
      {},
      h(
        "button",
        { class: "vt-talk-line", type: "button" },
        h("b", {}, h("bdi", {}, message.author), isTeam && h("span", {}, ` · ${brand}`)),
        " ",
        message.reply_to && h("span", { class: "vt-soft" }, `to ${message.reply_to.author}: `),
        h("bdi", {}, message.text),
      ),
    ),
  );
}

function drawPinned(desk: Desk): void {
  const pinned = desk.store.state?.pinned_message ?? null;
  desk.find("pinned").hidden = !pinned;
  const words = desk.find("pinned-words");
  const text = pinned ? `${pinned.author}: ${pinned.text}` : "";
  if (words.textContent !== text) words.replaceChildren(icon("pin"), text);
}

function drawMode(desk: Desk): void {
  const { settings } = desk.store.state ?? {};
  if (!settings) return;
  const mode = desk.find<HTMLFormElement>("mode");
  const slow = mode.elements.namedItem("slow") as HTMLSelectElement;
  const guests = mode.elements.namedItem("guests") as HTMLInputElement;
  if (document.activeElement === slow || document.activeElement === guests) return;
  slow.value = [...slow.options].some((one) => one.value === String(settings.slow_seconds)) ? String(settings.slow_seconds) : "0";
  guests.checked = settings.guests_allowed;
}
