// Wakes the checkout's element wherever its markup may come: on its own page and in the sheet of a show.
import "./checkout.css";
import { Checkout } from "./checkout";

export function registerCheckout(): void {
  if (!customElements.get("vt-checkout")) customElements.define("vt-checkout", Checkout);
}
