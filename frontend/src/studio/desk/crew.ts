// Who looks after the room, the note for who comes next, and whom the room is closed to.
// Not here: banning (talk.ts, person.ts).
import { call } from "../../room/api";
import { h } from "../../room/dom";
import { timeOfDay } from "../../room/words";
import type { Desk } from "./desk";

interface Ban {
  id: string;
  kind: "ban" | "timeout" | "shadow";
  viewer: string;
  name: string;
  reason: string;
  until: string | null;
  devices: number;
  networks: number;
  networks_until: string | null;
}

const WORDS: Record<Ban["kind"], string> = { ban: "Banned", timeout: "Silent", shadow: "Shadow ban" };

export function wireCrew(desk: Desk): void {
  const shift = desk.find<HTMLButtonElement>("shift");
  const form = desk.find<HTMLFormElement>("hand-over");
  const field = form.elements.namedItem("text") as HTMLTextAreaElement;
  let written: string | null = null;
  desk.listen(() => {
    const { shifts, hand_over: note } = desk.team;
    const isOn = shifts.some((one) => `member:${one.member_id}` === desk.me);
    shift.textContent = isOn ? "I am off" : "I am on";
    shift.setAttribute("aria-pressed", String(isOn));
    desk.find("shifts").replaceChildren(
      ...shifts.map((one) => h("li", {}, h("bdi", {}, one.name), h("span", { class: "vt-note" }, ` since ${timeOfDay(one.since)}`))),
    );
    desk.find("shifts-none").hidden = shifts.length > 0;
    const text = note?.text ?? "";
    if (text === written) return;
    // What somebody is writing stays; the newer note is told beside it.
    if (field.value === (written ?? "")) field.value = text;
    written = text;
    desk.find("hand-over-by").textContent = note ? `${note.author}, ${timeOfDay(note.written_at)}` : "";
  });
  shift.addEventListener("click", () => {
    const isOn = shift.getAttribute("aria-pressed") === "true";
    void desk.act(isOn ? "DELETE" : "PUT", desk.url("shift/"));
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void desk.act("PUT", desk.url("hand-over/"), { text: field.value }).then((done) => done && desk.toast("The note is kept for who comes next."));
  });
  desk.find("bans").addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-lift]");
    const id = button?.dataset["lift"];
    if (id) void desk.act("DELETE", `/api/v1/bans/${id}/`).then(() => readBans(desk));
  });
  desk.addEventListener("vt-bans", () => void readBans(desk));
  desk.addEventListener("vt-tab", (event) => {
    if ((event as CustomEvent<string>).detail === "team") void readBans(desk);
  });
}

async function readBans(desk: Desk): Promise<void> {
  const bans = await call<{ data: Ban[] }>("/api/v1/bans/").catch(() => null);
  if (!bans) return;
  desk.find("bans").replaceChildren(...bans.data.map(row));
  desk.find("bans-none").hidden = bans.data.length > 0;
}

function row({ id, kind, name, reason, until, devices, networks, networks_until: networksUntil }: Ban): HTMLElement {
  const reach = [
    devices ? `${devices} ${devices === 1 ? "device" : "devices"}` : "",
    networks && networksUntil ? `network until ${timeOfDay(networksUntil)}` : "",
    until ? `until ${timeOfDay(until)}` : "",
    reason,
  ].filter(Boolean);
  return h(
    "li",
    {},
    h("div", {}, h("b", {}, h("bdi", {}, name || "Somebody")), " ", WORDS[kind], h("span", { class: "vt-note vt-talk-why" }, reach.join(", "))),
    h("button", { class: "vt-button vt-button-s", type: "button", "data-lift": id }, kind === "timeout" ? "Let speak" : "Let back in", h("span", { class: "vt-hidden" }, ` ${name}`)),
  );
}
