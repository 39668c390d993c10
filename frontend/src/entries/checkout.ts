// The checkout, the confirmation and the customer's account as pages of their own.
import "../styles/live.css";
import { registerCheckout } from "../checkout/register";
import { Countdown } from "../elements/countdown";

customElements.define("vt-countdown", Countdown);
registerCheckout();
