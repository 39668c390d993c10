// The chat as moderators read it: a line can be chosen, and a chosen line has acts, each with a key.
// Not here: the keys (keys.ts), questions (asks.ts) and polls (polls.ts).
import { h, icon } from "../../room/dom";
import { lineKey } from "../../room/frames";
import type { Message } from "../../room/state";
import type { Desk } from "./desk";
import { openTab, showPane } from "./dock";
import { openPerson } from "./person";
import { showTime, timeOfId } from "./shape";

export type TalkAct = "remove" | "timeout" | "ban" | "shadow" | "pin" | "reply" | "edit" | "person";

const ACTS: [TalkAct, string, string][] = [
  ["remove", "D", "Remove"],
  ["timeout", "T", "Time out"],
  ["ban", "B", "Ban"],
  ["shadow", "S", "Shadow ban"],
  ["person", "I", "History"],
  ["pin", "P", "Pin"],
  ["reply", "R", "Reply"],
  ["edit", "E", "Change"],
];
/** On a line that waits: what concerns its author. The line has acts of its own (queue.ts). */
const OF_AUTHOR = new Set<TalkAct>(["timeout", "ban", "shadow", "person"]);
/** Not on a line that only its author and the team see: all would hear of it. */
const NOT_IN_SHADOW = new Set<TalkAct>(["pin", "reply", "edit"]);
const TIMEOUT_SECONDS = 300;
const READING = 48;

interface Ban {
  id: string;
}

/** What the next line is for: an answer, or other words for a line. */
const writing = new WeakMap<Desk, { id: string; isEdit: boolean }>();

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
    const messages = withShadowed(desk);
    if (messages === drawn && state.show.started_at === started) return;
    const isNew = started !== state.show.started_at;
    started = state.show.started_at;
    const atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < READING;
    const known = new Map(drawn.map((one) => [one.id, one]));
    const lines = new Map([...list.children].map((line) => [(line as HTMLElement).dataset["id"], line]));
    let before: Element | null = null;
    for (const message of messages) {
      const line = lines.get(message.id);
      lines.delete(message.id);
      if (line && known.get(message.id) === message && !isNew) {
        before = line;
        continue;
      }
      const drawing = lineOf(message, started, desk);
      if (line) line.replaceWith(drawing);
      else if (before) before.after(drawing);
      else list.prepend(drawing);
      before = drawing;
    }
    for (const gone of lines.values()) gone.remove();
    drawn = messages;
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
    const about = writing.get(desk);
    field.value = "";
    stopReply(desk);
    if (about?.isEdit) {
      void desk.act("PATCH", desk.url(`messages/${about.id}/`), { text }).then((done) => {
        if (!done && !field.value) field.value = text;
      });
      return;
    }
    const quoted = about?.id ?? null;
    desk.socket.ask({ t: "say", text, reply_to: quoted }, lineKey()).catch((error: Error) => {
      if (!field.value) field.value = text;
      desk.toast(error.message || "The line was not sent. It is back in the field.");
    });
  });
  desk.find("mode").addEventListener("change", (event) => {
    const input = event.target as HTMLInputElement | HTMLSelectElement;
    if (input.name === "approval") {
      setApproval(desk, input as HTMLInputElement);
      return;
    }
    const change = input.name === "slow" ? { slow_seconds: Number(input.value) } : { guests_allowed: (input as HTMLInputElement).checked };
    void desk.act("PATCH", desk.url("room/"), change);
  });
  desk.find("unpin-message").addEventListener("click", () => void desk.act("DELETE", desk.url("room/pinned-message/")));
}

const isQueueOpen = (desk: Desk): boolean => desk.querySelector("#room-queue:not([hidden])") !== null;

/** The lines in front: of the chat, or of the queue. */
const lines = (desk: Desk): HTMLElement => desk.find(isQueueOpen(desk) ? "queue" : "talk-list");

export const chosen = (desk: Desk): HTMLElement | null => lines(desk).querySelector("li[data-chosen]");

export function choose(desk: Desk, line: HTMLElement | null): void {
  const before = chosen(desk);
  before?.removeAttribute("data-chosen");
  before?.classList.remove("vt-talk-on");
  before?.querySelector(".vt-talk-acts[data-own]")?.remove();
  if (!line || line.classList.contains("vt-talk-removed")) return;
  line.setAttribute("data-chosen", "");
  line.classList.add("vt-talk-on");
  const isGuest = Boolean(line.dataset["author"]?.startsWith("vwr_"));
  const isHeld = isQueueOpen(desk);
  const isShadow = line.hasAttribute("data-shadow");
  const isOffered = (act: TalkAct): boolean => {
    if (isHeld) return OF_AUTHOR.has(act);
    if (isShadow && NOT_IN_SHADOW.has(act)) return false;
    return act === "edit" ? desk.mayRun || !isGuest : isGuest || !OF_AUTHOR.has(act);
  };
  line.lastElementChild?.append(
    h(
      "div",
      { class: "vt-talk-acts", "data-own": true },
      ...ACTS.filter(([act]) => isOffered(act)).map(([act, key, words]) =>
        h("button", { type: "button", "data-talk": act }, h("kbd", { "aria-hidden": "true" }, key), words),
      ),
    ),
  );
  line.scrollIntoView({ block: "nearest" });
}

/** Move the choice by one line, from the newest when nothing is chosen. */
export function moveChoice(desk: Desk, step: 1 | -1): void {
  const now = chosen(desk);
  const first = isQueueOpen(desk) ? lines(desk).firstElementChild : lines(desk).lastElementChild;
  const next = now ? (step > 0 ? now.nextElementSibling : now.previousElementSibling) : first;
  if (next instanceof HTMLElement && next.dataset["id"]) choose(desk, next);
}

export async function actOn(desk: Desk, act: TalkAct): Promise<void> {
  const line = chosen(desk);
  const { id, author, name } = line?.dataset ?? {};
  if (!line || !id || !author || (isQueueOpen(desk) && !OF_AUTHOR.has(act))) return;
  if (line.hasAttribute("data-shadow") && NOT_IN_SHADOW.has(act)) return;
  if (act === "edit" && !desk.mayRun && author.startsWith("vwr_")) return;
  choose(desk, null);
  if (act === "reply" || act === "edit") {
    write(desk, act, id, name ?? "");
    return;
  }
  if (act === "person") {
    await openPerson(desk, author, name ?? "");
    return;
  }
  if (act === "remove") await desk.act("DELETE", desk.url(`messages/${id}/`));
  if (act === "pin") await desk.act("PUT", desk.url("room/pinned-message/"), { message: id });
  if (act === "timeout" || act === "ban" || act === "shadow") {
    const more = act === "timeout" ? { seconds: TIMEOUT_SECONDS } : act === "shadow" ? { kind: "shadow" } : {};
    const ban = await desk.act<Ban>("POST", "/api/v1/bans/", { viewer: author, show: desk.data.show, ...more });
    const words = {
      ban: `${name} is banned.`,
      timeout: `${name} is silent for five minutes.`,
      shadow: `Only ${name} and the team see what ${name} writes.`,
    }[act];
    if (ban) desk.dispatchEvent(new Event("vt-bans"));
    if (ban) desk.toast(words, () => void desk.act("DELETE", `/api/v1/bans/${ban.id}/`));
  }
}

/** Bring the field to the front for an answer, or for other words with the old ones in it. */
function write(desk: Desk, act: "reply" | "edit", id: string, name: string): void {
  const isEdit = act === "edit";
  writing.set(desk, { id, isEdit });
  openTab(desk, "chat");
  showPane(desk, "room"); // on a phone the field stands there alone
  desk.find("replying").hidden = false;
  desk.find("replying-to").textContent = isEdit ? `Changing what ${name} wrote` : `Answering ${name}`;
  const field = desk.querySelector<HTMLInputElement>('[data-vt-part="say"] input');
  if (isEdit && field) field.value = withShadowed(desk).find((one) => one.id === id)?.text ?? "";
  field?.focus();
}

export function stopReply(desk: Desk): void {
  const field = desk.querySelector<HTMLInputElement>('[data-vt-part="say"] input');
  if (writing.get(desk)?.isEdit && field) field.value = "";
  writing.delete(desk);
  desk.find("replying").hidden = true;
}

function lineOf(message: Message, started: string | null, desk: Desk): HTMLElement {
  const at = timeOfId(message.id);
  const time = started && at >= Date.parse(started) ? showTime(at - Date.parse(started)) : new Date(at).toTimeString().slice(0, 5);
  if (message.removed) {
    return h("li", { class: "vt-talk-removed", "data-id": message.id }, h("time", {}, time), h("div", {}, "Removed"));
  }
  const isTeam = message.badge === "host" || message.badge === "staff";
  const isShadow = desk.team.shadowed.some((one) => one.id === message.id);
  const brand = desk.dataset["brand"] ?? "";
  return h(
    "li",
    { class: isTeam ? "vt-talk-team" : isShadow ? "vt-talk-shadow" : null, "data-shadow": isShadow, "data-id": message.id, "data-author": message.author_key, "data-name": message.author },
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
        message.edited_at && h("span", { class: "vt-note" }, " edited"),
        isShadow && h("span", { class: "vt-note vt-talk-why" }, "Shadow ban: only they and the team see this"),
      ),
    ),
  );
}

let merged: { of: readonly unknown[]; lines: Message[] } = { of: [], lines: [] };

/** All lines in time's order, those in the shadow among them. The same list while nothing has changed. */
function withShadowed(desk: Desk): Message[] {
  const messages = desk.store.state?.messages ?? [];
  const { shadowed } = desk.team;
  if (!shadowed.length) return messages;
  if (merged.of[0] !== messages || merged.of[1] !== shadowed) {
    const first = messages[0]?.id ?? "";
    const all = [...messages, ...shadowed.filter((one) => one.id > first)];
    merged = { of: [messages, shadowed], lines: all.sort((a, b) => (a.id < b.id ? -1 : 1)) };
  }
  return merged.lines;
}

/** Ending approval asks what becomes of the lines that wait for it. */
function setApproval(desk: Desk, input: HTMLInputElement): void {
  const waiting = desk.team.held.filter((one) => !one.rule).length;
  if (input.checked || !waiting) {
    void desk.act("PATCH", desk.url("room/"), { approval: input.checked });
    return;
  }
  input.checked = true;
  const dialog = desk.find<HTMLDialogElement>("waiting");
  desk.find("waiting-title").textContent = waiting === 1 ? "One message waits" : `${waiting} messages wait`;
  dialog.onclose = (): void => {
    const choice = dialog.returnValue;
    dialog.returnValue = "";
    if (choice) void desk.act("PATCH", desk.url("room/"), { approval: false, waiting: choice });
  };
  dialog.showModal();
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
  const approval = mode.elements.namedItem("approval") as HTMLInputElement;
  approval.checked = settings.approval;
  if (document.activeElement === slow || document.activeElement === guests) return;
  slow.value = [...slow.options].some((one) => one.value === String(settings.slow_seconds)) ? String(settings.slow_seconds) : "0";
  guests.checked = settings.guests_allowed;
}
