// What the platform's own pages load.
import "../styles/platform.css";
import { Address } from "../studio/address";

customElements.define("vt-address", Address);
