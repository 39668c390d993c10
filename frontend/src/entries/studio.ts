// What the studio loads.
import "../styles/studio.css";
