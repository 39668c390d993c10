// The parts of node-media-server that the gate stands on, and the check that they still have the shape we read.
// Nothing else of the package is started: no HTTP-FLV, no admin console, no recorder, no store.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const PINNED = "4.4.3";

/** Raised at start when the installed package is not the one the gate was written against. */
export class UnknownInternals extends Error {}

function demand(condition, what) {
  if (!condition) {
    throw new UnknownInternals(
      `node-media-server ${PINNED} was expected to have ${what}. `
      + "Run `npm ci` in rtmp/; if the version was changed on purpose, read rtmp/gate.mjs against its source first.",
    );
  }
}

/** Load the session and broadcast classes, silence their logger into `log`, and verify every seam the gate uses. */
export function loadInternals(log) {
  const { version } = require("node-media-server/package.json");
  demand(version === PINNED, `version ${PINNED}, found ${version}`);

  const RtmpSession = require("node-media-server/src/session/rtmp_session.js");
  const BroadcastServer = require("node-media-server/src/server/broadcast_server.js");
  const Context = require("node-media-server/src/core/context.js");
  const logger = require("node-media-server/src/core/logger.js");

  demand(Context.sessions instanceof Map && Context.broadcasts instanceof Map, "session and broadcast registries");
  demand(typeof logger.log === "function", "one logger function");
  logger.log = (message, level = "info") => {
    if (level === "warn" || level === "error") log("library", { level, message });
  };

  const socket = { remoteAddress: "127.0.0.1", remotePort: 1, on() {} };
  const session = new RtmpSession(socket);
  for (const name of ["onConnect", "onPush", "onPacket", "onData", "onClose", "onError", "run"]) {
    demand(typeof session[name] === "function", `RtmpSession#${name}`);
  }
  demand(typeof session.id === "string" && session.id.length > 0, "a session id");
  session.run();
  demand(session.rtmp.onPacketCallback === session.onPacket, "packets delivered through rtmp.onPacketCallback");
  for (const name of ["onPublish", "onPlay", "onDeleteStream", "respondPublish", "respondPlay", "sendStatusMessage", "packetAlloc"]) {
    demand(typeof session.rtmp[name] === "function", `Rtmp#${name}`);
  }
  demand(session.rtmp.inPackets instanceof Map, "Rtmp#inPackets");

  const broadcast = new BroadcastServer("/live/contract");
  for (const name of ["postPlay", "postPublish", "donePlay", "donePublish", "_finishPublish", "broadcastMessage"]) {
    demand(typeof broadcast[name] === "function", `BroadcastServer#${name}`);
  }
  demand(broadcast.flvGopCache === null && broadcast.rtmpGopCache === null, "caches that may be null");
  demand(broadcast.subscribers instanceof Map && broadcast.publisher === null, "subscribers and one publisher slot");
  demand(broadcast.postPublish(session) === null && broadcast.publisher === session, "a publisher slot that is taken at once");
  broadcast.donePublish(session);
  broadcast._finishPublish();
  demand(broadcast.publisher === null && broadcast._publishGraceTimer === null, "a publisher slot that can be freed at once");

  return { RtmpSession, Context };
}
