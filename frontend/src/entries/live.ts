// What a shopper's show pages load: lobby, show, replay. Elements wake on the markup the server sent.
import "../styles/live.css";
import { Countdown } from "../elements/countdown";
import { LivePlayer } from "../elements/live-player";
import { wirePlayerTools } from "../elements/player-tools";
import { Sheet } from "../elements/sheet";
import { Tabs } from "../elements/tabs";

customElements.define("vt-countdown", Countdown);
customElements.define("vt-tabs", Tabs);
customElements.define("vt-sheet", Sheet);
customElements.define("vt-live-player", LivePlayer);

const room = document.querySelector<HTMLElement>("vt-room");
if (room) wirePlayerTools(room);
