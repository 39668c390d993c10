// <vt-desk>: one show in the hands of who runs it. Holds the room's store, the plan and the health, and does the acts.
// Not here: what the parts show (the other files of this folder).
import { call, NoAnswer, Problem } from "../../room/api";
import { h } from "../../room/dom";
import { RoomSocket } from "../../room/socket";
import { RoomStore } from "../../room/store";
import { wireAir } from "./air";
import { wireBar } from "./bar";
import { wireCues } from "./cues";
import { wireDock } from "./dock";
import { wireEnd } from "./end";
import { wireHealth } from "./health";
import { wireKeys } from "./keys";
import { wireLine } from "./line";
import { wireLost } from "./lost";
import { wireNext } from "./next";
import { wireAsks } from "./asks";
import { wireCrew } from "./crew";
import { wirePerson } from "./person";
import { wirePolls } from "./polls";
import { wireQueue } from "./queue";
import { wireRefused } from "./refused";
import type { Cue, DeskData, Health, Sales } from "./shape";
import { wireTalk } from "./talk";
import { NO_TEAM, reduceTeam, type Team } from "./team";

const LOOK_EVERY = 3000;
const TOAST_FOR = 10_000;
const SALES = new Set(["sale.announced", "order.paid", "refund.issued"]);

type Method = "POST" | "PUT" | "PATCH" | "DELETE";

export class Desk extends HTMLElement {
  readonly store = new RoomStore();
  readonly changed = new EventTarget();
  socket: RoomSocket | null = null;
  data: DeskData = JSON.parse(document.getElementById("vt-desk-data")?.textContent ?? "{}") as DeskData;
  cues: Cue[] = this.data.cues ?? [];
  health: Health = this.data.health;
  sales: Sales | null = this.data.sales ?? null;
  isOnline = true;
  team: Team = NO_TEAM;
  #look = 0;

  connectedCallback(): void {
    for (const wire of [wireBar, wireCues, wireLine, wireAir, wireHealth, wireLost, wireEnd, wireNext, wireTalk, wireQueue, wireAsks, wirePolls, wireCrew, wireRefused, wirePerson, wireDock, wireKeys]) wire(this);
    const { socket: path } = this.data;
    const socket = new RoomSocket(this.store, new URL(path, location.href.replace(/^http/, "ws")).href);
    this.socket = socket;
    socket.onConnection = (connection): void => {
      this.isOnline = connection === "open";
      this.tell();
    };
    this.store.listen((state, events, before) => {
      const isSnapshot = !events.length && before?.me !== state.me;
      this.team = isSnapshot ? ((state.me as { team?: Team }).team ?? NO_TEAM) : events.reduce(reduceTeam, this.team);
      if (events.some(({ type }) => type.startsWith("cue."))) void this.readCues();
      if (events.some(({ type }) => SALES.has(type))) void this.#readSales();
      this.tell();
    });
    window.addEventListener("online", () => socket.hurry());
    socket.connect();
    void this.#watch();
    void this.#readSales();
    this.tell();
  }

  disconnectedCallback(): void {
    clearTimeout(this.#look);
    this.socket?.close();
  }

  /** Hear of every change of room, plan or health. */
  listen(listener: () => void): void {
    this.changed.addEventListener("change", listener);
  }

  tell(): void {
    this.changed.dispatchEvent(new Event("change"));
  }

  find<T extends HTMLElement>(name: string): T {
    const part = this.querySelector<T>(`[data-vt-part="${name}"]`);
    if (!part) throw new Error(`the desk has no part ${name}`);
    return part;
  }

  url(name: string, places: Record<string, string> = {}): string {
    const address = this.data.urls[name] ?? `${this.data.urls["show"]}${name}`;
    return address.replace(/\{(\w+)\}/g, (_, place: string) => places[place] ?? "");
  }

  /** This member as acts name them. */
  get me(): string {
    return `member:${this.store.state?.me.key ?? ""}`;
  }

  /** May this member change the show, or only tend its room? */
  get mayRun(): boolean {
    return this.data.role !== "moderator";
  }

  /** Do one act and say when it was refused. A lost answer is not repeated by itself: acts are not all alike. */
  async act<T = unknown>(method: Method, url: string, body?: unknown, idempotencyKey?: string): Promise<T | null> {
    try {
      const key = idempotencyKey ? { idempotencyKey } : {};
      return await call<T>(url, { method, body: body ?? (method === "DELETE" ? undefined : {}), ...key });
    } catch (error) {
      if (error instanceof Problem) this.toast(error.message || "That was refused.");
      else if (error instanceof NoAnswer) this.toast("Nobody answered. The show goes on; look whether it was done, then try again.");
      else throw error;
      return null;
    }
  }

  toast(words: string, undo?: () => void): void {
    const toast = h("div", { class: "vt-toast", role: "status" }, h("span", {}, words));
    const close = (): void => toast.remove();
    const button = h("button", { class: "vt-button vt-button-s", type: "button" }, undo ? "Undo" : "Close");
    button.addEventListener("click", () => {
      undo?.();
      close();
    });
    toast.append(button);
    this.find("toasts").append(toast);
    setTimeout(close, TOAST_FOR);
  }

  async readCues(): Promise<void> {
    this.cues = await call<Cue[]>(this.url("cues")).catch(() => this.cues);
    this.tell();
  }

  async readHealth(): Promise<void> {
    this.health = await call<Health>(this.url("health")).catch(() => this.health);
    this.tell();
  }

  async #readSales(): Promise<void> {
    if (!this.data.urls["sales"]) return;
    this.sales = await call<Sales>(this.url("sales")).catch(() => this.sales);
    this.tell();
  }

  async #watch(): Promise<void> {
    if (!document.hidden) await this.readHealth();
    this.#look = window.setTimeout(() => void this.#watch(), LOOK_EVERY);
  }
}

