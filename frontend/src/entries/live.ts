// What a shopper's show pages load: lobby, show, replay. Elements wake on the markup the server sent.
import "../styles/live.css";
import { registerCheckout } from "../checkout/register";
import { Chat } from "../elements/chat";
import { Countdown } from "../elements/countdown";
import { LivePlayer } from "../elements/live-player";
import { Replay } from "../elements/replay";
import { Room } from "../elements/room";
import { Sheet } from "../elements/sheet";
import { Tabs } from "../elements/tabs";

// The player and the sheet wake before the room that works them, the room before what listens to it.
customElements.define("vt-countdown", Countdown);
customElements.define("vt-live-player", LivePlayer);
customElements.define("vt-sheet", Sheet);
customElements.define("vt-tabs", Tabs);
customElements.define("vt-room", Room);
customElements.define("vt-chat", Chat);
customElements.define("vt-replay", Replay);
registerCheckout();
