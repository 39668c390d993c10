// socket.io with its Redis adapter, as its manual sets it up, in the form that costs least: WebSocket
// alone, no compression. It sends a packet a message; it has no ticks to put several into one.
//
//   node socketio_room.mjs PORT REDIS_SOCKET

import { createServer } from "node:http";
import { createAdapter } from "@socket.io/redis-adapter";
import { createClient } from "redis";
import { Server } from "socket.io";

const [port, redisSocket] = process.argv.slice(2);

const publisher = createClient({ socket: { path: redisSocket } });
const subscriber = publisher.duplicate();
for (const client of [publisher, subscriber]) client.on("error", (error) => console.error(error));
await Promise.all([publisher.connect(), subscriber.connect()]);

const web = createServer();
const io = new Server(web, {
  adapter: createAdapter(publisher, subscriber),
  perMessageDeflate: false,
  serveClient: false,
  transports: ["websocket"],
});
io.on("connection", (viewer) => viewer.join("room"));
web.listen({ host: "127.0.0.1", port: Number(port), backlog: 4096 }, () => console.log("ready"));
