// The RTMP server's process: settings from the environment, one listener, an optional status page, a clean end.
// The rules of who may publish or play are in gate.mjs.
import http from "node:http";
import net from "node:net";
import { Gate } from "./gate.mjs";
import { IngestHook } from "./hook.mjs";
import { loadInternals } from "./internals.mjs";
import { Throttle } from "./throttle.mjs";

const json = process.env.VITRINE_LOG_FORMAT === "json";

function log(event, fields = {}) {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined);
  const at = new Date().toISOString();
  console.log(json
    ? JSON.stringify({ timestamp: at, logger: "rtmp", event, ...Object.fromEntries(known) })
    : [at, "rtmp", event, ...known.map(([name, value]) => `${name}=${value}`)].join(" "));
}

function fail(message) {
  log("fatal", { message });
  process.exit(1);
}

process.on("uncaughtException", (error) => fail(error.stack ?? String(error)));

function required(name) {
  return process.env[name] || fail(`${name} is not set; the RTMP server cannot start without it.`);
}

function number(name, fallback) {
  const value = Number(process.env[name] ?? fallback);
  const fits = Number.isInteger(value) && value >= 0 && value < 65536;
  return fits ? value : fail(`${name} must be a whole number from 0 to 65535.`);
}

const gate = new Gate({
  internals: loadInternals(log),
  hook: new IngestHook({ base: required("INGEST_HOOK_URL"), secret: required("INGEST_HOOK_SECRET"), log }),
  throttle: new Throttle({ connectionsPerAddress: number("RTMP_CONNECTIONS_PER_ADDRESS", 20) }),
  pullToken: required("RTMP_PULL_TOKEN"),
  log,
});

const listener = net.createServer({ noDelay: true }, (socket) => gate.accept(socket));
listener.on("error", (error) => fail(error.code === "EADDRINUSE"
  ? `RTMP port ${process.env.RTMP_PORT} is in use; stop what uses it or set another RTMP_PORT.`
  : error.message));
listener.listen(number("RTMP_PORT", 1935), process.env.RTMP_BIND || "127.0.0.1", () => {
  log("listening", listener.address());
});

const statusPort = number("RTMP_STATUS_PORT", 0);
if (statusPort) {
  http.createServer((request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ publishing: [...gate.publishers.keys()], connections: gate.connections.size }));
  }).listen(statusPort, "127.0.0.1");
}

let ending = false;
for (const signal of ["SIGTERM", "SIGINT"]) {
  process.on(signal, async () => {
    if (ending) return;
    ending = true;
    log("ending", { signal });
    listener.close();
    await gate.drain();
    process.exit(0);
  });
}
