// What the studio loads.
import "../styles/studio.css";
import { LivePlayer } from "../elements/live-player";
import { Copy } from "../studio/copy";
import { Desk } from "../studio/desk/desk";
import { BackToDesk } from "../studio/on-air";
import { Theme } from "../studio/theme";

customElements.define("vt-live-player", LivePlayer);
customElements.define("vt-copy", Copy);
customElements.define("vt-theme", Theme);
customElements.define("vt-on-air", BackToDesk);
customElements.define("vt-desk", Desk);
