// The payment provider's own script and fields: Stripe.js, or the sandbox's of the same shape.
// Not here: the order (checkout/checkout.ts). Card numbers stay inside the provider's frame.

export interface Refusal {
  type?: string;
  message?: string;
  payment_intent?: { status: string };
}

interface Outcome {
  error?: Refusal;
  paymentIntent?: { status: string };
}

interface PaymentElement {
  mount(place: HTMLElement): void;
  unmount(): void;
}

interface Elements {
  create(kind: "payment"): PaymentElement;
  submit(): Promise<{ error?: Refusal }>;
  update(options: { amount?: number; appearance?: Appearance }): void;
}

interface Provider {
  elements(options: Record<string, unknown>): Elements;
  confirmPayment(options: Record<string, unknown>): Promise<Outcome>;
}

interface Appearance {
  theme: "stripe" | "night";
}

declare global {
  interface Window {
    Stripe?: (key: string, options?: { stripeAccount?: string }) => Provider;
  }
}

let loading: Promise<void> | null = null;

function load(src: string): Promise<void> {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = src;
    script.addEventListener("load", () => resolve());
    script.addEventListener("error", () => {
      loading = null; // the next look tries again
      script.remove();
      reject(new Error("the payment script did not load"));
    });
    document.head.append(script);
  });
  return loading;
}

function appearance(): Appearance {
  const asked = document.documentElement.dataset["vtScheme"];
  const dark = asked ? asked === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  return { theme: dark ? "night" : "stripe" };
}

/** One payment field on the page, and the provider behind it. */
export class PaymentField {
  readonly #provider: Provider;
  readonly #elements: Elements;
  readonly #element: PaymentElement;

  private constructor(provider: Provider, elements: Elements, place: HTMLElement) {
    this.#provider = provider;
    this.#elements = elements;
    this.#element = elements.create("payment");
    this.#element.mount(place);
  }

  /** Load the script once, draw the field. `secret` when the payment exists already, else its sum. */
  static async mount(
    place: HTMLElement,
    { script, key, account, secret, total, currency }: { script: string; key: string; account: string; secret: string; total: number; currency: string },
  ): Promise<PaymentField> {
    await load(script);
    if (!window.Stripe) throw new Error("the payment script is not what it should be");
    const provider = window.Stripe(key, account ? { stripeAccount: account } : {});
    const start = secret ? { clientSecret: secret } : { mode: "payment", amount: total, currency: currency.toLowerCase() };
    return new PaymentField(provider, provider.elements({ ...start, appearance: appearance() }), place);
  }

  show(total: number): void {
    this.#elements.update({ amount: total });
  }

  /** Have the fields checked. The refusal in the provider's words, or null. */
  async check(): Promise<Refusal | null> {
    return (await this.#elements.submit()).error ?? null;
  }

  /** Pay. The refusal, or null when the payment is made or at the bank. May leave the page for the bank's. */
  async pay(secret: string, comeBack: string): Promise<Refusal | null> {
    const { error } = await this.#provider.confirmPayment({
      elements: this.#elements,
      clientSecret: secret,
      confirmParams: { return_url: comeBack },
      redirect: "if_required",
    });
    return error ?? null;
  }

  leave(): void {
    this.#element.unmount();
  }
}
