// One RTMP connection from handshake to hang-up: held until the control plane said yes, renamed to its broadcast.
// Parsing and relaying stay with node-media-server's session; what may pass, and under which name, is decided here.
import { timingSafeEqual } from "node:crypto";

const APP = "live";
const KEY = /^[A-Za-z0-9_-]{8,200}$/;
const IDLE_MS = 10_000;
const OPENING_MS = 10_000;
const HELD_PACKETS = 256;
const HELD_BYTES = 4 << 20;
const MESSAGE_BYTES_BEFORE_VERDICT = 64 << 10;
const MESSAGE_BYTES = 8 << 20;
const CHUNK_STREAMS = 32;
const PULLER_BACKLOG_BYTES = 32 << 20;
const KEPT_BYTES = 24 << 20; // less than a backlog: a puller gets them all at once
const TIMESTAMP_JUMP_MS = 10_000;
const LOOPBACK = /^(127\.|::1$)/;

export const addressOf = (socket) => (socket.remoteAddress ?? "").replace(/^::ffff:/, "");

function sameSecret(given, expected) {
  const a = Buffer.from(typeof given === "string" ? given : "");
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}

export class Gate {
  constructor({ internals, hook, throttle, pullToken, log }) {
    this.internals = internals;
    this.hook = hook;
    this.throttle = throttle;
    this.pullToken = pullToken;
    this.log = log;
    this.asking = new Map(); // key -> the last verdict under way, so that verdicts of one key come in order
    this.publishers = new Map(); // broadcast id -> Connection
    this.connections = new Set();
    this.draining = false;
  }

  /** net.Server connection listener. */
  accept(socket) {
    const address = addressOf(socket);
    if (this.draining || !this.throttle.enter(address)) {
      socket.destroy();
      return;
    }
    const connection = new Connection(this, socket, address);
    this.connections.add(connection);
  }

  /** Run `verdict` after any earlier one for the same key: the newest publisher is then also the last one heard. */
  inOrder(key, verdict) {
    const turn = (this.asking.get(key) ?? Promise.resolve()).then(verdict);
    const settled = turn.catch(() => undefined).then(() => {
      if (this.asking.get(key) === settled) this.asking.delete(key);
    });
    this.asking.set(key, settled);
    return turn;
  }

  /** Close every connection and wait, for a short while, until the control plane heard of it. */
  async drain() {
    this.draining = true;
    const farewells = [...this.connections].map((connection) => {
      connection.session.socket.destroy();
      return connection.farewell;
    });
    await Promise.race([Promise.all(farewells), new Promise((resolve) => { setTimeout(resolve, 2500); })]);
  }
}

class Connection {
  constructor(gate, socket, address) {
    this.gate = gate;
    this.socket = socket;
    this.address = address;
    this.keptBytes = 0;
    this.role = "opening"; // opening -> asking -> publisher, or opening -> puller; closed is final
    this.farewell = new Promise((resolve) => { this.saidFarewell = resolve; });
    this.session = new gate.internals.RtmpSession(socket);
    this.#wire();
    gate.internals.Context.sessions.set(this.session.id, this.session);
  }

  #wire() {
    const { session, socket } = this;
    const { rtmp } = session;
    const parse = session.onData;
    session.onData = (data) => {
      if (this.role === "closed") return;
      try {
        parse(data);
      } catch (error) { // malformed bytes end their own connection and nobody else's
        this.refuse("malformed", error.message);
      }
    };
    session.onClose = () => this.#closed();
    session.onError = () => undefined; // 'close' always follows
    session.run();
    rtmp.onPublish = (message) => {
      this.#publish(message).catch((error) => this.refuse("fault", error.stack)); // one connection's fault stays its own
    };
    rtmp.onPlay = (message) => this.#play(message);
    rtmp.onDeleteStream = () => socket.destroySoon();
    rtmp.onPacketCallback = () => undefined;
    const allocate = rtmp.packetAlloc.bind(rtmp);
    rtmp.packetAlloc = () => {
      const limit = this.role === "publisher" ? MESSAGE_BYTES : MESSAGE_BYTES_BEFORE_VERDICT;
      if (rtmp.parserPacket.header.length > limit || rtmp.inPackets.size > CHUNK_STREAMS) {
        throw new Error("message larger than allowed");
      }
      allocate();
    };
    socket.setTimeout(IDLE_MS, () => this.refuse("idle"));
    this.opening = setTimeout(() => this.role === "opening" && this.refuse("opening_too_slow"), OPENING_MS);
    this.opening.unref();
  }

  refuse(code, detail) {
    if (this.role === "closed") return;
    this.gate.log("connection.refused", { session: this.session.id, ip: this.address, role: this.role, code, detail });
    this.socket.destroy();
  }

  /** Refuse with an RTMP status first, so that an encoder can say why. */
  #refuseAloud(statusCode, code, detail) {
    try {
      this.session.rtmp.sendStatusMessage(this.session.rtmp.streamId, "error", statusCode, code);
    } catch {
      // The other side is gone already; the refusal below is what counts.
    }
    const role = this.role;
    this.role = "refused";
    this.gate.log("connection.refused", { session: this.session.id, ip: this.address, role, code, detail });
    this.socket.resume(); // lets 'close' be seen; onData drops what still comes
    this.session.onData = () => undefined;
    this.socket.removeAllListeners("data");
    this.socket.on("data", () => undefined);
    this.socket.destroySoon();
    setTimeout(() => this.socket.destroy(), 500).unref();
  }

  async #publish(message) {
    const { rtmp } = this.session;
    if (this.role !== "opening") return this.refuse("second_command");
    this.role = "asking";
    rtmp.streamId = rtmp.parserPacket.header.stream_id;
    const key = String(message.streamName ?? "").split("?")[0];
    if (String(rtmp.streamApp).replace(/\/+$/, "") !== APP) return this.#refuseAloud("NetStream.Publish.BadName", "unknown_app");
    if (this.gate.throttle.isBlocked(this.address)) {
      return this.#refuseAloud("NetStream.Publish.BadName", "too_many_failures");
    }
    if (!KEY.test(key)) {
      this.gate.throttle.recordFailure(this.address);
      return this.#refuseAloud("NetStream.Publish.BadName", "stream_key_invalid");
    }
    const held = this.#hold();
    const verdict = await this.gate.inOrder(key, () => this.gate.hook.askPublish({
      key, ip: this.address, session: this.session.id,
    }));
    if (!verdict.ok) {
      if (verdict.wrongKey) this.gate.throttle.recordFailure(this.address);
      if (this.role === "asking") this.#refuseAloud("NetStream.Publish.BadName", verdict.code, verdict.detail);
      return undefined;
    }
    if (this.role !== "asking") { // hung up while we asked: the control plane counts it as present, so take that back
      this.gate.hook.tellUnpublish({ ...verdict, session: this.session.id });
      return undefined;
    }
    return this.#open(verdict, held);
  }

  #hold() {
    const held = [];
    let bytes = 0;
    this.socket.pause();
    this.session.rtmp.onPacketCallback = (packet) => {
      bytes += packet.size;
      if (held.length >= HELD_PACKETS || bytes > HELD_BYTES) throw new Error("too much before the verdict");
      held.push({ ...packet, data: Buffer.from(packet.data.subarray(0, packet.size)) });
    };
    return held;
  }

  #open({ broadcast, schema }, held) {
    const { session, gate } = this;
    gate.publishers.get(broadcast)?.supersede();
    this.role = "publisher";
    this.broadcast = broadcast;
    this.schema = schema;
    session.rtmp.streamApp = APP;
    session.rtmp.streamName = broadcast; // the key ends here: no log line, no path, no caller sees it again
    session.onConnect({ app: APP, name: broadcast, host: "", query: {} });
    const error = session.broadcast.postPublish(session);
    if (error !== null) throw new Error(`publisher slot of ${broadcast} is not free`);
    session.isPublisher = true;
    gate.publishers.set(broadcast, this);
    session.rtmp.onPacketCallback = (packet) => this.#relay(packet);
    session.rtmp.respondPublish();
    gate.log("publish.accepted", { broadcast, schema, session: session.id, ip: this.address });
    try {
      for (const packet of held) this.#relay(packet);
    } catch (cause) {
      return this.refuse("malformed", cause.message);
    }
    return this.socket.resume();
  }

  #relay(packet) {
    if (this.role !== "publisher") return;
    if (packet.flags === 1 || packet.flags === 3 || packet.flags === 4) {
      const step = packet.dts - (this.lastDts ?? packet.dts);
      if (Math.abs(step) > TIMESTAMP_JUMP_MS) { // a new timeline is a new session; the encoder reconnects by itself
        this.refuse("timestamps_jumped", `${step} ms`);
        return;
      }
      this.lastDts = packet.dts;
    }
    this.session.broadcast.broadcastMessage(packet);
    this.#boundPicturesKept(packet);
    if (packet.flags === 3) {
      for (const puller of this.session.broadcast.subscribers.values()) {
        if (puller.socket.writableLength > PULLER_BACKLOG_BYTES) puller.socket.destroy();
      }
    }
  }

  /** The library keeps what came since the last key frame, for players of FLV too, and counts packets, not bytes:
   * without this an encoder that sends no key frame would fill the memory of everybody's gate. */
  #boundPicturesKept(packet) {
    const { broadcast } = this.session;
    this.keptBytes = packet.flags === 3 ? packet.size : this.keptBytes + packet.size;
    broadcast.flvGopCache = null; // nothing here speaks FLV
    if (this.keptBytes > KEPT_BYTES) broadcast.rtmpGopCache = null; // until the next key frame
  }

  /** A newer connection with the same key takes over: nothing of this one is relayed from now on. */
  supersede() {
    this.gate.log("publish.superseded", { broadcast: this.broadcast, session: this.session.id });
    this.#leave();
    this.socket.destroy();
  }

  /** Free the publisher's slot and end its pullers: one encoder session is one timeline, never two glued together. */
  #leave() {
    const { session, gate, broadcast, schema } = this;
    this.role = "closed";
    gate.publishers.delete(broadcast);
    for (const puller of session.broadcast.subscribers.values()) puller.socket.destroySoon();
    session.broadcast.subscribers.clear();
    session.broadcast.donePublish(session);
    session.broadcast._finishPublish();
    gate.log("publish.ended", { broadcast, session: session.id, received: session.inBytes });
    gate.hook.tellUnpublish({ broadcast, schema, session: session.id }).then(this.saidFarewell);
  }

  #play(message) {
    const { session, gate } = this;
    const { rtmp } = session;
    if (this.role !== "opening") return this.refuse("second_command");
    const [name, query] = String(message.streamName ?? "").split("?");
    const token = new URLSearchParams(query ?? "").get("token");
    if (!LOOPBACK.test(this.address) || !sameSecret(token, gate.pullToken)) {
      return this.#refuseAloud("NetStream.Play.Failed", "play_not_allowed");
    }
    rtmp.streamId = rtmp.parserPacket.header.stream_id;
    if (!gate.publishers.has(name)) return this.#refuseAloud("NetStream.Play.StreamNotFound", "no_publisher");
    this.role = "puller";
    gate.throttle.leave(this.address); // the engine's pulls do not use up its own address
    rtmp.streamName = name;
    rtmp.respondPlay();
    session.onConnect({ app: APP, name, host: "", query: {} });
    session.broadcast.postPlay(session);
    gate.log("play.started", { broadcast: name, session: session.id });
    return undefined;
  }

  #closed() {
    const { session, gate, role } = this;
    clearTimeout(this.opening);
    gate.connections.delete(this);
    gate.internals.Context.sessions.delete(session.id);
    if (role === "publisher") this.#leave();
    else if (role !== "closed") this.saidFarewell();
    if (role === "puller") session.broadcast.donePlay(session);
    else gate.throttle.leave(this.address);
    this.role = "closed";
  }
}
