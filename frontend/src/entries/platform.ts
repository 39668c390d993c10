// What the platform's own pages load.
import "../styles/platform.css";
