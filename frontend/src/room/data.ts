// What the page was sent to start from (the JSON beside <vt-room>).
import type { Row } from "./state";

export interface RoomData {
  show: string;
  status: string;
  socket: string;
  picture_token: string;
  replay: { starts_at: number; duration: number; moments: string; goods: Row[] } | null;
  now: string;
}

export function readRoomData(): Partial<RoomData> {
  const text = document.getElementById("vt-room-data")?.textContent;
  return text ? (JSON.parse(text) as Partial<RoomData>) : {};
}

/** The playlist's address; that of a private show carries this page's token. */
export function pictureUrl(path: string, token: string): string {
  return token && !path.includes("/t/") ? path.replace(/^(\/hls\/[^/]+\/)/, `$1t/${token}/`) : path;
}
