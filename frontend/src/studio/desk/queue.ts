// Lines that wait for the team: one key shows one, one gives it back; a claim keeps two from the same line. With them the
// lines that viewers reported: the same keys leave one as it is, or remove it.
// Not here: the lines that are shown (talk.ts).
import { serverNow } from "../../room/clock";
import { h } from "../../room/dom";
import { figure } from "../../room/words";
import type { Desk } from "./desk";
import { openTab } from "./dock";
import { choose, chosen } from "./talk";
import { timeOfId } from "./shape";
import { type Held, isTaken, type Reported } from "./team";

export type QueueAct = "approve" | "decline" | "claim";

const LOOK_AGAIN = 5000;

export function wireQueue(desk: Desk): void {
  const list = desk.find("queue");
  let drawn = "";
  const draw = (): void => {
    const { held, reported } = desk.team;
    const key = JSON.stringify([held.map((one) => [one.id, one.claim?.name, isTaken(one, desk.me, serverNow())]), reported]);
    const waiting = held.length + reported.length;
    for (const part of desk.querySelectorAll('[data-vt-figure="queue"]')) part.textContent = waiting ? figure(waiting) : "";
    if (key === drawn) return;
    drawn = key;
    const id = list.querySelector<HTMLElement>("li[data-chosen]")?.dataset["id"];
    list.replaceChildren(...reported.map(reportedItem), ...held.map((one) => item(desk, one)));
    if (!waiting) list.append(h("li", {}, h("span"), h("span", { class: "vt-note" }, "Nothing waits for you.")));
    const same = id ? list.querySelector<HTMLElement>(`[data-id="${id}"]`) : null;
    if (same) choose(desk, same);
  };
  desk.listen(draw);
  setInterval(draw, LOOK_AGAIN); // claims lapse by themselves
  list.addEventListener("click", (event) => {
    const target = event.target as Element;
    const line = target.closest<HTMLElement>("li[data-id]");
    if (!line) return;
    const act = target.closest<HTMLElement>("[data-queue]")?.dataset["queue"] as QueueAct | undefined;
    if (act) void decide(desk, act, line);
    else if (target.closest(".vt-talk-line")) choose(desk, line.hasAttribute("data-chosen") ? null : line);
  });
}

/** Act on the chosen line, else on the first that nobody else deals with. */
export async function decide(desk: Desk, act: QueueAct, line: HTMLElement | null = null): Promise<void> {
  openTab(desk, "queue");
  const id = (line ?? chosen(desk))?.dataset["id"];
  if (desk.team.reported.some((one) => one.id === id)) {
    if (act !== "claim") await desk.act("DELETE", desk.url(act === "approve" ? `reports/${id}/` : `messages/${id}/`));
    return;
  }
  const free = desk.team.held.filter((one) => !isTaken(one, desk.me, serverNow()));
  const held = id ? desk.team.held.find((one) => one.id === id) : free[0];
  if (!held) return;
  const address = desk.url(`held/${held.id}/${act}/`);
  const isMine = held.claim?.by === desk.me;
  await desk.act(act === "claim" && isMine ? "DELETE" : "POST", address);
}

const REASONS: Record<string, string> = { spam: "spam", insult: "insult", private: "private details", other: "something else" };

/** "Reported by 3: spam 2, insult". */
export function reportWords({ reports, reasons }: Pick<Reported, "reports" | "reasons">): string {
  const why = Object.entries(reasons).map(([reason, count]) => `${REASONS[reason] ?? reason}${count > 1 ? ` ${count}` : ""}`);
  return `Reported by ${reports}: ${why.join(", ")}`;
}

const actButton = (name: QueueAct, key: string, words: string, text: string): HTMLElement =>
  h("button", { type: "button", "data-queue": name }, h("kbd", { "aria-hidden": "true" }, key), words, h("span", { class: "vt-hidden" }, ` ${text}`));

function reportedItem(line: Reported): HTMLElement {
  return h(
    "li",
    { "data-id": line.id, "data-author": line.author_key, "data-name": line.author, "data-reported": true },
    h("time", {}, new Date(timeOfId(line.id)).toTimeString().slice(0, 5)),
    h(
      "div",
      {},
      h(
        "button",
        { class: "vt-talk-line", type: "button" },
        h("b", {}, h("bdi", {}, line.author)),
        " ",
        h("bdi", {}, line.text),
        h("span", { class: "vt-note vt-talk-why" }, reportWords(line)),
      ),
      h("div", { class: "vt-talk-acts" }, actButton("approve", "Y", "Leave", line.text), actButton("decline", "X", "Remove", line.text)),
    ),
  );
}

function item(desk: Desk, held: Held): HTMLElement {
  const taken = isTaken(held, desk.me, serverNow());
  const isMine = held.claim?.by === desk.me;
  const why = held.rule ? `Flagged: ${held.rule}` : "For approval";
  const act = (name: QueueAct, key: string, words: string): HTMLElement => actButton(name, key, words, held.text);
  return h(
    "li",
    { "data-id": held.id, "data-author": held.author_key, "data-name": held.author },
    h("time", {}, new Date(held.at).toTimeString().slice(0, 5)),
    h(
      "div",
      {},
      h(
        "button",
        { class: "vt-talk-line", type: "button" },
        h("b", {}, h("bdi", {}, held.author)),
        " ",
        held.is_question && h("span", { class: "vt-soft" }, "asks: "),
        held.reply_to && h("span", { class: "vt-soft" }, `to ${held.reply_to.author}: `),
        h("bdi", {}, held.text),
        h("span", { class: "vt-note vt-talk-why" }, why, held.claim && (taken || isMine) ? ` · ${isMine ? "you are" : `${held.claim.name} is`} on it` : ""),
      ),
      taken ? null : h("div", { class: "vt-talk-acts" }, act("approve", "Y", "Show"), act("decline", "X", "Give back"), act("claim", "C", isMine ? "Leave it" : "Take")),
    ),
  );
}
