// What a shopper's show pages load: lobby, show, replay. Elements wake on the markup the server sent.
import "../styles/live.css";
