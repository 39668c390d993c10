// One viewer's history, and the acts that reach further than a nickname.
// Not here: the quick acts on a line (talk.ts) and letting people back in (crew.ts).
import { call } from "../../room/api";
import { h } from "../../room/dom";
import { figure } from "../../room/words";
import type { Desk } from "./desk";

interface Line {
  id: string;
  text: string;
  posted_at: string;
  removed_at: string | null;
  shadowed: boolean;
}

interface Person {
  viewer: string;
  names: string[];
  is_customer: boolean;
  lines: number;
  removed: number;
  declined: number;
  devices: number;
  networks: number;
  others: number;
  orders: number | null;
  last_lines: Line[];
  actions: { id: string; kind: string; reason: string; created_at: string; lifted_at: string | null }[];
}

const KINDS: Record<string, string> = { ban: "Banned", timeout: "Timed out", shadow: "Shadow ban" };
const day = (iso: string): string => new Date(iso).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });

export function wirePerson(desk: Desk): void {
  const dialog = desk.find<HTMLDialogElement>("person");
  dialog.addEventListener("close", () => {
    const act = dialog.returnValue;
    const viewer = dialog.dataset["viewer"];
    dialog.returnValue = "";
    if (!act || !viewer) return;
    const wanted = act === "shadow" ? { kind: "shadow" } : { networks: act === "network" };
    const name = dialog.dataset["name"] ?? "";
    void desk.act<{ id: string }>("POST", "/api/v1/bans/", { viewer, show: desk.data.show, ...wanted }).then((ban) => {
      if (!ban) return;
      desk.dispatchEvent(new Event("vt-bans"));
      desk.toast(act === "shadow" ? `Only ${name} and the team see what ${name} writes.` : `${name} is banned.`, () => void desk.act("DELETE", `/api/v1/bans/${ban.id}/`));
    });
  });
}

export async function openPerson(desk: Desk, viewer: string, name: string): Promise<void> {
  const person = await call<Person>(`/api/v1/viewers/${viewer}/`).catch(() => null);
  if (!person) {
    desk.toast("Nothing is known of this person.");
    return;
  }
  const dialog = desk.find<HTMLDialogElement>("person");
  Object.assign(dialog.dataset, { viewer, name });
  desk.find("person-name").textContent = name;
  const facts: [string, string][] = [
    ["Also called", person.names.filter((one) => one !== name).join(", ") || "–"],
    ["Customer", person.is_customer ? "signed in" : "guest"],
    ["Messages", `${figure(person.lines)}, ${figure(person.removed)} removed, ${figure(person.declined)} given back`],
    ...(person.orders === null ? [] : [["Orders", figure(person.orders)] as [string, string]]),
    ["Wrote from", `${count(person.devices, "device")}, ${count(person.networks, "network")}`],
  ];
  desk.find("person-facts").replaceChildren(...facts.map(([label, value]) => h("div", {}, h("dt", {}, label), h("dd", {}, value))));
  desk.find("person-lines").replaceChildren(
    ...person.actions.map((one) => h("li", {}, h("b", {}, KINDS[one.kind] ?? one.kind), ` ${day(one.created_at)}${one.lifted_at ? ", lifted" : ""}${one.reason ? `: ${one.reason}` : ""}`)),
    ...person.last_lines.map((one) => h("li", {}, h("bdi", {}, one.text), h("span", { class: "vt-note" }, ` ${day(one.posted_at)}${one.removed_at ? ", removed" : ""}${one.shadowed ? ", only they and you see it" : ""}`))),
  );
  const others = desk.find("person-others");
  others.textContent = person.others
    ? `${figure(person.others)} other ${person.others === 1 ? "viewer" : "viewers"} wrote from the same network in the last two weeks. Shutting the network out for a day shuts them out too.`
    : person.networks ? "Nobody else wrote from the same network in the last two weeks. It is shut out for a day." : "";
  dialog.querySelector<HTMLElement>('[value="network"]')!.hidden = !person.networks;
  dialog.showModal();
}

const count = (number: number, noun: string): string => `${figure(number)} ${noun}${number === 1 ? "" : "s"}`;
