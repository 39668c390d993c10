// Node's `ws` as a room: one Redis subscription, each message framed once and written to every socket.
// Framed once is what makes it the best of its kind: `client.send` would frame it a thousand times.
//
//   node ws_room.mjs PORT REDIS_SOCKET

import { createClient } from "redis";
import { Sender, WebSocketServer } from "ws";

const [port, redisSocket] = process.argv.slice(2);
const TOO_MUCH = 256 * 1024;

const room = new WebSocketServer({ host: "127.0.0.1", port: Number(port), backlog: 4096, perMessageDeflate: false });
room.on("connection", (viewer) => viewer.on("error", () => viewer.terminate()));

function broadcast(text) {
  const parts = Sender.frame(Buffer.from(text), { fin: true, mask: false, opcode: 1, readOnly: true, rsv1: false });
  const frame = Buffer.concat(parts);
  for (const viewer of room.clients) {
    if (viewer.readyState !== 1) continue;
    if (viewer.bufferedAmount > TOO_MUCH) viewer.terminate();
    else viewer._socket.write(frame);
  }
}

const redis = createClient({ socket: { path: redisSocket } });
redis.on("error", (error) => console.error(error));
await redis.connect();
await redis.subscribe("room", broadcast);
console.log("ready");
