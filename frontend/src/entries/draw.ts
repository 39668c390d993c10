// The page of a draw: everybody may compute it again.
import "../styles/draw.css";
import { DrawCheck } from "../draw/page";

customElements.define("vt-draw", DrawCheck);
