// Pages of the shop shown in the sheet: read with a header, forms sent in place, so that the video goes on.
// Not here: which page (buy/buying.ts); the payment field (checkout/).
import type { Room } from "../elements/room";
import type { Sheet } from "../elements/sheet";
import { toast } from "../parts/toast";
import { h } from "../room/dom";
import { say } from "../room/words";

const HEADER = { "X-Vitrine-Sheet": "1", Accept: "text/html" };

/** The part of an answer that belongs into a sheet: one that names its title, else a page's middle. */
function fragmentOf(html: string): HTMLElement | null {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const unscripted of page.querySelectorAll("noscript")) unscripted.remove();
  const named = page.querySelector<HTMLElement>("[data-vt-sheet-title]");
  if (named) return named;
  const main = page.querySelector("main");
  const title = main?.querySelector("h1");
  if (!main || !title) return null;
  title.remove();
  return h("div", { "data-vt-sheet-title": title.textContent?.trim() ?? "" }, ...main.childNodes);
}

function put(sheet: Sheet, fragment: HTMLElement, full: boolean): void {
  const body = document.adoptNode(fragment);
  if (body.matches("vt-checkout")) void import("../checkout/register").then(({ registerCheckout }) => registerCheckout());
  const foot = body.querySelector<HTMLElement>("[data-vt-sheet-foot]");
  foot?.remove();
  sheet.show({ title: body.dataset["vtSheetTitle"] ?? "", body, foot, full });
  const wrong = body.querySelector<HTMLElement>('[aria-invalid="true"], [role="alert"]');
  if (!wrong) return;
  if (!wrong.matches("input, select, textarea")) wrong.tabIndex = -1;
  wrong.focus();
}

async function show(room: Room, sheet: Sheet, response: Response, full: boolean): Promise<void> {
  const fragment = response.headers.get("Content-Type")?.startsWith("text/html") ? fragmentOf(await response.text()) : null;
  if (fragment && room.isConnected) put(sheet, fragment, full);
  else location.assign(response.url);
}

/** Open a page of the shop in the sheet. Where that cannot be, the browser goes there. */
export async function openInSheet(room: Room, url: string, { full = false } = {}): Promise<void> {
  const sheet = room.querySelector<Sheet>("vt-sheet");
  if (!sheet) return location.assign(url);
  if (full) sheet.show({ title: say("checkout"), body: h("p", { class: "vt-soft", role: "status" }, say("loading")), full });
  const response = await fetch(url, { headers: HEADER }).catch(() => null);
  if (response) return show(room, sheet, response, full);
  if (full) sheet.close();
  toast(room, say("no-answer"), { bad: true, act: { words: say("again"), do: () => void openInSheet(room, url, { full }) } });
}

/** Forms and links inside the sheet stay in it. A form that its own script sends is left alone. */
export function wireSheetPages(room: Room): void {
  const sheet = room.querySelector<Sheet>("vt-sheet");
  if (!sheet) return;
  sheet.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (event.defaultPrevented || form.matches("[data-vt-buy], [data-vt-add], [data-vt-plain]")) return;
    event.preventDefault();
    void send(room, sheet, form, (event as SubmitEvent).submitter);
  });
  sheet.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-vt-in-sheet]");
    if (!link || event.defaultPrevented) return;
    event.preventDefault();
    void openInSheet(room, link.href, { full: true });
  });
}

async function send(room: Room, sheet: Sheet, form: HTMLFormElement, button: HTMLElement | null): Promise<void> {
  const body = new FormData(form, button);
  const isPost = form.method.toLowerCase() === "post";
  const url = new URL(form.action);
  if (!isPost) url.search = new URLSearchParams([...body].map(([name, value]) => [name, String(value)])).toString();
  button?.setAttribute("aria-busy", "true");
  const response = await fetch(url, { method: isPost ? "POST" : "GET", headers: HEADER, body: isPost ? body : null }).catch(() => null);
  button?.removeAttribute("aria-busy");
  if (response) await show(room, sheet, response, true);
  else toast(room, say("no-answer-not-charged"), { bad: true });
}
