// Buying without leaving the video: a tap holds, the sheet takes the money.
// Not here: holds (buy/holds.ts), what the sheet shows (buy/sheet-pages.ts).
import type { Room } from "../elements/room";
import { toast } from "../parts/toast";
import { NoAnswer, Problem } from "../room/api";
import { readRoomData } from "../room/data";
import type { DropOpened } from "../room/events";
import { speak } from "../room/speak";
import { figure, say } from "../room/words";
import { wireChip } from "./chip";
import { HoldBook } from "./holds";
import { openInSheet, wireSheetPages } from "./sheet-pages";

const SPREAD = 4000;

function refuse(room: Room, error: unknown, again: () => void, isHold = false): void {
  if (error instanceof NoAnswer) toast(room, say(isHold ? "hold-unknown" : "no-answer"), { bad: true, act: { words: say("again"), do: again } });
  else if (error instanceof Problem && error.code === "sold_out") toast(room, say("sold-out-now"));
  else toast(room, error instanceof Problem && error.message ? error.message : say("no-answer"), { bad: true });
}

async function take(room: Room, book: HoldBook, form: HTMLFormElement, button: HTMLElement | null): Promise<void> {
  if (button?.getAttribute("aria-busy") === "true") return;
  const fields = new FormData(form);
  const variant = String(fields.get("variant") ?? fields.get("add") ?? "");
  const drop = String(fields.get("drop") ?? "") || null;
  const buys = form.hasAttribute("data-vt-buy");
  button?.setAttribute("aria-busy", "true");
  try {
    const hold = await book.hold({ variant, drop, show: readRoomData().show ?? null });
    if (buys) await openInSheet(room, room.addresses.checkout, { full: true });
    else toast(room, say("held-now", { name: hold.name }), { act: { words: say("to-checkout"), do: () => void openInSheet(room, room.addresses.checkout, { full: true }) } });
  } catch (error) {
    refuse(room, error, () => void take(room, book, form, button), true);
    // It is over for the shop: the page says so too, and waits for no picture of it.
    const isOver = error instanceof Problem && error.code === "drop_not_open";
    if (isOver) room.store.hasten(({ type, data }) => type.startsWith("drop.") && (data as DropOpened).drop_id === drop);
  } finally {
    button?.removeAttribute("aria-busy");
  }
}

/** One tap is an entry: nothing is asked, nothing is charged. */
async function enter(room: Room, form: HTMLFormElement, button: HTMLElement | null): Promise<void> {
  if (button?.getAttribute("aria-busy") === "true") return;
  button?.setAttribute("aria-busy", "true");
  try {
    await room.places.enter(form.dataset["vtEnter"] ?? "");
    speak(say("you-are-in"));
  } catch (error) {
    refuse(room, error, () => void enter(room, form, button));
  } finally {
    button?.removeAttribute("aria-busy");
  }
}

export function wireBuying(room: Room): void {
  const book = new HoldBook(room.places);
  book.ways = () => ({ socket: room.socket, ticket: room.store.ticket });
  book.onPlace = (place) => toast(room, say("in-line", { place: figure(place) }));
  const refresh = (): void => void book.refresh().catch(() => undefined);
  wireSheetPages(room);
  wireChip(room, book);
  refresh();

  room.store.listen((_state, events) => {
    if (events.some(({ type }) => type === "hold.expired")) speak(say("said-hold-over"));
    if (events.some(({ type }) => type === "waitlist.offered")) speak(say("said-your-turn"));
    if (events.some(({ type }) => type === "waitlist.lapsed")) speak(say("offer-over"));
    if (events.some(({ type }) => /^(hold|order|waitlist)\./.test(type))) refresh();
    // Who stands in line looks where, some seconds apart from all the others.
    const moved = events.some(({ type, data }) => /^drop\.(drawn|sold_out|opened)$/.test(type) && room.places.of((data as DropOpened).drop_id));
    if (moved) setTimeout(refresh, Math.random() * SPREAD);
  });
  room.addEventListener("vt-sheet-closed", refresh);
  room.addEventListener("vt-due", (event) => (event.target as Element).closest("vt-hold") && setTimeout(refresh, 1500));

  room.addEventListener("submit", (event) => {
    const form = (event.target as Element).closest<HTMLFormElement>("form[data-vt-buy], form[data-vt-add], form[data-vt-enter], form[data-vt-waitlist]");
    if (!form) return;
    event.preventDefault();
    if (form.dataset["vtEnter"]) return void enter(room, form, (event as SubmitEvent).submitter);
    // A place in the waitlist may be told by mail: its page asks, beside the picture.
    if (form.hasAttribute("data-vt-waitlist")) return void openInSheet(room, `${form.action}?${new URLSearchParams([...new FormData(form)] as [string, string][])}`, { full: false });
    void take(room, book, form, (event as SubmitEvent).submitter);
  });
  document.addEventListener(
    "click",
    (event) => {
      if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
      const target = event.target as Element;
      const link = target.closest<HTMLAnchorElement>("a[data-vt-product], a[data-vt-checkout], a[data-vt-bag]");
      const longer = target.closest<HTMLElement>("[data-vt-extend]");
      if (longer) {
        book.extend(longer.dataset["vtExtend"] ?? "").then(
          () => speak(say("said-extended")),
          (error: unknown) => refuse(room, error, refresh),
        );
      }
      if (!link || !room.querySelector("vt-sheet")) return;
      event.preventDefault();
      void openInSheet(room, link.href, { full: !link.hasAttribute("data-vt-product") });
    },
    { signal: room.signal },
  );
}
