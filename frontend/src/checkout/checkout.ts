// <vt-checkout>: the one-page checkout, on its own page or in the sheet. Places the order, pays, shows the order.
// Not here: the provider's field (provider.ts); without this script the form works up to the payment.
import { call, NoAnswer, Problem } from "../room/api";
import { learnServerTime } from "../room/clock";
import { h } from "../room/dom";
import { speak, speakDeadline } from "../room/speak";
import { PaymentField } from "./provider";

interface Delivery {
  id: string;
  name: string;
  price: string;
  days_min: number;
  days_max: number;
}

interface Quote {
  deliveries: Delivery[];
  shipping_method: string;
  total_minor: number;
  tax_minor: number;
  tax_included: boolean;
  discount_minor: number;
  coupon: string;
  currency: string;
  formatted: Record<"items" | "discount" | "saved" | "shipping" | "tax" | "total", string>;
}

interface Placed {
  order: string;
  client_secret: string;
  total_minor: number;
  return_url: string;
}

interface Outcome {
  status: "paid" | "processing" | "failed" | "cancelled";
  message: string;
  page: string;
}

const LOOKS = 12;
const BETWEEN_LOOKS = 1500;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export class Checkout extends HTMLElement {
  #field: PaymentField | null = null;
  #busy = false;
  /** The key of a call whose answer never came: the same form sends the same key again. */
  #open: { body: string; key: string } | null = null;

  connectedCallback(): void {
    learnServerTime(this.#fact("now"));
    this.addEventListener("vt-left", this.#onLeft);
    this.addEventListener("submit", this.#onSubmit);
    this.addEventListener("change", this.#onChange);
    this.addEventListener("vt-due", this.#onDue);
    void this.#mount();
  }

  disconnectedCallback(): void {
    this.removeEventListener("submit", this.#onSubmit);
    this.removeEventListener("change", this.#onChange);
    this.removeEventListener("vt-due", this.#onDue);
    this.removeEventListener("vt-left", this.#onLeft);
    this.#field?.leave();
    this.#field = null;
  }

  async #mount(): Promise<void> {
    const place = this.querySelector<HTMLElement>("[data-vt-payment]");
    if (!place) return;
    try {
      this.#field = await PaymentField.mount(place, {
        script: this.#fact("script"),
        key: this.#fact("key"),
        account: this.#fact("account"),
        secret: this.#fact("secret"),
        total: Number(this.#fact("total")),
        currency: this.#fact("currency"),
      });
    } catch {
      this.#complain(this.#fact("sayAway"));
    }
  }

  readonly #onSubmit = (event: Event): void => {
    const form = event.target as HTMLFormElement;
    if (form.matches("[data-vt-longer]")) {
      event.preventDefault();
      void this.#longer(form);
    } else if (form.matches("[data-vt-release]") && this.querySelectorAll("[data-vt-line]").length > 1) {
      event.preventDefault();
      void this.#release(form.dataset["vtRelease"] ?? "");
    } else if (form.id === "checkout-form") {
      event.preventDefault();
      if ((event as SubmitEvent).submitter?.getAttribute("value") === "coupon") return void this.#requote();
      if (!this.#busy && form.reportValidity()) void this.#checkout(form);
    }
  };

  readonly #onChange = (event: Event): void => {
    const name = (event.target as HTMLInputElement).name;
    if (["country", "region", "postal_code", "shipping_method", "coupon"].includes(name)) void this.#requote();
  };

  /** 60, 30, 10 s: also here, where no room speaks for the page. */
  readonly #onLeft = (event: Event): void => {
    const { seconds } = (event as CustomEvent<{ seconds: number }>).detail;
    event.stopPropagation();
    speakDeadline(this.#fact("sayLeft").replace("{seconds}", String(seconds)), seconds);
  };

  readonly #onDue = (): void => this.#complain(this.#fact("sayOver"));

  async #longer(form: HTMLFormElement): Promise<void> {
    try {
      const hold = await call<{ expires_at: string }>(`/api/v1/holds/${form.dataset["vtLonger"]}/extend/`, { method: "POST", body: {} });
      this.querySelector<HTMLElement>("vt-countdown")?.setAttribute("data-until", hold.expires_at);
      const holder = form.closest<HTMLElement>("vt-hold");
      form.remove();
      if (holder) holder.tabIndex = -1;
      holder?.focus();
      speak(this.#fact("sayLonger"));
    } catch (error) {
      this.#complain(this.#wordsOf(error));
    }
  }

  async #release(hold: string): Promise<void> {
    try {
      await call(`/api/v1/holds/${hold}/`, { method: "DELETE" });
      this.querySelector(`[data-vt-line="${CSS.escape(hold)}"]`)?.remove();
      await this.#requote();
    } catch (error) {
      this.#complain(this.#wordsOf(error));
    }
  }

  async #requote(): Promise<boolean> {
    const typed = new FormData(this.#form());
    const text = (name: string): string => String(typed.get(name) ?? "").trim();
    const place = { country: text("country"), region: text("region"), postal_code: text("postal_code"), currency: this.#fact("currency") };
    const ask = (method: string, coupon: string): Promise<Quote> =>
      call<Quote>("/api/v1/checkout/quote/", { method: "POST", body: { ...place, coupon, ...(method && { shipping_method: method }) } });
    let refused = "";
    const again = (method: string, coupon: string): Promise<Quote> =>
      ask(method, coupon).catch((error: unknown) => {
        // Another country may have other ways of delivery; a code that does not count leaves the sums without it.
        if (error instanceof Problem && error.code === "shipping_method_unknown" && method) return again("", coupon);
        if (!(error instanceof Problem) || !coupon || !error.code.startsWith("coupon_")) throw error;
        refused = error.message;
        return again(method, "");
      });
    try {
      this.#draw(await again(text("shipping_method"), text("coupon")));
      this.#sayCoupon(refused);
      this.#complain("");
      return true;
    } catch (error) {
      this.#complain(this.#wordsOf(error));
      return false;
    }
  }

  #sayCoupon(words: string): void {
    const place = this.querySelector<HTMLElement>("[data-vt-coupon-error]");
    const text = place?.querySelector("span");
    if (!place || !text) return;
    place.hidden = !words;
    text.textContent = words;
    const input = this.querySelector('input[name="coupon"]');
    if (words) input?.setAttribute("aria-invalid", "true");
    else input?.removeAttribute("aria-invalid");
  }

  #draw(quote: Quote): void {
    this.#drawDeliveries(quote);
    for (const place of this.#reach().querySelectorAll<HTMLElement>("[data-vt-sum]")) {
      place.textContent = quote.formatted[place.dataset["vtSum"] as keyof Quote["formatted"]];
    }
    const tax = this.querySelector<HTMLElement>("[data-vt-tax]");
    if (tax) {
      tax.hidden = quote.tax_minor === 0;
      const word = tax.querySelector<HTMLElement>("dt");
      if (word) word.textContent = word.dataset[quote.tax_included ? "included" : "onTop"] ?? "";
    }
    const off = this.querySelector<HTMLElement>("[data-vt-discount]");
    if (off) off.hidden = quote.discount_minor === 0;
    const saved = this.querySelector<HTMLElement>("[data-vt-saved]");
    if (saved) {
      saved.hidden = !quote.coupon;
      saved.textContent = quote.coupon ? (saved.dataset["say"] ?? "").replace("{saved}", quote.formatted.saved) : "";
    }
    this.dataset["total"] = String(quote.total_minor);
    const seen = this.querySelector<HTMLInputElement>('input[name="total_minor"]');
    if (seen) seen.value = String(quote.total_minor);
    this.#field?.show(quote.total_minor);
  }

  #drawDeliveries({ deliveries, shipping_method: chosen }: Quote): void {
    const place = this.querySelector<HTMLElement>("[data-vt-deliveries]");
    const days = ({ days_min, days_max }: Delivery): string => {
      const words = days_min !== days_max ? "days" : days_max === 1 ? "day" : "daysEven";
      return (place?.dataset[words] ?? "").replace("{least}", String(days_min)).replace("{most}", String(days_max));
    };
    const focused = document.activeElement?.getAttribute("name") === "shipping_method";
    place?.querySelector(".vt-choices")?.replaceChildren(
      ...deliveries.map((delivery) => {
        const radio = h("input", { type: "radio", name: "shipping_method", value: delivery.id, checked: delivery.id === chosen });
        return h("label", { class: "vt-choice" }, radio, h("span", {}, `${delivery.name}, ${delivery.price}, ${days(delivery)}`));
      }),
    );
    if (focused) place?.querySelector<HTMLElement>("input:checked")?.focus();
  }

  async #checkout(form: HTMLFormElement): Promise<void> {
    this.#setBusy(true);
    this.#complain("");
    try {
      await this.#place(form);
    } catch (error) {
      if (error instanceof Problem && error.code === "total_changed" && (await this.#requote())) this.#complain(this.#fact("sayChanged"));
      else if (error instanceof Problem && error.code === "order_already_paid") location.assign("/account/");
      else this.#complain(this.#wordsOf(error));
    } finally {
      this.#setBusy(false);
    }
  }

  async #place(form: HTMLFormElement): Promise<void> {
    const field = this.#field;
    if (!field) throw new NoAnswer();
    const unready = await field.check();
    if (unready) return this.#complain(unready.message ?? this.#fact("sayNotCharged"));
    const placed = this.#fact("secret") ? this.#known() : await this.#order(form);
    const refused = await field.pay(placed.client_secret, new URL(placed.return_url, location.href).href);
    // Whatever the browser believes, the shop's server asks the provider.
    if (refused && refused.type !== "api_connection_error") {
      void this.#look(placed.order).catch(() => undefined);
      return this.#complain(`${refused.message ?? ""} ${this.#fact("sayNotCharged")}`.trim());
    }
    await this.#wait(placed, refused ? this.#fact("sayUnknown") : this.#fact("sayBank"));
  }

  /** Ask until the payment is through; then show the order. A long wait goes on at the return page. */
  async #wait(placed: Placed, words: string): Promise<void> {
    for (let look = 1; look <= LOOKS; look += 1) {
      const outcome = await this.#look(placed.order);
      if (outcome.status === "failed") return this.#complain(outcome.message);
      if (outcome.status !== "processing") return this.#show(outcome.page);
      this.#complain(words);
      await pause(BETWEEN_LOOKS);
    }
    this.#show(placed.return_url);
  }

  #look(order: string): Promise<Outcome> {
    return call<Outcome>("/api/v1/checkout/confirm/", { method: "POST", body: { order } });
  }

  #known(): Placed {
    return {
      order: this.#fact("order"),
      client_secret: this.#fact("secret"),
      total_minor: Number(this.#fact("total")),
      return_url: this.#fact("return"),
    };
  }

  async #order(form: HTMLFormElement): Promise<Placed> {
    const typed = new FormData(form);
    const text = (name: string): string => String(typed.get(name) ?? "").trim();
    const body = {
      holds: [...this.querySelectorAll<HTMLElement>("[data-vt-line]")].map((line) => line.dataset["vtLine"] ?? ""),
      email: text("email"),
      name: text("name"),
      address: {
        line1: text("line1"),
        line2: text("line2"),
        postal_code: text("postal_code"),
        city: text("city"),
        region: text("region"),
        country: text("country"),
      },
      ...(text("coupon") ? { coupon: text("coupon") } : {}),
      ...(text("shipping_method") ? { shipping_method: text("shipping_method") } : {}),
      total_minor: Number(this.#fact("total")),
      currency: this.#fact("currency"),
    };
    const same = JSON.stringify(body);
    if (this.#open?.body !== same) this.#open = { body: same, key: crypto.randomUUID() };
    try {
      const placed = await call<Placed>("/api/v1/checkout/", { method: "POST", body, idempotencyKey: this.#open.key });
      this.#open = null;
      return placed;
    } catch (error) {
      if (error instanceof Problem && error.status < 500) this.#open = null;
      throw error;
    }
  }

  /** Show a page of the shop: in the sheet when this is one, so that the show goes on. */
  #show(url: string): void {
    if (!this.closest("vt-sheet")) return location.assign(url);
    const link = document.createElement("a");
    link.href = url;
    link.hidden = true;
    link.setAttribute("data-vt-in-sheet", "");
    this.append(link);
    link.click();
  }

  #complain(words: string): void {
    const place = this.querySelector<HTMLElement>("[data-vt-money]");
    const text = place?.querySelector("span");
    if (!place || !text) return;
    place.hidden = !words;
    text.textContent = words;
    if (words) place.scrollIntoView({ block: "nearest" });
  }

  #wordsOf(error: unknown): string {
    return error instanceof Problem && error.message ? error.message : this.#fact("sayAway");
  }

  #setBusy(busy: boolean): void {
    this.#busy = busy;
    for (const button of this.#reach().querySelectorAll('button[form="checkout-form"]')) {
      button.setAttribute("aria-busy", String(busy));
    }
  }

  /** The foot of a sheet stands outside of this element. */
  #reach(): ParentNode {
    return this.closest("dialog") ?? this;
  }

  #form(): HTMLFormElement {
    const form = this.querySelector<HTMLFormElement>("#checkout-form");
    if (!form) throw new Error("vt-checkout needs its form");
    return form;
  }

  #fact(name: string): string {
    return this.dataset[name] ?? "";
  }
}
