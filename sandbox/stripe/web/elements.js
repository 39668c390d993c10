// Stands in for Stripe.js in a sandbox: the same calls, answered by this server. The form itself is in a frame from
// the sandbox's origin, so the shop's page never holds payment details, as with the real one.
(() => {
  "use strict";

  const here = document.currentScript ?? document.querySelector('script[src*="/sandbox/elements.js"]');
  if (!here) throw new Error("Load elements.js with a script tag.");
  const origin = new URL(here.src).origin;

  const invalid = (message) => ({ type: "validation_error", code: "incomplete", message });

  class PaymentElement {
    #frame = null;
    #port = null;
    #answers = new Map();
    #asked = 0;
    #listeners = new Map();
    #appearance;
    #owner;

    constructor(owner, appearance) {
      this.#owner = owner;
      this.#appearance = appearance;
    }

    mount(target) {
      const place = typeof target === "string" ? document.querySelector(target) : target;
      if (!place) throw new Error("The element to mount the payment form in does not exist on this page.");
      this.unmount();
      const frame = document.createElement("iframe");
      frame.title = "Secure payment form";
      frame.src = `${origin}/sandbox/payment-element`;
      Object.assign(frame.style, { display: "block", width: "100%", height: "320px", border: "0" });
      frame.addEventListener("load", () => this.#connect(frame));
      frame.addEventListener("error", () => this.#emit("loaderror", { error: { message: "The form did not load." } }));
      this.#frame = frame;
      this.#matchScheme();
      place.replaceChildren(frame);
    }

    // A frame whose colour scheme differs from its document's gets an opaque ground instead of the shop's.
    #matchScheme() {
      if (this.#frame) this.#frame.style.colorScheme = this.#appearance.theme === "night" ? "dark" : "light";
    }

    #connect(frame) {
      const channel = new MessageChannel();
      this.#port = channel.port1;
      this.#port.onmessage = ({ data }) => this.#hear(data);
      frame.contentWindow.postMessage({ sandbox: "start", appearance: this.#appearance }, origin, [channel.port2]);
    }

    #hear(data) {
      if (data.type === "height") this.#frame.style.height = `${data.height}px`;
      else if (data.type === "chosen") this.#answers.get(data.asked)?.(data.card);
      else if (data.type === "change") {
        this.#emit("change", { complete: true, empty: false, collapsed: false, value: { type: "card" } });
      } else {
        this.#emit(data.type);
        // The first card is chosen already, so the form is complete as soon as it is there.
        if (data.type === "ready") this.#hear({ type: "change" });
      }
    }

    #emit(name, data = {}) {
      for (const listener of this.#listeners.get(name) ?? []) listener({ elementType: "payment", ...data });
    }

    chosenCard() {
      if (!this.#port) return Promise.resolve(null);
      const asked = ++this.#asked;
      return new Promise((resolve) => {
        const timer = setTimeout(() => this.#answers.get(asked)?.(null), 5000);
        this.#answers.set(asked, (card) => {
          clearTimeout(timer);
          this.#answers.delete(asked);
          resolve(card);
        });
        this.#port.postMessage({ type: "choose", asked });
      });
    }

    on(name, listener) {
      this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
      return this;
    }

    once(name, listener) {
      const first = (event) => {
        this.off(name, first);
        listener(event);
      };
      return this.on(name, first);
    }

    off(name, listener) {
      const kept = listener ? (this.#listeners.get(name) ?? []).filter((each) => each !== listener) : [];
      this.#listeners.set(name, kept);
      return this;
    }

    focus() {
      this.#port?.postMessage({ type: "focus" });
    }

    update() {
      return this;
    }

    repaint(appearance) {
      this.#appearance = appearance;
      this.#matchScheme();
      this.#port?.postMessage({ type: "appearance", appearance });
    }

    unmount() {
      this.#port?.close();
      this.#port = null;
      this.#frame?.remove();
      this.#frame = null;
    }

    destroy() {
      this.unmount();
      this.#listeners.clear();
      this.#owner.forget();
    }
  }

  class Elements {
    #options;
    #element = null;

    constructor(options) {
      this.#options = options;
    }

    get clientSecret() {
      return this.#options.clientSecret;
    }

    create(type) {
      if (type !== "payment") throw new Error(`The sandbox has the payment element only, not ${type}.`);
      if (this.#element) throw new Error("This group already has a payment element.");
      this.#element = new PaymentElement({ forget: () => (this.#element = null) }, this.#options.appearance ?? {});
      return this.#element;
    }

    getElement(type) {
      return type === "payment" ? this.#element : null;
    }

    update(options) {
      Object.assign(this.#options, options);
      if (options.appearance) this.#element?.repaint(options.appearance);
    }

    async fetchUpdates() {
      return {};
    }

    async submit() {
      const card = await this.#element?.chosenCard();
      return card ? { selectedPaymentMethod: "card" } : { error: invalid("Choose how to pay.") };
    }
  }

  class Stripe {
    #key;
    #account;

    constructor(key, options) {
      if (!/^pk_/.test(key ?? "")) throw new Error("Stripe() needs a publishable key, which starts with pk_.");
      this.#key = key;
      this.#account = options.stripeAccount;
    }

    elements(options = {}) {
      return new Elements({ ...options });
    }

    async retrievePaymentIntent(clientSecret) {
      return this.#call("GET", clientSecret, "", {});
    }

    async confirmPayment({ elements, clientSecret, confirmParams = {}, redirect = "always" }) {
      const secret = clientSecret ?? elements?.clientSecret;
      if (!secret) throw new Error("confirmPayment() needs the client secret of a payment intent.");
      if (redirect === "always" && !confirmParams.return_url) {
        throw new Error("confirmPayment() needs confirmParams.return_url unless redirect is 'if_required'.");
      }
      const card = await elements?.getElement("payment")?.chosenCard();
      const method = card ?? confirmParams.payment_method;
      if (!method) return { error: invalid("Choose how to pay.") };
      const result = await this.#call("POST", secret, "/confirm", {
        payment_method: method,
        return_url: confirmParams.return_url,
        use_stripe_sdk: "true",
      });
      const settled = result.error ? result : await this.#finishNextAction(result.paymentIntent);
      if (settled.error || redirect === "if_required") return settled;
      const back = new URL(confirmParams.return_url);
      back.searchParams.set("payment_intent", settled.paymentIntent.id);
      back.searchParams.set("payment_intent_client_secret", secret);
      back.searchParams.set("redirect_status", "succeeded");
      window.location.assign(back);
      return new Promise(() => {});
    }

    async handleNextAction({ clientSecret }) {
      const result = await this.retrievePaymentIntent(clientSecret);
      return result.error ? result : this.#finishNextAction(result.paymentIntent);
    }

    async #finishNextAction(intent) {
      if (intent.status !== "requires_action") return { paymentIntent: intent };
      if (intent.next_action.type === "redirect_to_url") {
        window.location.assign(intent.next_action.redirect_to_url.url);
        return new Promise(() => {});
      }
      await askBank(intent.next_action.use_stripe_sdk.stripe_js);
      const result = await this.retrievePaymentIntent(intent.client_secret);
      if (result.error) return result;
      const { paymentIntent } = result;
      if (paymentIntent.status === "requires_payment_method") {
        return { error: { ...paymentIntent.last_payment_error, payment_intent: paymentIntent } };
      }
      if (paymentIntent.status === "requires_action") {
        const error = invalid("The payment was not confirmed. Your card was not charged.");
        return { error: { ...error, payment_intent: paymentIntent } };
      }
      return { paymentIntent };
    }

    async #call(method, clientSecret, suffix, fields) {
      const id = String(clientSecret).split("_secret_")[0];
      const form = new URLSearchParams({ key: this.#key, client_secret: clientSecret });
      if (this.#account) form.set("_stripe_account", this.#account);
      for (const [name, value] of Object.entries(fields)) if (value !== undefined) form.set(name, value);
      const url = `${origin}/v1/payment_intents/${encodeURIComponent(id)}${suffix}`;
      try {
        const response = await (method === "GET"
          ? fetch(`${url}?${form}`, { credentials: "omit" })
          : fetch(url, { method, body: form, credentials: "omit" }));
        const body = await response.json();
        return body.error ? { error: body.error } : { paymentIntent: body };
      } catch {
        // What became of the payment is not known here: the shop's server asks.
        const message = "The payment service could not be reached. Check your connection and try again.";
        return { error: { type: "api_connection_error", message } };
      }
    }
  }

  // The bank's page in a dialog of its own: above the shop's, which may be a modal dialog too.
  function askBank(url) {
    const dialog = document.createElement("dialog");
    const frame = document.createElement("iframe");
    dialog.setAttribute("aria-label", "Confirm this payment");
    frame.title = "Confirm this payment";
    frame.src = url;
    Object.assign(dialog.style, {
      width: "min(30rem, 100vw)", height: "min(26rem, 100dvh)", padding: "0", border: "0", borderRadius: "6px",
      overflow: "hidden",
    });
    Object.assign(frame.style, { width: "100%", height: "100%", border: "0", display: "block" });
    dialog.append(frame);
    // The dialog focused the frame while it was still empty; keys reach its page only when focus comes anew.
    frame.addEventListener("load", () => {
      frame.blur();
      frame.focus();
    });
    document.body.append(dialog);
    dialog.showModal();
    return new Promise((resolve) => {
      const hear = (event) => {
        const isOurs = event.origin === origin && event.source === frame.contentWindow;
        if (isOurs && ["answered", "left"].includes(event.data?.sandbox)) dialog.close();
      };
      window.addEventListener("message", hear);
      // Escape closes it too: the payment then still waits, and the caller is told so.
      dialog.addEventListener("close", () => {
        window.removeEventListener("message", hear);
        dialog.remove();
        resolve();
      });
    });
  }

  window.Stripe = (key, options = {}) => new Stripe(key, options);
  window.Stripe.version = "sandbox";
})();
